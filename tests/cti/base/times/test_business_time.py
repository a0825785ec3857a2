from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from cti.base.times.business_time import ZONE, day_of, start_of_day


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    assert day_of(datetime(2026, 9, 30, 15, 59, 59, 999_999, tzinfo=UTC)) == "2026-09-30"
    assert day_of(datetime(2026, 9, 30, 16, 0, tzinfo=UTC)) == "2026-10-01"


@given(
    st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_every_time_of_every_zone_has_the_day_of_its_conversion(at: datetime, zone: timezone) -> None:
    aware = at.replace(tzinfo=zone)
    assert day_of(aware) == aware.astimezone(ZONE).date().isoformat()
    assert day_of(start_of_day(aware)) == day_of(aware)
    assert day_of(start_of_day(aware) - timedelta(microseconds=1)) < day_of(aware)
