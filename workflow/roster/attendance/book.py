"""The book of attendance: one row for each published shift, written anew whenever something about it changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pydantic
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.references import PEOPLE
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.roster.attendance.adherence import Kept, Span, compared, cut, planned_spans
from workflow.roster.attendance.judging import STATES, WRONG, Mark, Rule, judge
from workflow.roster.attendance.presence import KEPT, stretches
from workflow.roster.models import AttendanceRow, LeaveRow, MarkRow, RosterRow, ShiftRow
from workflow.roster.rules import APPROVE, SEE
from workflow.roster.settings import RosterSettings
from workflow.roster.staff import leave_days, shifts_of

NEAR = timedelta(days=2)
Pauses = Callable[[str], Sequence[tuple[int, int]]]
"""The breaks of a slot, in minutes of its day."""
TONES: Any = {
    "working": "talk", "normal": "ready", "late": "break", "early": "break", "both": "break", "absent": "ring",
    "abnormal": "ring", "leave": "wrapup",
}  # fmt: skip


class AttendanceView(RecordView):
    """How a shift was kept."""

    person: str = pydantic.Field(title="人员")
    day: date = pydantic.Field(title="值班日期")
    title: str = pydantic.Field(title="值班时段")
    begins_at: datetime = pydantic.Field(title="值班开始")
    ends_at: datetime = pydantic.Field(title="值班结束")
    in_at: datetime | None = pydantic.Field(title="签到时间")
    out_at: datetime | None = pydantic.Field(title="签退时间")
    state: str = pydantic.Field(
        title="考勤结果", json_schema_extra=form(kind="choice", options=dict(STATES), tones=TONES, width=110)
    )
    late: int = pydantic.Field(title="迟到（分钟）")
    early: int = pydantic.Field(title="早退（分钟）")
    planned: float = pydantic.Field(title="计划在岗", json_schema_extra=form(kind="duration"))
    kept: float = pydantic.Field(title="计划内在岗", json_schema_extra=form(kind="duration"))
    adherence: str = pydantic.Field(default="", title="计划遵守率", json_schema_extra=form(width=110))


class AttendanceFields(pydantic.BaseModel):
    """Nobody fills one in."""


class AttendanceQuery(RecordQuery):
    """Of a person, with a result, of shifts that begin in a period; `wrong` are all with something amiss."""

    wrong: bool = pydantic.Field(default=False, title="有异常")


class Attendance(Records[AttendanceRow, AttendanceFields, AttendanceView, AttendanceQuery]):
    """The service: who leads sees those of his people, everybody his own."""

    table, fields, view, query = AttendanceRow, AttendanceFields, AttendanceView, AttendanceQuery
    kind: ClassVar[str] = "roster_attendance"
    title: ClassVar[str] = "考勤"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = APPROVE
    export_permission: ClassVar[str] = "roster.export"
    sharing: ClassVar[Shared] = Shared(own=("person",))
    refs: ClassVar = {"person": PEOPLE}
    filters: ClassVar[tuple[str, ...]] = ("state", "person")
    period: ClassVar[str] = "begins_at"
    orders: ClassVar[tuple[str, ...]] = ("begins_at",)
    sort: ClassVar[str] = "-begins_at"

    def __init__(self, office: Any, settings: RosterSettings, pauses: Pauses) -> None:
        super().__init__(office)
        self.settings, self.pauses = settings, pauses

    def words(self, visitor: Visitor, row: AttendanceRow) -> dict[str, Any]:
        """Which share of the plan was kept; of who was on leave nothing is asked."""
        share = Kept(row.planned, row.kept).share
        return {"adherence": "" if share is None else f"{share:.0%}"}

    def offered(self, row: AttendanceRow, writes: bool) -> list[str]:
        """It follows from shifts and check-ins; a correction is a request of its own."""
        return []

    def limits(self, visitor: Visitor, query: AttendanceQuery) -> list[Any]:
        """Beside the usual ones all with something amiss. What is still to come only for who asks for it."""
        found, asked = super().limits(visitor, query), query.model_dump()
        if not (asked["state"] or asked["since"] or asked["until"]):
            soon = self.office.clock.wall() + timedelta(hours=self.settings.window_hours)
            found = [*found, AttendanceRow.begins_at <= soon]
        return [*found, AttendanceRow.state.in_(WRONG)] if query.wrong else found

    # ── check-in and check-out ───────────────────────────────────────────────────────────────────────────────────

    async def check(self, visitor: Visitor, kind: str, shift: str) -> AttendanceView:
        """Check in or out by hand, for one's own shift. NotAllowed from elsewhere, NotFound, Conflict too early."""
        visitor.need(SEE)
        if not self.settings.allows(visitor.address):
            words = f"您的网络地址 {visitor.address} 不在允许签到的范围内，请在热线中心的网络签到"
            raise NotAllowed("elsewhere", words)
        now = self.office.clock.wall()
        async with self.changing() as session:
            row = await session.get(ShiftRow, shift)
            if row is None or row.person != visitor.person or not await self.published(session, [row]):
                raise NotFound("no_shift", "没有这个班次")
            window = timedelta(hours=self.settings.window_hours)
            if not row.begins_at - window <= now <= row.ends_at + window:
                raise Conflict("time", f"班次前后 {self.settings.window_hours:g} 小时内才能签到、签退")
            self.mark(session, row, kind, "hand", now, visitor.address)
            await session.flush()
            await self.refresh(session, [row])
            await self.audit(session, visitor, "checked_in" if kind == "in" else "checked_out", row.id)
            found = await session.get_one(AttendanceRow, row.id)
            (view,) = await self.shown_all(session, visitor, [found])
        await self.changed([shift])
        return view

    def mark(
        self, session: AsyncSession, shift: ShiftRow, kind: str, way: str, at: datetime, address: str = ""
    ) -> None:
        """Write a check-in or check-out down."""
        session.add(
            MarkRow(
                id=new_id(), organisation=shift.organisation, region=shift.region, person=shift.person, at=at,
                kind=kind, way=way, address=address,
            )
        )  # fmt: skip

    async def phoned(self, person: str, kind: str, at: datetime) -> None:
        """Somebody signed in or out at his phone: it counts where he has a shift about now."""
        if not self.settings.phone_counts:
            return
        async with self.office.store.writing() as session:
            near = (await shifts_of(session, [person], (at - NEAR).date(), (at + NEAR).date())).get(person, [])
            window = timedelta(hours=self.settings.window_hours)
            rows = [row for row in near if row.begins_at - window <= at <= row.ends_at + window]
            rows = await self.published(session, rows)
            if rows:
                self.mark(session, rows[0], kind, "phone", at)
                await session.flush()
                await self.refresh(session, rows)

    # ── the rows ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def follow_shifts(self, session: AsyncSession, changed: Sequence[ShiftRow], gone: Sequence[str]) -> None:
        """Shifts of published rosters changed."""
        if gone:
            await session.execute(delete(AttendanceRow).where(AttendanceRow.id.in_(gone)))
        await self.refresh(session, changed)

    async def follow_leave(self, session: AsyncSession, row: LeaveRow) -> None:
        """Leave was approved or withdrawn."""
        found = await shifts_of(session, [row.person], row.begins, row.ends)
        await self.refresh(session, await self.published(session, found.get(row.person, [])))

    async def pass_time(self, session: AsyncSession, at: datetime) -> None:
        """Shifts that have begun and are not settled."""
        wanted = select(ShiftRow).join(AttendanceRow, AttendanceRow.id == ShiftRow.id).where(
            AttendanceRow.state.in_(("coming", "working", "late")), AttendanceRow.begins_at <= at,
            AttendanceRow.ends_at >= at - NEAR,
        )  # fmt: skip
        await self.refresh(session, (await session.scalars(wanted)).all())

    async def refresh(self, session: AsyncSession, shifts: Sequence[ShiftRow]) -> None:
        """Judge these shifts of published rosters anew."""
        if not shifts:
            return
        people, now = {row.person for row in shifts}, self.office.clock.wall()
        first, last = min(row.day for row in shifts), max(row.day for row in shifts)
        around = await shifts_of(session, people, first - NEAR, last + NEAR)
        away = await leave_days(session, people, first, last)
        marks = await self._marks(session, people, first - NEAR, last + NEAR)
        until = max(row.ends_at for row in shifts)
        present = await stretches(session, people, min(row.begins_at for row in shifts), min(until, now))
        ids = [row.id for row in shifts]
        there = {row.id: row for row in await session.scalars(select(AttendanceRow).where(AttendanceRow.id.in_(ids)))}
        set_ = self.settings
        rule = Rule(set_.late_minutes, set_.early_minutes, timedelta(hours=set_.window_hours))
        for row in shifts:
            others = [one for one in around.get(row.person, []) if one.id != row.id]
            kept = judge(
                row.begins_at,
                row.ends_at,
                marks.get(row.person, []),
                now,
                rule,
                leave=row.day in away.get(row.person, {}),
                after=max((one.ends_at for one in others if one.ends_at <= row.begins_at), default=None),
                before=min((one.begins_at for one in others if one.begins_at >= row.ends_at), default=None),
            )
            values: dict[str, Any] = {
                "person": row.person, "day": row.day, "title": row.title, "begins_at": row.begins_at,
                "ends_at": row.ends_at, "in_at": kept.in_at, "out_at": kept.out_at, "state": kept.state,
                "late": kept.late, "early": kept.early, "organisation": row.organisation, "region": row.region,
            }  # fmt: skip
            old = there.get(row.id)
            # What somebody did longer ago than stretches are kept stands as it was written down.
            if old is None or row.ends_at > now - KEPT:
                kept_plan = self.compared(row, present.get(row.person, ()), now, leave=kept.state == "leave")
                values |= {"planned": kept_plan.planned, "kept": kept_plan.kept}
            if old is None:
                session.add(AttendanceRow(id=row.id, created_by="", created_at=now, updated_at=now, **values))
            elif any(getattr(old, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(old, name, value)
                old.updated_at = now

    def compared(self, row: ShiftRow, present: Sequence[Span], until: datetime, *, leave: bool = False) -> Kept:
        """What of a shift was planned until a moment, and kept. Of somebody on leave nothing is."""
        if leave:
            return Kept()
        spans = planned_spans(row.begins_at, row.ends_at, row.day, self.pauses(row.slot))
        return compared(cut(spans, row.begins_at, until), present)

    async def _marks(
        self, session: AsyncSession, people: Collection[str], first: date, last: date
    ) -> dict[str, list[Mark]]:
        begin, end = (datetime(one.year, one.month, one.day, tzinfo=ZONE) for one in (first, last))
        wanted = select(MarkRow).where(MarkRow.person.in_(people), MarkRow.at >= begin, MarkRow.at < end)
        found: dict[str, list[Mark]] = {}
        for row in await session.scalars(wanted):
            found.setdefault(row.person, []).append(Mark(row.at, "in" if row.kind == "in" else "out"))
        return found

    @staticmethod
    async def published(session: AsyncSession, rows: Sequence[ShiftRow]) -> list[ShiftRow]:
        """Those of published rosters."""
        ids = {row.roster for row in rows}
        wanted = select(RosterRow.id).where(RosterRow.id.in_(ids), RosterRow.state == "published")
        known = set(await session.scalars(wanted))
        return [row for row in rows if row.roster in known]
