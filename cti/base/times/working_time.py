"""Working time: how much of it lies between two moments, and when so much of it has passed.

Open hours come from a calendar as minutes of each day in the house's time zone; moments that go in and come out are
aware and in UTC. A day of open hours is a working day. Where the zone's clock jumps, seconds count as they pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cti.base.times.business_time import ZONE

OpenMinutes = Callable[[date], Sequence[tuple[int, int]]]
"""The open hours of a day, in order: from a minute of the day to another (at most 1440), the last not included."""

HORIZON_DAYS = 3 * 366
"""How far ahead, or back, open hours are looked for."""


class NeverOpen(Exception):
    """The calendar has not so much working time within the horizon."""


class WorkingTime:
    """Arithmetic on the open hours of one calendar.

    `forget` after the calendar has changed: days are remembered.
    """

    def __init__(self, open_minutes: OpenMinutes, zone: ZoneInfo = ZONE) -> None:
        self._open_minutes = open_minutes
        self._zone = zone
        self._days: dict[date, tuple[tuple[float, float], ...]] = {}

    def forget(self) -> None:
        """The calendar has changed."""
        self._days.clear()

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies within open hours."""
        moment = at.timestamp()
        return any(begin <= moment < end for begin, end in self._spans(self._day(at)))

    def is_working_day(self, day: date) -> bool:
        """Whether the day has open hours at all."""
        return bool(self._spans(day))

    def add(self, start: datetime, seconds: float) -> datetime:
        """The moment when `seconds` of working time have passed since `start`; the earliest one. NeverOpen."""
        if seconds <= 0:
            return start
        moment, left = start.timestamp(), seconds
        for day in _days_from(self._day(start), 1):
            for begin, end in self._spans(day):
                begin = max(begin, moment)
                if end - begin >= left:
                    return _utc(begin + left)
                left -= max(end - begin, 0.0)
        raise NeverOpen(f"no {seconds:.0f} s of working time after {start.isoformat()}")

    def before(self, end: datetime, seconds: float) -> datetime:
        """The moment from which `seconds` of working time pass until `end`; the latest one. NeverOpen."""
        if seconds <= 0:
            return end
        moment, left = end.timestamp(), seconds
        for day in _days_from(self._day(end), -1):
            for begin, until in reversed(self._spans(day)):
                until = min(until, moment)
                if until - begin >= left:
                    return _utc(until - left)
                left -= max(until - begin, 0.0)
        raise NeverOpen(f"no {seconds:.0f} s of working time before {end.isoformat()}")

    def between(self, start: datetime, end: datetime) -> float:
        """Seconds of working time from `start` to `end`; 0 when `end` is not later."""
        first, last = start.timestamp(), end.timestamp()
        if last <= first:
            return 0.0
        day, stop, found = self._day(start), self._day(end), 0.0
        while day <= stop:
            for begin, until in self._spans(day):
                found += max(min(until, last) - max(begin, first), 0.0)
            day += timedelta(days=1)
        return found

    def end_of_day(self, start: datetime, working_days: int) -> datetime:
        """When business ends on the n-th working day after that of `start`, which does not count. NeverOpen.

        See the Civil Code of the PRC (民法典), articles 201 and 203: the day on which a period begins is not counted;
        where there are business hours, it ends when they do.
        """
        left = working_days
        day = self._day(start)
        for _ in range(HORIZON_DAYS):
            if left <= 0 and (spans := self._spans(day)):
                return _utc(spans[-1][1])
            day += timedelta(days=1)
            if self._spans(day):
                left -= 1
        raise NeverOpen(f"no {working_days} working days after {start.isoformat()}")

    def end_of_natural_day(self, start: datetime, days: int) -> datetime:
        """The end of the n-th day after that of `start`; when it is no working day, of the next that is one. NeverOpen.

        See the Civil Code, article 203: a period whose last day is a day off ends on the day after the days off.
        """
        return self.end_of_day(datetime.combine(self._day(start) + timedelta(days=days), time(), self._zone), 0)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _spans(self, day: date) -> tuple[tuple[float, float], ...]:
        spans = self._days.get(day)
        if spans is None:
            found = [(self._moment(day, first), self._moment(day, last)) for first, last in self._open_minutes(day)]
            spans = self._days[day] = tuple((first, last) for first, last in found if first < last)
        return spans

    def _moment(self, day: date, minute: int) -> float:
        at = datetime.combine(day, time()) + timedelta(minutes=minute)
        return at.replace(tzinfo=self._zone).timestamp()


def _days_from(day: date, step: int) -> Iterator[date]:
    for _ in range(HORIZON_DAYS):
        yield day
        day += timedelta(days=step)


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
