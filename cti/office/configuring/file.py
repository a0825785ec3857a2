"""Changes values inside a YAML file and leaves the rest as people wrote it: comments, order, quotes."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

WIDTH = 4096
"""Lines are not broken anew."""


def changed_text(text: str, section: str, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """The text with these values in a section; an empty `section` is the top, whose other keys stay.

    Values that are as by default are written only where the file has them already.
    """
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    whole = yaml.load(text)
    if not isinstance(whole, CommentedMap):
        whole = CommentedMap()
    if section:
        there = whole.get(section)
        place = there if isinstance(there, CommentedMap) else CommentedMap()
        _merge(place, values, defaults, drop=True)
        if not place:
            whole.pop(section, None)
        elif there is not place:
            whole[section] = place
    else:
        _merge(whole, values, defaults, drop=False)
    written = io.StringIO()
    if whole:
        yaml.dump(whole, written)
    return written.getvalue()


def _merge(place: CommentedMap, values: Mapping[str, Any], defaults: Mapping[str, Any], *, drop: bool) -> None:
    for key, value in values.items():
        there = place.get(key)
        if value and isinstance(value, dict) and isinstance(there, CommentedMap):
            inner = defaults.get(key)
            _merge(there, value, inner if isinstance(inner, dict) else {}, drop=True)
        elif key in place:
            if there != value:
                place[key] = value
        elif key not in defaults or defaults[key] != value:
            place[key] = value
    if drop:
        for key in [key for key in place if key not in values]:
            del place[key]


def replace(path: Path, text: str) -> None:
    """Put a text in the place of a file, wholly or not at all. OSError."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
