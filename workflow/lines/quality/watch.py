"""Tells when too many of the last legs of a line, an agent or a network were bad, and when that is over."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

from cti.base.events import AlarmCleared, AlarmRaised, Event

KINDS = {"line": "中继", "agent": "座席", "network": "网段"}
CALM = 0.5
"""It is over when no more than this part of the share that raised it is left."""
MOST = 5_000
"""Things that are watched at once; the one that was not heard of for longest is forgotten."""


class QualityWatch:
    """Looks at the last `legs` of each; `share` of them (0 to 1) raises an alarm."""

    def __init__(self, legs: int, share: float, publish: Callable[[Event], None]) -> None:
        self._legs, self._share, self._publish = legs, share, publish
        self._last: dict[tuple[str, str], deque[bool]] = {}
        self._up: set[tuple[str, str]] = set()

    def heard(self, kind: str, name: str, bad: bool, at: datetime) -> None:
        """One more leg of it ended."""
        key = (kind, name)
        last = self._last.pop(key, None)
        if last is None:
            last = deque(maxlen=self._legs)
        self._last[key] = last
        last.append(bad)
        if len(self._last) > MOST:
            self._forget(next(iter(self._last)), at)
        share = sum(last) / len(last)
        if key not in self._up and len(last) == self._legs and share >= self._share:
            self._up.add(key)
            text = f"{KINDS[kind]} {name} 通话质量差：最近 {len(last)} 段通话中 {sum(last)} 段质量差"
            self._publish(AlarmRaised(at=at, name=_name(key), text=text))
        elif key in self._up and share <= self._share * CALM:
            self._up.discard(key)
            self._publish(AlarmCleared(at=at, name=_name(key)))

    def _forget(self, key: tuple[str, str], at: datetime) -> None:
        del self._last[key]
        if key in self._up:
            self._up.discard(key)
            self._publish(AlarmCleared(at=at, name=_name(key)))


def _name(key: tuple[str, str]) -> str:
    return f"quality.{key[0]}.{key[1]}"
