"""The journal: events, open calls and small states, committed in groups by one writer.

What is told within some milliseconds is committed in one transaction, so that an event costs microseconds and a
killed engine loses at most what was told since the last commit. While the database fails, everything stays in
memory, in order, and is written when it is back; an alarm says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from cti.base.call import Call
from cti.base.events import AlarmCleared, AlarmRaised, Event, PositionTold, QueueChanged, Stored
from cti.store.engine import Store
from cti.store.journal.encoding import encode
from cti.store.journal.rows import Batch, CallSnapshot
from cti.store.journal.writers import UNSTORABLE, Writer, writer_of
from cti.store.recordings.recordings import Recording

log = structlog.get_logger(__name__)

LINGER = 0.15
"""Seconds to gather before a commit, unless somebody waits for it: each costs a transaction, and a call its row.

Whatever somebody was told is done has been waited for (`flushed`; the HTTP host does it for every request that
changes something). The rest a killed engine's next one finds at the switch: legs, talks and their times."""

CALM_LINGER = 1.0
"""Seconds that a calm event waits for others: nobody acts on it. A thousand who wait are told their places 33 times a
second, and each commit costs as much as telling one."""

CALM = (PositionTold,)

RETRY_FIRST, RETRY_LAST = 0.1, 2.0
PLENTY, BATCH_EVENTS = 500, 5000
"""From how many events on there is nothing to wait for, and how many go into one transaction."""

ALARM = "journal"

NOT_STORED = (QueueChanged,)
"""What is told but has no place in the journal: figures that the next ones replace."""

StoredListener = Callable[[list[Stored]], None]


