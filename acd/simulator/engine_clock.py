"""A clock that can die with the engine it belongs to: none of its timers runs afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cti.base.clock import Clock, Timer


class MortalClock:
    """Another clock, until `die`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._alive = True

    def now(self) -> float:
        """The seconds of the clock that it stands for."""
        return self._clock.now()

    def wall(self) -> datetime:
        """The wall time of the clock that it stands for."""
        return self._clock.wall()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """As the other, while alive."""

        def run() -> None:
            if self._alive:
                callback()

        return self._clock.call_later(delay, run)

    def die(self) -> None:
        """Run nothing any more."""
        self._alive = False
