"""How often somebody may ask: a bucket of tokens for each key, filled at a steady rate."""

from __future__ import annotations

from collections import OrderedDict

from cti.base.clock import Clock
from cti.base.refusal import TooMany

KEYS = 20_000


class Rate:
    """`per_second` requests go on for ever, `burst` at once. The key unused for longest is forgotten."""

    def __init__(self, clock: Clock, per_second: float, burst: float) -> None:
        self._clock = clock
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Count a request; TooMany says when the next one may come."""
        now = self._clock.now()
        tokens, at = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._per_second)
        granted = tokens >= 1
        self._buckets[key] = (tokens - 1 if granted else tokens, now)
        if len(self._buckets) > KEYS:
            self._buckets.popitem(last=False)
        if not granted:
            raise TooMany("too_fast", "操作过于频繁，请稍后再试", (1 - tokens) / self._per_second)
