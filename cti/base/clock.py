"""Time: monotonic seconds for timers, wall time only for stamps; real and virtual.

Everything that waits takes a `Clock`. In production it is `LoopClock` over asyncio; the ACD simulator runs the
same lines on `VirtualClock`, and coroutines run on virtual time in a `VirtualTimeLoop`.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import selectors
from collections.abc import Callable, Coroutine
from contextvars import Context
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""The wall time at which virtual clocks begin unless told otherwise."""


class Timer(Protocol):
    """A pending `call_later`; `cancel` after it has run, or twice, does nothing."""

    def cancel(self) -> None:
        """Its callback does not run any more."""


class Clock(Protocol):
    """What the engine asks of time."""

    def now(self) -> float:
        """Monotonic seconds; only differences mean anything."""

    def wall(self) -> datetime:
        """UTC wall time, for stamps only: it may jump."""

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` once, `delay` seconds from now (at least 0)."""


class LoopClock:
    """The clock of an asyncio loop: real in production, virtual on a `VirtualTimeLoop`."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop or asyncio.get_running_loop()

    def now(self) -> float:
        """Monotonic seconds of the loop."""
        return self._loop.time()

    def wall(self) -> datetime:
        """UTC wall time (virtual on a virtual loop)."""
        if isinstance(self._loop, VirtualTimeLoop):
            return EPOCH + timedelta(seconds=self._loop.time())
        return datetime.now(UTC)

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` on the loop after `delay` seconds."""
        return self._loop.call_later(max(delay, 0.0), callback)


class _VirtualTimer:
    __slots__ = ("at", "callback", "order")

    def __init__(self, at: float, order: int, callback: Callable[[], None]) -> None:
        self.at, self.order = at, order
        self.callback: Callable[[], None] | None = callback

    def __lt__(self, other: _VirtualTimer) -> bool:
        return (self.at, self.order) < (other.at, other.order)

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """Time that moves only when told: timers run in order of time, equal times in order of setting."""

    def __init__(self, start: datetime = EPOCH) -> None:
        self._start = start
        self._now = 0.0
        self._order = itertools.count()
        self._timers: list[_VirtualTimer] = []

    def now(self) -> float:
        """Virtual seconds since the start."""
        return self._now

    def wall(self) -> datetime:
        """The start plus the virtual seconds."""
        return self._start + timedelta(seconds=self._now)

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` when virtual time gets there."""
        timer = _VirtualTimer(self._now + max(delay, 0.0), next(self._order), callback)
        heapq.heappush(self._timers, timer)
        return timer

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`, running what falls due on the way."""
        self.run_until(self._now + seconds)

    def run_until(self, at: float) -> None:
        """Move on to the virtual second `at`, running what falls due on the way."""
        while self._timers and self._timers[0].at <= at:
            self._run_next()
        self._now = max(self._now, at)

    def run(self) -> None:
        """Run until no timer is left."""
        while self._timers:
            self._run_next()

    def _run_next(self) -> None:
        timer = heapq.heappop(self._timers)
        if timer.callback is None:
            return
        self._now = max(self._now, timer.at)
        timer.callback()


class _JumpingSelector(selectors.SelectSelector):
    """A selector that, instead of sleeping, moves the loop's virtual time."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            # Nothing is due: only a thread can wake us now.
            return super().select(0.01)
        self._loop.virtual_time += timeout
        return []


TICK = 1e-6
"""The least virtual seconds that a wait takes."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An asyncio loop in which waiting costs nothing: a sleep of an hour returns at once, an hour later."""

    def __init__(self) -> None:
        self.virtual_time = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """Virtual seconds."""
        return self.virtual_time

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """At least a `TICK` ahead: a delay lost in rounding would be waited for again and again at the same time."""
        return super().call_later(max(delay, TICK) if delay > 0 else delay, callback, *args, context=context)

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Threads take real time: a virtual limit would be over before they are."""
        await super().shutdown_default_executor()


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
