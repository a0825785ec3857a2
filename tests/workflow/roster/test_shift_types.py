"""Shift types as files: what is read of them, lint with lines, and the people that days need."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from acd.simulator.day import Interval
from cti.base.times.calendars import Calendars
from workflow.roster import shift_types
from workflow.roster.limits import Limits
from workflow.roster.needs import curve_of, needs_of, slots_of
from workflow.roster.shift_types import ForecastPart, ShiftTypes

TEXT = """shift: trial
title: 试排
slots:
  early: {title: 早班, begin: "08:00", end: "16:30", breaks: ["11:30-12:00"], need: {workday: 3, sat: 1}}
  night: {title: 夜班, begin: "22:00", end: "08:00", breaks: ["02:00-04:00"], need: {weekend: 2, holiday: 2}}
tests:
  - {name: 国庆, day: 2026-10-01, need: {early: 0, night: 2}}
"""


@pytest.fixture(scope="module")
def library() -> ShiftTypes:
    shipped = Path(shift_types.__file__).parent / shift_types.FILES
    return ShiftTypes(None, Calendars(), Limits(), shipped)


def said(library: ShiftTypes, text: str) -> list[tuple[str, int, str]]:
    return [(one.severity, one.line, str(one.in_chinese.message)) for one in library.check(text, "trial.yaml")[1]]


def test_those_that_come_along_have_no_fault_and_pass_their_tests(library: ShiftTypes) -> None:
    assert library.names == ["full_day", "office", "weekend"]
    for name in library.names:
        found = library.current(name)
        assert list(library.lint(found.head, found.document)) == []
        assert not any(proof.failures for proof in library.prove(found))


def test_a_night_goes_over_midnight_and_saturday_may_be_named(library: ShiftTypes) -> None:
    found, findings = library.check(TEXT, "trial.yaml")
    assert found is not None and findings == []
    night = found.head.slots["night"]
    assert (night.span, night.minutes, night.night) == ((1320, 1920), 480, True)
    assert [found.head.slots["early"].needed(kind) for kind in ("workday", "sat", "sun", "holiday")] == [3, 1, 0, 0]
    assert night.needed("sat") == 2


@pytest.mark.parametrize(
    ("before", "after", "severity", "line", "words"),
    [
        ('end: "16:30"', 'end: "20:30"', "error", 4, "一班工作 12 小时，最多 11 小时"),
        ('"11:30-12:00"', '"17:30-18:00"', "error", 4, "休息 17:30-18:00 不在班次之内"),
        ('end: "16:30"', 'end: "08:00"', "error", 4, "开始和结束是同一时间"),
        ('breaks: ["11:30-12:00"], ', "", "warning", 4, "连续工作 8.5 小时，没有安排休息"),
        ("need: {workday: 3, sat: 1}", "need: {}", "warning", 4, "哪一天都不需要人"),
        ("{early: 0, night: 2}", "{late: 0}", "error", 7, "测试里没有班次 late"),
    ],
)
def test_lint_names_line_and_fault(
    library: ShiftTypes, before: str, after: str, severity: str, line: int, words: str
) -> None:
    assert (severity, line, words) in said(library, TEXT.replace(before, after))


def test_a_test_that_fails_says_what_was_found(library: ShiftTypes) -> None:
    found, _ = library.check(TEXT.replace("night: 2}", "night: 5}"), "trial.yaml")
    assert found is not None
    assert [str(one) for one in library.failures(found.head, 0)] == ["night needs 2"]


def test_days_need_what_their_kind_says(library: ShiftTypes) -> None:
    found, _ = library.check(TEXT, "trial.yaml")
    assert found is not None
    days = [date(2026, 9, 30), date(2026, 10, 1)]
    needs = needs_of([found.head], days, Calendars(), {})
    assert [(one.day.day, one.title, one.heads) for one in needs] == [(30, "早班", 3), (1, "夜班", 2)]
    assert slots_of([found.head], {})[0].key == "trial.early"


def test_calls_become_people_by_half_hour_in_the_house_time(library: ShiftTypes) -> None:
    begin = datetime(2026, 3, 2, 1, tzinfo=UTC)
    arrivals = [
        Interval(begin + timedelta(days=day, minutes=30 * at), 40.0 if at < 4 else 0.0)
        for day in range(5)
        for at in range(8)
    ]
    curve = curve_of(arrivals, ForecastPart(queue="general"), Calendars())
    assert set(curve) == {"workday"}
    assert curve["workday"][9 * 60] > 2
    forecasting = TEXT.replace("slots:", "forecast: {queue: general}\nslots:")
    found, _ = library.check(forecasting, "trial.yaml")
    assert found is not None
    needs = needs_of([found.head], [date(2026, 3, 9)], Calendars(), {"trial": curve})
    by_half_hour = [one for one in needs if "话务量" in one.title]
    assert by_half_hour[0].title == "09:00 话务量"
    assert by_half_hour[0].slots == ("trial.early",)
