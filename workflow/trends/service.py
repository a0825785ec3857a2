"""Matters as people read them: counted within a visitor's reach, named, joined, and tickets set apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Paged
from cti.base.refusal import Conflict, NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.regions import titles
from cti.office.records import Office
from cti.office.screens import Choice
from cti.store.listing import Listed, listed
from workflow.trends.models import MatterNameRow, MatterTicketRow
from workflow.trends.rules import HANDLE, SEE, limits_of
from workflow.trends.views import (
    DayCount,
    Joined,
    MatterName,
    MatterPage,
    MatterQuery,
    MatterTicketView,
    MatterView,
)

PERIOD = timedelta(days=7)
DAYS_SHOWN = 60
PLACES = 3
CHOICES = 30


class Matters:
    """Matters of rows of a table, whose `item` is what each is about: the id of a ticket, or of a call."""

    row: ClassVar[Any]
    items: ClassVar[str]
    """What is counted, in words that stand behind a number."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def item(self) -> Any:
        """The column with what a row is about."""
        raise NotImplementedError

    async def matters(self, visitor: Visitor, query: MatterQuery) -> Paged[MatterView]:
        """A page of those told at least so often in the period, those told most first."""
        limits = self._limits(visitor, SEE)
        until = query.until or self._office.clock.wall() + timedelta(seconds=1)
        since = query.since or until - PERIOD
        now = case((self.row.at >= since, 1), else_=0)
        count, before = func.sum(now), func.sum(1 - now)
        order = {"-count": count, "-grown": count - before, "-last_at": func.max(self.row.at)}[query.sort]
        wanted = (
            select(self.row.matter, count, before)
            .where(*limits, self.row.at >= since - (until - since), self.row.at < until)
            .group_by(self.row.matter)
            .having(count >= query.least)
        )
        if query.search:
            like = self.row.title.contains(query.search, autoescape=True)
            named = select(MatterNameRow.matter).where(MatterNameRow.name.contains(query.search, autoescape=True))
            about = select(self.row.matter).where(*limits, like, self.row.at >= since, self.row.at < until)
            wanted = wanted.where(self.row.matter.in_(about) | self.row.matter.in_(named))
        async with self._office.store.reading() as session:
            total = await session.scalar(select(func.count()).select_from(wanted.subquery()))
            page = wanted.order_by(order.desc(), self.row.matter.desc())
            page = page.offset((query.page - 1) * query.size).limit(query.size)
            counts = {id: (int(new), int(old)) for id, new, old in (await session.execute(page)).tuples()}
            items = await self._views(session, limits, counts)
        return Paged(items=items, total=total or 0, page=query.page, size=query.size)

    async def matter(self, visitor: Visitor, id: str) -> MatterPage:
        """One with its days. NotFound for one of which the visitor may read no ticket."""
        limits = self._limits(visitor, SEE)
        now = self._office.clock.wall()
        async with self._office.store.reading() as session:
            moments = list(await session.scalars(select(self.row.at).where(*limits, self.row.matter == id)))
            if not moments:
                raise NotFound("no_matter", "没有这个热点事项")
            new = sum(at >= now - PERIOD for at in moments)
            old = sum(now - 2 * PERIOD <= at < now - PERIOD for at in moments)
            [view] = await self._views(session, limits, {id: (new, old)})
        return MatterPage(**view.model_dump(), days=_days(moments, now))

    async def _page(self, visitor: Visitor, id: str, page: int, size: int) -> Listed[Any]:
        """The rows about one, the newest first. NotFound."""
        limits = [*self._limits(visitor, SEE), self.row.matter == id]
        order: list[ColumnElement[Any]] = [self.row.at.desc(), self.item.desc()]
        async with self._office.store.reading() as session:
            found: Listed[Any] = await listed(session, self.row, limits, order, page, size)
        if not found.total:
            raise NotFound("no_matter", "没有这个热点事项")
        return found

    async def choices(self, visitor: Visitor, but: str = "") -> list[Choice]:
        """The matters told most in the last sixty days: one of them another is a part of."""
        now = self._office.clock.wall()
        query = MatterQuery.model_validate({"size": CHOICES, "least": 1, "from": now - timedelta(days=DAYS_SHOWN)})
        found = await self.matters(visitor, query)
        return [
            Choice(value=one.id, title=f"{one.title}（{one.count} {self.items}）")
            for one in found.items
            if one.id != but
        ]  # fmt: skip

    async def name(self, visitor: Visitor, id: str, body: MatterName) -> None:
        """Call a matter something. NotFound."""
        async with self._office.store.writing() as session:
            await self._need(session, visitor, id)
            row = await session.get(MatterNameRow, id)
            before = {"name": row.name} if row is not None else None
            await session.merge(MatterNameRow(matter=id, name=body.name))
            await self._office.audit.write(
                session, visitor, "trend_matter.named", f"trend_matter:{id}", before=before, after={"name": body.name}
            )

    async def join(self, visitor: Visitor, id: str, body: Joined) -> None:
        """Make all tickets about one matter tickets about another. NotFound, Conflict."""
        if body.matter == id:
            raise Conflict("itself", "不能并入自身", "matter")
        async with self._office.store.writing() as session:
            await self._need(session, visitor, id)
            await self._need(session, visitor, body.matter)
            theirs = [*self._limits(visitor, HANDLE), self.row.matter == id]
            await session.execute(update(self.row).where(*theirs).values(matter=body.matter, by_hand=True))
            await self._office.audit.write(
                session, visitor, "trend_matter.joined", f"trend_matter:{id}", after={"matter": body.matter}
            )

    async def set_apart(self, visitor: Visitor, item: str) -> None:
        """It is about something else: from now on it is a matter of its own. NotFound, Conflict."""
        async with self._office.store.writing() as session:
            row = await session.scalar(select(self.row).where(self.item == item, *self._limits(visitor, HANDLE)))
            if row is None:
                raise NotFound("no_item", "没有这张工单或这通电话")
            if row.matter == item:
                raise Conflict("first", "这是该事项的第一条，请移出其他的")
            before = {"matter": row.matter}
            row.matter, row.by_hand = item, True
            await self._office.audit.write(
                session, visitor, "trend_matter.parted", f"trend_matter:{item}", before=before,
                after={"matter": item},
            )  # fmt: skip

    def _limits(self, visitor: Visitor, permission: str) -> list[ColumnElement[bool]]:
        return limits_of(visitor, permission, self.row)

    async def _need(self, session: AsyncSession, visitor: Visitor, id: str) -> None:
        wanted = select(self.item).where(self.row.matter == id, *self._limits(visitor, HANDLE)).limit(1)
        if await session.scalar(wanted) is None:
            raise NotFound("no_matter", "没有这个热点事项", "matter")

    async def _views(
        self, session: AsyncSession, limits: Sequence[ColumnElement[bool]], counts: Mapping[str, tuple[int, int]]
    ) -> list[MatterView]:
        """In the order of `counts`: title of the first ticket that the visitor reaches, unless a person named it."""
        row = self.row
        within = [*limits, row.matter.in_(counts)]
        spans = select(row.matter, func.min(row.at), func.max(row.at)).where(*within).group_by(row.matter)
        places = select(row.matter, row.place, func.count()).where(*within).group_by(row.matter, row.place)
        number = func.row_number().over(partition_by=row.matter, order_by=(row.at, self.item)).label("number")
        firsts = select(row.matter, row.title, number).where(*within).subquery()
        words = dict(
            (await session.execute(select(firsts.c.matter, firsts.c.title).where(firsts.c.number == 1))).tuples().all()
        )
        named = select(MatterNameRow.matter, MatterNameRow.name).where(MatterNameRow.matter.in_(counts))
        words |= dict((await session.execute(named)).tuples().all())
        spread: dict[str, Counter[str]] = {}
        for matter, place, count in (await session.execute(places)).tuples():
            if place:
                spread.setdefault(matter, Counter())[place] += count
        moments = {matter: (first, last) for matter, first, last in (await session.execute(spans)).tuples()}
        return [
            MatterView(
                id=id, title=words[id], count=new, before=old, grown=new - old, first_at=moments[id][0],
                last_at=moments[id][1],
                places=_names(spread.get(id, Counter())),
            )
            for id, (new, old) in counts.items()
        ]  # fmt: skip


