"""Keeps the newest tickets in memory and says which of them are about the same: the tickets' port `RanksTickets`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from cti.base.clock import Clock
from workflow.assistant.duplicates.matters import Matter, Matters
from workflow.assistant.understanding.places import Places
from workflow.tickets.desk.alike import Asked, Likely
from workflow.tickets.texts import TicketTexts, TicketWords

log = structlog.get_logger(__name__)

FRESH_SECONDS = 2.0
"""A ticket that a colleague has registered so long ago is found, whichever engine he works at."""
PAGE = 200
SPARE = 1.25
"""With so many times the tickets that are to be held, memory is read anew."""


class Duplicates:
    """Reads what has changed when it is asked: nothing is done while nobody registers anything."""

    def __init__(self, texts: TicketTexts, clock: Clock, places: Callable[[], Places], most: int) -> None:
        self._texts, self._clock, self._places, self.most = texts, clock, places, most
        self._matters = Matters(places)
        self._since: datetime | None = None
        self._after = ""
        self._until = 0.0
        self._begun = False
        self._turn = asyncio.Lock()
        self._begin = asyncio.Event()

    async def run(self) -> None:
        """Read the newest tickets as soon as somebody asks for the first time; anew when too many have come."""
        while True:
            await self._begin.wait()
            self._begin.clear()
            try:
                await self.load()
            except Exception:
                # Until the next who asks, pairs of characters serve.
                log.exception("tickets not read")

    async def load(self) -> None:
        """Read the newest tickets."""
        words = await self._texts.changed(None, "", self.most)
        fresh = Matters(self._places)
        for at in range(0, len(words), PAGE):
            await asyncio.to_thread(_take, fresh, words[at : at + PAGE])
        await asyncio.to_thread(fresh.weigh)
        async with self._turn:
            self._matters = fresh
            if words:
                self._since, self._after = words[-1].changed_at, words[-1].id
            self._begun, self._until = True, 0.0

    async def rank(self, asked: Asked, most: int) -> Sequence[Likely] | None:
        """See `RanksTickets.rank`; None until the tickets have been read."""
        if not self._begun:
            self._begin.set()
            return None
        async with self._turn:
            await self._refresh()
            if self._matters.held > self.most * SPARE:
                self._begin.set()
            return await asyncio.to_thread(self._matters.rank, asked, most)

    async def _refresh(self) -> None:
        if self._clock.now() < self._until:
            return
        while True:
            if self._since is None:
                words = await self._texts.changed(None, "", PAGE)
            else:
                words = await self._texts.changed(self._since, self._after, PAGE)
            await asyncio.to_thread(_take, self._matters, words)
            if words:
                self._since, self._after = words[-1].changed_at, words[-1].id
            if len(words) < PAGE:
                break
        self._until = self._clock.now() + FRESH_SECONDS


def _take(matters: Matters, words: Sequence[TicketWords]) -> None:
    for one in words:
        if one.gone:
            matters.remove(one.id)
        else:
            matters.put(Matter(one.id, one.title, one.content, one.place, one.address, one.created_at))
