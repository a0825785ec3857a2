"""Events between the reader and a listener that may be slow: told in order, in slices, so that reading never waits.

FreeSWITCH ends a listener for which 100,000 events wait; here they may wait.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from cti.telephony.switch.freeswitch.esl_messages import EslEvent

MAX_BACKLOG: Final = 1024 * 1024 * 1024
"""Bytes of events that may wait."""
SLICE: Final = 0.005
"""Seconds of events told at a stretch before the loop may read and do other work."""
READS_BETWEEN: Final = 16
"""Reads that may go before the next slice while events keep coming."""


class EslBacklog:
    """Tells events by `tell`, which must not raise: at once while time is left in the slice, the others later."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tell: Callable[[EslEvent], None]) -> None:
        self.size = 0
        """Bytes that wait."""
        self._loop = loop
        self._tell = tell
        self._events: deque[EslEvent] = deque()
        self._holding = False
        self._draining = False
        self._reads = 0
        self._reads_seen = 0
        """At the last turn."""
        self._reads_told = 0
        """When the last slice was told."""
        self._slice_end = 0.0

    def __len__(self) -> int:
        return len(self._events)

    def begin_read(self) -> None:
        """A read begins; its events may take a slice at once, a small one when others wait."""
        self._reads += 1
        self._slice_end = time.perf_counter() + (SLICE / READS_BETWEEN if self._events else SLICE)

    def put(self, event: EslEvent) -> None:
        """Tell `event` after those before it."""
        if not (self._events or self._holding or time.perf_counter() > self._slice_end):
            self._tell(event)
            return
        self._events.append(event)
        self.size += len(event.raw)

    def end_read(self) -> None:
        """All events of the read have been put."""
        if self._events:
            self._tell_slice()

    def hold(self) -> None:
        """Keep events from now on."""
        self._holding = True

    def release(self) -> None:
        """Tell what was kept, then every event as it comes."""
        self._holding = False
        self._drain_soon()

    def clear(self) -> None:
        """Forget the events that wait, as when the connection is lost."""
        self._events.clear()
        self.size = 0

    def _drain_soon(self) -> None:
        if self._events and not (self._draining or self._holding):
            self._draining = True
            self._loop.call_soon(self._drain)

    def _drain(self) -> None:
        """Tell a slice, unless more has just been read: reading goes first, but not for ever."""
        if self._reads_seen != self._reads < self._reads_told + READS_BETWEEN:
            self._reads_seen = self._reads
            self._loop.call_soon(self._drain)
            return
        self._draining = False
        self._reads_told = self._reads_seen = self._reads
        self._slice_end = time.perf_counter() + SLICE
        self._tell_slice()

    def _tell_slice(self) -> None:
        while self._events and not self._holding and time.perf_counter() <= self._slice_end:
            event = self._events.popleft()
            self.size -= len(event.raw)
            self._tell(event)
        self._drain_soon()
