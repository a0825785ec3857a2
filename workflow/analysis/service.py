"""Pages of analysis for whoever looks: each block counted within his rights, narrowed by what was clicked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pydantic

from cti.base.clock import Clock
from cti.base.refusal import Invalid, NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.api import PeriodQuery, period_of, where_of
from cti.office.figures.rights import READ
from cti.office.reports.table import ReportTable, Told, foresee_table, table_of
from cti.office.screens import Choice
from workflow.analysis.description import LIVE, AnalysisPage, Block
from workflow.analysis.files import FOLDER, SHIPPED, read_pages

ALWAYS_DAYS = 3650
MOST_CHOICES = 500


class BlockQuery(PeriodQuery):
    """The period of the page; `where` is JSON of values by axis."""

    period: str = pydantic.Field(default="", max_length=20)
    where: str = pydantic.Field(default="", max_length=1000)


class BlockShown(pydantic.BaseModel):
    """A block's table; `query` is the period in whose words the rows behind its numbers are asked for, `at` when it was
    counted."""

    table: ReportTable
    query: dict[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class PageCounted:
    """A whole page: its blocks with their tables, the period in words, and what it is narrowed by in words."""

    page: AnalysisPage
    blocks: list[tuple[Block, ReportTable]]
    period: str
    narrowed: dict[str, str]


class Analysis:
    """The service."""

    def __init__(self, figures: Figures, clock: Clock, data: Path) -> None:
        self.figures, self._clock, self._own = figures, clock, data / FOLDER
        self._pages: dict[str, AnalysisPage] = {}

    async def read(self) -> None:
        """Take the files. DocumentError."""
        self._pages = await asyncio.to_thread(read_pages, SHIPPED, self._own)

    def pages(self, visitor: Visitor) -> list[AnalysisPage]:
        """Those on which there is a figure that the visitor may count; blocks without one are left out."""
        visitor.need(READ)
        his = {one.name for one in self.figures.all(visitor)}
        found = []
        for page in self._pages.values():
            blocks = tuple(one for one in page.blocks if one.chart in LIVE or not his.isdisjoint(one.figures))
            if any(one.chart not in LIVE for one in blocks):
                found.append(page.model_copy(update={"blocks": blocks}))
        return found

    async def block(
        self, visitor: Visitor, page: str, name: str, query: BlockQuery, told: Told | None = None
    ) -> BlockShown:
        """One block of a page; `told` hears how many of its figures are counted. NotFound; Invalid for a period or a
        condition that the page does not have."""
        described = self._page(visitor, page)
        block = next((one for one in described.blocks if one.block == name and one.chart not in LIVE), None)
        if block is None:
            raise NotFound("no_block", "没有这项统计")
        return await self._counted(visitor, described, block, query, self._narrowed(described, query), told)

    async def choices(self, visitor: Visitor, page: str, axis: str, query: PeriodQuery) -> list[Choice]:
        """The values of an axis that occur in the period on the page, by their words."""
        described = self._page(visitor, page)
        facts = described.facts.get(axis)
        if facts is None:
            raise NotFound("no_axis", "本页没有这个筛选条件")
        found: dict[str, str] = {}
        period = self._period(described, "page", query)[0]
        asked: set[tuple[str, str]] = set()
        for name in dict.fromkeys(name for block in described.blocks for name in block.figures):
            file = next((one for one in self.figures.all(visitor) if one.name == name), None)
            fact = next((one for one in facts if file and one in self.figures.splits([file.head])), None)
            # One figure for each source and fact tells enough: which values there are.
            if file is None or fact is None or (file.head.source, fact) in asked:
                continue
            asked.add((file.head.source, fact))
            for cell in (await self.figures.counted(visitor, file, period, [fact])).cells:
                if cell.by[0]:
                    found.setdefault(cell.by[0], cell.titles[0])
        ordered = sorted(found.items(), key=lambda one: one[1])
        return [Choice(value=value, title=title) for value, title in ordered[:MOST_CHOICES]]

    async def whole(self, visitor: Visitor, page: str, query: BlockQuery) -> PageCounted:
        """All blocks of a page but those of what is now, figures of the whole compared. NotFound, Invalid."""
        described = self._page(visitor, page)
        where = self._narrowed(described, query)
        counted: list[tuple[Block, ReportTable]] = []
        for block in described.blocks:
            if block.chart not in LIVE:
                compared = block.model_copy(update={"compare": block.compare or not block.by})
                counted.append((block, (await self._counted(visitor, described, compared, query, where)).table))
        words = {}
        for axis in (one for one in described.axes if one.axis in where):
            titles = {one.value: one.title for one in await self.choices(visitor, page, axis.axis, query)}
            words[axis.title] = titles.get(where[axis.axis], where[axis.axis])
        return PageCounted(described, counted, self._period(described, "page", query)[0].title, words)

    def foresee(self, visitor: Visitor) -> None:
        """Have the days kept of what stands on the visitor's pages as they are opened: not narrowed, with their own
        periods."""
        for page in self.pages(visitor):
            for block in page.blocks:
                if block.chart not in LIVE:
                    period, _ = self._period(page, block.over, PeriodQuery(period=""))
                    foresee_table(
                        self.figures, visitor, block.figures, block.by, period, compare=block.compare, axes=page.facts
                    )

    def _narrowed(self, described: AnalysisPage, query: BlockQuery) -> dict[str, str]:
        where = where_of(query.where)
        if unknown := sorted(where.keys() - described.facts.keys()):
            raise Invalid("bad_where", f"本页不能按“{unknown[0]}”筛选", "where")
        return where

    async def _counted(
        self,
        visitor: Visitor,
        page: AnalysisPage,
        block: Block,
        query: PeriodQuery,
        where: Mapping[str, str],
        told: Told | None = None,
    ) -> BlockShown:
        period, said = self._period(page, block.over, query)
        table = await table_of(
            self.figures, visitor, block.figures, block.by, period, where=where, compare=block.compare,
            axes=page.facts, told=told,
        )  # fmt: skip
        return BlockShown(table=table, query=said, at=self._clock.wall())

    def _page(self, visitor: Visitor, name: str) -> AnalysisPage:
        found = next((one for one in self.pages(visitor) if one.page == name), None)
        if found is None:
            raise NotFound("no_page", "没有这个分析页面")
        return found

    def _period(self, page: AnalysisPage, over: str, query: PeriodQuery) -> tuple[Period, dict[str, str]]:
        if over == "page":
            name = query.period or page.period
            said = {key: str(value) for key in ("day", "since", "until") if (value := getattr(query, key))}
            return period_of(self.figures, name, query.day, query.since, query.until), {"period": name, **said}
        if over == "today":
            return self.figures.period("today"), {"period": "today"}
        found = over_period(over, self._clock.wall())
        return found, {"period": "own", "since": found.first.isoformat(), "until": found.last.isoformat()}


def over_period(over: str, now: datetime) -> Period:
    """Today, the last seven days, the last twelve months, or all time until today."""
    today = now.astimezone(ZONE).date()
    match over:
        case "today":
            return Period("day", today, today)
        case "week":
            return Period("own", today - timedelta(days=6), today)
        case "year":
            return Period("own", _months_before(today, 11), today)
        case _:
            return Period("own", today - timedelta(days=ALWAYS_DAYS), today)


def _months_before(today: date, count: int) -> date:
    """The first day of the month that lies so many months back."""
    months = today.year * 12 + today.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
