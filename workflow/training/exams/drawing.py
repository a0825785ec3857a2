"""Which questions a paper has for whom: drawn by rule from a seed, the same again from the same seed. No database."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Item = tuple[str, float]
"""A question or an edition of one, and what it is worth."""


@dataclass(frozen=True, slots=True)
class Pool:
    """So many of these are drawn, each worth so much; `title` names the rule for people."""

    title: str
    questions: Sequence[str]
    count: int
    points: float


@dataclass(frozen=True, slots=True)
class TooFew(Exception):
    """A rule finds less questions than it draws: `left` of those that no rule before it drew."""

    title: str
    wanted: int
    left: int


def draw(pools: Sequence[Pool], seed: object) -> list[Item]:
    """The questions of all rules in their order, none twice. The order in which questions are told matters not. TooFew.

    Rules with the smallest choice draw first: a wide one takes nothing away that a narrow one needs, as far as can be.
    """
    rng, taken = random.Random(f"draw {seed}"), set[str]()  # noqa: S311 # no secret: repeatable on purpose
    found: dict[int, list[Item]] = {}
    for at, pool in sorted(enumerate(pools), key=lambda one: len(one[1].questions) - one[1].count):
        left = sorted(set(pool.questions) - taken)
        if len(left) < pool.count:
            raise TooFew(pool.title, pool.count, len(left))
        drawn = rng.sample(left, pool.count)
        taken.update(drawn)
        found[at] = [(one, pool.points) for one in drawn]
    return [item for at in sorted(found) for item in found[at]]


def shuffled(items: Sequence[Any], kinds: Sequence[str], seed: object) -> list[Any]:
    """The items in somebody's own order, each kind of questions together as in the paper."""
    rng = random.Random(f"order {seed}")  # noqa: S311 # no secret
    groups: dict[str, list[Any]] = {}
    for item, kind in zip(items, kinds, strict=True):
        groups.setdefault(kind, []).append(item)
    for group in groups.values():
        rng.shuffle(group)
    return [item for group in groups.values() for item in group]


def options_in_order(options: Mapping[str, str], seed: object) -> list[str]:
    """The letters of options in somebody's own order."""
    rng, letters = random.Random(f"options {seed}"), list(options)  # noqa: S311 # no secret
    rng.shuffle(letters)
    return letters
