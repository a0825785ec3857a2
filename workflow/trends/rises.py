"""Looks each minute whether something is told far more often than usual, and tells those who lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.lookout import Lookout
from cti.base.refusal import Conflict, NotFound
from cti.base.times.business_time import ZONE
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.messages import Messages, Text, Urgency, WithRight
from cti.office.records import Office
from cti.store.listing import Listed, listed
from workflow.trends.models import MatterNameRow, MatterTalkRow, MatterTicketRow, RiseRow
from workflow.trends.rising import DAYS, LEAST, Usual, is_over, rises
from workflow.trends.rules import HANDLE, SEE, limits_of
from workflow.trends.views import Handled, RiseQuery

log = structlog.get_logger(__name__)

KIND = "trends"
SECONDS = 60.0
HOUR = timedelta(hours=1)
LEAST_DAYS = 3
SLOT = 15
"""Minutes for which what is usual is not counted anew."""

Key = tuple[str, str, str]
"""Organisation, `matter`, `category` or `talk` (a topic of talks), and the id of it."""
Categories = Callable[[], Awaitable[Any]]
"""Answers the paths of categories by their id."""


class Rises:
    """The service."""

    def __init__(self, office: Office, messages: Messages, calendars: Calendars, categories: Categories) -> None:
        self._office, self._messages, self._calendars, self._categories = office, messages, calendars, categories
        self._usual: dict[Key, tuple[datetime, Usual | None]] = {}
        self._lookout = Lookout(office.clock, "trends: rises", self._look, self._failed)

    def start(self) -> None:
        """Look each minute from now on."""
        self._lookout.start()

    async def stop(self) -> None:
        """Look no more."""
        await self._lookout.stop()

    async def _look(self) -> None:
        self._lookout.come_back(SECONDS)
        await self.look()

    def _failed(self, error: Exception) -> None:
        # The hour is counted anew at the next look.
        log.error("rises not looked for", reason=f"{type(error).__name__}: {error}")

    async def look(self) -> None:
        """Begin and end rises by the hour until now."""
        now = self._office.clock.wall()
        counts = await self._counts(now)
        async with self._office.store.reading() as session:
            open_rises = list(await session.scalars(select(RiseRow).where(RiseRow.ended_at.is_(None))))
        standing = {(row.organisation, row.kind, row.subject): row for row in open_rises}
        for key, row in standing.items():
            count = counts.get(key, 0)
            if is_over(count, Usual(row.usual, row.most)):
                await self._change(row.id, {"ended_at": now})
                await self._withdraw(row.id)
            elif count > row.count:
                await self._change(row.id, {"count": count})
        for key, count in counts.items():
            if count >= LEAST and key not in standing:
                usual = await self._usual_of(key, now)
                if usual is not None and rises(count, usual):
                    await self._begin(key, count, usual, now)

    async def _counts(self, now: datetime) -> Counter[Key]:
        row, talk = MatterTicketRow, MatterTalkRow
        wanted = select(row.organisation, row.matter, row.category).where(row.at > now - HOUR, row.at <= now)
        spoken = select(talk.organisation, talk.matter).where(talk.at > now - HOUR, talk.at <= now)
        found: Counter[Key] = Counter()
        async with self._office.store.reading() as session:
            found.update((one, "talk", matter) for one, matter in (await session.execute(spoken)).tuples())
            for organisation, matter, category in (await session.execute(wanted)).tuples():
                found[organisation, "matter", matter] += 1
                if category:
                    found[organisation, "category", category] += 1
        return found

    async def _usual_of(self, key: Key, now: datetime) -> Usual | None:
        """None for a category of which too few days are known: in a new house everything would be a rise."""
        slot = now.replace(minute=now.minute // SLOT * SLOT, second=0, microsecond=0)
        held = self._usual.get(key)
        if held is not None and held[0] == slot:
            return held[1]
        self._usual = {one: kept for one, kept in self._usual.items() if kept[0] == slot}
        days = await self._days_before(key, now)
        usual = Usual.of(days) if key[1] != "category" or len(days) >= LEAST_DAYS else None
        self._usual[key] = slot, usual
        return usual

    async def _days_before(self, key: Key, now: datetime) -> list[int]:
        """How many in the same hour of each day of the same sort; none of days before the first ticket of all."""
        organisation, kind, subject = key
        row = _table(kind)
        first = now - timedelta(days=DAYS) - HOUR
        about = row.category == subject if kind == "category" else row.matter == subject
        wanted = select(row.at).where(row.organisation == organisation, about, row.at > first, row.at <= now - HOUR)
        earliest = select(row.at).where(row.organisation == organisation).order_by(row.at).limit(1)
        async with self._office.store.reading() as session:
            moments = list(await session.scalars(wanted))
            began = await session.scalar(earliest)
        counts: Counter[int] = Counter()
        for at in moments:
            days, rest = divmod(now - at, timedelta(days=1))
            if rest < HOUR:
                counts[days] += 1
        alike = self._is_workday(now)
        return [
            counts[days]
            for days in range(1, DAYS + 1)
            if began is not None
            and now - timedelta(days=days) - HOUR >= began
            and self._is_workday(now - timedelta(days=days)) is alike
        ]

    def _is_workday(self, moment: datetime) -> bool:
        return self._calendars.is_workday(moment.astimezone(ZONE).date())

    async def _begin(self, key: Key, count: int, usual: Usual, now: datetime) -> None:
        organisation, kind, subject = key
        paths = await self._categories() if kind == "category" else {}
        async with self._office.store.writing() as session:
            same = RiseRow.organisation == organisation, RiseRow.kind == kind, RiseRow.subject == subject
            if await session.scalar(select(RiseRow.id).where(*same, RiseRow.ended_at.is_(None))) is not None:
                # Another engine was quicker.
                return
            title = paths.get(subject, "") if kind == "category" else await title_of(session, subject, _table(kind))
            table, piece = _table(kind), "通" if kind == "talk" else "件"
            region = select(table.region).where(table.organisation == organisation)
            row = RiseRow(
                id=new_id(), organisation=organisation,
                region=await session.scalar(region.order_by(table.at.desc()).limit(1)) or self._office.region,
                kind=kind, subject=subject, title=title[:200], began_at=now, ended_at=None, count=count,
                usual=round(usual.mean, 2), most=usual.most, state="open", note="", handled_by="", handled_at=None,
            )  # fmt: skip
            session.add(row)
            usually = f"平时同时段平均 {usual.mean:.1f} {piece}、最多 {usual.most} {piece}"
            said = Text(KIND, f"诉求突增：{title}"[:60], f"最近一小时 {count} {piece}，{usually}。")
            await self._messages.tell(
                session, WithRight(HANDLE, organisation=organisation), said, link="/trend_rises",
                urgency=Urgency.URGENT, key=f"{KIND}:{row.id}",
            )  # fmt: skip

    async def _change(self, id: str, values: dict[str, Any]) -> None:
        async with self._office.store.writing() as session:
            row = await session.get(RiseRow, id)
            for name, value in values.items():
                setattr(row, name, value)

    async def _withdraw(self, id: str) -> None:
        async with self._office.store.writing() as session:
            await self._messages.withdraw(session, f"{KIND}:{id}")

    # ── to look at ───────────────────────────────────────────────────────────────────────────────────────────────

    async def find(self, visitor: Visitor, query: RiseQuery) -> Listed[RiseRow]:
        """A page within reach, the newest first."""
        limits: list[ColumnElement[bool]] = limits_of(visitor, SEE, RiseRow)
        if query.state:
            limits.append(RiseRow.state == query.state)
        if query.kind:
            limits.append(RiseRow.kind == query.kind)
        if query.since is not None:
            limits.append(RiseRow.began_at >= query.since)
        if query.until is not None:
            limits.append(RiseRow.began_at < query.until)
        order: list[ColumnElement[Any]] = [RiseRow.began_at.desc(), RiseRow.id.desc()]
        async with self._office.store.reading() as session:
            return await listed(session, RiseRow, limits, order, query.page, query.size)

    async def handle(self, visitor: Visitor, id: str, body: Handled) -> None:
        """Say what was done about one. NotFound, Conflict."""
        async with self._office.store.writing() as session:
            row = await session.scalar(
                select(RiseRow).where(RiseRow.id == id, *limits_of(visitor, HANDLE, RiseRow)).with_for_update()
            )
            if row is None:
                raise NotFound("no_rise", "没有这条突增")
            if row.state != "open":
                raise Conflict("handled", f"已由{row.handled_by}处理")
            row.state, row.note, row.handled_by = "handled", body.note, visitor.name
            row.handled_at = self._office.clock.wall()
            await self._messages.withdraw(session, f"{KIND}:{id}")
            await self._office.audit.write(
                session, visitor, "trend_rise.handled", f"trend_rise:{id}", after={"note": body.note}
            )


def _table(kind: str) -> Any:
    return MatterTalkRow if kind == "talk" else MatterTicketRow


async def title_of(session: AsyncSession, matter: str, row: Any = MatterTicketRow) -> str:
    """What a person called it, else the title of the first ticket or talk about it."""
    if (name := await session.get(MatterNameRow, matter)) is not None:
        return name.name
    first = select(row.title).where(row.matter == matter).order_by(row.at).limit(1)
    return await session.scalar(first) or ""
