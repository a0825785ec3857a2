"""Following the journal: each stored event once, also those that were stored when no engine lived to hear them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import structlog

from cti.base.events import Event, Stored
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal

log = structlog.get_logger(__name__)

LAST = "sequence"
RETRY_SECONDS = 5.0
GATHER_SECONDS = 2.0
"""What comes meanwhile is taken in together: a transaction a call would cost more than the call itself."""


class Following(ABC):
    """`heard` is told of stored events of `types`, in order, many at once; how far it has come is kept under `kept`.

    They come up to `GATHER_SECONDS` after they were stored, as the journal tells them: the database is asked only at
    the start, and when something failed. After a death of the engine the last ones may be told once more.
    """

    kept: ClassVar[str]
    types: ClassVar[tuple[type[Event], ...]]

    def __init__(self, calls: StoredCalls, journal: Journal) -> None:
        self._calls, self._journal = calls, journal
        self._sequence = 0
        self._news = asyncio.Event()
        self._told: list[Stored] = []
        self._behind = True
        """Whether the database may have some that the journal did not tell, or that were not taken in."""

    @abstractmethod
    async def heard(self, events: Sequence[Event]) -> None:
        """Take them in, with few questions for all of them; when it raises, all are told again."""

    async def begin(self) -> None:
        """From where the last engine stood; at the very first from now on."""
        kept = (await self._calls.kept(self.kept)).get(LAST)
        self._sequence = kept if kept is not None else await self._calls.last_sequence()
        if kept is None:
            self._journal.put(self.kept, LAST, self._sequence)

    def stored(self, events: Sequence[Stored]) -> None:
        """Something was stored; see `Journal.on_stored`."""
        if found := [one for one in events if isinstance(one.event, self.types)]:
            self._told += found
            self._news.set()

    async def run(self) -> None:
        """Until cancelled. What cannot be written is tried again: nothing is forgotten."""
        while True:
            self._news.clear()
            try:
                await self.catch_up()
            except Exception:
                log.exception("stored events are not taken in; tried again", kept=self.kept)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            await self._news.wait()
            await asyncio.sleep(GATHER_SECONDS)

    async def catch_up(self) -> None:
        """Take in all that is stored; a call has thirty other events, which are not read again."""
        try:
            if self._behind:
                types = [one.__name__ for one in self.types]
                while events := await self._calls.events_after(self._sequence, types=types):
                    await self._pass_on(events)
                self._behind = False
            told, self._told = self._told, []
            await self._pass_on([one for one in told if one.sequence > self._sequence])
        except BaseException:
            self._behind = True
            raise

    async def _pass_on(self, events: Sequence[Stored]) -> None:
        if events:
            await self.heard([one.event for one in events])
            self._sequence = events[-1].sequence
            self._journal.put(self.kept, LAST, self._sequence)
