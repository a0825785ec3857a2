"""How long something may take: `30 minutes`, `2 hours`, `4 working hours`, `3 days`, `5 working days`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cti.base.times.working_time import WorkingTime


class Unit(StrEnum):
    """What a limit counts. Days end with the day: see `WorkingTime.end_of_day`."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_MINUTES = "working_minutes"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"

    @property
    def is_working(self) -> bool:
        """Whether it counts working time."""
        return self.value.startswith("working_")


_SECONDS = {Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.WORKING_MINUTES: 60, Unit.WORKING_HOURS: 3600}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a unit; `amount` is at least 1."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"a limit is at least 1, not {self.amount}")

    def after(self, start: datetime, time: WorkingTime) -> datetime:
        """The moment at which the limit that began at `start` ends. NeverOpen."""
        return _AFTER[self.unit](self.amount, start, time)

    def __str__(self) -> str:
        return f"{self.amount}{_WORDS[self.unit]}"


def _natural(seconds: int) -> Callable[[int, datetime, WorkingTime], datetime]:
    return lambda amount, start, time: start + timedelta(seconds=amount * seconds)


def _working(seconds: int) -> Callable[[int, datetime, WorkingTime], datetime]:
    return lambda amount, start, time: time.add(start, amount * seconds)


_AFTER: dict[Unit, Callable[[int, datetime, WorkingTime], datetime]] = {
    Unit.DAYS: lambda amount, start, time: time.end_of_natural_day(start, amount),
    Unit.WORKING_DAYS: lambda amount, start, time: time.end_of_day(start, amount),
} | {unit: (_working if unit.is_working else _natural)(seconds) for unit, seconds in _SECONDS.items()}

_WORDS = {
    Unit.MINUTES: "分钟",
    Unit.HOURS: "小时",
    Unit.DAYS: "个自然日",
    Unit.WORKING_MINUTES: "个工作分钟",
    Unit.WORKING_HOURS: "个工作小时",
    Unit.WORKING_DAYS: "个工作日",
}
