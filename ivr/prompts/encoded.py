"""Prompts that were encoded before, in the cache of this machine: a new state directory takes them as they are.

The cache can be removed at any time; where it cannot be read or written, prompts are encoded anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

from ivr.speech_models.packages import default_cache

FOLDER = "encoded-prompts"


def encoded_once(name: str, stamp: str, suffix: str, encode: Callable[[], bytes]) -> bytes:
    """What `encode` makes of the source with this `stamp`: from the cache, else made now and kept there."""
    key = hashlib.sha256(f"{name} {stamp}".encode()).hexdigest()
    path = default_cache(FOLDER) / f"{key}.{suffix}"
    try:
        return path.read_bytes()
    except OSError:
        content = encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        pass  # A cache on a full or foreign disk costs time only.
    return content
