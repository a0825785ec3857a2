"""Remembers from what a thing was made, so that it is made again only when that has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path


def fingerprint(paths: Iterable[Path], *facts: str) -> str:
    """Return a hash over the names and contents of ``paths`` and over ``facts``; missing files count too."""
    total = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.is_file() else b"\0missing"
        total.update(f"{path}\0{len(content)}\0".encode())
        total.update(content)
    for fact in facts:
        total.update(f"\0{fact}".encode())
    return total.hexdigest()


def files_below(root: Path, left_out: frozenset[str]) -> Iterator[Path]:
    """Yield every file below ``root`` in a fixed order; directories named in ``left_out`` are not entered."""
    for entry in sorted(root.iterdir()):
        if entry.is_dir():
            if entry.name not in left_out:
                yield from files_below(entry, left_out)
        elif entry.is_file():
            yield entry


class Stamp:
    """A small file that holds the fingerprint of what the thing beside it was made from."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def matches(self, mark: str) -> bool:
        """Tell whether the thing was made from what ``mark`` stands for."""
        try:
            return self._path.read_text(encoding="utf-8").strip() == mark
        except OSError:
            return False

    def clear(self) -> None:
        """Forget it: from here until ``write`` the thing is in the making."""
        self._path.unlink(missing_ok=True)

    def write(self, mark: str) -> None:
        """Remember that the thing is made, whole, from what ``mark`` stands for."""
        self._path.write_text(mark + "\n", encoding="utf-8")
