"""A check-in or check-out that somebody forgot is put right by request (补签)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, RecordView
from cti.office.records.steps import Step
from cti.office.references import PEOPLE
from cti.office.screens import Choice, form
from cti.office.sharing import Shared
from workflow.roster.asking import Asked, Opinion, Reason
from workflow.roster.attendance.book import Attendance
from workflow.roster.models import AttendanceRow, CorrectionRow, ShiftRow
from workflow.roster.rules import APPROVE, ASK, ASKED_STATES, BASE, SEE, shift_words
from workflow.roster.telling import Telling

CORRECTIONS = f"{BASE}/corrections"
CHOICES = f"{CORRECTIONS}/shifts"
MARKS: Mapping[str, str] = {"in": "签到", "out": "签退"}
STATES = {name: title for name, title in ASKED_STATES.items() if name not in ("agreed", "declined")} | {
    "asked": "待审批"
}
BACK = timedelta(days=31)
"""So long ago a shift may be that is put right."""


class CorrectionFields(Body):
    """What is to be put right."""

    shift: str = pydantic.Field(
        min_length=1, max_length=26, title="班次", json_schema_extra=form(kind="choice", options_from=CHOICES)
    )
    mark: Literal["in", "out"] = pydantic.Field(
        default="in", title="补签类型", json_schema_extra=form(options=dict(MARKS))
    )
    at: pydantic.AwareDatetime = pydantic.Field(title="实际时间")
    reason: str = pydantic.Field(min_length=1, max_length=300, title="原因", json_schema_extra=form(kind="long"))


class CorrectionView(RecordView):
    """A request."""

    person: str = pydantic.Field(title="人员")
    shift: str = pydantic.Field(title="班次编号")
    shift_words: str = pydantic.Field(title="班次", json_schema_extra=form(width=190))
    mark: str = pydantic.Field(title="补签类型", json_schema_extra=form(kind="choice", options=dict(MARKS)))
    at: datetime = pydantic.Field(title="实际时间")
    reason: str = pydantic.Field(title="原因")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=STATES, tones={"asked": "break", "approved": "ready", "refused": "ring"}
        ),
    )
    opinion: str = pydantic.Field(title="意见")
    decided_by: str = pydantic.Field(title="审批人")


class Corrections(Asked[CorrectionRow, CorrectionFields, CorrectionView, RecordQuery]):
    """The service: approved, it is a check-in like any other, and attendance is judged anew."""

    table, fields, view, query = CorrectionRow, CorrectionFields, CorrectionView, RecordQuery
    kind: ClassVar[str] = "roster_correction"
    title: ClassVar[str] = "补签"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = ASK
    export_permission: ClassVar[str] = "roster.export"
    screen: ClassVar[str] = "roster_corrections"
    sharing: ClassVar[Shared] = Shared(own=("person",))
    refs: ClassVar = {"person": PEOPLE}
    filters: ClassVar[tuple[str, ...]] = ("state",)
    states: ClassVar[Mapping[str, str]] = STATES
    unasked: ClassVar[tuple[str, ...]] = ("shift",)
    steps: ClassVar[tuple[Step, ...]] = (
        Step("approve", "批准", ("asked",), "approved", APPROVE, Opinion, "primary"),
        Step("refuse", "不批准", ("asked",), "refused", APPROVE, Reason, "danger"),
        Step("withdraw", "撤回", ("asked",), "withdrawn", ASK),
    )

    def __init__(self, office: Any, attendance: Attendance, telling: Telling) -> None:
        super().__init__(office)
        self._attendance, self._telling = attendance, telling

    async def values(
        self, session: AsyncSession, body: CorrectionFields, row: CorrectionRow | None, organisation: str
    ) -> dict[str, Any]:
        """Of a shift that has begun, at a time that belongs to it."""
        now = self.office.clock.wall()
        shift = await session.get(ShiftRow, body.shift)
        if shift is None or not now - BACK <= shift.begins_at <= now:
            raise Invalid("no_shift", "请选择最近一个月内已开始的班次", "shift")
        window = timedelta(hours=self._attendance.settings.window_hours)
        if body.at > now or not shift.begins_at - window <= body.at <= shift.ends_at + window:
            raise Invalid("time", "实际时间应在班次前后，且不晚于现在", "at")
        return {
            "person": shift.person, "shift": shift.id, "shift_words": shift_words(shift), "mark": body.mark,
            "at": body.at, "reason": body.reason, "state": "asked", "opinion": "", "decided_by": "",
        }  # fmt: skip

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: CorrectionFields) -> CorrectionRow:
        """His own, once."""
        row = await super().drafted(session, visitor, body)
        if row.person != visitor.person:
            raise Invalid("no_shift", "请选择您自己的班次", "shift")
        same = CorrectionRow.shift == row.shift, CorrectionRow.mark == row.mark, CorrectionRow.state == "asked"
        if await self.taken(session, None, *same):
            raise Conflict("taken", "这个班次的补签已在审批中", "shift")
        what = f"{visitor.name} 补{MARKS[row.mark]}：{row.shift_words}"
        await self._telling.approvers(session, row.organisation, what, row.reason, self.page_of(row.id))
        return row

    async def done(
        self, session: AsyncSession, visitor: Visitor, row: CorrectionRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """Approved: written down as a check-in or check-out of that time."""
        if step.name == "approve":
            shift = await session.get(ShiftRow, row.shift)
            if shift is None or shift.person != row.person:
                raise Conflict("changed", "这个班次已不是申请人的，不能批准")
            self._attendance.mark(session, shift, row.mark, "fixed", row.at)
            await session.flush()
            await self._attendance.refresh(session, [shift])
        if step.name != "withdraw":
            said = f"补{MARKS[row.mark]} {row.shift_words} {STATES[step.to]}"
            await self._telling.people(session, "decided", [row.person], said, body.opinion, self.page_of(row.id))
        return {}

    async def choices(self, visitor: Visitor) -> list[Choice]:
        """One's own shifts of the last weeks, the newest first."""
        visitor.need(ASK)
        now = self.office.clock.wall()
        wanted = select(ShiftRow).join(AttendanceRow, AttendanceRow.id == ShiftRow.id).where(
            ShiftRow.person == visitor.person, AttendanceRow.begins_at <= now, AttendanceRow.begins_at >= now - BACK,
        )  # fmt: skip
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(ShiftRow.begins_at.desc()).limit(100))).all()
        return [Choice(value=row.id, title=shift_words(row)) for row in rows]
