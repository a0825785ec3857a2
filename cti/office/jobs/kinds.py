"""What kinds of jobs there are: who does one, how often it is tried, and how long to wait between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

Work = Callable[[dict[str, Any]], Awaitable[None]]


class JobState(StrEnum):
    """How a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


GivenUp = Callable[[AsyncSession, dict[str, Any], str], Awaitable[None]]


class Hopeless(Exception):
    """Raised by work that no other try will do: the job has failed at once."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of jobs. Work may be done twice when an engine dies in the middle: it must bear that.

    After a failure the next try waits `first` seconds, then twice as long each time, at most `most`; after `tries` the
    job has failed and people are told. One try may take `timeout` seconds. `given_up` hears, in the transaction that
    ends the job, that nobody does it any more, and why in words for people: what waits for it must not wait for ever.
    """

    name: str
    title: str
    work: Work
    tries: int = 8
    first: float = 30.0
    most: float = 3600.0
    timeout: float = 300.0
    given_up: GivenUp | None = None

    def wait(self, tries: int) -> float:
        """Seconds until the next try after so many."""
        return float(min(self.first * 2.0 ** min(tries - 1, 60), self.most))
