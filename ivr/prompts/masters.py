"""The library's sound files: each named for what it holds, written once, never changed.

A table row names its file only after the file lies here whole, so no row is ever without one; a file that no row
names was left by a crash and is swept away at the next start.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}\.(?:flac|opus|ogg|wav)")


class Masters:
    """The files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, source: Path) -> str:
        """Copy `source` and return the copy's name; OSError, and nothing is left, when the disk refuses."""
        content = source.read_bytes()
        name = f"{hashlib.sha256(content).hexdigest()}{source.suffix}"
        path = self._folder / name
        if path.exists() and path.stat().st_size == len(content):
            return name
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{name}.{os.getpid()}.part")
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        return name

    def path(self, name: str) -> Path | None:
        """The file of that name; None when it is gone, or `name` is none of ours."""
        path = self._folder / name
        return path if _NAME.fullmatch(name) and path.is_file() else None

    def sweep(self, named: Collection[str]) -> int:
        """Remove what no row names; returns how many."""
        count = 0
        for path in self._folder.glob("*"):
            if path.name not in named:
                path.unlink(missing_ok=True)
                count += 1
        return count