class Journal:
    """See the module. All methods belong to the loop's thread; `limit` bounds the events kept while the database fails.

    `tell` publishes the alarm and its end; usually `Bus.publish`.
    """

    def __init__(self, writer: Writer, tell: Callable[[Event], None], *, limit: int = 500_000) -> None:
        self._writer = writer
        self._tell = tell
        self._limit = limit
        self._events: list[Event] = []
        self._calls: dict[str, Call] = {}
        self._states: dict[tuple[str, str], bytes | None] = {}
        self._recordings: dict[str, Recording] = {}
        self._last: dict[Callable[[], None], None] = {}
        self._barriers: list[asyncio.Future[None]] = []
        self._listeners: list[StoredListener] = []
        self._wake = asyncio.Event()
        self._is_woken = False
        """Whether `_wake` is set: a call asks fifty times, mostly for what is so already."""
        self._calm: asyncio.TimerHandle | None = None
        """Wakes for calm events, when none of another kind came meanwhile."""
        self._failing = False
        self._closing = False
        self.lost = 0
        """Events, calls and states that were not stored: `limit` was reached, or the database would never take them."""
        self._task = asyncio.create_task(self._run(), name="journal")

    @classmethod
    def start(cls, store: Store, tell: Callable[[Event], None]) -> Journal:
        """A journal on the store's database, which must have been migrated."""
        return cls(writer_of(store), tell)

    @property
    def waiting(self) -> int:
        """Events told and not yet taken for a commit."""
        return len(self._events)

    @property
    def is_failing(self) -> bool:
        """Whether the last commit failed."""
        return self._failing

    def append(self, event: Event) -> None:
        """Store an event; returns at once. Suits `Bus.subscribe(Event, …)`."""
        if isinstance(event, NOT_STORED):
            return
        if len(self._events) >= self._limit:
            self.lost += 1
            return
        self._events.append(event)
        if not isinstance(event, CALM):
            if not self._is_woken:
                self._wake_up()
        elif self._calm is None:
            self._calm = asyncio.get_running_loop().call_later(CALM_LINGER, self._wake_up)

    def save(self, call: Call) -> None:
        """Store the call as it is at the next commit, together with the events told until then."""
        self._calls[call.id] = call
        if not self._is_woken:
            self._wake_up()

    def record(self, recording: Recording) -> None:
        """Store a new recording, or what became of it, at the next commit: no transaction of its own."""
        self._recordings[recording.id] = recording
        if not self._is_woken:
            self._wake_up()

    def put(self, kind: str, key: str, data: object) -> None:
        """Keep small JSON data under a key; read it with `kept`. TypeError when it cannot be JSON."""
        self._states[kind, key] = encode(data)
        if not self._is_woken:
            self._wake_up()

    def forget(self, kind: str, key: str) -> None:
        """Remove what was put."""
        self._states[kind, key] = None
        if not self._is_woken:
            self._wake_up()

    def before_commit(self, last: Callable[[], None]) -> None:
        """Call `last` once, right before the next commit, to put what changes with the events told until then."""
        self._last[last] = None
        self._wake_up()

    async def flushed(self) -> None:
        """Return when all that was told before is committed."""
        barrier = asyncio.get_running_loop().create_future()
        self._barriers.append(barrier)
        self._wake_up()
        await barrier

    def on_stored(self, listener: StoredListener) -> Callable[[], None]:
        """Call `listener` after each commit with its events, in order; returns the undo."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def close(self, timeout: float = 10.0) -> None:
        """Commit what is waiting, if the database can, and stop."""
        self._closing = True
        self._wake_up()
        _, pending = await asyncio.wait([self._task], timeout=timeout)
        for task in pending:
            log.error("journal closed with events not stored", events=len(self._events))
            task.cancel()
            await asyncio.wait([task])
        await self._writer.close()

    def _wake_up(self) -> None:
        self._is_woken = True
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._is_woken = False
            if not self._closing and not self._barriers and len(self._events) < PLENTY:
                await asyncio.sleep(LINGER)
            await self._commit()
            if self._events or self._barriers:
                self._wake_up()
            elif self._closing and not (self._calls or self._states or self._recordings or self._last):
                return

    async def _commit(self) -> None:
        batch, barriers = self._take()
        if batch:
            self._after(await self._write(batch))
        for barrier in barriers:
            if not barrier.done():
                barrier.set_result(None)

    def _take(self) -> tuple[Batch, list[asyncio.Future[None]]]:
        if self._calm is not None:
            self._calm.cancel()
            self._calm = None
        last, self._last = self._last, {}
        for one in last:
            try:
                one()
            except Exception:
                log.exception("failed before a commit", listener=repr(one))
        batch = Batch(self._events[:BATCH_EVENTS], [], self._states, list(self._recordings.values()))
        del self._events[:BATCH_EVENTS]
        self._states, self._recordings = {}, {}
        for call in self._calls.values():
            try:
                batch.calls.append(CallSnapshot.of(call))
            except (TypeError, ValueError, RecursionError) as error:
                log.error("call cannot be stored", call=call.id, error=str(error))
                self.lost += 1
        self._calls = {}
        if self._events:
            return batch, []
        barriers, self._barriers = self._barriers, []
        return batch, barriers

    async def _write(self, batch: Batch) -> list[Stored]:
        delay = RETRY_FIRST
        while True:
            try:
                stored = await self._writer.write(batch)
            except UNSTORABLE as error:
                return await self._write_parts(batch, error)
            except Exception as error:
                self._failed(error)
            else:
                self._recovered()
                return stored
            await asyncio.sleep(delay)
            delay = min(delay * 2, RETRY_LAST)

    async def _write_parts(self, batch: Batch, error: Exception) -> list[Stored]:
        """Find what the database will never take, and store the rest."""
        parts = batch.split()
        if not parts:
            log.error(
                "cannot be stored, left out",
                events=[type(event).__name__ for event in batch.events],
                calls=[one.call.id for one in batch.calls],
                states=list(batch.states),
                error=f"{type(error).__name__}: {error}"[:300],
            )
            self.lost += 1
        return [stored for part in parts for stored in await self._write(part)]

    def _after(self, stored: list[Stored]) -> None:
        if not stored:
            return
        for listener in list(self._listeners):
            try:
                listener(stored)
            except Exception:
                log.exception("listener of stored events failed", listener=repr(listener))

    def _failed(self, error: Exception) -> None:
        if self._failing:
            return
        self._failing = True
        log.error("database cannot be written", error=f"{type(error).__name__}: {error}")
        text = "数据库无法写入，事件暂存在内存中，恢复后自动补写"
        self._tell(AlarmRaised(at=datetime.now(UTC), name=ALARM, text=text))

    def _recovered(self) -> None:
        if not self._failing:
            return
        self._failing = False
        log.info("database can be written again", lost=self.lost)
        self._tell(AlarmCleared(at=datetime.now(UTC), name=ALARM))
