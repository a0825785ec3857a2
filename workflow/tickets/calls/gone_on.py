"""A talk that broke off is gone on with in a second call: what was registered in the first is that call's too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.events import CallDialled
from cti.base.visitor import Visitor
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.service import Tickets

WhoIs = Callable[[str], Awaitable[Visitor | None]]
"""The person with an agent number."""


class GoneOn:
    """Joins the second call to the tickets of the first, whether they were registered before it or are during it."""

    def __init__(self, tickets: Tickets, who_is: WhoIs) -> None:
        self._tickets, self._who_is = tickets, who_is

    async def dialled(self, event: CallDialled) -> None:
        """A citizen is dialled: if to go on with a call, it is about the tickets of that one."""
        if not event.follows or (visitor := await self._who_is(event.agent)) is None:
            return
        async with self._tickets.changing() as session:
            of_first = select(TicketCallRow.ticket).where(TicketCallRow.call == event.follows)
            rows = (await session.scalars(select(TicketRow).where(TicketRow.id.in_(of_first)))).all()
            for row in rows:
                await join(session, self._tickets, visitor, row, event.call)
        await self._tickets.changed([row.id for row in rows])


async def join(session: AsyncSession, tickets: Tickets, visitor: Visitor, row: TicketRow, call: str) -> None:
    """Keep with the ticket that a call was about it, once."""
    same = TicketCallRow.ticket == row.id, TicketCallRow.call == call
    if await session.scalar(select(TicketCallRow.id).where(*same).limit(1)) is None:
        await tickets.note_call(session, visitor, row, call, "contact")
