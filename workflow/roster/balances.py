"""Balances of leave (假期额度): how many days somebody is given in a year, and what is left."""

from __future__ import annotations

from typing import Any, ClassVar

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.roster.leave_kinds import BALANCED, KIND_OPTIONS, counted
from workflow.roster.leaves import Leaves
from workflow.roster.models import BalanceRow, LeaveRow
from workflow.roster.rules import BASE, PLAN, SEE
from workflow.roster.terms import STAFF

BALANCES = f"{BASE}/balances"


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
