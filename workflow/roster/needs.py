"""How many people a month needs: by shift types and the calendar, or by the calls that a queue had. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from acd.simulator.day import Interval
from acd.staffing.forecast import Goal, forecast
from cti.base.times.business_time import ZONE
from cti.base.times.calendars import Calendars
from workflow.roster.shift_types import ForecastPart, ShiftType, kind_of
from workflow.roster.solving.problem import Need, Slot, overlaps

HALF_HOUR = 1800
Curve = Mapping[str, Mapping[int, int]]
"""By kind of day (`workday`, `sat` …), people needed from each minute of the day on, for half an hour."""


def slots_of(types: Iterable[ShiftType], numbers: Mapping[str, str]) -> list[Slot]:
    """The slots of shift types; `numbers` are the ids of people by their agent numbers."""
    return [
        Slot(
            key=f"{one.shift}.{name}",
            title=slot.title,
            begin=slot.span[0],
            end=slot.span[1],
            minutes=slot.minutes,
            skills=frozenset(slot.skills),
            people=frozenset(numbers.get(number, number) for number in slot.people),
        )
        for one in types
        for name, slot in one.slots.items()
    ]


def needs_of(
    types: Iterable[ShiftType], days: Sequence[date], calendars: Calendars, curves: Mapping[str, Curve]
) -> list[Need]:
    """What is needed on each day; `curves` are those of the types that go by a forecast, by their names."""
    found = []
    for day in days:
        kind = kind_of(calendars, day)
        for one in types:
            found += [
                Need(day, slot.title, (f"{one.shift}.{name}",), heads)
                for name, slot in one.slots.items()
                if (heads := slot.needed(kind))
            ]
            if one.forecast is not None:
                found += _by_half_hour(one, day, curves.get(one.shift, {}).get(kind, {}))
    return found


def _by_half_hour(one: ShiftType, day: date, curve: Mapping[int, int]) -> list[Need]:
    slots = slots_of([one], {})
    found = []
    for minute, heads in sorted(curve.items()):
        # Who came the evening before is on another day's list: of what he covers, this day's own people do the rest.
        on = tuple(slot.key for slot in slots if overlaps(slot, minute) and slot.begin <= minute)
        if heads and on:
            found.append(Need(day, f"{minute // 60:02}:{minute % 60:02} 话务量", on, heads))
    return found


def curve_of(arrivals: Sequence[Interval], wanted: ForecastPart, calendars: Calendars) -> Curve:
    """People needed by kind of day, of calls that came in half hours of days that are over."""
    goal = Goal(
        level=wanted.level / 100,
        within=wanted.within,
        talk=wanted.talk,
        wrapup=wanted.wrapup,
        shrinkage=wanted.shrinkage / 100,
    )
    by_kind: defaultdict[str, list[Interval]] = defaultdict(list)
    for one in arrivals:
        local = one.begin.astimezone(ZONE)
        # The forecast goes by the clock that it reads: it is told the house's as if it were its own.
        begin = datetime.combine(local.date(), local.time(), UTC)
        by_kind[kind_of(calendars, local.date())].append(Interval(begin, one.calls))
    return {
        kind: {row.begin.hour * 60 + row.begin.minute: row.scheduled for row in forecast(some, goal, HALF_HOUR)}
        for kind, some in by_kind.items()
    }


def days_of(month: str) -> list[date]:
    """The days of a month such as `2026-03`."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    return [first + timedelta(days=at) for at in range((following - first).days)]
