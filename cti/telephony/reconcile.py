"""The switch's books and ours: what became of calls while no engine looked, and each call's own CDR.

A starting engine reads what the switch wrote since the last one read: calls of ours that ended are closed with the
switch's time, and visits that no engine saw are entered after the fact: the switch's emergency queue served them, or
the caller hung up before an engine answered.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from cti.base.bus import Bus
from cti.base.call import Call
from cti.base.events import CallArrived, CallEnded, LegStarted, SwitchUp
from cti.store.calls import CdrLine, StoredCalls
from cti.store.journal.journal import Journal
from cti.telephony.switch.installation import Books
from cti.telephony.switch.port import SwitchRecord, TalkStretch

log = structlog.get_logger(__name__)

PLACE = "switch_books"
GATHER_SECONDS = 1.0
REMEMBERED = 20_000
UNSEEN_SECONDS = 5.0
"""So long after its end a visit is taken for one that no engine saw: its session may still be on its way to us."""


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
        self._is_wanted = False
        self._timer: asyncio.TimerHandle | None = None
        self._reading = threading.Lock()
        self._fresh: list[SwitchRecord] = []
        """Read, and not stored yet."""
        self._unseen: dict[str, list[SwitchRecord]] = {}
        """Of legs of no call that is known. Until they are entered, another engine would read them again."""
        self._enter: Callable[[SwitchRecord], None] = lambda record: None

    async def start(self, enter: Callable[[SwitchRecord], None]) -> None:
        """Read what was written while no engine looked; `follow` must know the open calls by then.

        `enter` is told of each visit that no engine saw, now and later.
        """
        self._enter = enter
        place = (await self._store.kept(PLACE)).get(self._switch)
        if place:
            self._books.begin_at(place)
        await self._read()
        if self._unseen:
            # Calls that had ended before the last engine did are no longer open, but known.
            since = min(records[0].started_at for records in self._unseen.values()) - timedelta(seconds=UNSEEN_SECONDS)
            for leg, call in await self._store.caller_legs(since):
                self._belongs(leg, call)
        await self._enter_unseen(timedelta())
        # Somebody may have hung up while we started.
        self._later()

    def follow(self, bus: Bus, calls: Iterable[Call]) -> None:
        """Know the first legs of these calls and of those that arrive, and read when one has ended."""
        for call in calls:
            self._belongs(call.caller_leg, call.id)
        bus.subscribe(CallArrived, lambda event: self._belongs(event.leg, event.call))
        # Where we dialled both, the first leg is the agent's.
        bus.subscribe(LegStarted, lambda event: self._belongs(event.leg, event.call))
        bus.subscribe(CallEnded, lambda _: self.look_soon())
        # Whoever came and went while the switch could not be heard.
        bus.subscribe(SwitchUp, lambda _: self.look_soon())

    def _belongs(self, leg: str, call: str) -> None:
        self._calls[leg] = call
        if len(self._calls) > REMEMBERED:
            self._calls.pop(next(iter(self._calls)))

    def look_soon(self) -> None:
        """Something ended of which the switch writes a record now: read it in a moment."""
        self._is_wanted = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._soon())

    def _later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(UNSEEN_SECONDS + GATHER_SECONDS, self.look_soon)

    async def _enter_unseen(self, age: timedelta) -> None:
        """Enter the visits that ended so long ago; what turned out to be known is stored with its call."""
        now = datetime.now(UTC)
        for leg, records in list(self._unseen.items()):
            last = records[-1]
            if leg not in self._calls:
                if (last.ended_at or last.started_at) + age > now:
                    continue
                first = records[0]
                emergency = any(record.in_emergency for record in records)
                # The bus tells us its call at once.
                self._enter(
                    replace(last, started_at=first.started_at, answered_at=first.answered_at, in_emergency=emergency)
                )
            del self._unseen[leg]
            await self._store.add_cdrs([self._line(record) for record in records])
        if self._unseen:
            self._later()
        else:
            # Visits that were entered must be safe before their only other trace goes.
            await self._journal.flushed()
            await asyncio.get_running_loop().run_in_executor(None, self._take_away)
            self._journal.put(PLACE, self._switch, self._books.place)

    def end_of(self, leg: str) -> datetime | None:
        """When a leg ended by the switch's books; None when the switch did not live to write it."""
        if leg not in self._ended:
            # It may have been written since they were read. Rare, and a few lines only.
            self._look()
        record = self._ended.get(leg)
        return record.ended_at if record else None

    def talks_of(self, leg: str) -> Sequence[TalkStretch]:
        """When a leg was in a talk by the switch's books, oldest first."""
        self._look()
        return self._books.talks_of(leg)

    def was_in_emergency(self, leg: str) -> bool:
        """Whether the switch's own queue had the leg last."""
        record = self._ended.get(leg)
        return record is not None and record.in_emergency

    async def _soon(self) -> None:
        # What ends while these are read is read in the next round.
        while self._is_wanted:
            await asyncio.sleep(GATHER_SECONDS)
            self._is_wanted = False
            try:
                await self._read()
                await self._enter_unseen(timedelta(seconds=UNSEEN_SECONDS))
            except Exception:
                log.exception("switch's records not read")

    def _look(self) -> None:
        with self._reading:
            records = self._books.read()
            for record in records:
                self._ended[record.leg] = record
                if len(self._ended) > REMEMBERED:
                    self._ended.pop(next(iter(self._ended)))
            self._fresh += records

    def _take_away(self) -> None:
        with self._reading:
            # What was read meanwhile, for somebody who asked how a leg ended, is not stored yet.
            if not self._fresh:
                self._books.done()

    async def _read(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._look)
        known: list[CdrLine] = []
        records, self._fresh = self._fresh, []
        for record in records:
            if record.by_trunk and record.leg == record.first_leg and record.leg not in self._calls:
                self._unseen.setdefault(record.leg, []).append(record)
            else:
                known.append(self._line(record))
        await self._store.add_cdrs(known)

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
