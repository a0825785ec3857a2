"""Texts as rows of terms, and how rare each term is among the articles.

Terms are what the house's search finds a text by (`cti.office.search.tokens`): pairs of neighbouring Han characters,
the last character of a run alone, words of other scripts; and one for each amount and date.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from cti.office.search.tokens import HAN, is_han, is_private, runs, word_token
from workflow.knowledge.finding.quantities import quantity_terms

Row = npt.NDArray[np.uint32]
"""The terms of a text in their order, each by its number."""
Weights = npt.NDArray[np.float32]
_PLACES = 1 << 21
_SENTENCE_ENDS = "?!。？！;；\n"
SHORTEST_HEAD = 6
_WORD = re.compile(rf"[^\W_{HAN}]+")
_HAN_RANGES = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF), (0x3005, 0x3005), (0x3007, 0x3007))
_IS_HAN = np.zeros(sys.maxunicode + 1, np.bool_)
for _first, _last in _HAN_RANGES:
    _IS_HAN[_first : _last + 1] = True
_SPACE = 32
_FACTORS = 0x9E3779B1, 0x85EBCA77, 0x2C1B3C6D


@dataclass(frozen=True, slots=True)
class Text:
    """A text as terms: `spaced` has them between spaces, for the index; `row` in their order, for whoever counts."""

    spaced: str
    row: Row


def read(text: str) -> Text:
    """The terms of a text. A table's work rather than a loop's: whole libraries go through it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32)
    han = _IS_HAN[letters]
    after = np.zeros_like(letters)
    after[:-1] = np.where(han[1:], letters[1:], 0)
    here, after = letters[han], after[han]
    terms, there = np.zeros_like(letters), han.copy()
    terms[han] = _numbers(here, after)
    words = []
    for found in _WORD.finditer(plain):
        if not is_private(run := found.group()):
            words.append(word_token(run))
            terms[found.start()] = _number(words[-1])
            there[found.start()] = True
    words += (more := quantity_terms(text))
    pairs = np.full((len(here), 3), _SPACE, np.uint32)
    pairs[:, 0] = here
    pairs[:, 1] = np.where(after, after, _SPACE)
    spaced = pairs.tobytes().decode("utf-32-le")
    return Text(spaced + " ".join(words), np.concatenate((terms[there], row(more))))


def question_terms(question: str) -> list[str]:
    """The terms of a question: without the last character of each run alone, which ends other words, too."""
    found = []
    for run in runs(question):
        if not is_han(run):
            found.append(word_token(run))
        elif len(run) == 1:
            found.append(run)
        else:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
    return [*found, *quantity_terms(question)]


def row(terms: Iterable[str]) -> Row:
    """The row of these terms."""
    return np.fromiter(map(_number, terms), np.uint32)


def _number(term: str) -> int:
    if is_han(term):
        return int(_numbers(np.array([ord(term[0])], np.uint32), np.array([ord(term[1:] or "\0")], np.uint32))[0])
    return crc32(term.encode("utf-8", "surrogatepass")) or 1


def _numbers(here: Row, after: Row) -> Row:
    """Pairs of characters as numbers that look drawn by chance: tables are of fixed size."""
    first, second, third = (np.uint32(one) for one in _FACTORS)
    found = here * first + after * second
    found ^= found >> np.uint32(15)
    found *= third
    found ^= found >> np.uint32(13)
    return np.where(found, found, np.uint32(1))


EMPTY = frozenset("怎么什多少的吗呢我你他它要想请问是有能可以了在哪里为如何办几个这那和与及或对于还不没就都也")
"""Characters of which every question is full."""
ASKING = frozenset("时候 么时 少钱 多久 老是 天天 会不 准备 给我 一下 知道 上面 什么 怎么".split())
"""Pairs of other characters of which questions are full, and answers are not."""
HALF_EMPTY, ALL_EMPTY = 0.5, 0.15
"""What a pair counts of which one character says nothing, and one of which neither does: answers seldom ask, so that
by their rarity alone such pairs would count most."""


def meaning(term: str) -> float:
    """What a term of a question counts, by its characters alone."""
    if term in ASKING:
        return ALL_EMPTY
    if not is_han(term):
        return 1.0
    return (1.0, HALF_EMPTY, ALL_EMPTY)[sum(one in EMPTY for one in term[:2])]


def letters_of(text: str) -> frozenset[str]:
    """The characters of a text that say something."""
    return frozenset(one for run in runs(text) for one in run) - EMPTY


def is_name(term: str) -> bool:
    """Whether a term is a code or a number, such as A3 or 201: of what has another one somebody else asked."""
    return term[0] in "wx" and any(one.isdecimal() for one in term)


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
        self._of_count: Weights | None = None
        """The weight of a term by the number of its articles, as long as none comes or goes."""

    def add(self, terms: Row) -> None:
        """An article with these terms, each once, has come."""
        self._change(terms, 1)

    def remove(self, terms: Row) -> None:
        """An article with these terms, each once, has gone."""
        self._change(terms, -1)

    def _change(self, terms: Row, by: int) -> None:
        self._counted[terms & (_PLACES - 1)] += by
        self.articles += by
        self._of_count = None

    def weights(self, terms: Row) -> Weights:
        """The weight of each term: `ln(1 + (N - n + 0.5) / (n + 0.5))`, as in BM25."""
        by_count = self._of_count
        if by_count is None:
            count = np.arange(self.articles + 1)
            by_count = np.log1p((self.articles - count + 0.5) / (count + 0.5)).astype(np.float32)
            self._of_count = by_count
        found: Weights = by_count.take(self._counted[terms & (_PLACES - 1)], mode="clip")
        return found

    def known(self, terms: Row) -> npt.NDArray[np.bool_]:
        """Which of the terms stand in an article."""
        found: npt.NDArray[np.bool_] = self._counted[terms & (_PLACES - 1)] > 0
        return found

    def save(self, path: Path) -> None:
        """Write it to a file."""
        with path.open("wb") as file:
            np.savez(file, counted=self._counted, articles=self.articles)

    @classmethod
    def load(cls, path: Path) -> Rarity:
        """What `save` wrote; FileNotFoundError or ValueError when it cannot be read."""
        with np.load(path) as kept:
            return cls(kept["counted"], int(kept["articles"]))
