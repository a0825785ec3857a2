"""Leave (请假): kinds, balances by year, approval; days of leave are neither planned nor attended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

import pydantic
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Page
from cti.base.refusal import Conflict, Invalid
from cti.base.times.business_time import ZONE
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, RecordView
from cti.office.records.steps import Step
from cti.office.references import PEOPLE
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.roster.asking import Asked, Opinion, Reason
from workflow.roster.leave_kinds import KIND_OPTIONS, KINDS, STATES, TITLES, counted
from workflow.roster.models import BalanceRow, LeaveRow
from workflow.roster.rules import APPROVE, ASK, ASKED_STATES, BASE, SEE
from workflow.roster.telling import Telling

LEAVES = f"{BASE}/leaves"
LONGEST = timedelta(days=366)


Follower = Callable[[AsyncSession, LeaveRow], Awaitable[None]]
"""Hears of leave that changed, in the transaction of its change."""


class LeaveFields(Body):
    """Leave that somebody asks for."""

    kind: str = pydantic.Field(
        default="annual", pattern=f"^({'|'.join(KINDS)})$", title="请假类型", json_schema_extra=form(options=TITLES)
    )
    begins: date = pydantic.Field(title="开始日期")
    ends: date = pydantic.Field(title="结束日期", json_schema_extra=form(help="含当天"))
    reason: str = pydantic.Field(min_length=1, max_length=500, title="事由", json_schema_extra=form(kind="long"))


class LeaveView(RecordView):
    """Leave."""

    person: str = pydantic.Field(title="人员")
    kind: str = pydantic.Field(title="请假类型", json_schema_extra=KIND_OPTIONS)
    begins: date = pydantic.Field(title="开始日期")
    ends: date = pydantic.Field(title="结束日期")
    days: float = pydantic.Field(title="天数", json_schema_extra=form(width=80))
    reason: str = pydantic.Field(title="事由")
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=STATES, tones={"asked": "break", "approved": "ready", "refused": "ring"}
        ),
    )
    opinion: str = pydantic.Field(title="意见")
    decided_by: str = pydantic.Field(title="审批人")


class LeaveFigure(pydantic.BaseModel):
    """How often, and for how many days, a person had leave of a kind."""

    id: str = pydantic.Field(title="编号")
    person: str = pydantic.Field(title="人员编号")
    name: str = pydantic.Field(title="姓名")
    kind: str = pydantic.Field(title="请假类型", json_schema_extra=KIND_OPTIONS)
    times: int = pydantic.Field(title="次数")
    days: float = pydantic.Field(title="天数")


class LeaveFigureQuery(Page):
    """Leave that begins in a period."""

    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


class Leaves(Asked[LeaveRow, LeaveFields, LeaveView, RecordQuery]):
    """The service. A balance is never used up twice: it is locked while somebody asks or decides."""

    table, fields, view, query = LeaveRow, LeaveFields, LeaveView, RecordQuery
    kind: ClassVar[str] = "roster_leave"
    title: ClassVar[str] = "请假"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = ASK
    export_permission: ClassVar[str] = "roster.export"
    screen: ClassVar[str] = "roster_leaves"
    sharing: ClassVar[Shared] = Shared(own=("person",))
    refs: ClassVar = {"person": PEOPLE}
    filters: ClassVar[tuple[str, ...]] = ("state", "kind")
    orders: ClassVar[tuple[str, ...]] = ("begins",)
    states: ClassVar[Mapping[str, str]] = STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("approve", "批准", ("asked",), "approved", APPROVE, Opinion, "primary"),
        Step("refuse", "不批准", ("asked",), "refused", APPROVE, Reason, "danger"),
        Step("withdraw", "撤回", ("asked", "approved"), "withdrawn", ASK),
    )

    def __init__(self, office: Any, calendars: Calendars, telling: Telling) -> None:
        super().__init__(office)
        self.calendars, self._telling = calendars, telling
        self.followers: list[Follower] = []

    async def values(
        self, session: AsyncSession, body: LeaveFields, row: LeaveRow | None, organisation: str
    ) -> dict[str, Any]:
        """Days are counted here, not by who asks."""
        if not timedelta() <= body.ends - body.begins < LONGEST:
            raise Invalid("dates", "结束日期不早于开始日期，最长一年", "ends")
        days = sum(counted(body.kind, body.begins, body.ends, self.calendars).values())
        if not days:
            raise Invalid("no_days", "这段时间都是休息日，不需要请假", "begins")
        return {
            "kind": body.kind, "begins": body.begins, "ends": body.ends, "days": days, "reason": body.reason,
            "state": "asked", "opinion": "", "decided_by": "",
        }  # fmt: skip

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: LeaveFields) -> LeaveRow:
        """His own; not twice for a day, and no more than his balance has."""
        row = await super().drafted(session, visitor, body)
        row.person = visitor.person
        if not visitor.person:
            raise Invalid("no_person", "只有人员本人可以请假")
        open_ = LeaveRow.state.in_(("asked", "approved"))
        same = LeaveRow.begins <= body.ends, LeaveRow.ends >= body.begins
        if await self.taken(session, None, LeaveRow.person == visitor.person, open_, *same):
            raise Conflict("taken", "这段时间已有请假", "begins")
        await self._check_balance(session, row)
        what = f"{visitor.name} 申请{TITLES[row.kind]} {row.begins} 至 {row.ends}，{row.days:g} 天"
        await self._telling.approvers(session, row.organisation, what, row.reason, self.page_of(row.id))
        return row

    async def follow(self, session: AsyncSession, row: LeaveRow) -> None:
        """Attendance follows leave."""
        await session.flush()
        for follower in self.followers:
            await follower(session, row)

    async def _check_balance(self, session: AsyncSession, row: LeaveRow) -> None:
        if not KINDS[row.kind].balanced:
            return
        for year, days in counted(row.kind, row.begins, row.ends, self.calendars).items():
            left = await self.remaining(session, row.person, row.kind, year, leave_out=row.id)
            if days > left:
                words = f"{year} 年{TITLES[row.kind]}剩余 {left:g} 天，不够 {days:g} 天"
                raise Conflict("balance", words, "kind")

    async def remaining(self, session: AsyncSession, person: str, kind: str, year: int, leave_out: str = "") -> float:
        """What is left of a balance: given, less all that is asked for and approved. The balance is locked."""
        given = await session.scalars(
            select(BalanceRow)
            .where(
                BalanceRow.person == person, BalanceRow.kind == kind, BalanceRow.year == year,
                BalanceRow.removed_at.is_(None),
            )
            .with_for_update()
        )  # fmt: skip
        total = sum(one.days for one in given)
        wanted = select(LeaveRow).where(
            LeaveRow.person == person, LeaveRow.kind == kind, LeaveRow.state.in_(("asked", "approved")),
            LeaveRow.removed_at.is_(None), LeaveRow.begins <= date(year, 12, 31), LeaveRow.ends >= date(year, 1, 1),
            LeaveRow.id != leave_out,
        )  # fmt: skip
        rows = await session.scalars(wanted)
        return total - sum(counted(kind, one.begins, one.ends, self.calendars).get(year, 0.0) for one in rows)

    async def done(
        self, session: AsyncSession, visitor: Visitor, row: LeaveRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """The balance is asked once more; shifts of these days are attended no more, or again."""
        what = f"{TITLES[row.kind]} {row.begins} 至 {row.ends}"
        if step.name == "approve":
            await self._check_balance(session, row)
        elif step.name == "withdraw" and row.state == "approved" and row.begins <= self._today:
            raise Conflict("begun", "请假已经开始，请联系班长处理")
        if step.name != "withdraw":
            said = f"{what}{ASKED_STATES[step.to]}"
            await self._telling.people(session, "decided", [row.person], said, body.opinion, self.page_of(row.id))
        return {}

    @property
    def _today(self) -> date:
        return self.office.clock.wall().astimezone(ZONE).date()

    async def figures(self, visitor: Visitor, query: LeaveFigureQuery) -> list[LeaveFigure]:
        """Approved leave by person and kind."""
        visitor.need(APPROVE)
        limits = [LeaveRow.state == "approved", LeaveRow.removed_at.is_(None), *self.readable(visitor)]
        if query.since is not None:
            limits.append(LeaveRow.begins >= query.since.date())
        if query.until is not None:
            limits.append(LeaveRow.begins <= query.until.date())
        sums = select(LeaveRow.person, LeaveRow.kind, func.count(), func.sum(LeaveRow.days)).where(*limits)
        async with self.office.store.reading() as session:
            rows = (await session.execute(sums.group_by(LeaveRow.person, LeaveRow.kind))).all()
            names = await PEOPLE.titles(session, visitor, {person for person, *_ in rows})
        found = [
            LeaveFigure(id=f"{person} {kind}", person=person, name=names.get(person, ""), kind=kind, times=times,
                        days=days)
            for person, kind, times, days in rows
        ]  # fmt: skip
        return sorted(found, key=lambda one: (one.name, one.kind))
