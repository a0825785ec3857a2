"""A tile for each figure that somebody may count: whoever arranges a page puts it there, and no module wrote it."""

from __future__ import annotations

from cti.base.visitor import Visitor
from cti.office.figures.definition import UNITS
from cti.office.figures.periods import NAMES
from cti.office.figures.rights import READ
from cti.office.figures.service import Figures
from cti.office.screens import Figure, Tile

PERIODS = ("today", "this_month", "last_month")
ORDER = 900
"""Behind the tiles of modules."""
FRESH = 300
"""Seconds until it is counted again while somebody looks."""


def tiles_of(figures: Figures, visitor: Visitor) -> list[Tile]:
    """A tile for each published figure, for who may read figures."""
    if not visitor.may(READ):
        return []
    return [
        Tile(
            name=f"figure_{one.name}",
            title=f"指标：{one.title}（{UNITS[one.head.unit]}）",
            order=ORDER,
            permission=READ,
            figures=tuple(
                Figure(
                    title=NAMES[period], source=f"/api/figures/{one.name}/value?period={period}", key="total.now.value"
                )
                for period in PERIODS
            ),
            every=FRESH,
            home=False,
        )
        for one in figures.all(visitor)
    ]
