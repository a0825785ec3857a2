"""Leaves another side alone that does not work, longer each time, and then tries it with one request."""

from __future__ import annotations

from cti.base.clock import Clock

FAILURES = 5
FIRST, MOST = 30.0, 600.0
"""Seconds that it is left alone the first time, and at most."""


class Breaker:
    """Closed: all goes through. Open: nothing does until its time is up; then one request is let through."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._opened = 0
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the other side does not work, as far as is known."""
        return self._opened > 0

    @property
    def wait(self) -> float:
        """Seconds for which nothing goes through."""
        return max(0.0, self._until - self._clock.now()) if self.is_open else 0.0

    def worked(self) -> None:
        """A request was taken, or refused in words: the other side works."""
        self._failures = self._opened = 0

    def failed(self, count: int) -> None:
        """So many requests, tried together, failed, and no other was taken."""
        self._failures += count
        if self._failures >= FAILURES or self.is_open:
            self._until = self._clock.now() + min(FIRST * 2.0 ** min(self._opened, 30), MOST)
            self._opened += 1
