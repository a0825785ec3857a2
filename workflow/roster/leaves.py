"""Leave (请假): kinds, balances by year, approval; days of leave are neither planned nor attended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

import pydantic
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.business_time import ZONE
from cti.base.calendars import Calendars
from cti.base.http.routes import Body, Page
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.records.steps import Step
from cti.office.references import PEOPLE
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.roster.asking import Asked, Opinion, Reason
from workflow.roster.models import BalanceRow, LeaveRow
from workflow.roster.rules import APPROVE, ASK, ASKED_STATES, BASE, PLAN, SEE
from workflow.roster.telling import Telling
from workflow.roster.terms import STAFF

LEAVES, BALANCES = f"{BASE}/leaves", f"{BASE}/balances"
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class LeaveKind:
    """A kind of leave: counted in working days or in calendar days, and from a balance or not."""

    title: str
    working: bool = True
    balanced: bool = False


KINDS: Mapping[str, LeaveKind] = {
    "annual": LeaveKind("年休假", balanced=True),
    "compensatory": LeaveKind("调休", balanced=True),
    "sick": LeaveKind("病假"),
    "personal": LeaveKind("事假"),
    "marriage": LeaveKind("婚假"),
    "maternity": LeaveKind("产假", working=False),
    "paternity": LeaveKind("护理假", working=False),
    "bereavement": LeaveKind("丧假"),
    "public": LeaveKind("公假"),
}
"""Annual leave: 职工带薪年休假条例 (State Council Order 514); maternity: 女职工劳动保护特别规定 art. 7."""
TITLES = {name: one.title for name, one in KINDS.items()}
BALANCED = {name: one.title for name, one in KINDS.items() if one.balanced}
STATES = {name: title for name, title in ASKED_STATES.items() if name not in ("agreed", "declined")} | {
    "asked": "待审批"
}
KIND_OPTIONS = form(kind="choice", options=TITLES)


def counted(kind: str, begins: date, ends: date, calendars: Calendars) -> dict[int, float]:
    """The days of leave by year: working days of the house's calendar, or all days."""
    found: dict[int, float] = {}
    for at in range((ends - begins).days + 1):
        day = begins + timedelta(days=at)
        if not KINDS[kind].working or calendars.is_workday(day):
            found[day.year] = found.get(day.year, 0.0) + 1
    return found


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


class BalanceFields(Body):
    """What somebody is given in a year."""

    person: str = pydantic.Field(min_length=1, max_length=80, title="人员")
    kind: str = pydantic.Field(
        default="annual",
        pattern=f"^({'|'.join(BALANCED)})$",
        title="请假类型",
        json_schema_extra=form(options=BALANCED),
    )
    year: int = pydantic.Field(ge=2020, le=2099, title="年度")
    days: float = pydantic.Field(ge=0, le=60, title="额度（天）")


class BalanceView(RecordView):
    """What somebody is given in a year, and what is left."""

    person: str = pydantic.Field(title="人员")
    kind: str = pydantic.Field(title="请假类型", json_schema_extra=KIND_OPTIONS)
    year: int = pydantic.Field(title="年度")
    days: float = pydantic.Field(title="额度（天）")
    left: float = pydantic.Field(default=0, title="剩余（天）")


class Balances(Records[BalanceRow, BalanceFields, BalanceView, RecordQuery]):
    """Each person sees his own."""

    table, fields, view, query = BalanceRow, BalanceFields, BalanceView, RecordQuery
    kind: ClassVar[str] = "roster_balance"
    title: ClassVar[str] = "假期额度"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = PLAN
    export_permission: ClassVar[str] = "roster.export"
    sharing: ClassVar[Shared] = Shared(own=("person",))
    refs: ClassVar = {"person": STAFF}
    orders: ClassVar[tuple[str, ...]] = ("year",)
    few: ClassVar[bool] = True

    def __init__(self, office: Any, leaves: Leaves) -> None:
        super().__init__(office)
        self._leaves = leaves

    async def values(
        self, session: AsyncSession, body: BalanceFields, row: BalanceRow | None, organisation: str
    ) -> dict[str, Any]:
        """One for each kind and year; not less than is used already."""
        same = BalanceRow.person == body.person, BalanceRow.kind == body.kind, BalanceRow.year == body.year
        if await self.taken(session, row, *same):
            raise Conflict("taken", "此人这一年度的额度已登记", "year")
        if row is not None:
            used = row.days - await self._leaves.remaining(session, row.person, row.kind, row.year)
            kept = (row.person, row.kind, row.year) == (body.person, body.kind, body.year)
            if used > (body.days if kept else 0):
                raise Conflict("used", f"已使用 {used:g} 天，额度不能少于已用天数", "days")
        return await super().values(session, body, row, organisation)

    async def complete(self, session: AsyncSession, visitor: Visitor, rows: Any, views: Any) -> None:
        """What is left of each, by one query for all."""
        await super().complete(session, visitor, rows, views)
        people = {row.person for row in rows}
        wanted = select(LeaveRow).where(
            LeaveRow.person.in_(people), LeaveRow.kind.in_(list(BALANCED)), LeaveRow.removed_at.is_(None),
            LeaveRow.state.in_(("asked", "approved")),
        )  # fmt: skip
        used: dict[tuple[str, str, int], float] = {}
        for one in await session.scalars(wanted):
            for year, days in counted(one.kind, one.begins, one.ends, self._leaves.calendars).items():
                used[one.person, one.kind, year] = used.get((one.person, one.kind, year), 0.0) + days
        for view in views:
            view.left = view.days - used.get((view.person, view.kind, view.year), 0.0)