class Trends(Matters):
    """Matters of tickets."""

    row, items = MatterTicketRow, "件"

    @property
    def item(self) -> Any:
        """A ticket."""
        return MatterTicketRow.ticket

    async def tickets(self, visitor: Visitor, id: str, page: int, size: int) -> Paged[MatterTicketView]:
        """The tickets about one, the newest first. NotFound."""
        found = await self._page(visitor, id, page, size)
        items = [
            MatterTicketView(
                ticket=row.ticket, number=row.number, title=row.title, at=row.at, place=titles().get(row.place, ""),
                by_hand=row.by_hand,
            )
            for row in found.rows
        ]  # fmt: skip
        return Paged(items=items, total=found.total, page=page, size=size, more=found.more)


def _names(places: Counter[str]) -> str:
    return "、".join(titles().get(place, place) for place, _ in places.most_common(PLACES))


def _days(moments: Sequence[datetime], now: datetime) -> list[DayCount]:
    """Each day from the first of the last sixty on which there was one."""
    counts = Counter(at.astimezone(ZONE).date() for at in moments)
    today = now.astimezone(ZONE).date()
    first = max(min(counts), today - timedelta(days=DAYS_SHOWN - 1))
    span = (today - first).days + 1
    every = [first + timedelta(days=one) for one in range(span)]
    return [DayCount(day=f"{day:%m-%d}", count=counts[day]) for day in every]
