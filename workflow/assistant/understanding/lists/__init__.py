"""Lists of words, a file each: parted by spaces, a line that begins with # says what they are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def _lines(name: str) -> tuple[str, ...]:
    lines = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def words(name: str) -> tuple[str, ...]:
    """The words of a list in their order."""
    return tuple(word for line in _lines(name) for word in line.split())


def groups(name: str) -> dict[str, tuple[str, ...]]:
    """The words of a list whose lines begin with what they are of, and a colon."""
    cut = (line.split(": ", 1) for line in _lines(name))
    return {head: tuple(rest.split()) for head, rest in cut}


def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """Each line's first word, and the second or nothing."""
    return tuple((line.partition(" ")[0], line.partition(" ")[2]) for line in _lines(name))
