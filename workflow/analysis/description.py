"""A page of analysis as its file says it: which figures stand on it, split by what, drawn how, narrowed by what."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import pydantic

from cti.base.files.parts import Name, Part, Variable
from cti.office.figures.service import MOST_SPLITS
from cti.office.reports.service import PeriodName

Over = Literal["page", "today", "week", "year", "always"]
"""Over which period a block is counted: that of the page, today, the last seven days, twelve months, or all time."""
Chart = Literal["numbers", "ranking", "bar", "line", "pie", "table", "live_calls", "live_seats"]
LIVE = ("live_calls", "live_seats")
"""Blocks that show what is now, from the live board; they count nothing."""


class Axis(Part):
    """What a page is narrowed by, and its charts are split by: `facts` are its names in the sources."""

    axis: Variable
    title: str = pydantic.Field(max_length=20)
    facts: tuple[Variable, ...] = pydantic.Field(min_length=1)


class Block(Part):
    """Figures side by side, with a line for each group.

    `by` names axes of the page, facts, or steps of time. A click on what is split by an axis narrows the whole page.
    `most` groups are drawn, the largest first; the table has all. `width` is in quarters of the page.
    """

    block: Name
    title: str = pydantic.Field(max_length=40)
    about: str = pydantic.Field(default="", max_length=120)
    figures: tuple[Name, ...] = pydantic.Field(default=(), max_length=12)
    by: tuple[Variable, ...] = pydantic.Field(default=(), max_length=MOST_SPLITS)
    chart: Chart = "bar"
    over: Over = "page"
    most: Annotated[int, pydantic.Field(ge=3, le=60)] = 12
    width: Literal[1, 2, 3, 4] = 2
    compare: bool = False

    @pydantic.model_validator(mode="after")
    def _is_whole(self) -> Block:
        if (self.chart in LIVE) == bool(self.figures):
            raise ValueError(f"block {self.block}: has figures, unless it shows what is now")
        if self.chart in ("ranking", "bar", "line", "pie") and not self.by:
            raise ValueError(f"block {self.block}: a {self.chart} is split by something")
        if self.chart == "numbers" and self.by:
            raise ValueError(f"block {self.block}: numbers are of the whole")
        return self


class AnalysisPage(Part):
    """The whole file. `order` is the place of its tab; `period` what is shown at first."""

    WORD: ClassVar[str] = "page"

    page: Name
    title: str = pydantic.Field(max_length=20)
    about: str = pydantic.Field(default="", max_length=200)
    order: int = 50
    period: PeriodName = "this_month"
    axes: tuple[Axis, ...] = ()
    blocks: tuple[Block, ...] = pydantic.Field(min_length=1, max_length=20)

    @pydantic.model_validator(mode="after")
    def _names_once(self) -> AnalysisPage:
        for names in ([one.axis for one in self.axes], [one.block for one in self.blocks]):
            if twice := next((one for one in names if names.count(one) > 1), ""):
                raise ValueError(f"page {self.page}: {twice} stands there twice")
        return self

    @property
    def facts(self) -> dict[str, tuple[str, ...]]:
        """The facts of each axis, by its name."""
        return {one.axis: one.facts for one in self.axes}
