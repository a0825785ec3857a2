"""Tickets follow their cases: where each stands, who has it, which departments, how the clocks are, the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from cti.base.clock import Clock
from cti.base.visitor import system
from cti.office.processes.case import ActionTaken, Actor, Case, CaseHandedOver, Moved
from cti.office.processes.definition import Step
from cti.office.processes.service import Cases
from cti.office.processes.time_limits import TimeLimit
from cti.store import unasked
from cti.store.announcing import announce
from cti.store.reading import beside_others
from cti.store.turn import is_alone
from workflow.tickets.models import TicketRow, TicketTaskRow
from workflow.tickets.telling.announcing import events_of

HOUSE = system("工单")
QUIET = "tickets_quiet"
"""In a session's `info`: what happens in it is told nobody, since it is long past."""
TOGETHER = "tickets_together"
"""In a session's `info`: what is new in tickets of which one hears one after the other, until all is written."""
ANSWERED = ("revisit", "archiving", "archived")
"""Stages at which the answer is there to be told."""


_TASKS = select(TicketTaskRow).where(TicketTaskRow.ticket == bindparam("ticket"))
_MERGED = (
    select(TicketRow.case)
    .where(TicketRow.master == bindparam("master"), TicketRow.stage == "merged")
    .order_by(TicketRow.case)
)

Indexed = Callable[[AsyncSession, TicketRow], Awaitable[None]]
"""Lets a ticket be found by what it says now."""


class Tells(Protocol):
    """Tells somebody of a change, in its transaction."""

    async def tell(self, session: AsyncSession, moved: Moved, ticket: TicketRow) -> None:
        """All that this change has to say."""


@dataclass(slots=True)
class _Together:
    """Of tickets that are heard of one after the other: the tasks of each, and what is new in the tickets."""

    tasks: dict[str, list[TicketTaskRow]]
    written: dict[str, dict[str, Any]] = field(default_factory=dict)


class Following:
    """Hears of each change of a case, in its transaction."""

    def __init__(
        self, cases: Cases, clock: Clock, tellers: Sequence[Tells] = (), indexed: Indexed | None = None
    ) -> None:
        self._cases, self._clock, self._tellers, self._indexed = cases, clock, tellers, indexed

    async def hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        """Bring the ticket and its tasks into line, and the tickets that were merged into it."""
        root = moved.cases[moved.root]
        values = values_of(moved, self._cases.step_of(root), self._clock.wall())
        # What was read before its case was locked may be old.
        together: _Together | None = session.info.get(TOGETHER)
        anew = not is_alone(session) and (together is None or moved.record not in together.tasks)
        ticket = await session.get_one(TicketRow, moved.record, populate_existing=anew)
        said = _found_by(ticket)
        await self._write(session, ticket, values)
        await self._tasks(session, moved)
        if self._indexed is not None and _found_by(ticket) != said:
            await self._indexed(session, ticket)
        if not session.info.get(QUIET):
            announce(session, *events_of(moved, ticket, self._cases))
            for one in self._tellers:
                await one.tell(session, moved, ticket)
        await self._followers(session, moved, root, values["stage"])

    @staticmethod
    @asynccontextmanager
    async def ahead(session: AsyncSession, tickets: Sequence[str]) -> AsyncIterator[None]:
        """Of some tickets each is heard of meanwhile: their rows are read in one go, and written at the end."""
        wanted = select(TicketRow).where(TicketRow.id.in_(tickets)).execution_options(populate_existing=True)
        rows = (await session.scalars(wanted)).all()
        together = session.info[TOGETHER] = _Together({one: [] for one in tickets})
        for task in await session.scalars(select(TicketTaskRow).where(TicketTaskRow.ticket.in_(tickets))):
            together.tasks[task.ticket].append(task)
        try:
            yield
        finally:
            session.info.pop(TOGETHER)
        # Held until here, the session need not read one again.
        del rows
        await _written(session, together.written)

    @staticmethod
    async def _write(session: AsyncSession, ticket: TicketRow, values: Mapping[str, Any]) -> None:
        """Nobody edited it: its version stays, and with it what somebody is writing in its form."""
        together: _Together | None = session.info.get(TOGETHER)
        before = together.written.get(ticket.id, {}) if together is not None else {}
        fresh = {name: one for name, one in values.items() if name in before or getattr(ticket, name) != one}
        if not fresh:
            return
        if together is None:
            await _written(session, {ticket.id: fresh})
        else:
            together.written[ticket.id] = {**before, **fresh}
        for name, value in fresh.items():
            set_committed_value(ticket, name, value)

    async def _tasks(self, session: AsyncSession, moved: Moved) -> None:
        """Bring the rows of departments' tasks into line."""
        touched = {*moved.changed, *(one.case for one in moved.events)}
        tasks = [one for one in moved.cases.values() if one.parent and one.id in touched]
        known: dict[str, TicketTaskRow] = {}
        if any(one.id in moved.before for one in tasks):
            known = await self._known(session, moved.record)
        for case in tasks:
            row = known.get(case.id)
            if row is None:
                row = TicketTaskRow(case=case.id, ticket=moved.record, parent=case.parent, role=case.role)
                session.add(row)
            self._fill(row, case, [one for one in moved.limits if one.case == case.id])

    @staticmethod
    async def _known(session: AsyncSession, ticket: str) -> dict[str, TicketTaskRow]:
        """The tasks of a ticket by their cases, with what has been changed of them and is not yet written."""
        together: _Together | None = session.info.get(TOGETHER)
        rows = together.tasks.get(ticket) if together is not None else None
        if rows is None:
            with beside_others(session, TicketTaskRow):
                rows = list(await session.scalars(_TASKS, {"ticket": ticket}))
        return {row.case: row for row in rows}

    def _fill(self, row: TicketTaskRow, case: Case, limits: Iterable[TimeLimit]) -> None:
        step = self._cases.step_of(case)
        row.organisation, row.region, row.begun_at = case.holder, case.region, case.opened_at
        row.step, row.stage, row.person = step.title, step.stage or case.step, case.person
        row.pending = "" if case.is_over else str(case.values.get("pending") or "")
        # What had been replied to and goes on was sent back: by the result review, or as the citizen was not content.
        row.sent_back = bool(row.sent_back or (row.outcome and not case.is_over))
        row.extensions = int(case.values.get("extended") or 0)
        row.outcome, row.ended_at = case.outcome, case.ended_at
        found = card_of(limits)
        row.card, row.due_at = found["card"], found["due_at"]

    async def _followers(self, session: AsyncSession, moved: Moved, root: Case, stage: str) -> None:
        """Merged tickets are answered with their master, and go their own way again when it comes to nothing."""
        answer = str(root.values.get("answer") or "")
        form: dict[str, Any]
        if answer and stage in ANSWERED:
            action = "follow"
            form = {
                "answer": answer,
                "citations": list(root.values.get("citations") or []),
                "answered_by": str(root.values.get("answered_by") or ""),
            }
        elif root.is_over:
            action = "part"
            form = {"reason": "主单未办理即已结束"}
        else:
            return
        with beside_others(session, TicketRow):
            merged = (await session.scalars(_MERGED, {"master": moved.record})).all()
        for case in merged:
            await self._cases.act(session, HOUSE, case, action, form)


