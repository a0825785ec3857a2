"""Statistics of the knowledge base as pages show them, and each department's figures for whoever judges its work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pydantic
from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Page
from cti.base.refusal import NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.api import PeriodQuery, period_of
from cti.office.identity import regions
from cti.office.identity.directory import load_organisations
from cti.office.records import Office
from cti.office.references import ORGANISATIONS
from cti.office.reports.table import ReportTable, table_of
from cti.office.screens import Choice, form
from workflow.knowledge.asking.models import CorrectionRow
from workflow.knowledge.models import ArticleRow, CategoryRow, PublishedRow
from workflow.knowledge.rules import STATISTICS
from workflow.knowledge.service import Articles
from workflow.knowledge.statistics.pages import PAGES, Block

ALWAYS_DAYS = 3650
HALF_YEAR_MONTHS = 5
"""Whole months before this one that a half year's trend shows."""
REASONS = {
    "mending": "有纠错未处理", "review": "修改后等待审核", "draft": "修改后没有提交", "overdue": "逾期未确认",
    "unasked": "没有确认策略，无人过问", "confirmed": "按期确认，内容不需变更",
}  # fmt: skip
OPEN = ("review", "mending")


class BlockQuery(PeriodQuery):
    """The period of the page, and a region to narrow to."""

    region: str = pydantic.Field(default="", max_length=6)


class IdleQuery(Page):
    """Articles whose edition is so many days old."""

    days: int = pydantic.Field(default=180, ge=1, le=3650, title="多少天没有更新")
    region: str = pydantic.Field(default="", max_length=6)
    unit: str = pydantic.Field(default="", max_length=40)
    reason: str = pydantic.Field(default="", max_length=12)


class IdleArticle(pydantic.BaseModel):
    """An article that was not updated for long: since when, why, and who is responsible."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    number: str = pydantic.Field(title="知识编号")
    title: str = pydantic.Field(title="标题")
    category: str = pydantic.Field(title="归口")
    unit: str = pydantic.Field(title="责任单位")
    region: str = pydantic.Field(title="地区")
    since: datetime = pydantic.Field(title="最近更新")
    days: int = pydantic.Field(title="天数")
    reason: str = pydantic.Field(title="原因", json_schema_extra=form(options=REASONS))


class IdlePage(pydantic.BaseModel):
    """A page of them; `reasons` counts all, whatever reason is asked for."""

    items: list[IdleArticle]
    total: int
    page: int
    size: int
    reasons: dict[str, int]


class BlockShown(pydantic.BaseModel):
    """A block's table, and the period in whose words the rows behind its numbers are asked for."""

    table: ReportTable
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A department's upkeep of the knowledge base in a period: values by figure, None where nothing is counted."""

    unit: str
    title: str
    values: dict[str, float | None]


