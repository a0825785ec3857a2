from __future__ import annotations

from datetime import datetime

import pydantic
import pytest

from acd.settings.calendars import CalendarSettings
from cti.base.times.business_time import ZONE

OFFICE = CalendarSettings.model_validate(
    {
        "week": {day: ["08:30-12:00", "13:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "days": {"2026-10-01": [], "2026-10-10": ["09:00-24:00"]},
    }
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-09-30T08:29:59", False),
        ("2026-09-30T08:30:00", True),
        ("2026-09-30T12:00:00", False),
        ("2026-09-30T13:30:00", True),
        ("2026-09-30T17:30:00", False),
        ("2026-10-01T10:00:00", False),  # a holiday
        ("2026-10-03T10:00:00", False),  # a Saturday
        ("2026-10-10T10:00:00", True),  # a Saturday that is worked
        ("2026-10-10T23:59:59", True),
        ("2026-10-11T00:00:00", False),
    ],
)
def test_open_hours(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "change"),
    [
        ("2026-09-30T07:00:00", "2026-09-30T08:30:00"),
        ("2026-09-30T09:00:00", "2026-09-30T12:00:00"),
        ("2026-09-30T18:00:00", "2026-10-02T08:30:00"),
        ("2026-10-10T10:00:00", "2026-10-11T00:00:00"),
    ],
)
def test_the_next_change(moment: str, change: str) -> None:
    assert OFFICE.next_change(at(moment)) == at(change)


def test_what_is_always_open_never_changes() -> None:
    assert CalendarSettings().next_change(at("2026-09-30T07:00:00")) is None
    assert CalendarSettings(week={}).next_change(at("2026-09-30T07:00:00")) is None


@pytest.mark.parametrize("hours", ["8:30-12:00", "08:30", "12:00-08:30", "08:30-24:30"])
def test_hours_are_checked(hours: str) -> None:
    with pytest.raises(pydantic.ValidationError, match="hours"):
        CalendarSettings.model_validate({"week": {"mon": [hours]}})
