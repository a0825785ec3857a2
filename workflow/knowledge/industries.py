"""Pages by industry (行业库): what a reader finds under one and below it, by category, department, age and use."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import pydantic
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Route
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.office.references import ORGANISATIONS
from cti.office.screens import Screen
from cti.office.sharing.rule import within
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE, Industries
from workflow.knowledge.menu import READING
from workflow.knowledge.models import CategoryRow, IndustryRow, PublishedRow, UseRow

PAGES = f"{BASE}/industry_pages"
MOST_LISTED, MOST_ARTICLES = 30, 10
USED_DAYS = 30
"""Of so many days is what is read most."""


class Counted(pydantic.BaseModel):
    """A category, department or industry below, and how many articles it has here."""

    id: str
    title: str
    count: int


class Industry(Counted):
    """An industry of the tree; `parent` is empty for one at its top."""

    parent: str


class IndustryArticle(pydantic.BaseModel):
    """An article of the page; `times` is how often it was read and cited lately."""

    id: str
    title: str
    summary: str
    unit: str
    published_at: datetime
    times: int = 0


class IndustryPage(pydantic.BaseModel):
    """All of one industry; `above` leads to it, the top first."""

    id: str
    title: str
    count: int
    above: list[Counted]
    below: list[Counted]
    categories: list[Counted]
    units: list[Counted]
    newest: list[IndustryArticle]
    most_read: list[IndustryArticle]


class IndustryPages:
    """Answers them, each within what the visitor reads."""

    def __init__(self, office: Office, industries: Industries) -> None:
        self._office, self._industries = office, industries

    async def all(self, visitor: Visitor) -> list[Industry]:
        """The industries in use, in their order, each with how many articles it and those below it have."""
        visitor.need(rules.SEE)
        async with self._office.store.reading() as session:
            rows = await self._rows(session, visitor)
            counts = await self._counts(session, visitor)
        return [
            Industry(id=one.id, title=one.name, parent=one.parent or "", count=_with_below(one, rows, counts))
            for one in rows
        ]

    async def one(self, visitor: Visitor, id: str) -> IndustryPage:
        """The page of one. NotFound for one that is not there, or switched off."""
        visitor.need(rules.SEE)
        async with self._office.store.reading() as session:
            rows = {one.id: one for one in await self._rows(session, visitor)}
            if (row := rows.get(id)) is None:
                raise NotFound("no_industry", "没有这个行业，或已停用")
            counts = await self._counts(session, visitor)
            inside = [one for one in rows.values() if one is row or id in one.line.split("/")]
            limits = PublishedRow.industry.in_([one.id for one in inside]), within(rules.reading(visitor))
            above = [rows[one] for one in row.line.split("/") if one in rows]
            counted = {one.id: _with_below(one, [*rows.values()], counts) for one in (row, *above, *inside)}
            return IndustryPage(
                id=id, title=row.name, count=counted[id], above=[_said(one, counted) for one in above],
                below=[_said(one, counted) for one in inside if one.parent == id],
                categories=await self._categories(session, limits), units=await self._units(session, visitor, limits),
                newest=await self._newest(session, visitor, limits),
                most_read=await self._used(session, visitor, limits),
            )  # fmt: skip

    async def _rows(self, session: AsyncSession, visitor: Visitor) -> Sequence[IndustryRow]:
        there = IndustryRow.removed_at.is_(None), IndustryRow.off.is_(False), *self._industries.readable(visitor)
        return (await session.scalars(select(IndustryRow).where(*there).order_by(IndustryRow.place))).all()

    @staticmethod
    async def _counts(session: AsyncSession, visitor: Visitor) -> dict[str, int]:
        wanted = select(PublishedRow.industry, func.count()).where(
            PublishedRow.industry != "", within(rules.reading(visitor))
        )
        return dict((await session.execute(wanted.group_by(PublishedRow.industry))).tuples().all())

    @staticmethod
    async def _categories(session: AsyncSession, limits: Collection[ColumnElement[bool]]) -> list[Counted]:
        count = func.count().label("count")
        wanted = (
            select(CategoryRow.id, CategoryRow.path, count)
            .join(PublishedRow, PublishedRow.category == CategoryRow.id)
            .where(*limits)
            .group_by(CategoryRow.id, CategoryRow.path)
            .order_by(count.desc(), CategoryRow.path)
        )
        rows = (await session.execute(wanted.limit(MOST_LISTED))).tuples()
        return [Counted(id=id, title=path, count=found) for id, path, found in rows]

    @staticmethod
    async def _units(session: AsyncSession, visitor: Visitor, limits: Collection[ColumnElement[bool]]) -> list[Counted]:
        count = func.count().label("count")
        wanted = select(PublishedRow.unit, count).where(PublishedRow.unit != "", *limits)
        ordered = wanted.group_by(PublishedRow.unit).order_by(count.desc(), PublishedRow.unit).limit(MOST_LISTED)
        rows = (await session.execute(ordered)).tuples().all()
        titles = await ORGANISATIONS.titles(session, visitor, {unit for unit, _ in rows})
        return [Counted(id=unit, title=titles.get(unit, unit), count=found) for unit, found in rows]

    @staticmethod
    async def _newest(
        session: AsyncSession, visitor: Visitor, limits: Collection[ColumnElement[bool]]
    ) -> list[IndustryArticle]:
        wanted = select(PublishedRow).where(*limits).order_by(PublishedRow.published_at.desc(), PublishedRow.id)
        return await _articles(session, visitor, (await session.scalars(wanted.limit(MOST_ARTICLES))).all(), {})

    async def _used(
        self, session: AsyncSession, visitor: Visitor, limits: Collection[ColumnElement[bool]]
    ) -> list[IndustryArticle]:
        since, times = self._office.clock.wall() - timedelta(days=USED_DAYS), func.sum(UseRow.times)
        wanted = (
            select(UseRow.article, times)
            .join(PublishedRow, PublishedRow.id == UseRow.article)
            .where(UseRow.at >= since, or_(UseRow.what == "viewed", UseRow.what == "cited"), *limits)
            .group_by(UseRow.article)
            .order_by(times.desc(), UseRow.article)
        )
        used = {id: int(found) for id, found in (await session.execute(wanted.limit(MOST_ARTICLES))).tuples()}
        rows = {one.id: one for one in await session.scalars(select(PublishedRow).where(PublishedRow.id.in_(used)))}
        return await _articles(session, visitor, [rows[id] for id in used], used)


def _with_below(one: IndustryRow, rows: Sequence[IndustryRow], counts: dict[str, int]) -> int:
    below = (row.id for row in rows if one.id in row.line.split("/"))
    return counts.get(one.id, 0) + sum(counts.get(id, 0) for id in below)


def _said(one: IndustryRow, counted: dict[str, int]) -> Counted:
    return Counted(id=one.id, title=one.name, count=counted[one.id])


async def _articles(
    session: AsyncSession, visitor: Visitor, rows: Sequence[PublishedRow], times: dict[str, int]
) -> list[IndustryArticle]:
    units = await ORGANISATIONS.titles(session, visitor, {one.unit for one in rows})
    return [
        IndustryArticle(
            id=one.id, title=one.title, summary=one.summary, unit=units.get(one.unit, ""),
            published_at=one.published_at, times=times.get(one.id, 0),
        )
        for one in rows
    ]  # fmt: skip


def routes(pages: IndustryPages) -> list[Route]:
    """All industries, and the page of one."""

    async def every(visitor: Visitor) -> list[Industry]:
        return await pages.all(visitor)

    async def one(visitor: Visitor, id: str) -> IndustryPage:
        return await pages.one(visitor, id)

    return [
        Route("GET", PAGES, every, rules.SEE, "行业库"),
        Route("GET", f"{PAGES}/{{id}}", one, rules.SEE, "一个行业的知识"),
    ]


INDUSTRY_SCREENS = (
    Screen(
        name="knowledge_industry_pages", title="行业库", group=READING, icon="building-2", order=12,
        permission=rules.SEE, kind="component", component="knowledge/IndustryPage",
    ),
)  # fmt: skip
