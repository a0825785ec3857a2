"""The switch's books and ours: what became of calls while no engine looked, and each call's own CDR.

A starting engine reads what the switch wrote since the last one read: calls of ours that ended are closed with the
switch's time, and visits that the switch's emergency queue served alone are entered after the fact.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

import structlog

from cti.bus import Bus
from cti.call import Call
from cti.events import CallArrived, CallEnded, LegStarted
from cti.store.calls import CdrLine, StoredCalls
from cti.store.journal import Journal
from cti.switch.installation import Books
from cti.switch.port import SwitchRecord

log = structlog.get_logger(__name__)

PLACE = "switch_books"
GATHER_SECONDS = 1.0
REMEMBERED = 20_000


class Reconciler:
    """Reads the switch's records, stores them with their calls, and answers what became of a leg."""

    def __init__(self, books: Books, store: StoredCalls, journal: Journal, switch: str) -> None:
        self._books = books
        self._store = store
        self._journal = journal
        self._switch = switch
        self._calls: dict[str, str] = {}
        self._ended: dict[str, SwitchRecord] = {}
        self._task: asyncio.Task[None] | None = None
        self.alone: list[SwitchRecord] = []
        """Visits that the switch's own queue served from beginning to end, found at the start."""

    async def start(self) -> None:
        """Read what was written while no engine looked; `follow` must know the open calls by then."""
        place = (await self._store.kept(PLACE)).get(self._switch)
        if place:
            self._books.begin_at(place)
        await self._read()
        self.alone = [
            record
            for record in self._ended.values()
            if record.in_emergency and record.leg == record.first_leg and record.leg not in self._calls
        ]

    def follow(self, bus: Bus, calls: Iterable[Call]) -> None:
        """Know the first legs of these calls and of those that arrive, and read when one has ended."""
        for call in calls:
            self._belongs(call.caller_leg, call.id)
        bus.subscribe(CallArrived, lambda event: self._belongs(event.leg, event.call))
        # Where we dialled both, the first leg is the agent's.
        bus.subscribe(LegStarted, lambda event: self._belongs(event.leg, event.call))
        bus.subscribe(CallEnded, lambda _: self._ended_soon())

    def _belongs(self, leg: str, call: str) -> None:
        self._calls[leg] = call
        if len(self._calls) > REMEMBERED:
            self._calls.pop(next(iter(self._calls)))

    def _ended_soon(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._soon())

    def end_of(self, leg: str) -> datetime | None:
        """When a leg ended by the switch's books; None when the switch did not live to write it."""
        record = self._ended.get(leg)
        return record.ended_at if record else None

    def was_in_emergency(self, leg: str) -> bool:
        """Whether the switch's own queue had the leg last."""
        record = self._ended.get(leg)
        return record is not None and record.in_emergency

    async def _soon(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        try:
            await self._read()
        except Exception:
            log.exception("switch's records not read")

    async def _read(self) -> None:
        records = await asyncio.get_running_loop().run_in_executor(None, self._books.read)
        for record in records:
            self._ended[record.leg] = record
            if len(self._ended) > REMEMBERED:
                self._ended.pop(next(iter(self._ended)))
        await self._store.add_cdrs([self._line(record) for record in records])
        if records:
            self._journal.put(PLACE, self._switch, self._books.place)

    def _line(self, record: SwitchRecord) -> CdrLine:
        ended = record.ended_at or record.started_at
        return CdrLine(
            switch=self._switch,
            unique=f"{record.leg}/{record.started_at.timestamp():.6f}/{record.other}"[:80],
            leg=record.leg,
            started_at=record.started_at,
            answered_at=record.answered_at,
            ended_at=record.ended_at,
            seconds=(ended - record.started_at).total_seconds(),
            disposition=record.disposition,
            call=self._calls.get(record.first_leg),
            data=dict(record.fields),
        )
