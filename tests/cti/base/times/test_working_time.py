from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.times.business_time import ZONE
from cti.base.times.working_time import NeverOpen, WorkingTime

MONDAY = date(2026, 9, 28)
HOLIDAY = {date(2026, 10, day) for day in range(1, 8)}
MAKEUP = {date(2026, 10, 10)}
"""National Day 2026 as a calendar has it: seven days off, Saturday the 10th is worked instead."""


def office_hours(day: date) -> list[tuple[int, int]]:
    """8:30 to 12:00 and 13:30 to 17:30, Monday to Friday, with National Day and its make-up day."""
    works = day in MAKEUP or (day.isoweekday() <= 5 and day not in HOLIDAY)
    return [(510, 720), (810, 1050)] if works else []


def at(day: date, clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hours, minutes, tzinfo=ZONE)


def days(count: int) -> date:
    return MONDAY + timedelta(days=count)


@pytest.fixture
def office() -> WorkingTime:
    return WorkingTime(office_hours)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(MONDAY, "09:00"), 2, at(MONDAY, "11:00")),
        (at(MONDAY, "11:00"), 2, at(MONDAY, "14:30")),  # over lunch
        (at(MONDAY, "17:00"), 1, at(days(1), "09:00")),  # over night
        (at(days(2), "17:00"), 1, at(date(2026, 10, 8), "09:00")),  # over the holiday
        (at(date(2026, 10, 9), "17:00"), 1, at(date(2026, 10, 10), "09:00")),  # into the make-up Saturday
        (at(date(2026, 10, 10), "17:00"), 1, at(date(2026, 10, 12), "09:00")),  # over the Sunday after it
        (at(MONDAY, "03:00"), 7.5, at(MONDAY, "17:30")),  # due when business ends, not when the next day begins
    ],
)
def test_working_hours_pass_only_while_it_is_open(
    office: WorkingTime, start: datetime, hours: float, end: datetime
) -> None:
    assert office.add(start, hours * 3600) == end
    assert office.between(start, end) == hours * 3600


def test_five_working_days_end_with_business_on_the_fifth_day_after(office: WorkingTime) -> None:
    assert office.end_of_day(at(MONDAY, "10:00"), 2) == at(days(2), "17:30")
    assert office.end_of_day(at(days(2), "23:00"), 3) == at(date(2026, 10, 10), "17:30")
    assert office.end_of_day(at(date(2026, 10, 3), "10:00"), 1) == at(date(2026, 10, 8), "17:30")


def test_natural_days_that_end_on_a_day_off_end_on_the_next_working_day(office: WorkingTime) -> None:
    assert office.end_of_natural_day(at(MONDAY, "10:00"), 2) == at(days(2), "17:30")
    assert office.end_of_natural_day(at(MONDAY, "10:00"), 5) == at(date(2026, 10, 8), "17:30")


def test_a_calendar_that_is_never_open_is_told_instead_of_searched_for_ever() -> None:
    closed = WorkingTime(lambda day: [])
    for ask in (closed.add, closed.before):
        with pytest.raises(NeverOpen):
            ask(at(MONDAY, "10:00"), 1)
    with pytest.raises(NeverOpen):
        closed.end_of_day(at(MONDAY, "10:00"), 1)


def test_a_changed_calendar_holds_from_when_it_is_told() -> None:
    hours = [(540, 600)]
    time = WorkingTime(lambda day: hours)
    assert time.is_open(at(MONDAY, "09:30"))
    hours[:] = [(600, 660)]
    time.forget()
    assert not time.is_open(at(MONDAY, "09:30"))
    assert time.is_open(at(MONDAY, "10:30"))


def test_a_night_in_which_the_clock_is_put_forward_has_an_hour_less() -> None:
    berlin = WorkingTime(lambda day: [(0, 1440)], ZoneInfo("Europe/Berlin"))
    noon = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert berlin.between(noon, noon + timedelta(days=1)) == 23 * 3600


moments = st.integers(0, 30 * 24 * 60).map(lambda minute: at(MONDAY, "00:00") + timedelta(minutes=minute))


def counted(start: datetime, end: datetime) -> int:
    """Working minutes by looking at each minute: the measure."""
    minutes, found = int((end - start).total_seconds() // 60), 0
    for passed in range(minutes):
        local = start + timedelta(minutes=passed)
        of_day = local.hour * 60 + local.minute
        found += any(first <= of_day < last for first, last in office_hours(local.date()))
    return found


@given(moments, st.integers(0, 4000))
def test_between_counts_what_a_look_at_each_minute_counts(start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    assert WorkingTime(office_hours).between(start, end) == counted(start, end) * 60


@given(moments, st.integers(1, 100_000))
def test_add_and_before_are_each_others_way_back(start: datetime, seconds: int) -> None:
    office = WorkingTime(office_hours)
    end = office.add(start, seconds)
    assert end.tzinfo is UTC
    assert office.between(start, end) == pytest.approx(seconds)
    back = office.before(end, seconds)
    assert back >= start
    assert office.between(back, end) == pytest.approx(seconds)
