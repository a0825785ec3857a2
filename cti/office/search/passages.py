"""The part of a text in which what was looked for stands, with what matched marked: pieces, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import pydantic

from cti.office.search.tokens import folded, runs

BEFORE = 16
LONGEST = 90
"""Characters of a passage."""


class Piece(pydantic.BaseModel):
    """A part of a passage; `hit` is what was looked for."""

    text: str
    hit: bool


def passage(text: str, words: str) -> list[Piece]:
    """The first place where one of the words stands, with some text around it; the beginning where none does.

    Width and case make no difference, as in the search itself.
    """
    text = " ".join(text.split())
    marked = marks(text, list(runs(words)))
    first = next((at for at, is_hit in enumerate(marked) if is_hit), 0)
    return cut(text, marked, first - BEFORE, LONGEST)


def cut(text: str, marked: Sequence[bool], start: int, longest: int) -> list[Piece]:
    """The piece of a text that begins about there, with what is marked, and with dots where something is left out."""
    start = max(0, min(start, len(text) - longest))
    end = min(len(text), start + longest)
    pieces = _pieces(text, marked, start, end)
    if start > 0:
        pieces.insert(0, Piece(text="…", hit=False))
    if end < len(text):
        pieces.append(Piece(text="…", hit=False))
    return pieces


def has_hit(text: str, words: str) -> bool:
    """Whether one of the words stands in the text."""
    return any(marks(text, list(runs(words))))


def marks(text: str, wanted: Sequence[str]) -> list[bool]:
    """For each character of the text, whether it belongs to one of the words."""
    return marks_at(text, places(text, wanted))


def marks_at(text: str, found: Iterable[tuple[int, int, int]]) -> list[bool]:
    """The same of words whose `places` are known."""
    marked = [False] * len(text)
    for _, first, last in found:
        marked[first : last + 1] = [True] * (last + 1 - first)
    return marked


def places(text: str, wanted: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Where the words stand in the text: which word, its first and its last character."""
    plain = folded(text)
    # No character becomes none: where none joins another and there are as many as before, each stands where it stood.
    origin: Sequence[int] = range(len(text))
    if len(plain) != len(text) or _JOINING.search(text):
        plain = text.translate(_FOLDED)
        origin = [at for at, one in enumerate(text) for _ in _FOLDED[ord(one)]]
    for which, word in enumerate(wanted):
        at = plain.find(word) if word else -1
        while at >= 0:
            yield which, origin[at], origin[at + len(word) - 1]
            at = plain.find(word, at + 1)


def _pieces(text: str, marked: Sequence[bool], start: int, end: int) -> list[Piece]:
    found: list[Piece] = []
    for hit, some in groupby(range(start, end), marked.__getitem__):
        every = list(some)
        found.append(Piece(text=text[every[0] : every[-1] + 1], hit=hit))
    return found


class _Folded(dict[int, str]):
    """Each character that was met, by its code, as it is compared: without width and case."""

    def __missing__(self, code: int) -> str:
        one = self[code] = folded(chr(code))
        return one


_FOLDED = _Folded()
_JOINING = re.compile(
    "[\u0300-\u036f\u0483-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099-\u309c\u3131-\u318e"
    "\ua66f-\uabff\ufb1e\ufe20-\ufe2f\uff9e-\uffdc\U00010000-\U0010ffff]"
)
"""Characters that may become one with the one before them, such as accents of their own and parts of Hangul."""
