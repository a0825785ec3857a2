"""When the marks of an essay make its points: two markers, and a third where they differ too much. No database."""

from __future__ import annotations

from collections.abc import Sequence

MARKERS = 2
MOST = 3


def points_of(marks: Sequence[float], of: float, difference: int) -> float | None:
    """The points of an essay by its marks in the order of their markers; None while a marker is missing.

    Two that differ by no more than `difference` percent of what it is worth (`of`) make their mean. Else a third marks,
    and the two nearest make it; of two equally near pairs the higher, in favour of who wrote it.
    """
    if len(marks) < MARKERS:
        return None
    if len(marks) == MARKERS:
        first, second = marks
        return _mean(first, second) if abs(first - second) <= of * difference / 100 + 1e-9 else None
    low, middle, high = sorted(marks[:MOST])
    return _mean(low, middle) if middle - low < high - middle - 1e-9 else _mean(middle, high)


def _mean(one: float, other: float) -> float:
    return round((one + other) / 2, 2)
