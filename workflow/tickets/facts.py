"""What can be counted of tickets: themselves, the tasks of departments, and the time limits of both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Float, Numeric, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.figures.facts import Fact, FactSource
from cti.office.processes.facts import (
    LIMIT_FACTS,
    LIMIT_ID,
    LIMIT_OF,
    STAY_OF,
    limits_joined,
    limits_readable,
    was_at,
)
from cti.office.references import ORGANISATIONS, PEOPLE, REGIONS, Reference
from workflow.tickets import rules
from workflow.tickets.models import TicketCallerRow, TicketCategoryRow, TicketRow, TicketTaskRow
from workflow.tickets.views import CHANNELS, ROLES, SATISFACTION, SOLVED, STAGES, TASK_STAGES, TYPES

Columns = Any
SCREEN = "tickets"
"""The screen whose pages show a ticket."""


REDONE_AT = ("again", "judged")
"""Steps at which a ticket is handled once more because the citizen was not satisfied (重办)."""


class CategoryPaths(Reference):
    """Categories by their whole names, which are no secret."""

    title = "诉求分类"
    choices = "/api/tickets/options/categories"

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """The paths of categories by their ids."""
        wanted = select(TicketCategoryRow.id, TicketCategoryRow.path).where(TicketCategoryRow.id.in_(ids))
        return dict((await session.execute(wanted)).tuples().all())

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """The ids of the categories with that path."""
        return list(await session.scalars(select(TicketCategoryRow.id).where(TicketCategoryRow.path == words).limit(2)))


def _of_ticket(row: Columns) -> dict[str, Fact]:
    """What is known of the ticket that a row is, or is about."""
    return {
        "number": Fact("工单编号", TEXT, row.number, shown=True),
        "title": Fact("标题", TEXT, row.title, shown=True),
        "type": Fact("诉求类型", TEXT, row.type, words=TYPES, split=True, shown=True),
        "channel": Fact("受理来源", TEXT, row.channel, words=CHANNELS, split=True),
        "category": Fact("诉求分类", TEXT, row.category, words=CategoryPaths(), split=True),
        "place": Fact("事发地", TEXT, row.place, words=REGIONS, split=True),
        "organisation": Fact("受理机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("受理区划", TEXT, row.region, words=REGIONS, split=True),
        "urgent": Fact("紧急", BOOLEAN, row.urgent, split=True),
        "enterprise": Fact("涉企", BOOLEAN, row.enterprise, words={"true": "企业", "false": "市民"}, split=True),
    }


def _spot(*, sqlite: bool) -> ColumnElement[Any]:
    """About a kilometre square, as `latitude,longitude`: where much happens, and nobody's house. None of confidential
    ones, and of those without a point.
    """
    degrees = (TicketRow.latitude, TicketRow.longitude)
    texts = [func.printf("%.2f", one) if sqlite else func.to_char(cast(one, Numeric), "FM990.00") for one in degrees]
    told = TicketRow.confidential.is_(False) & TicketRow.latitude.is_not(None) & TicketRow.longitude.is_not(None)
    return case((told, texts[0] + "," + texts[1]))


def _tasks_of(outcome: str = "") -> ColumnElement[bool]:
    task = aliased(TicketTaskRow)
    found = select(task.case).where(task.ticket == TicketRow.id)
    return (found.where(task.outcome == outcome) if outcome else found).exists()


def _came_again() -> ColumnElement[bool]:
    caller = aliased(TicketCallerRow)
    return select(caller.id).where(caller.ticket == TicketRow.id).exists()


def hours_between(begun: Any, ended: Any, *, sqlite: bool) -> ColumnElement[Any]:
    """The hours from one moment to another."""
    if sqlite:
        return (func.julianday(ended) - func.julianday(begun)) * 24
    return cast(func.extract("epoch", ended - begun), Float) / 3600


def sources(*, sqlite: bool) -> tuple[FactSource, ...]:
    """What figures are counted of: tickets, tasks of departments, time limits."""
    return _tickets(sqlite=sqlite), _tasks(sqlite=sqlite), _limits()


def _tickets(*, sqlite: bool) -> FactSource:
    facts = {
        **_of_ticket(TicketRow),
        "registrar": Fact("登记人", TEXT, TicketRow.registrar, words=PEOPLE, split=True, shown=True),
        "process": Fact("流程", TEXT, TicketRow.process),
        "stage": Fact("环节", TEXT, TicketRow.stage, words=STAGES, split=True, shown=True),
        "lead": Fact("主办单位", TEXT, TicketRow.lead, words=ORGANISATIONS, split=True, shown=True),
        "card": Fact("时限状态", TEXT, TicketRow.card),
        "outcome": Fact("办结结果", TEXT, TicketRow.outcome),
        "satisfaction": Fact("满意度", TEXT, TicketRow.satisfaction, words=SATISFACTION, split=True, shown=True),
        "solved": Fact("问题已解决", TEXT, TicketRow.solved, words=SOLVED, split=True, shown=True),
        "reminders": Fact("催单次数", NUMBER, TicketRow.reminders),
        "again": Fact("同一诉求又有来电", BOOLEAN, _came_again(), split=True),
        "dispatched": Fact("交办过部门", BOOLEAN, _tasks_of(), split=True),
        "was_returned": Fact("被退过单", BOOLEAN, _tasks_of("returned"), split=True),
        "redone": Fact("因不满意重办", BOOLEAN, was_at(TicketRow.case, *REDONE_AT), split=True),
        "merged": Fact("已合并", BOOLEAN, TicketRow.master.is_not(None), split=True),
        "created_at": Fact("登记时间", MOMENT, TicketRow.created_at, shown=True),
        "ended_at": Fact("办结时间", MOMENT, TicketRow.ended_at, shown=True),
        "spot": Fact("标出的位置（约一公里见方）", TEXT, _spot(sqlite=sqlite), split=True),
        "hours": Fact("办理小时数", NUMBER, hours_between(TicketRow.created_at, TicketRow.ended_at, sqlite=sqlite)),
    }
    return FactSource(
        "tickets", "工单", rules.SEE, TicketRow.__table__, TicketRow.id, facts, rules.readable, SCREEN,
        touched_by=(
            (TicketTaskRow.ticket, TicketRow.id), (TicketCallerRow.ticket, TicketRow.id),
            (STAY_OF, TicketRow.case),
        ),
        subject="ticket",
    )  # fmt: skip


def _tasks(*, sqlite: bool) -> FactSource:
    # Whose ticket it is, is a fact of the ticket; whose task it is, one of the task.
    facts = {
        **_of_ticket(TicketRow),
        "unit": Fact("承办单位", TEXT, TicketTaskRow.organisation, words=ORGANISATIONS, split=True, shown=True),
        "unit_region": Fact("承办单位所在区划", TEXT, TicketTaskRow.region, words=REGIONS, split=True),
        "role": Fact("承办角色", TEXT, TicketTaskRow.role, words=ROLES, split=True, shown=True),
        "stage": Fact("环节", TEXT, TicketTaskRow.stage, words=TASK_STAGES, split=True, shown=True),
        "outcome": Fact("结果", TEXT, TicketTaskRow.outcome),
        "extensions": Fact("批准延时的次数", NUMBER, TicketTaskRow.extensions, shown=True),
        "begun_at": Fact("交办时间", MOMENT, TicketTaskRow.begun_at, shown=True),
        "ended_at": Fact("反馈时间", MOMENT, TicketTaskRow.ended_at, shown=True),
        "hours": Fact(
            "办理小时数", NUMBER, hours_between(TicketTaskRow.begun_at, TicketTaskRow.ended_at, sqlite=sqlite)
        ),
    }
    rows = TicketTaskRow.__table__.join(TicketRow.__table__, TicketTaskRow.ticket == TicketRow.id)
    return FactSource(
        "ticket_tasks", "承办任务", rules.SEE, rows, TicketTaskRow.case, facts, rules.tasks_readable, SCREEN,
        TicketRow.id, touched_by=((TicketRow.id, TicketTaskRow.ticket),), subject="ticket",
    )  # fmt: skip


def _limits() -> FactSource:
    def own(scope: Scope) -> list[ColumnElement[bool]]:
        return scope.limits(TicketRow)

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return limits_readable(visitor, rules.SEE, own)

    rows = limits_joined(TicketRow.__table__, TicketRow.case)
    facts = {**_of_ticket(TicketRow), **LIMIT_FACTS}
    return FactSource(
        "ticket_limits", "工单时限", rules.SEE, rows, LIMIT_ID, facts, readable, SCREEN, TicketRow.id,
        touched_by=((TicketRow.case, LIMIT_OF),), subject="ticket",
    )  # fmt: skip
