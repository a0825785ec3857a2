"""What who revisits citizens for the desk asks and does: which tickets wait for it, and what the citizen said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from workflow.tickets import rules
from workflow.tickets.acting import Acts
from workflow.tickets.models import TicketRow
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketQuery

REVISIT, NOT_REACHED = "revisit", "not_reached"
"""The actions by which a process takes what a revisit came to, and that nobody was reached."""
STAGE = "revisit"


@dataclass(frozen=True, slots=True)
class ToRevisit:
    """A ticket that waits for its revisit; `contact` is canonical, `due_at` when it should be done.

    `is_taken`: somebody has it in hand, and asks the citizen himself.
    """

    id: str
    number: str
    title: str
    contact: str
    name: str
    gender: str
    organisation: str
    region: str
    due_at: datetime | None
    is_taken: bool


class Revisiting:
    """Tickets of the visitor's reach that wait for their revisit, have a number, and nobody has taken in hand."""

    def __init__(self, tickets: Tickets, acts: Acts) -> None:
        self._tickets, self._acts = tickets, acts

    async def find(
        self, session: AsyncSession, visitor: Visitor, query: TicketQuery, but: Select[tuple[str]], most: int
    ) -> list[ToRevisit]:
        """The first by their deadline, by the filters of the tickets' list, but those whose ids `but` selects."""
        limits = await self._limits(visitor, query, but)
        wanted = select(TicketRow).where(*limits).order_by(TicketRow.due_at, TicketRow.id).limit(most)
        return [_told(row) for row in await session.scalars(wanted)]

    async def count(self, session: AsyncSession, visitor: Visitor, query: TicketQuery, but: Select[tuple[str]]) -> int:
        """How many those are."""
        wanted = select(func.count()).select_from(TicketRow).where(*await self._limits(visitor, query, but))
        return await session.scalar(wanted) or 0

    async def _limits(self, visitor: Visitor, query: TicketQuery, but: Select[tuple[str]]) -> list[Any]:
        visitor.need(rules.SEE)
        await self._tickets.check_query(visitor, query)
        limits, _ = self._tickets.wanted(visitor, query)
        return [
            *limits,
            *_waits(),
            TicketRow.person == "",
            TicketRow.contact_index.is_not(None),
            TicketRow.id.not_in(but),
        ]

    async def still(self, session: AsyncSession, ids: Collection[str]) -> dict[str, ToRevisit]:
        """Of these tickets those that wait still, by their ids, for the house itself."""
        wanted = select(TicketRow).where(TicketRow.id.in_(ids), *_waits())
        return {row.id: _told(row) for row in await session.scalars(wanted)}

    async def note(self, session: AsyncSession, visitor: Visitor, id: str, call: str) -> None:
        """The citizen is about to be dialled for this ticket."""
        row = await self._tickets.row(session, visitor, id)
        await self._tickets.note_call(session, visitor, row, call, "revisit")

    async def register(
        self, session: AsyncSession, visitor: Visitor, id: str, action: str, form: Mapping[str, Any]
    ) -> None:
        """Take an action of the ticket's process, once; call `registered` when it is committed.

        NotFound, NotAllowed, Invalid, Conflict as the process has it.
        """
        await self._acts.act_in(session, visitor, id, action, form)

    async def registered(self, ids: Sequence[str]) -> None:
        """What was done with these tickets is committed."""
        await self._acts.acted(*ids)


def _waits() -> list[Any]:
    return [TicketRow.stage == STAGE, TicketRow.outcome == "", TicketRow.removed_at.is_(None)]


def _told(row: TicketRow) -> ToRevisit:
    return ToRevisit(
        row.id, row.number, row.title, row.contact, row.caller_name, row.caller_gender, row.organisation, row.region,
        row.due_at, row.person != "",
    )  # fmt: skip
