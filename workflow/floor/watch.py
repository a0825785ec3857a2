"""What stands beyond a rule's threshold, and since when: raised once, ended once, and not by a flicker.

Pure: it is told readings at moments of a clock, and tells what began, what is over and when it wants to look again. A
reading that is bad for `lasting` seconds without a break begins an alarm; it is over when the reading has been good
again (on the other side of `back`) for `SETTLE` seconds, or at once when there is nothing to read any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SETTLE = 10.0
CLOSE = 1e-6
"""Seconds and shares that differ by less are the same."""

Key = tuple[str, str]
"""A rule's id, and what it is about: `queue:NAME`, `agent:NUMBER`, `trunk:NAME`."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """From `threshold` on a reading is bad, and good again short of `back`; `falls`: little is bad, such as a share."""

    threshold: float
    back: float
    lasting: float = 0.0
    falls: bool = False

    def is_bad(self, value: float) -> bool:
        """Whether it is beyond the threshold."""
        return value <= self.threshold + CLOSE if self.falls else value >= self.threshold - CLOSE

    def is_good(self, value: float) -> bool:
        """Whether it is well on the right side again."""
        return value > self.back + CLOSE if self.falls else value < self.back - CLOSE


@dataclass(frozen=True, slots=True)
class Reading:
    """A value now; one that `grows` is one more with every second."""

    bounds: Bounds
    value: float
    grows: bool = False


@dataclass(slots=True)
class _Kept:
    raised: bool
    since: float | None = None
    """Since when the reading has been bad, or, once raised, good."""


class Watch:
    """Remembers what stands."""

    def __init__(self) -> None:
        self._kept: dict[Key, _Kept] = {}

    def restore(self, key: Key) -> None:
        """An alarm that was raised before: it stands until its reading is good."""
        self._kept[key] = _Kept(raised=True)

    @property
    def standing(self) -> frozenset[Key]:
        """What is raised now."""
        return frozenset(key for key, one in self._kept.items() if one.raised)

    def look(self, now: float, readings: Mapping[Key, Reading]) -> tuple[list[Key], list[Key], float | None]:
        """What began, what is over, and the second at which something would change though no reading comes."""
        over = [key for key, one in self._kept.items() if one.raised and key not in readings]
        for key in self._kept.keys() - readings.keys():
            del self._kept[key]
        begun: list[Key] = []
        due: list[float] = []
        for key, reading in readings.items():
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = _Kept(raised=False)
            wait = self._step(now, kept, reading)
            if wait is not None and wait <= CLOSE:
                kept.raised, kept.since = not kept.raised, None
                (begun if kept.raised else over).append(key)
                wait = self._step(now, kept, reading)
            if wait is not None:
                due.append(now + wait)
        return begun, over, min(due, default=None)

    @staticmethod
    def _step(now: float, kept: _Kept, reading: Reading) -> float | None:
        """Seconds until it is raised, or over, if all stays so; None when nothing leads there."""
        bounds = reading.bounds
        if kept.raised:
            if not bounds.is_good(reading.value):
                kept.since = None
                return None
            kept.since = now if kept.since is None else kept.since
            return max(kept.since + SETTLE - now, 0.0)
        if bounds.is_bad(reading.value):
            kept.since = now if kept.since is None else kept.since
            return max(kept.since + bounds.lasting - now, 0.0)
        kept.since = None
        return bounds.threshold - reading.value if reading.grows else None
