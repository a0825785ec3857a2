"""The part of a text in which what was looked for stands, with what matched marked: pieces, never markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pydantic

from cti.office.search.tokens import runs

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
    marked = _marked(text, list(runs(words)))
    first = next((at for at, is_hit in enumerate(marked) if is_hit), 0)
    start = max(0, min(first - BEFORE, len(text) - LONGEST))
    end = min(len(text), start + LONGEST)
    pieces = _pieces(text, marked, start, end)
    if start > 0:
        pieces.insert(0, Piece(text="…", hit=False))
    if end < len(text):
        pieces.append(Piece(text="…", hit=False))
    return pieces


def has_hit(text: str, words: str) -> bool:
    """Whether one of the words stands in the text."""
    return any(_marked(text, list(runs(words))))


def _marked(text: str, wanted: Sequence[str]) -> list[bool]:
    """For each character of the text, whether it belongs to one of the words."""
    folded, origin = [], []
    for at, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character).casefold():
            folded.append(one)
            origin.append(at)
    plain, marked = "".join(folded), [False] * len(text)
    for word in wanted:
        at = plain.find(word)
        while at >= 0:
            for place in range(at, at + len(word)):
                marked[origin[place]] = True
            at = plain.find(word, at + len(word))
    return marked


def _pieces(text: str, marked: Sequence[bool], start: int, end: int) -> list[Piece]:
    found: list[Piece] = []
    for at in range(start, end):
        if found and found[-1].hit == marked[at]:
            found[-1].text += text[at]
        else:
            found.append(Piece(text=text[at], hit=marked[at]))
    return found
