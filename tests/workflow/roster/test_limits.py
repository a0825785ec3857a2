"""Limits of shifts: the usual cases, and rules that hold for all."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflow.roster.limits import Limits, Worked, broken, is_night, new_breaches

MONDAY = date(2026, 3, 2)
LIMITS = Limits()


def early(day: int) -> Worked:
    return Worked(MONDAY + timedelta(days=day), 480, 990, 480)


def night(day: int) -> Worked:
    return Worked(MONDAY + timedelta(days=day), 1320, 1920, 480)


def rules(*shifts: Worked) -> list[str]:
    return [one.rule for one in broken(shifts, LIMITS)]


def test_five_days_of_eight_hours_break_nothing() -> None:
    assert rules(*map(early, range(5))) == []


def test_rest_is_counted_over_midnight() -> None:
    assert rules(night(0), early(1)) == ["rest"]
    assert rules(night(0), night(1)) == []
    assert broken([night(0), early(1)], LIMITS)[0].words == "3月3日与前一班之间只休息 0 小时，至少 11 小时"


def test_a_week_has_44_hours_from_monday_to_sunday() -> None:
    assert rules(*map(early, range(6))) == ["week"]
    assert rules(*map(early, range(3, 9))) == []


def test_more_than_six_days_and_three_nights_in_a_row_are_too_many() -> None:
    assert rules(*map(early, range(3, 10))) == ["days"]
    assert rules(*map(night, range(4))) == ["nights"]


def test_two_shifts_of_one_day_are_told_as_such() -> None:
    assert "double" in rules(early(0), Worked(MONDAY, 1080, 1320, 240))


def test_a_month_has_its_most_minutes() -> None:
    found = broken([early(0), early(1)], LIMITS, {"2026-03": 900})
    assert [one.rule for one in found] == ["month"]


def test_what_was_broken_before_is_not_told_again() -> None:
    had = [night(0), early(1)]
    assert new_breaches(had, [*had, early(3)], LIMITS) == []


def test_night_is_three_hours_between_ten_and_six() -> None:
    assert is_night(1320, 1920)
    assert is_night(0, 480)
    assert not is_night(480, 990)
    assert not is_night(990, 1500 - 1)


SHIFTS = st.lists(
    st.builds(
        lambda day, begin, length: Worked(MONDAY + timedelta(days=day), begin, begin + length, length),
        st.integers(0, 30),
        st.integers(0, 1439),
        st.integers(60, 600),
    ),
    max_size=25,
)


@given(SHIFTS)
def test_order_does_not_matter(shifts: list[Worked]) -> None:
    assert broken(shifts, LIMITS) == broken(shifts[::-1], LIMITS)


@given(SHIFTS)
def test_who_takes_a_shift_away_breaks_no_sum(shifts: list[Worked]) -> None:
    sums = {(one.rule, one.day) for one in broken(shifts, LIMITS) if one.rule in ("week", "double")}
    less = {(one.rule, one.day) for one in broken(shifts[1:], LIMITS) if one.rule in ("week", "double")}
    assert less <= sums
