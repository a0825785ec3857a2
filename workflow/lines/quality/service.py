"""The quality of lines as people look at it: by line, agent and network, single legs, and those of a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.call import Party
from cti.base.refusal import NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.store.calls import StoredCalls
from cti.store.listing import Listed, listed
from cti.telephony.measured import BROWSER
from workflow.lines.models import MeasuredDayRow, MeasuredRow
from workflow.lines.quality.advice import Measured, advice
from workflow.lines.quality.settings import QualitySettings
from workflow.lines.quality.views import SEE, LegsQuery, LegView, SumsQuery, SumsView

DAYS = 7
AT_THE_SEAT = "网络在坐席侧"


class Quality:
    """Reads."""

    def __init__(self, office: Office, calls: StoredCalls, settings: QualitySettings) -> None:
        self._office, self._calls, self._settings = office, calls, settings

    async def sums(self, visitor: Visitor, query: SumsQuery) -> list[SumsView]:
        """All within reach in the period, the worst first. Who reaches but his own sees himself alone."""
        visitor.need(SEE)
        scope, table = visitor.reach(SEE), MeasuredDayRow
        until = query.until or self._office.clock.wall()
        since = query.since or until - timedelta(days=DAYS)
        limits = [*scope.limits(table), table.day >= _day(since), table.day <= _day(until)]
        if scope.agent is not None:
            limits += [table.kind == "agent", table.name == scope.agent]
        if query.kind is not None:
            limits.append(table.kind == query.kind)
        if query.search:
            limits.append(table.name.contains(query.search, autoescape=True))
        counted = (
            func.sum(table.legs), func.sum(table.bad), func.sum(table.silent), func.sum(table.mos),
            func.sum(table.loss), func.max(table.jitter), func.max(table.round_trip),
        )  # fmt: skip
        wanted = select(table.kind, table.name, *counted).where(*limits).group_by(table.kind, table.name)
        async with self._office.store.reading() as session:
            found = (await session.execute(wanted)).all()
        views = [self._sums(*row) for row in found]
        return sorted(views, key=lambda one: (-one.bad_percent, -one.silent, one.mos, one.kind, one.name))

    def _sums(
        self,
        kind: Any,
        name: str,
        legs: int,
        bad: int,
        silent: int,
        mos: float,
        loss: float,
        jitter: float,
        late: float,
    ) -> SumsView:
        told = Measured(kind, bad / legs, silent / legs, loss / legs, jitter, late)
        return SumsView(
            id=f"{kind}:{name}", kind=kind, name=name, legs=legs, bad=bad, bad_percent=round(100 * bad / legs, 1),
            silent=silent, mos=round(mos / legs, 2), loss_percent=round(100 * loss / legs, 2),
            jitter_ms=round(1000 * jitter), round_trip_ms=round(1000 * late),
            advice=advice(told, self._settings.alarm_percent / 100),
        )  # fmt: skip

    async def legs(self, visitor: Visitor, query: LegsQuery) -> Listed[MeasuredRow]:
        """A page of single legs within reach, the newest first."""
        limits, table = self._within(visitor), MeasuredRow
        if query.grade is not None:
            limits.append(table.bad.is_(query.grade != "good"))
        if query.grade == "silent":
            limits.append(table.silent.is_(True))
        limits += [
            getattr(table, key) == value for key in ("line", "agent", "network") if (value := getattr(query, key))
        ]
        if query.since is not None:
            limits.append(table.at >= query.since)
        if query.until is not None:
            limits.append(table.at < query.until)
        order: Sequence[ColumnElement[Any]] = [table.at.desc(), table.id.desc()]
        async with self._office.store.reading() as session:
            return await listed(session, table, limits, order, query.page, query.size)

    async def of_call(self, visitor: Visitor, call: str) -> list[LegView]:
        """The legs of a call, as they ended; NotFound of a call beyond reach."""
        limits = [*self._within(visitor), MeasuredRow.call == call]
        if await self._calls.find(call, visitor.reach(SEE)) is None:
            raise NotFound("no_such_call", "没有这通电话")
        async with self._office.store.reading() as session:
            rows = await session.scalars(select(MeasuredRow).where(*limits).order_by(MeasuredRow.at, MeasuredRow.id))
            found = list(rows)
            where = await at_the_seat(session, found)
        return [view(row, where.get(row.id, "")) for row in found]

    async def shown(self, rows: Sequence[MeasuredRow]) -> list[LegView]:
        """Single legs as they are shown, with what is judged of them by the others of their calls."""
        async with self._office.store.reading() as session:
            where = await at_the_seat(session, rows)
        return [view(row, where.get(row.id, "")) for row in rows]

    def _within(self, visitor: Visitor) -> list[ColumnElement[bool]]:
        visitor.need(SEE)
        scope = visitor.reach(SEE)
        limits: list[ColumnElement[bool]] = scope.limits(MeasuredRow)
        if scope.agent is not None:
            limits.append(MeasuredRow.agent == scope.agent)
        return limits


def _day(moment: datetime) -> Any:
    return moment.astimezone(ZONE).date()


async def at_the_seat(session: AsyncSession, rows: Sequence[MeasuredRow]) -> dict[str, str]:
    """Of these rows the browsers' that were bad in a call whose citizen sounded well: the id of each, and the words."""
    bad = [row for row in rows if row.party == BROWSER and row.bad]
    if not bad:
        return {}
    calls = {row.call for row in bad}
    wanted = select(MeasuredRow.call, MeasuredRow.bad).where(
        MeasuredRow.call.in_(calls), MeasuredRow.party == Party.CALLER.value
    )
    heard: dict[str, bool] = {}
    for call, was_bad in (await session.execute(wanted)).all():
        heard[call] = heard.get(call, False) or was_bad
    return {row.id: AT_THE_SEAT for row in bad if heard.get(row.call) is False}


def view(row: MeasuredRow, where: str = "") -> LegView:
    """As it is shown."""
    return LegView(
        id=row.id, at=row.at, call=row.call, party=row.party, line=row.line, agent=row.agent, far=row.far,
        codec=row.codec, grade="silent" if row.silent else "bad" if row.bad else "good", mos=row.mos,
        loss_percent=round(100 * row.loss, 2),
        far_loss_percent=None if row.far_loss is None else round(100 * row.far_loss, 2),
        jitter_ms=_ms(row.jitter), far_jitter_ms=_ms(row.far_jitter), round_trip_ms=_ms(row.round_trip), where=where,
    )  # fmt: skip


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(1000 * seconds)
