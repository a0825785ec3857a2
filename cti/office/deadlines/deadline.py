"""When work falls due: a pure function of what happened to it, so that it can be worked out anew at any time.

The limit that holds now counts from the start, whatever held before; each pause pushes the end back by the time that it
took, each extension by its own limit. Nothing is added up and kept: a change of the limit forgets no pause, and a check
may work out all deadlines again and must find no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from cti.base.times.working_time import WorkingTime
from cti.office.deadlines.limits import Limit


@dataclass(frozen=True, slots=True)
class Started:
    """The first event: the limit counts from here."""

    at: datetime
    limit: Limit


@dataclass(frozen=True, slots=True)
class Relimited:
    """Another limit holds, from the start on."""

    at: datetime
    limit: Limit


@dataclass(frozen=True, slots=True)
class Paused:
    """It is somebody else's turn: time does not count until `Resumed`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Resumed:
    """A pause is over: from `at` on time counts again."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Extended:
    """So much more was granted."""

    at: datetime
    limit: Limit


@dataclass(frozen=True, slots=True)
class Stopped:
    """The last event: the work is done, or needed no longer."""

    at: datetime


DeadlineEvent = Started | Relimited | Paused | Resumed | Extended | Stopped


class WrongOrder(ValueError):
    """An event that cannot follow those before it."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Where a deadline stands after its events. While it is paused, `due` is when it would fall due without the pause.

    `seconds` is the whole time that was given, without pauses, as the limit counts.
    """

    started_at: datetime
    limit: Limit
    due: datetime
    seconds: float
    paused_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def runs(self) -> bool:
        """Whether time counts now: neither paused nor stopped."""
        return self.paused_at is None and self.stopped_at is None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it was missed, or is by now; a pause that began in time keeps it from being missed."""
        return (self.stopped_at or self.paused_at or now) > self.due

    def seconds_left(self, now: datetime, time: WorkingTime) -> float:
        """Time until it falls due, as its limit counts; negative since it has. Of one that stopped: what was left."""
        at = self.stopped_at or self.paused_at or now
        return _counted(at, self.due, self.limit, time)

    def share_used(self, now: datetime, time: WorkingTime) -> float:
        """How much of the time given is used: 0 at the start, 1 when it falls due, more after it."""
        if self.seconds <= 0:
            return float(self.is_overdue(now))
        return 1.0 - self.seconds_left(now, time) / self.seconds


def deadline_of(events: Sequence[DeadlineEvent], time: WorkingTime) -> Deadline:
    """Work the deadline out. WrongOrder for events that cannot be; NeverOpen."""
    check_order(events)
    start = events[0]
    assert isinstance(start, Started)
    limit = [one.limit for one in events if isinstance(one, Started | Relimited)][-1]
    due = limit.after(start.at, time)
    seconds = _counted(start.at, due, limit, time)
    paused_at = stopped_at = None
    for event in events[1:]:
        match event:
            case Paused(at=at):
                paused_at = at
            case Resumed(at=at):
                assert paused_at is not None
                due, paused_at = _pushed_back(due, paused_at, at, limit, time), None
            case Extended(limit=more):
                later = more.after(due, time)
                seconds += _counted(due, later, limit, time)
                due = later
            case Stopped(at=at):
                stopped_at = at
    return Deadline(start.at, limit, due, seconds, paused_at, stopped_at)


def _pushed_back(due: datetime, begin: datetime, end: datetime, limit: Limit, time: WorkingTime) -> datetime:
    # Who is late already does not get his time back by a pause.
    if begin >= due:
        return due
    return time.add(due, time.between(begin, end)) if limit.unit.is_working else due + (end - begin)


def _counted(start: datetime, end: datetime, limit: Limit, time: WorkingTime) -> float:
    if not limit.unit.is_working:
        return (end - start).total_seconds()
    return time.between(start, end) if start <= end else -time.between(end, start)


def check_order(events: Sequence[DeadlineEvent]) -> None:
    """Raise WrongOrder unless each event can follow those before it."""
    if not events or not isinstance(events[0], Started):
        raise WrongOrder("a deadline begins with its start")
    paused = False
    for before, event in pairwise(events):
        if isinstance(before, Stopped):
            raise WrongOrder(f"{type(event).__name__} after the end")
        if event.at < before.at:
            raise WrongOrder(f"{type(event).__name__} before the event that it follows")
        if isinstance(event, (Started, Paused if paused else Resumed)):
            raise WrongOrder(f"{type(event).__name__} twice")
        paused = isinstance(event, Paused) or (paused and not isinstance(event, Resumed))
