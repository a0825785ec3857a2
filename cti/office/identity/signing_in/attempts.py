"""Counts failures by address or name over a sliding time, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict, deque

from cti.base.clock import Clock
from cti.base.refusal import TooMany

KEYS = 20_000


class Attempts:
    """At most `count` failures of one key within `seconds`."""

    def __init__(self, clock: Clock, count: int, seconds: float) -> None:
        self._clock = clock
        self._count = count
        self._seconds = seconds
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, key: str) -> None:
        """Refuse with TooMany when the key has used up its failures."""
        times = self._recent(key)
        if len(times) >= self._count:
            wait = times[0] + self._seconds - self._clock.now()
            raise TooMany("too_many_attempts", f"尝试次数过多，请在 {max(1, round(wait))} 秒后再试", wait)

    def failed(self, key: str) -> None:
        """Count a failure; the key unused for longest is forgotten when there are too many."""
        times = self._recent(key)
        times.append(self._clock.now())
        self._failures[key] = times
        self._failures.move_to_end(key)
        while len(self._failures) > KEYS:
            self._failures.popitem(last=False)

    def _recent(self, key: str) -> deque[float]:
        times = self._failures.get(key) or deque()
        while times and times[0] <= self._clock.now() - self._seconds:
            times.popleft()
        return times
