"""Texts as rows of terms, and how rare each term is among the articles.

Terms are the tokens of the house's search (`cti.office.search.tokens`), so that whatever is found there is found here,
and one for each amount and date.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from cti.office.search.tokens import query_phrases, runs, text_tokens
from workflow.knowledge.finding.quantities import quantity_terms

Row = npt.NDArray[np.uint32]
"""The terms of a text in their order, each by its CRC-32."""
Weights = npt.NDArray[np.float32]
_PLACES = 1 << 21
_SENTENCE_ENDS = "?!。？！;；\n"
SHORTEST_HEAD = 6


def tokens(text: str) -> list[str]:
    """The tokens of a text, in order; at the end those of its amounts and dates."""
    return [*text_tokens(text), *quantity_terms(text)]


def question_tokens(question: str) -> list[str]:
    """The tokens of a question: without the last character of each run alone, which ends other words, too."""
    said = [token.removesuffix("*") for phrase in query_phrases(question) for token in phrase]
    return [*said, *quantity_terms(question)]


EMPTY = frozenset("怎么什多少的吗呢我你他它要想请问是有能可以了在哪里为如何办几个这那和与及或对于还不没就都也")
"""Characters of which every question is full."""


def letters_of(text: str) -> frozenset[str]:
    """The characters of a text that say something."""
    return frozenset(one for run in runs(text) for one in run) - EMPTY


def row(said: Iterable[str]) -> Row:
    """The row of these tokens."""
    return np.fromiter((crc32(one.encode()) for one in said), np.uint32)


def is_name(token: str) -> bool:
    """Whether a token is a code or a number, such as A3 or 201: of what has another one somebody else asked."""
    return token[0] in "wx" and any(one.isdecimal() for one in token)


def head(question: str) -> str:
    """The first sentence of a question: there people say what they want."""
    text = question.strip()
    ends = (at for at, one in enumerate(text) if one in _SENTENCE_ENDS and at >= SHORTEST_HEAD)
    return text[: next(ends, len(text))]


class Rarity:
    """In how many articles each term stands, counted in a table of fixed size; rare terms weigh more.

    Terms that fall on one place of the table share it: among a million terms that changes no order that matters.
    """

    def __init__(self, counted: npt.NDArray[np.int32] | None = None, articles: int = 0) -> None:
        self._counted = np.zeros(_PLACES, np.int32) if counted is None else counted
        self.articles = articles

    def add(self, text: Row) -> None:
        """An article has come."""
        self._counted[np.unique(text % _PLACES)] += 1
        self.articles += 1

    def remove(self, text: Row) -> None:
        """An article has gone."""
        self._counted[np.unique(text % _PLACES)] -= 1
        self.articles -= 1

    def weights(self, terms: Row) -> Weights:
        """The weight of each term: `ln(1 + (N - n + 0.5) / (n + 0.5))`, as in BM25."""
        found = np.maximum(self._counted[terms % _PLACES], 0)
        return np.log1p((self.articles - found + 0.5) / (found + 0.5)).astype(np.float32)

    def known(self, terms: Row) -> npt.NDArray[np.bool_]:
        """Which of the terms stand in an article."""
        return self._counted[terms % _PLACES] > 0

    def save(self, path: Path) -> None:
        """Write it to a file."""
        with path.open("wb") as file:
            np.savez(file, counted=self._counted, articles=self.articles)

    @classmethod
    def load(cls, path: Path) -> Rarity:
        """What `save` wrote; FileNotFoundError or ValueError when it cannot be read."""
        with np.load(path) as kept:
            return cls(kept["counted"], int(kept["articles"]))
