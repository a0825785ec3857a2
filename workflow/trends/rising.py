"""When something is told far more often within an hour than it usually is at this time of day.

Pure. What is usual are the same hours of the days before that were days of the same sort (work or rest). A rise begins
when the last hour has at least `LEAST`, half as much again as the most of those days, and so many that chance alone
brings as many once in `1 / CHANCE` hours; it is over when the hour has no more than the most of those days.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5
BEYOND = 1.5
CHANCE = 1e-5
FLOOR = 0.25
"""An hour's mean of what is hardly ever told: five of it are not chance."""
DAYS = 28
"""Days before that are looked at."""


@dataclass(frozen=True, slots=True)
class Usual:
    """Of the same hour on the days before: the mean, and the most."""

    mean: float
    most: int

    @classmethod
    def of(cls, counts: Sequence[int]) -> Usual:
        """One count a day; without any it is as if nothing had ever been told."""
        return cls(sum(counts) / len(counts), max(counts)) if counts else cls(0.0, 0)


def rises(count: int, usual: Usual) -> bool:
    """Whether a rise begins with so many in the last hour."""
    return count >= LEAST and count >= BEYOND * usual.most and chance_of(count, max(usual.mean, FLOOR)) < CHANCE


def is_over(count: int, usual: Usual) -> bool:
    """Whether a rise that began is over."""
    return count <= max(usual.most, LEAST - 2)


def chance_of(count: int, mean: float) -> float:
    """That a Poisson variable of this mean is `count` or more."""
    if count <= 0:
        return 1.0
    # The terms from `count` on: summing those below and subtracting would lose what is small.
    term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    total, number = 0.0, count
    while term > total * 1e-12:
        total += term
        number += 1
        term *= mean / number
        if number > count + 10_000:
            break
    return min(total, 1.0)
