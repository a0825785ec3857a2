"""How good a search is: kept questions with the article that answers each, counted before and after a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

FIVE = 5
MOST_RANKS = 20
"""An article that stands further below counts as not found."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and the articles of which each answers it."""

    asked: str
    answers: Collection[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """Of the questions: the share whose answer comes first, and is among the first five, and the mean of 1/rank."""

    questions: int
    first: float
    five: float
    mrr: float


@dataclass(frozen=True, slots=True)
class Rank:
    """Where the answer to a question stands, from 1; 0 when it is not among the first `MOST_RANKS`."""

    judged: Judged
    rank: int


def ranks(judged: Iterable[Judged], search: Callable[[str], Sequence[str]]) -> list[Rank]:
    """Ask each question; `search` gives the ids of what it finds, the best first."""
    found = []
    for one in judged:
        ids = list(search(one.asked))[:MOST_RANKS]
        found.append(Rank(one, next((place for place, id in enumerate(ids, 1) if id in one.answers), 0)))
    return found


def quality(found: Sequence[Rank]) -> Quality:
    """The figures of these ranks."""
    count = len(found)
    if not count:
        return Quality(0, 0.0, 0.0, 0.0)
    return Quality(
        count,
        sum(one.rank == 1 for one in found) / count,
        sum(1 <= one.rank <= FIVE for one in found) / count,
        sum(1 / one.rank for one in found if one.rank) / count,
    )
