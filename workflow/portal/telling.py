"""Accounts are told in their messages what becomes of their requests, step by step, in the words for citizens."""

from __future__ import annotations

import asyncio

import structlog

from cti.office.public_sessions.holders import Holders
from workflow.portal.keeping import Keeping
from workflow.portal.settings import PortalSettings
from workflow.tickets.by_citizens.own import OwnRequests
from workflow.tickets.events import TicketEvent

log = structlog.get_logger(__name__)

MOST_WAITING = 10_000


class Telling:
    """Hears of tickets, and writes messages one after the other."""

    def __init__(self, own: OwnRequests, keeping: Keeping, settings: PortalSettings, holders: Holders) -> None:
        self._holders = holders
        self._own, self._keeping, self._settings = own, keeping, settings
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
        for number, asked_at in told.numbers:
            # A number may be somebody else's by now.
            if theirs := await self._holders.had((number,), asked_at):
                await self._keeping.tell(theirs, told.number, told.words, self._settings.keep_days)
