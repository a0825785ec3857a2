"""When what failed is tried again: later and later, never after it was given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cti.office.outbox.line import Pace

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@given(st.integers(1, 500), st.integers(0, 500), st.floats(0, 100), st.floats(0.1, 50))
def test_a_row_is_tried_within_bounds_or_given_up(tries: int, most_tries: int, hours: float, give_up: float) -> None:
    pace = Pace(5, 10.0, give_up, 15.0, 3600.0, most_tries)
    now = BEGUN + timedelta(hours=hours)
    again = pace.again(tries, BEGUN, now)
    if (most_tries and tries >= most_tries) or now - BEGUN > timedelta(hours=give_up):
        assert again is None
    else:
        assert again is not None
        assert 15.0 <= (again - now).total_seconds() <= 3600.0


def test_each_try_waits_twice_as_long() -> None:
    pace = Pace(5, 10.0, 24.0, 10.0, 60.0)
    waits = [(again - BEGUN).total_seconds() for one in range(1, 6) if (again := pace.again(one, BEGUN, BEGUN))]
    assert waits == [10, 20, 40, 60, 60]