async def _written(session: AsyncSession, tickets: Mapping[str, Mapping[str, Any]]) -> None:
    """Write what is new in some tickets, by their ids: those in which the same columns are in one go."""
    table = cast("Table", TicketRow.__table__)
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for id, fresh in tickets.items():
        row = {"ticket_id": id, **{f"new_{name}": value for name, value in fresh.items()}}
        alike.setdefault(tuple(sorted(fresh)), []).append(row)
    for names, rows in alike.items():
        meant = update(table).where(table.c.id == bindparam("ticket_id"))
        await unasked.write(session, meant.values({name: bindparam(f"new_{name}") for name in names}), rows)


def values_of(moved: Moved, step: Step, now: datetime) -> dict[str, Any]:
    """What a ticket is by its case, which stands at this step."""
    root = moved.cases[moved.root]
    values: dict[str, Any] = {
        "case": root.id,
        "process": root.process,
        "step": step.title,
        "stage": step.stage or root.step,
        "person": root.person,
        "lead": lead_of(root, moved.cases.values()),
        "answer": str(root.values.get("answer") or ""),
        "citations": list(root.values.get("citations") or []),
        "satisfaction": str(root.values.get("satisfaction") or ""),
        "reminders": root.count.get("remind", 0),
        "outcome": root.outcome,
        "ended_at": root.ended_at,
        **card_of(moved.limits),
        **_merging(moved),
        **_solved(moved),
    }
    if any(isinstance(one, CaseHandedOver) and one.case == moved.root for one in moved.events):
        values |= {"organisation": root.organisation, "region": root.region}
    if moved.events:
        values["updated_at"] = now
    return values


def _solved(moved: Moved) -> dict[str, str]:
    """What the citizen said at the latest revisit; nothing where he was not asked."""
    said = [one.form["solved"] for one in moved.events if isinstance(one, ActionTaken) and "solved" in one.form]
    return {"solved": "yes" if said[-1] else "no"} if said else {}


def _merging(moved: Moved) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in moved.events:
        if not isinstance(one, ActionTaken) or one.case != moved.root:
            continue
        if one.action == "merge":
            found["master"] = one.form["master"]
        elif one.action in ("part", "withdraw"):
            found["master"] = None
    return found


def _found_by(row: TicketRow) -> tuple[str, str, str]:
    """What of a ticket follows from its case and it is found by."""
    return row.answer, row.organisation, row.region


def lead_of(root: Case, cases: Iterable[Case]) -> str:
    """The department that leads in the present round; empty where none does."""
    leads = [
        one
        for one in cases
        if one.parent == root.id and one.role == "lead" and one.values.get("round") == root.values.get("round")
    ]
    return leads[-1].holder if leads else ""


def card_of(limits: Iterable[TimeLimit]) -> dict[str, Any]:
    """Red when a time limit that is not over was missed, yellow when one is nearly; and what falls due next."""
    going = [one for one in limits if one.state != "ended"]
    running: list[datetime] = [one.due_at for one in going if one.state == "running"]
    card = "red" if any(one.missed for one in going) else "yellow" if any(one.warned for one in going) else "green"
    return {"card": card, "due_at": min(running, default=None)}
