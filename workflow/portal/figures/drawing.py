"""Bars of a chart as a page draws them without a script: places and heights in the picture's own units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.portal.figures.counting import Share

WIDE, HIGH = 600, 160
GAP = 0.25


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the bottom; `hidden` is one whose count is not told."""

    x: float
    y: float
    wide: float
    high: float
    hidden: bool
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side; `most` is the count of the highest."""

    bars: tuple[Bar, ...]
    most: int


def bars_of(shares: Sequence[Share]) -> Chart:
    """Draw them; what is hidden is a thin line at the bottom."""
    most = max((one.count or 0 for one in shares), default=0)
    step = WIDE / max(1, len(shares))
    found = []
    for at, one in enumerate(shares):
        high = 2.0 if one.count is None else round(HIGH * one.count / max(1, most), 1)
        words = "数量过少" if one.count is None else f"{one.count} 件"
        found.append(
            Bar(
                round(step * (at + GAP / 2), 1), round(HIGH - high, 1), round(step * (1 - GAP), 1), high,
                one.count is None, one.title, words,
            )
        )  # fmt: skip
    return Chart(tuple(found), most)


def parts_of(shares: Sequence[Share]) -> list[tuple[Share, int]]:
    """Each with its part of the greatest, in percent."""
    most = max((one.count or 0 for one in shares), default=0) or 1
    return [(one, round(100 * (one.count or 0) / most)) for one in shares]
