"""When a queue is open: weekly hours, holidays, and days that are worked instead (调休)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

import pydantic

from cti.base.settings import Section
from cti.base.times.business_time import ZONE

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_HORIZON = 400


def _hours(text: str) -> str:
    found = _HOURS.fullmatch(text)
    if not found:
        raise ValueError("hours are written 08:30-17:30, or until 24:00")
    if not text.endswith("24:00") and text[6:] <= text[:5]:
        raise ValueError("hours must end after they begin; write two spans for a night")
    return text


Hours = Annotated[str, pydantic.AfterValidator(_hours)]


class CalendarSettings(Section):
    """Open hours by weekday (absent: closed), in the house's time zone.

    `days` overrules single dates: a holiday has no hours, a working weekend has some.
    """

    week: dict[Weekday, list[Hours]] = pydantic.Field(default={day: ["00:00-24:00"] for day in WEEKDAYS})
    days: dict[date, list[Hours]] = pydantic.Field(default={})

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        spans = self.days.get(day)
        if spans is None:
            spans = self.week.get(WEEKDAYS[day.weekday()], [])
        midnight = datetime.combine(day, time(), ZONE)
        return [(_at(midnight, span[:5]), _at(midnight, span[6:])) for span in sorted(spans)]

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at a moment (aware)."""
        return any(begin <= at < end for begin, end in self._spans(at.astimezone(ZONE).date()))

    def next_change(self, at: datetime) -> datetime | None:
        """When it opens or closes next, in UTC; None when it does not within a year."""
        now_open = self.is_open(at)
        first = at.astimezone(ZONE).date()
        edges: list[datetime] = []
        for ahead in range(_HORIZON):
            edges = [edge for span in self._spans(first + timedelta(days=ahead)) for edge in span]
            for edge in sorted(edges):
                if edge > at and self.is_open(edge) != now_open:
                    return edge.astimezone(UTC)
        return None


def _at(midnight: datetime, clock: str) -> datetime:
    hours, minutes = (int(part) for part in clock.split(":"))
    return midnight + timedelta(hours=hours, minutes=minutes)
