"""Citizens are told what becomes of their requests, step by step, in the words for citizens; how, says who tells."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from cti.office.public_sessions.holders import Holders
from workflow.tickets.by_citizens.own import OwnRequests
from workflow.tickets.by_citizens.views import Told
from workflow.tickets.events import TicketClosed, TicketEvent, TicketMoved, TicketOpened, TicketReopened

log = structlog.get_logger(__name__)

MOST_WAITING = 10_000
HEARD = (TicketOpened, TicketMoved, TicketClosed, TicketReopened)
"""What a plugin that tells hears."""


class Telling:
    """Hears of tickets, and has `write` tell one after the other: each time all whose request it is."""

    def __init__(self, own: OwnRequests, holders: Holders, write: Callable[[Told], Awaitable[None]]) -> None:
        self._own, self._holders, self._write = own, holders, write
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)

    def heard(self, event: TicketEvent) -> None:
        """A ticket came a step further."""
        try:
            self._waiting.put_nowait(event.record)
        except asyncio.QueueFull:
            log.error("messages to citizens are late, and some are left out", waiting=MOST_WAITING)

    async def run(self) -> None:
        """Write them as they come."""
        while True:
            ticket = await self._waiting.get()
            try:
                await self.tell(ticket)
            except Exception:
                # The database may be away for a moment: the next one is told all the same.
                log.exception("a citizen is not told of his request", ticket=ticket)

    async def tell(self, ticket: str) -> None:
        """Tell all whose request it is where it stands now."""
        told = await self._own.told(ticket)
        if told is None:
            return
        # A number may be somebody else's by now.
        theirs = await self._holders.had(dict(told.numbers))
        if theirs:
            numbers = tuple(one for one in told.numbers if one[0] in theirs)
            await self._write(replace(told, numbers=numbers, rating=told.rating if told.rating in theirs else ""))
