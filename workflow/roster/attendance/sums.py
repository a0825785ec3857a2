"""How each person kept his shifts in a period: counts by result, and how much of the plan (计划遵守率)."""

from __future__ import annotations

from typing import Any

import pydantic
from sqlalchemy import case, func, select

from cti.base.http.routes import Page
from cti.base.visitor import Visitor
from cti.office.references import PEOPLE
from workflow.roster.attendance.adherence import Kept
from workflow.roster.attendance.book import Attendance
from workflow.roster.models import AttendanceRow
from workflow.roster.rules import APPROVE

KEYS = ("shifts", "normal", "late", "early", "absent", "abnormal", "leave", "late_minutes")


class AttendanceFigure(pydantic.BaseModel):
    """How a person kept his shifts in a period. `adherence` is a percentage; None where nothing was planned."""

    person: str = pydantic.Field(title="人员编号")
    name: str = pydantic.Field(title="姓名")
    shifts: int = pydantic.Field(title="班次")
    normal: int = pydantic.Field(title="正常")
    late: int = pydantic.Field(title="迟到")
    early: int = pydantic.Field(title="早退")
    absent: int = pydantic.Field(title="旷工")
    abnormal: int = pydantic.Field(title="未正常考勤")
    leave: int = pydantic.Field(title="请假")
    late_minutes: int = pydantic.Field(title="迟到合计（分钟）")
    adherence: float | None = pydantic.Field(title="计划遵守率（%）")


class FigureQuery(Page):
    """A period of beginnings of shifts."""

    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


async def sums(attendance: Attendance, visitor: Visitor, query: FigureQuery) -> list[AttendanceFigure]:
    """How each person within reach kept his shifts, by name."""
    visitor.need(APPROVE)
    state = AttendanceRow.state

    def count(*states: str) -> Any:
        return func.sum(case((state.in_(states), 1), else_=0))

    limits = [*attendance.readable(visitor), AttendanceRow.begins_at <= attendance.office.clock.wall()]
    if query.since is not None:
        limits.append(AttendanceRow.begins_at >= query.since)
    if query.until is not None:
        limits.append(AttendanceRow.begins_at <= query.until)
    wanted = select(
        AttendanceRow.person, func.sum(AttendanceRow.planned), func.sum(AttendanceRow.kept), func.count(),
        count("normal"), count("late", "both"), count("early", "both"), count("absent"), count("abnormal"),
        count("leave"), func.sum(AttendanceRow.late),
    ).where(*limits)  # fmt: skip
    async with attendance.office.store.reading() as session:
        rows = (await session.execute(wanted.group_by(AttendanceRow.person))).all()
        names = await PEOPLE.titles(session, visitor, {row[0] for row in rows})
    found = []
    for person, planned, kept, *counts in rows:
        share = Kept(planned, kept).share
        found.append(
            AttendanceFigure(
                person=person, name=names.get(person, ""), adherence=None if share is None else round(100 * share, 1),
                **dict(zip(KEYS, counts, strict=True)),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: one.name)
