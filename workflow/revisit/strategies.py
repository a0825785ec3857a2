"""Strategies of revisits (回访策略): in which language, when, how often and on how many lines citizens are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, Records
from cti.office.sharing import Shared
from workflow.revisit.models import PlanRow, StrategyRow
from workflow.revisit.rules import Policy
from workflow.revisit.views import StrategyFields, StrategyView

SEE, EDIT = "revisit.see", "revisit.edit"


@dataclass(frozen=True, slots=True)
class Hours:
    """By which calendar citizens may be called now, and on how many lines at once."""

    calendar: str
    lines: int


class Strategies(Records[StrategyRow, StrategyFields, StrategyView, RecordQuery]):
    """The service. `permitted` are the numbers that an organisation may show."""

    table, fields, view, query = StrategyRow, StrategyFields, StrategyView, RecordQuery
    kind: ClassVar[str] = "revisit_strategy"
    title: ClassVar[str] = "回访策略"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = EDIT
    sharing: ClassVar[Shared] = Shared(own=())
    screen: ClassVar[str] = "revisit_strategies"
    few: ClassVar[bool] = True

    def __init__(self, office: Office, calendars: Calendars, permitted: Callable[[str], Sequence[str]]) -> None:
        super().__init__(office)
        self._calendars, self.permitted = calendars, permitted

    def limits(self, visitor: Visitor, query: RecordQuery) -> list[ColumnElement[bool]]:
        """By what the title contains."""
        found = super().limits(visitor, query)
        return [*found, StrategyRow.title.contains(query.search, autoescape=True)] if query.search else found

    async def values(
        self, session: AsyncSession, body: StrategyFields, row: StrategyRow | None, organisation: str
    ) -> dict[str, Any]:
        """With calendars that are there and a number that may be shown. Invalid; Conflict for a title that is taken."""
        faults = Faults()
        stays = row is not None and row.shown == body.shown
        if body.shown and not stays and body.shown not in self.permitted(organisation):
            faults.found(Invalid("shown", "本机构不能外显这个号码", "shown"))
        for key in ("calendar", "rest_calendar"):
            name = getattr(body, key)
            if name and name not in self._calendars.titles:
                faults.found(Invalid("calendar", "没有这个日历", key))
        if await self.taken(session, row, StrategyRow.title == body.title, StrategyRow.organisation == organisation):
            faults.found(Conflict("taken", "已有同名的回访策略", "title"))
        faults.refuse()
        return await super().values(session, body, row, organisation)

    def words(self, visitor: Visitor, row: StrategyRow) -> dict[str, Any]:
        """With the calendars' titles."""
        titles = {key: self._calendars.titles.get(getattr(row, key), "") for key in ("calendar", "rest_calendar")}
        return {**super().words(visitor, row), "titles": {key: one for key, one in titles.items() if one}}

    async def check_removed(self, session: AsyncSession, row: StrategyRow) -> None:
        """Not while a plan goes by it. Conflict."""
        used = PlanRow.strategy == row.id, PlanRow.state.in_(("running", "paused")), PlanRow.removed_at.is_(None)
        if await session.scalar(select(PlanRow.id).where(*used).limit(1)) is not None:
            raise Conflict("used", "有回访计划正在使用该策略，不能删除")

    def hours(self, row: StrategyRow, now: datetime, region: str) -> Hours | None:
        """By which hours it calls now; None: not at all."""
        if self._calendars.is_open(row.calendar, now, region):
            return Hours(row.calendar, row.lines)
        if row.rest_calendar and self._calendars.is_open(row.rest_calendar, now, region):
            return Hours(row.rest_calendar, row.rest_lines)
        return None


def policy_of(row: StrategyRow) -> Policy:
    """How often citizens are dialled by it."""
    return Policy(
        row.attempts, row.busy_minutes, row.no_answer_minutes, row.other_minutes,
        unreached="register" if row.unreached == "register" else "human",
    )  # fmt: skip
