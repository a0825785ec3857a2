"""First letters of the pinyin of a name, as people type them: 重庆银行 is `cqyh`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

FIRST = 0x4E00
FILE = Path(__file__).with_name("initials.txt")
LONGEST = 4


@lru_cache(maxsize=1)
def _tables() -> tuple[str, dict[str, str]]:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    border = lines.index("")
    words: dict[str, str] = {}
    for word in " ".join(lines[border:]).split():
        half = len(word) // 2
        words[word[:half]] = word[half:]
    return "".join(lines[:border]), words


def initials(name: str) -> str:
    """Letters and digits of the name, small, with the first letter of each character; what has none is left out."""
    letters, words = _tables()
    found = []
    at = 0
    while at < len(name):
        for length in range(min(LONGEST, len(name) - at), 1, -1):
            if (reading := words.get(name[at : at + length])) is not None:
                found.append(reading)
                at += length
                break
        else:
            index = ord(name[at]) - FIRST
            if 0 <= index < len(letters):
                found.append(letters[index].strip("-"))
            elif name[at].isascii() and name[at].isalnum():
                found.append(name[at].lower())
            at += 1
    return "".join(found)
