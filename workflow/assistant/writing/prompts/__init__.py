"""What a language model is told, a file each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def prompt(name: str) -> str:
    """The words of a file."""
    return (_FOLDER / f"{name}.txt").read_text("utf-8").strip()
