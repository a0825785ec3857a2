"""Who is planned now, and who of them is at work: planned against real states, live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import pydantic
from sqlalchemy import select

from cti.base.http.routes import Page
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.identity.directory import people_of
from cti.office.screens import form
from workflow.roster.attendance.adherence import Kept, works
from workflow.roster.attendance.book import Attendance
from workflow.roster.attendance.presence import stretches
from workflow.roster.models import AttendanceRow, ShiftRow
from workflow.roster.rules import APPROVE, moment

States = Callable[[], Mapping[str, tuple[str, datetime]]]
"""The state of each agent number now, and since when."""
Standing = Literal["there", "pause", "missing"]
STANDINGS: Mapping[str, str] = {"missing": "缺岗", "there": "在岗", "pause": "班内休息"}
DOING: Mapping[str, str] = {
    "signed_out": "未签入", "offline": "话机离线", "ready": "就绪", "break": "小休", "reserved": "分配中",
    "ringing": "振铃", "talking": "通话", "wrapup": "话后",
}  # fmt: skip


class OnDuty(pydantic.BaseModel):
    """Somebody whose shift is on now. `adherence` is of the shift as far as it is over."""

    id: str = pydantic.Field(title="编号")
    name: str = pydantic.Field(title="姓名", json_schema_extra=form(width=110))
    agent: str = pydantic.Field(title="工号", json_schema_extra=form(width=90))
    shift: str = pydantic.Field(title="班次")
    standing: Standing = pydantic.Field(
        title="在岗情况",
        json_schema_extra=form(
            kind="choice", options=dict(STANDINGS), tones={"missing": "ring", "there": "ready", "pause": "break"}
        ),
    )
    doing: str = pydantic.Field(title="座席状态")
    since: datetime | None = pydantic.Field(title="状态开始")
    adherence: str = pydantic.Field(title="本班遵守率")


class DutyFigures(pydantic.BaseModel):
    """How many are planned now, at work, in a planned break, missing; today's adherence as a percentage."""

    planned: int = pydantic.Field(title="应在岗")
    there: int = pydantic.Field(title="在岗")
    pause: int = pydantic.Field(title="班内休息")
    missing: int = pydantic.Field(title="缺岗")
    adherence: float | None = pydantic.Field(title="今日计划遵守率（%）")


class OnDutyQuery(Page):
    """Those who stand so, or all."""

    standing: Standing | None = pydantic.Field(default=None, title="在岗情况")


class DutyNow:
    """The service; who decides on attendance sees those of his people."""

    def __init__(self, attendance: Attendance, states: States) -> None:
        self._attendance, self._office, self._states = attendance, attendance.office, states

    async def look(self, visitor: Visitor) -> list[OnDuty]:
        """All who have a shift now, those who are missing first. Leave is no shift."""
        visitor.need(APPROVE)
        now, states = self._office.clock.wall(), self._states()
        wanted = (
            select(ShiftRow)
            .join(AttendanceRow, AttendanceRow.id == ShiftRow.id)
            .where(
                *self._attendance.readable(visitor, APPROVE), AttendanceRow.begins_at <= now,
                AttendanceRow.begins_at > now - timedelta(days=2), AttendanceRow.ends_at > now,
                AttendanceRow.state != "leave",
            )
        )  # fmt: skip
        async with self._office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
            ids = {row.person for row in rows}
            people = {one.id: one for one in await people_of(session, "", ids)}
            since = min((row.begins_at for row in rows), default=now)
            present = await stretches(session, ids, since, now)
        found = []
        for row in rows:
            person = people.get(row.person)
            number = (person.agent_no or "") if person is not None else ""
            state, at = states.get(number, ("signed_out", None))
            share = self._attendance.compared(row, present.get(row.person, ()), now).share
            found.append(
                OnDuty(
                    id=row.id, name=person.name if person is not None else "", agent=number, shift=_words(row),
                    standing=self._standing(row, state, now), doing=DOING.get(state, state), since=at,
                    adherence="" if share is None else f"{share:.0%}",
                )
            )  # fmt: skip
        order = list(STANDINGS)
        return sorted(found, key=lambda one: (order.index(one.standing), one.agent))

    async def figures(self, visitor: Visitor) -> DutyFigures:
        """How many there are, and how far the shifts that began today were kept until now."""
        rows = await self.look(visitor)
        counts = {one: sum(row.standing == one for row in rows) for one in STANDINGS}
        share = (await self._today(visitor)).share
        return DutyFigures(
            planned=len(rows), there=counts["there"], pause=counts["pause"], missing=counts["missing"],
            adherence=None if share is None else round(100 * share, 1),
        )  # fmt: skip

    async def _today(self, visitor: Visitor) -> Kept:
        now = self._office.clock.wall()
        midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        wanted = (
            select(ShiftRow)
            .join(AttendanceRow, AttendanceRow.id == ShiftRow.id)
            .where(
                *self._attendance.readable(visitor, APPROVE), AttendanceRow.begins_at >= midnight,
                AttendanceRow.begins_at <= now, AttendanceRow.state != "leave",
            )
        )  # fmt: skip
        async with self._office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
            present = await stretches(session, {row.person for row in rows}, midnight, now)
        return sum((self._attendance.compared(row, present.get(row.person, ()), now) for row in rows), Kept())

    def _standing(self, row: ShiftRow, state: str, now: datetime) -> Standing:
        if works(state):
            return "there"
        pauses = self._attendance.pauses(row.slot)
        return "pause" if any(moment(row.day, a) <= now < moment(row.day, b) for a, b in pauses) else "missing"


def _words(row: ShiftRow) -> str:
    begin, end = row.begins_at.astimezone(ZONE), row.ends_at.astimezone(ZONE)
    return f"{row.title} {begin:%H:%M}-{end:%H:%M}"
