"""An article as pieces, each of which a model takes in whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

LONGEST, STEP = 200, 150
"""Characters of a piece of text, and from one's beginning to the next's: what a border cuts stands whole in another."""
MOST = 60
MARK = 16
"""Bytes of a mark."""


def pieces(title: str, wordings: Sequence[str], text: str) -> list[str]:
    """Title and wordings, and the text piece by piece under the title."""
    found = dict.fromkeys(one.strip() for one in (title, *wordings))
    found |= dict.fromkeys(f"{title}。{part}" if title else part for part in _parts(" ".join(text.split())))
    return [one for one in found if one][:MOST]


def mark_of(piece: str) -> bytes:
    """By this a piece is known again."""
    return blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=MARK).digest()


def marks_in(kept: bytes) -> list[bytes]:
    """The marks that stand end to end."""
    return [kept[at : at + MARK] for at in range(0, len(kept), MARK)]


def _parts(text: str) -> Iterator[str]:
    for at in range(0, max(1, len(text) - LONGEST + STEP), STEP):
        yield text[at : at + LONGEST]
