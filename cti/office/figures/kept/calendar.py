"""Which days and months of a period can be taken as they are kept, and which times are counted from the rows."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from cti.base.times.business_time import ZONE
from cti.office.figures.kept.cuts import MONTH
from cti.office.figures.periods import Period

DAY = timedelta(days=1)
MOST_TIMES = 40
"""Times apart that one statement counts; more than these are counted as one, with what lies between."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Spans to take, and the times that remain."""

    spans: list[str]
    live: list[tuple[datetime, datetime]]


def days_of(period: Period, today: date) -> tuple[date, date]:
    """The first day of a period, and the day after its last one that is over; both the same when there is none."""
    end = period.until.astimezone(ZONE).date()
    return period.first, max(period.first, min(end, today))


def plan(period: Period, today: date, kept: Collection[str], dirty: Collection[str], *, by_months: bool) -> Plan:
    """Take what is kept and no change has touched since."""
    first, after = days_of(period, today)
    spans: list[str] = []
    live: list[tuple[date, date]] = []
    changed = {one[:MONTH] for one in dirty}
    for begin, end in _months(first, after):
        month = begin.isoformat()[:MONTH]
        if by_months and is_whole(begin, end) and month in kept and month not in changed:
            spans.append(month)
            continue
        for day in each(begin, end):
            name = day.isoformat()
            if name in kept and name not in dirty:
                spans.append(name)
            elif live and live[-1][1] == day:
                live[-1] = live[-1][0], day + DAY
            else:
                live.append((day, day + DAY))
    if len(live) > MOST_TIMES:
        begin = live[MOST_TIMES - 1][0]
        live = [*live[: MOST_TIMES - 1], (begin, after)]
        spans = [one for one in spans if one < begin.isoformat()[: len(one)]]
    times = [(midnight(begin), midnight(end)) for begin, end in live]
    if midnight(after) < period.until:
        joined = times and times[-1][1] == midnight(after)
        times = [*times[:-1], (times[-1][0], period.until)] if joined else [*times, (midnight(after), period.until)]
    return Plan(spans, times)


def lacking(first: date, after: date, kept: Collection[str], dirty: Collection[str]) -> list[tuple[date, date]]:
    """The days that could be kept and are not, in runs within a month each: from a day to the one after the last."""
    found: list[tuple[date, date]] = []
    for day in each(first, after):
        name = day.isoformat()
        if name in kept or name in dirty:
            continue
        if found and found[-1][1] == day and day.day != 1:
            found[-1] = found[-1][0], day + DAY
        else:
            found.append((day, day + DAY))
    return found


def days_in(month: str) -> list[str]:
    """The days of a month."""
    begin = date.fromisoformat(f"{month}-01")
    return [one.isoformat() for one in each(begin, _next(begin))]


def times_of(runs: Iterable[tuple[date, date]]) -> list[tuple[datetime, datetime]]:
    """Runs of days as times, UTC; those that meet as one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in runs:
        since = midnight(begin)
        if found and found[-1][1] == since:
            since = found.pop()[0]
        found.append((since, midnight(end)))
    return found


def each(first: date, after: date) -> Iterator[date]:
    """Every day."""
    return (first + timedelta(days=count) for count in range((after - first).days))


def is_whole(begin: date, end: date) -> bool:
    """Whether it is a month from its first day to the first of the next."""
    return begin.day == 1 and end == _next(begin)


def months_within(first: date, after: date) -> list[str]:
    """The months between two days, but those in which the days lie."""
    return [begin.isoformat()[:MONTH] for begin, _ in _months(first, after)][1:-1]


@lru_cache(maxsize=256)
def _months(first: date, after: date) -> tuple[tuple[date, date], ...]:
    """The parts of a time that lie in a month each. The same times are asked for again and again."""
    found = []
    while first < after:
        end = min(after, _next(first))
        found.append((first, end))
        first = end
    return tuple(found)


def _next(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1]) + DAY


def midnight(day: date) -> datetime:
    """The moment at which a day begins, UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)
