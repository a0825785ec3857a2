"""The machine's memory as a place for files: what lies there costs no disk, and comes to rest on none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 # Linux's file system in memory; what we make in it is checked
ROOM = 256 * 2**20
"""Bytes that must be free there for what is thrown away again: a whole house on scratch data takes a tenth."""


def place_of_scratch(memory: Path = MEMORY, room: int = ROOM) -> str | None:
    """Where a scratch folder is to be made: in memory where there is room, else None, which is the usual place."""
    if not (memory.is_dir() and os.access(memory, os.W_OK | os.X_OK)):
        return None
    return str(memory) if shutil.disk_usage(memory).free >= room else None
