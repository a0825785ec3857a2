"""A file to which Asterisk adds lines, opening it for each: read further each time, and begun anew when it was kept."""

from __future__ import annotations

import time
from pathlib import Path

WRITING_SECONDS = 0.05


class Appended:
    """The file. What was set aside is read to its end, and removed: nothing that is written meanwhile is lost."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._aside = path.with_name(f"{path.name}.read")
        self._aside_read = 0
        self._inode = self._offset = 0

    @property
    def place(self) -> dict[str, int]:
        """How far was read, to be kept; the inode tells whether the file is still the same."""
        return {"inode": self._inode, "offset": self._offset}

    def begin_at(self, place: dict[str, int]) -> None:
        """Go on where another one stopped."""
        self._inode, self._offset = int(place.get("inode", 0)), int(place.get("offset", 0))

    @property
    def size(self) -> int:
        """How much of it was read, in bytes."""
        return self._offset

    def read(self) -> str:
        """Whole lines written since the last reading; a rotated file begins anew."""
        data, self._aside_read = _lines(self._aside, self._aside_read)
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return data
        same = status.st_ino == self._inode and status.st_size >= self._offset
        more, self._offset = _lines(self._path, self._offset if same else 0)
        self._inode = status.st_ino
        return data + more

    def set_aside(self) -> None:
        """Remove what was read, but for the lines that came meanwhile."""
        if self._is_read(self._aside, self._aside_read):
            self._aside.unlink(missing_ok=True)
            self._aside_read = 0
        if self._aside.exists() or not self._offset or not self._is_read(self._path, self._offset):
            return
        self._path.rename(self._aside)
        self._aside_read, self._inode, self._offset = self._offset, 0, 0
        # Who had it open before is through with his line by then.
        time.sleep(WRITING_SECONDS)
        if self._is_read(self._aside, self._aside_read):
            self._aside.unlink()
            self._aside_read = 0

    @staticmethod
    def _is_read(path: Path, offset: int) -> bool:
        try:
            return path.stat().st_size == offset
        except FileNotFoundError:
            return False


def _lines(path: Path, offset: int) -> tuple[str, int]:
    """The whole lines from `offset` on, and where they end."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read()
    except FileNotFoundError:
        return "", offset
    whole = data.rfind(b"\n") + 1
    return data[:whole].decode("utf-8", "replace"), offset + whole
