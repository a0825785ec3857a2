"""Departments' tasks: their lists, and those of one ticket with their clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pydantic
from sqlalchemy import ColumnElement, nulls_last, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.processes.time_limits import TimeLimit
from cti.office.records import RecordPage
from cti.office.screens import form
from cti.store.listing import counted_in_ways, listed_in_ways
from workflow.tickets import rules
from workflow.tickets.duties import task_ways
from workflow.tickets.models import TicketRow, TicketTaskRow
from workflow.tickets.pages.whys import task_whys_of
from workflow.tickets.service import Tickets
from workflow.tickets.views import CARD_TONES, CARDS, TaskDuty, TaskQuery, TaskView

TASK_KIND = "ticket_task"
ENDED: tuple[TaskDuty, ...] = ("done", "returned")
"""Lists of what is over."""


class Clock(pydantic.BaseModel):
    """A time limit of a ticket or task."""

    title: str = pydantic.Field(title="时限")
    state: str = pydantic.Field(title="状态", json_schema_extra=form(
        kind="choice", options={"running": "计时中", "paused": "暂停", "ended": "已结束"}
    ))  # fmt: skip
    card: str = pydantic.Field(title="预警", json_schema_extra=form(kind="choice", options=CARDS, tones=CARD_TONES))
    started_at: datetime = pydantic.Field(title="开始")
    due_at: datetime = pydantic.Field(title="到期")
    ended_at: datetime | None = pydantic.Field(title="结束")


class ClockLine(Clock):
    """A time limit among all those of a ticket."""

    key: str
    unit: str = pydantic.Field(title="单位")


class TicketTask(TaskView):
    """A task, or with an empty role the ticket's own case, with its clocks and what was answered."""

    parent: str
    answer: str = pydantic.Field(title="办理情况", json_schema_extra=form(kind="long"))
    clocks: list[Clock] = pydantic.Field(title="时限记录")


class TaskDutyQuery(pydantic.BaseModel):
    """What is counted of tasks."""

    duty: TaskDuty


class Tasks:
    """Reads and counts them, within what the visitor may see."""

    query = TaskDutyQuery

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._office = tickets.office

    async def find(self, visitor: Visitor, duty: TaskDuty, query: TaskQuery) -> RecordPage[TaskView]:
        """A page of a list by duty, what falls due first on top; of what is over, what ended last."""
        visitor.need(rules.SEE)
        await self._tickets.titles.refresh()
        limits: list[ColumnElement[bool]] = []
        if query.organisation:
            limits.append(TicketTaskRow.organisation == query.organisation)
        if query.search:
            text = query.search
            is_number = text.isascii() and text.isdecimal()
            meant = TicketRow.number == text if is_number else self._tickets.found_by(text)
            limits.append(TicketTaskRow.ticket.in_(select(TicketRow.id).where(meant)))
        key = TicketTaskRow.case
        order = (nulls_last(TicketTaskRow.due_at.asc()), key.asc())
        if duty in ENDED:
            order = (TicketTaskRow.ended_at.desc(), key.desc())
        ways = [[*way, *limits] for way in task_ways(visitor, duty)]
        async with self._office.store.reading() as session:
            found = await listed_in_ways(session, TicketTaskRow, key, ways, order, query.page, query.size)
            tickets = await self._rows(session, [one.ticket for one in found.rows])
            whys = await task_whys_of(session, self._tickets.cases, found.rows)
        items = [self._shown(one, tickets[one.ticket], whys) for one in found.rows]
        return RecordPage(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def count(self, visitor: Visitor, query: TaskDutyQuery, most: int) -> int:
        """How many tasks a list by duty has, counted no further than `most`."""
        visitor.need(rules.SEE)
        async with self._office.store.reading() as session:
            return await counted_in_ways(session, TicketTaskRow.case, task_ways(visitor, query.duty), most)

    async def of(self, visitor: Visitor, id: str) -> list[TicketTask]:
        """The ticket's own case first, then its tasks; a department is told of its own and of those that it gave."""
        visitor.need(rules.SEE)
        await self._tickets.titles.refresh()
        async with self._office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
            limits = await self._tickets.cases.deadlines(session, row.case)
            family = (await self._tickets.cases.family(session, row.case)).cases
            wanted = select(TicketTaskRow).where(TicketTaskRow.ticket == id).order_by(TicketTaskRow.begun_at)
            rows = (await session.scalars(wanted)).all()
            whys = await task_whys_of(session, self._tickets.cases, rows)
        seen = visible(visitor, row, rows)
        found = [self._whole(row, limits)] if rules.is_inside(visitor, row) else []
        for one in rows:
            if one.case in seen:
                answer = str(family[one.case].values.get("answer") or family[one.case].values.get("interim") or "")
                own = [clock_of(limit) for limit in limits if limit.case == one.case]
                shown = self._shown(one, row, whys).model_dump()
                found.append(TicketTask(**shown, parent=one.parent, answer=answer, clocks=own))
        return found

    async def clocks_of(self, visitor: Visitor, id: str) -> list[ClockLine]:
        """All time limits of a ticket and its tasks that the visitor may see."""
        return [
            ClockLine(**clock.model_dump(), key=f"{one.id}:{at}", unit=one.unit)
            for one in await self.of(visitor, id)
            for at, clock in enumerate(one.clocks)
        ]

    async def _rows(self, session: AsyncSession, ids: list[str]) -> dict[str, TicketRow]:
        rows = await session.scalars(select(TicketRow).where(TicketRow.id.in_(ids)))
        return {row.id: row for row in rows}

    def _whole(self, row: TicketRow, limits: list[TimeLimit]) -> TicketTask:
        return TicketTask(
            id=row.case, ticket=row.id, number=row.number, title=row.title, type=row.type, urgent=row.urgent,
            organisation=row.organisation, unit=self._tickets.titles.unit(row.organisation), role="", step=row.step,
            stage=row.stage, pending="", card=row.card, due_at=row.due_at, begun_at=row.created_at,
            ended_at=row.ended_at, parent="", answer=row.answer,
            clocks=[clock_of(one) for one in limits if one.case == row.case],
        )  # fmt: skip

    def _shown(self, task: TicketTaskRow, ticket: TicketRow, whys: Mapping[str, str]) -> TaskView:
        return TaskView(
            id=task.case, ticket=ticket.id, number=ticket.number, title=ticket.title, type=ticket.type,
            urgent=ticket.urgent, organisation=task.organisation, unit=self._tickets.titles.unit(task.organisation),
            role=task.role, step=task.step, stage=task.stage, pending=task.pending, card=task.card,
            due_at=task.due_at, begun_at=task.begun_at, ended_at=task.ended_at,
            why=whys.get(task.case, ""),
        )  # fmt: skip


def visible(visitor: Visitor, row: TicketRow, tasks: Sequence[TicketTaskRow]) -> set[str]:
    """Tasks that the visitor may know of: all of his own hotline's tickets; else his departments', and those below."""
    if rules.is_inside(visitor, row):
        return {row.case, *(one.case for one in tasks)}
    reach = visitor.reach(rules.SEE)
    found = {one.case for one in tasks if reach.covers(one.organisation, one.region)}
    while more := {one.case for one in tasks if one.parent in found} - found:
        found |= more
    return found


def clock_of(limit: TimeLimit) -> Clock:
    """A time limit for people."""
    card = "red" if limit.missed else "yellow" if limit.warned and limit.state != "ended" else "green"
    return Clock(
        title=limit.title, state=limit.state, card=card, started_at=limit.started_at, due_at=limit.due_at,
        ended_at=limit.ended_at,
    )  # fmt: skip
