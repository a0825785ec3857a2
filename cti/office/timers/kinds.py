"""What kinds of timers there are, and who is told when they go off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that goes off: its key, when it was due, and what was kept with it."""

    key: str
    at: datetime
    data: Mapping[str, Any]


GoOff = Callable[[AsyncSession, Sequence[Due]], Awaitable[None]]
"""Does what is due in the transaction that ends the timers: what it changes there happens once, or they are due again.
It may set timers anew; what it tells the world outside belongs into a job made in this session."""


@dataclass(frozen=True, slots=True)
class TimerKind:
    """A kind of timers. `batch` of them at most go off together.

    One that fails goes off again after `first` seconds, then twice as long each time, at most `most`; after `tries`
    people are told, and it goes on being tried.
    """

    name: str
    title: str
    go_off: GoOff
    batch: int = 200
    first: float = 10.0
    most: float = 3600.0
    tries: int = 5

    def wait(self, tries: int) -> float:
        """Seconds until the next try after so many."""
        return float(min(self.first * 2.0 ** min(tries - 1, 60), self.most))
