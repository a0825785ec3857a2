"""How much several who scored the same agree beyond chance: Cohen's κ of two, Fleiss' κ of more. Pure.

Cohen 1960; Fleiss 1971. Items are the subjects, their levels the categories.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

WORDS = ((0.81, "几乎一致"), (0.61, "高度一致"), (0.41, "中等一致"), (0.21, "一般"), (0.0, "很低"))
"""Landis and Koch 1977: from which value on an agreement is called what."""


def cohen(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """Of two raters, item by item; None where chance explains everything: both always gave one and the same."""
    count = len(first)
    if count != len(second):
        raise ValueError("both rate the same items")
    if not count:
        return None
    agreed = sum(one == other for one, other in zip(first, second, strict=True)) / count
    ones, others = Counter(first), Counter(second)
    by_chance = sum(ones[key] * others[key] for key in ones) / count**2
    return _beyond(agreed, by_chance)


def fleiss(ratings: Sequence[Sequence[Hashable]]) -> float | None:
    """Of `ratings[item]`, each by as many raters; None for no items, fewer than two raters, or nothing but chance."""
    if not ratings or len(ratings[0]) < 2:
        return None
    raters, items = len(ratings[0]), len(ratings)
    if any(len(one) != raters for one in ratings):
        raise ValueError("each item is rated by all")
    counted = [Counter(one) for one in ratings]
    pairs = raters * (raters - 1)
    agreed = sum(sum(n * (n - 1) for n in one.values()) / pairs for one in counted) / items
    all_of = sum(counted, Counter[Hashable]())
    by_chance = sum((n / (raters * items)) ** 2 for n in all_of.values())
    return _beyond(agreed, by_chance)


def kappa(ratings: Sequence[Sequence[Hashable]]) -> float | None:
    """Cohen's of two raters, Fleiss' of more."""
    if ratings and len(ratings[0]) == 2:
        return cohen([one[0] for one in ratings], [one[1] for one in ratings])
    return fleiss(ratings)


def in_words(value: float | None) -> str:
    """What an agreement is called."""
    if value is None:
        return "无法计算"
    return next((words for least, words in WORDS if value >= least), "低于随机")


def _beyond(agreed: float, by_chance: float) -> float | None:
    return None if by_chance >= 1.0 else (agreed - by_chance) / (1.0 - by_chance)
