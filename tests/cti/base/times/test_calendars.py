"""Business calendars: hours, holidays, make-up days, regions, and files that are refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from cti.base.files import documents
from cti.base.files.documents import DocumentError
from cti.base.times.business_time import ZONE
from cti.base.times.calendars import CalendarFile, Calendars, UnknownCalendar


def calendars(text: str) -> Calendars:
    return Calendars(documents.parse(text, "calendars.yaml").validate(CalendarFile))


OWN = """
calendars:
  desk:
    week: {mon-thu: ["08:30-12:00", "14:00-18:00"], fri: "08:30-12:00"}
    makeup: "09:00-10:00"
    days: {2026-03-12: []}
    regions:
      "320481": {week: {mon-sun: "00:00-24:00"}, holidays: "10:00-11:00"}
holidays:
  - {name: 国庆节, first: 2026-10-01, last: 2026-10-07, makeup: [2026-10-10]}
"""


@pytest.mark.parametrize(
    ("moment", "region", "is_open"),
    [
        ("2026-03-02 08:29", "", False),
        ("2026-03-02 08:30", "", True),
        ("2026-03-02 11:59", "", True),
        ("2026-03-02 12:00", "", False),
        ("2026-03-02 17:59", "", True),
        ("2026-03-06 15:00", "", False),  # a Friday
        ("2026-03-07 09:00", "", False),  # a Saturday
        ("2026-03-12 09:00", "", False),  # a day of its own
        ("2026-10-01 09:00", "", False),  # a holiday
        ("2026-10-10 09:30", "", True),  # a Saturday that makes up
        ("2026-10-10 11:00", "", False),
        ("2026-03-07 03:00", "320481", True),
        ("2026-10-01 10:30", "320481", True),
        ("2026-10-01 12:00", "320481", False),
        ("2026-03-07 03:00", "320482", False),
    ],
)
def test_hours(moment: str, region: str, is_open: bool) -> None:
    assert calendars(OWN).state("desk", datetime.fromisoformat(moment), region).is_open is is_open


def test_holidays_have_names() -> None:
    state = calendars(OWN).state("desk", datetime(2026, 10, 3, 9))
    assert state.holiday == "国庆节"
    assert calendars(OWN).state("desk", datetime(2026, 10, 10, 9)).holiday == ""


def test_an_unknown_calendar() -> None:
    with pytest.raises(UnknownCalendar):
        calendars(OWN).state("nowhere", datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 1, 26), True),
        (date(2025, 1, 27), True),
        (date(2025, 1, 28), False),
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
        (date(2026, 1, 2), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 9, 25), False),
        (date(2027, 2, 8), False),
        (date(2027, 10, 1), False),
        (date(2027, 10, 8), True),
    ],
)
def test_the_seeded_years(day: date, works: bool) -> None:
    assert Calendars().is_workday(day) is works


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("calendars:\n  a:\n    week:\n      mon: '8-12'\n", 4, "'8-12' is not written like 08:30-12:00"),
        ("calendars:\n  a:\n    week:\n      mon: '12:00-08:00'\n", 4, "ends before it begins"),
        ("calendars:\n  a:\n    week:\n      mon-xyz: '08:00-09:00'\n", 3, "'mon-xyz' names no days"),
        ("calendars:\n  a:\n    week:\n      fri-mon: '08:00-09:00'\n", 3, "runs backwards"),
        (
            "calendars:\n  a:\n    week:\n      mon-fri: '08:00-09:00'\n      wed: '08:00-09:00'\n",
            3,
            "wed stands here twice",
        ),
        ("calendars: {}\nholidays:\n  - {name: x, first: 2026-01-03, last: 2026-01-01}\n", 3, "ends after it begins"),
        ("calendars: {}\nholidays:\n  - {name: x, first: soon, last: 2026-01-01}\n", 3, "date"),
    ],
)
def test_bad_files_are_refused_with_the_line(text: str, where: int, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        calendars(text)
    assert caught.value.problems[0].line == where
    assert message in caught.value.problems[0].message


def test_a_file_that_is_taken_counts_at_once(tmp_path: Path) -> None:
    found = Calendars()
    assert found.state("office", datetime(2026, 3, 2, 10)).is_open
    found.take(documents.parse("calendars: {office: {week: {}}}", "c").validate(CalendarFile))
    assert not found.state("office", datetime(2026, 3, 2, 10)).is_open


def test_working_time_goes_by_the_calendar_of_the_region() -> None:
    found = calendars(
        """
        calendars:
          office:
            week: {mon-fri: "09:00-12:00"}
            regions: {"320411": {week: {mon-fri: "10:00-12:00"}}}
        """
    )
    start = datetime(2026, 9, 28, 9, tzinfo=ZONE)
    assert found.working_time("office").add(start, 3600).astimezone(ZONE).hour == 10
    assert found.working_time("office", "320411").add(start, 3600).astimezone(ZONE).hour == 11
    with pytest.raises(UnknownCalendar):
        found.working_time("night")


def test_an_organisation_has_its_own_hours_and_a_region_those_of_the_nearest_above() -> None:
    text = """\
calendars:
  office:
    week: {mon-fri: "09:00-17:00"}
    regions:
      "320400": {week: {mon-fri: "08:30-17:00"}}
      "320411": {week: {mon-fri: "08:00-17:00"}}
    organisations:
      water: {week: {mon-sun: "00:00-24:00"}}
"""
    found = Calendars(documents.parse(text, "x").validate(CalendarFile))
    monday = date(2026, 9, 28)
    hours = {
        where: str(found.day("office", monday, *where).hours[0])
        for where in (("", ""), ("330100", ""), ("320404", ""), ("320411", ""), ("320411", "water"), ("", "roads"))
    }
    assert list(hours.values()) == [
        "09:00-17:00", "09:00-17:00", "08:30-17:00", "08:00-17:00", "00:00-24:00", "09:00-17:00",
    ]  # fmt: skip
    saturday = datetime(2026, 10, 3, 10, 0, tzinfo=ZONE)
    assert found.working_time("office", "320404", "water").is_open(saturday)
    assert not found.working_time("office", "320404").is_open(saturday)


def test_who_goes_by_calendars_hears_of_a_change() -> None:
    found, heard = Calendars(), list[str]()
    undo = found.on_change(lambda: heard.append(found.digest))
    before = found.digest
    found.take(documents.parse("calendars: {office: {week: {}}}", "x").validate(CalendarFile))
    undo()
    found.take(documents.parse("calendars: {}", "x").validate(CalendarFile))
    assert len(heard) == 1 and heard[0] != before