class KnowledgeStatistics:
    """The service; counts what the visitor may count."""

    def __init__(self, office: Office, figures: Figures, articles: Articles) -> None:
        self._office, self._figures, self._articles = office, figures, articles

    async def block(self, visitor: Visitor, page: str, name: str, query: BlockQuery) -> BlockShown:
        """One block of a page. NotFound."""
        visitor.need(STATISTICS)
        block = next((one for a in PAGES if a.name == page for one in a.blocks if one.name == name), None)
        if block is None:
            raise NotFound("no_block", "没有这项统计")
        period, said = self._period(block, query)
        where = {block.region: query.region} if query.region else {}
        found = await table_of(self._figures, visitor, block.figures, block.by, period, where=where)
        return BlockShown(table=found, query=said)

    def _period(self, block: Block, query: PeriodQuery) -> tuple[Period, dict[str, str]]:
        if block.over == "period":
            said = {key: str(value) for key in ("period", "day", "since", "until") if (value := getattr(query, key))}
            return period_of(self._figures, query.period, query.day, query.since, query.until), said
        return self._since(ALWAYS_DAYS if block.over == "always" else None)

    def _since(self, days: int | None) -> tuple[Period, dict[str, str]]:
        """The last so many days until today; without a number half a year."""
        today = self._office.clock.wall().astimezone(ZONE).date()
        since = _months_before(today) if days is None else today - timedelta(days=days)
        return Period("own", since, today), {"period": "own", "since": since.isoformat(), "until": today.isoformat()}

    async def regions(self, visitor: Visitor) -> list[Choice]:
        """Regions to narrow to: those of the units that the visitor's figures reach."""
        visitor.need(STATISTICS)
        reach = visitor.reach(STATISTICS)
        async with self._office.store.reading() as session:
            known = [one for one in (await load_organisations(session)).values() if not one.closed]
        codes = {one.region for one in known if reach.covers(one.name, one.region)}
        return [Choice(value=code, title=_title(code, codes)) for code in sorted(codes)]

    # ── what is seldom updated ───────────────────────────────────────────────────────────────────────────────────

    async def idle(self, visitor: Visitor, query: IdleQuery) -> IdlePage:
        """Published articles that nobody has updated for long, the longest first, with reason and department."""
        visitor.need(STATISTICS)
        now = self._office.clock.wall()
        limits = [
            *self._articles.readable(visitor, STATISTICS), ArticleRow.state == "live", ArticleRow.removed_at.is_(None),
            PublishedRow.published_at <= now - timedelta(days=query.days),
        ]  # fmt: skip
        for key in ("region", "unit"):
            if value := getattr(query, key):
                limits.append(getattr(ArticleRow, key) == value)
        reason = _reason()
        rows = select(ArticleRow, PublishedRow.published_at, reason).join(
            PublishedRow, PublishedRow.id == ArticleRow.id
        ).where(*limits)  # fmt: skip
        narrowed = rows.where(reason == query.reason) if query.reason else rows
        async with self._office.store.reading() as session:
            counted = rows.with_only_columns(reason.label("reason")).subquery()
            tally = select(counted.c.reason, func.count()).group_by(counted.c.reason)
            reasons = dict((await session.execute(tally)).tuples().all())
            items = await self._lines(session, visitor, narrowed, query, now)
        total = reasons.get(query.reason, 0) if query.reason else sum(reasons.values())
        return IdlePage(items=items, total=total, page=query.page, size=query.size, reasons=reasons)

    async def _lines(
        self,
        session: AsyncSession,
        visitor: Visitor,
        wanted: Select[tuple[ArticleRow, datetime, str]],
        query: IdleQuery,
        now: datetime,
    ) -> list[IdleArticle]:
        ordered = wanted.order_by(PublishedRow.published_at, ArticleRow.id)
        page = ordered.offset((query.page - 1) * query.size).limit(query.size)
        rows = (await session.execute(page)).tuples().all()
        units = await ORGANISATIONS.titles(session, visitor, {row.unit for row, _, _ in rows})
        paths = select(CategoryRow.id, CategoryRow.path).where(CategoryRow.id.in_({row.category for row, _, _ in rows}))
        categories = dict((await session.execute(paths)).tuples().all())
        return [
            IdleArticle(
                id=row.id, number=row.number, title=row.title, category=categories.get(row.category, ""),
                unit=units.get(row.unit, row.unit), region=regions.title_of(row.region), since=since,
                days=(now - since).days, reason=reason,
            )
            for row, since, reason in rows
        ]  # fmt: skip

    # ── for others ───────────────────────────────────────────────────────────────────────────────────────────────

    async def of_units(self, visitor: Visitor, period: Period | str) -> list[UnitFigures]:
        """What performance (绩效考核) counts of each department: the figures of 采编维护统计 that units have.

        What stands there over all time, such as how much is confirmed, is as it is now, whatever the period.
        """
        visitor.need(STATISTICS)
        upkeep = next(page for page in PAGES if page.name == "upkeep")
        whole, _ = self._since(ALWAYS_DAYS)
        names = {
            name: whole if one.over == "always" else period
            for one in upkeep.blocks if one.by == ("unit",) for name in one.figures
        }  # fmt: skip
        found: dict[str, dict[str, float | None]] = {}
        titles: dict[str, str] = {}
        for name, of in names.items():
            for cell in (await self._figures.value(visitor, name, of, ["unit"])).cells:
                (unit,) = cell.by
                titles[unit] = cell.titles[0]
                found.setdefault(unit, dict.fromkeys(names))[name] = cell.now.value
        return [UnitFigures(unit, titles[unit], values) for unit, values in sorted(found.items()) if unit]


def _title(code: str, codes: Collection[str]) -> str:
    """A region that others of them lie in counts without these."""
    holds = any(one != code and regions.is_within(one, code) for one in codes)
    return f"{regions.title_of(code) or code}{'（本级）' if holds else ''}"


def _reason() -> ColumnElement[str]:
    """Why an article was not updated: what its department has to do first."""
    corrected = select(CorrectionRow.id).where(
        CorrectionRow.article == ArticleRow.id, CorrectionRow.stage.in_(OPEN), CorrectionRow.removed_at.is_(None)
    )
    return case(
        (corrected.exists(), "mending"),
        (ArticleRow.stage == "review", "review"),
        (ArticleRow.stage == "draft", "draft"),
        (PublishedRow.overdue.is_(True), "overdue"),
        (ArticleRow.confirm_by.is_(None), "unasked"),
        else_="confirmed",
    )


def _months_before(today: date) -> date:
    month = today.year * 12 + today.month - 1 - HALF_YEAR_MONTHS
    return date(month // 12, month % 12 + 1, 1)
