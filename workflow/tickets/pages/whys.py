"""Why a ticket or task is with who has it now: the words of the act that brought it there, by who reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.processes.service import Cases
from workflow.tickets import rules
from workflow.tickets.models import TicketRow, TicketTaskRow

WITH_REASON = ("registered", "review", "final", "difficult", "province", "ruling")
"""Stages to which a ticket comes with a reason for whoever has it there."""
TASK_WITH_REASON = ("handle", "gather", "tracking", "objected")
"""Stages of tasks to which an objection, its decision or work that is sent back leads."""
ASKED = {"extension": "申请延时", "tracking": "申请跟踪"}


async def whys_of(
    session: AsyncSession, cases: Cases, visitor: Visitor, rows: Sequence[TicketRow]
) -> Mapping[str, str]:
    """By ticket: the hotline's own people are told of the ticket, departments of their task. Few queries a page."""
    given = [row.id for row in rows if not rules.is_inside(visitor, row)]
    return {**await _inside(session, cases, visitor, rows), **await _of_units(session, cases, visitor, given)}


async def _inside(
    session: AsyncSession, cases: Cases, visitor: Visitor, rows: Sequence[TicketRow]
) -> Mapping[str, str]:
    meant = {
        row.case: row.id for row in rows if row.stage in WITH_REASON and row.case and rules.is_inside(visitor, row)
    }
    found = await cases.brought_here(session, meant)
    return {
        meant[case]: f"{cases.act_title(act)}{f'（{act.name}）' if act.name else ''}：{act.reason}"
        for case, act in found.items()
    }


async def _of_units(session: AsyncSession, cases: Cases, visitor: Visitor, given: Sequence[str]) -> Mapping[str, str]:
    if not given:
        return {}
    wanted = select(TicketTaskRow).where(
        TicketTaskRow.ticket.in_(given), TicketTaskRow.outcome == "", *visitor.reach(rules.SEE).limits(TicketTaskRow)
    )
    tasks = (await session.scalars(wanted.order_by(TicketTaskRow.begun_at, TicketTaskRow.case))).all()
    said = await task_whys_of(session, cases, tasks)
    return {one.ticket: said[one.case] for one in tasks if one.case in said}


async def task_whys_of(session: AsyncSession, cases: Cases, rows: Sequence[TicketTaskRow]) -> Mapping[str, str]:
    """By task, without names: who in the hotline decided is its own business. At most two queries for a whole page."""
    said: dict[str, str] = {}
    if asking := [row.case for row in rows if row.pending]:
        for case, values in (await cases.values_of(session, asking)).items():
            if words := str(values.get("asked") or ""):
                said[case] = f"{ASKED.get(str(values.get('pending')), '申请')}：{words}"
    meant = [row.case for row in rows if row.case not in said and row.stage in TASK_WITH_REASON]
    for case, act in (await cases.brought_here(session, meant)).items():
        said[case] = f"{cases.act_title(act)}：{act.reason}"
    return said
