"""Periods: those of the calendar lie side by side, and are compared with as much of what came before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.times.business_time import ZONE
from cti.office.figures.periods import NAMED, Kind, Period

DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))


@given(st.sampled_from(get_args(Kind)), DAYS)
def test_a_period_begins_where_the_one_before_ends(kind: Kind, day: date) -> None:
    period = Period.around(kind, day)
    assert period.first <= day <= period.last
    assert period.before().until == period.since
    if kind not in ("own", "day"):
        assert Period.around(kind, period.before().last) == period.before()


@given(st.sampled_from(("month", "quarter", "year")), DAYS)
def test_the_same_of_the_year_before_is_twelve_months_earlier(kind: Kind, day: date) -> None:
    period = Period.around(kind, day)
    assert period.year_ago().first == period.first.replace(year=period.first.year - 1)
    assert Period.around(kind, period.year_ago().last) == period.year_ago()


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.around("day", date(2028, 2, 29)).year_ago(), date(2027, 2, 28), date(2027, 2, 28)),
        (Period.around("week", date(2026, 12, 30)), date(2026, 12, 28), date(2027, 1, 3)),
        (Period.around("week", date(2026, 12, 30)).year_ago(), date(2025, 12, 29), date(2026, 1, 4)),
        (Period("own", date(2026, 3, 1), date(2026, 3, 10)).before(), date(2026, 2, 19), date(2026, 2, 28)),
    ],
)
def test_leap_days_and_ends_of_years(period: Period, first: date, last: date) -> None:
    assert (period.first, period.last) == (first, last)


def test_a_day_is_one_of_the_house() -> None:
    late = datetime(2026, 3, 1, 0, 30, tzinfo=ZONE)
    assert Period.named("today", late).first == date(2026, 3, 1)
    assert Period.named("yesterday", late).until == Period.named("today", late).since
    assert Period.named("last_month", late).first == date(2026, 2, 1)
    assert set(NAMED) == {one for one in NAMED if Period.named(one, late).title}


def test_what_is_not_over_is_compared_with_as_much() -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=ZONE)
    month = Period.named("this_month", now)
    cut = month.so_far(month.before(), now)
    assert cut.until - cut.since == now - month.since == timedelta(days=9, hours=12)
    past = Period.named("last_month", now)
    assert past.so_far(past.before(), now) == past.before()
