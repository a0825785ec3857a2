"""What the law and the house allow in one person's shifts: pure, asked by the solvers, the table, swaps and tests.

The numbers' defaults all stand here, in `Limits`; a house changes them in the section `roster` of its settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

import msgspec
import pydantic

from cti.base.settings import Section

DAY = 1440
"""Minutes."""
NIGHT = (22 * 60, 30 * 60)
"""From 22:00 to 06:00 of the next day, in minutes."""
NIGHT_MINUTES = 180
"""A shift that lies so long in the night is a night shift."""
Rule = Literal["double", "rest", "week", "month", "days", "nights"]
RULES: Mapping[str, str] = {
    "double": "同一天已有班次",
    "rest": "两班之间休息不足",
    "week": "一周工时超限",
    "month": "当月加班超限",
    "days": "连续上班天数超限",
    "nights": "连续夜班超限",
}


class Limits(Section):
    """The limits. Labour Law of the PRC (劳动法) and State Council Order 174 where they say one; the others are usual.

    `week_hours`: art. 36 (44 hours a week). `days_in_row`: art. 38 (a day off each week). `day_hours`: art. 41 (8 hours
    and 3 of overtime). `month_overtime`: art. 41 (36 hours). `day_standard`: Order 174 (8 hours). The law says nothing
    of the rest between shifts and of nights in a row: 11 hours and 3 nights are what safe work by shifts asks for.
    """

    rest_hours: float = pydantic.Field(default=11, ge=0, le=24, title="两班之间至少休息几小时")
    day_standard: float = pydantic.Field(default=8, ge=1, le=12, title="每天标准工时")
    day_hours: float = pydantic.Field(default=11, ge=1, le=24, title="一班最多几小时（不含休息）")
    week_hours: float = pydantic.Field(default=44, ge=1, le=84, title="每周最多几小时")
    month_overtime: float = pydantic.Field(default=36, ge=0, le=200, title="每月最多加班几小时")
    days_in_row: int = pydantic.Field(default=6, ge=1, le=14, title="最多连续上班几天")
    nights_in_row: int = pydantic.Field(default=3, ge=1, le=14, title="最多连续夜班几天")


class Worked(msgspec.Struct, frozen=True):
    """A shift of a person: `begin` and `end` are minutes from midnight of `day`, `end` past 1440 the next day.

    `minutes` are those that count as work, breaks apart.
    """

    day: date
    begin: int
    end: int
    minutes: int

    @property
    def night(self) -> bool:
        """Whether it is a night shift."""
        return is_night(self.begin, self.end)

    @property
    def begins(self) -> int:
        """Minutes since the first day of all."""
        return self.day.toordinal() * DAY + self.begin

    @property
    def ends(self) -> int:
        """Minutes since the first day of all."""
        return self.day.toordinal() * DAY + self.end


class Breach(msgspec.Struct, frozen=True):
    """A limit that shifts break, on which day first, and in words."""

    rule: Rule
    day: date
    words: str


def is_night(begin: int, end: int) -> bool:
    """Whether so much of a shift lies between 22:00 and 06:00."""
    inside = sum(max(0, min(end, NIGHT[1] + shifted) - max(begin, NIGHT[0] + shifted)) for shifted in (-DAY, 0, DAY))
    return inside >= NIGHT_MINUTES


def broken(shifts: Iterable[Worked], limits: Limits, most: Mapping[str, int] | None = None) -> list[Breach]:
    """All that one person's shifts break. `most` are the minutes that he may work in a month (`2026-03`)."""
    ordered = sorted(shifts, key=lambda one: (one.begins, one.ends))
    return [*_pairs(ordered, limits), *_weeks(ordered, limits), *_months(ordered, most or {}), *_rows(ordered, limits)]


def new_breaches(
    had: Sequence[Worked], has: Sequence[Worked], limits: Limits, most: Mapping[str, int] | None = None
) -> list[Breach]:
    """What a change breaks that was not broken before."""
    before = {(one.rule, one.day) for one in broken(had, limits, most)}
    return [one for one in broken(has, limits, most) if (one.rule, one.day) not in before]


def _pairs(ordered: Sequence[Worked], limits: Limits) -> Iterator[Breach]:
    for first, second in pairwise(ordered):
        rest = second.begins - first.ends
        if first.day == second.day:
            yield Breach("double", second.day, f"{_said(second.day)}已有班次")
        elif rest < limits.rest_hours * 60:
            words = f"{_said(second.day)}与前一班之间只休息 {hours(max(rest, 0))} 小时，至少 {limits.rest_hours:g} 小时"
            yield Breach("rest", second.day, words)


def _weeks(ordered: Sequence[Worked], limits: Limits) -> Iterator[Breach]:
    sums: dict[date, int] = {}
    for one in ordered:
        monday = one.day - timedelta(days=one.day.weekday())
        sums[monday] = sums.get(monday, 0) + one.minutes
    for monday, minutes in sums.items():
        if minutes > limits.week_hours * 60:
            words = f"{_said(monday)}起的一周共 {hours(minutes)} 小时，最多 {limits.week_hours:g} 小时"
            yield Breach("week", monday, words)


def _months(ordered: Sequence[Worked], most: Mapping[str, int]) -> Iterator[Breach]:
    for month, limit in most.items():
        inside = [one for one in ordered if month_of(one.day) == month]
        if (minutes := sum(one.minutes for one in inside)) > limit:
            words = f"当月共 {hours(minutes)} 小时，合同工时加加班上限为 {hours(limit)} 小时"
            yield Breach("month", inside[0].day, words)


def _rows(ordered: Sequence[Worked], limits: Limits) -> Iterator[Breach]:
    for rule, days, most, what in (
        ("days", [one.day for one in ordered], limits.days_in_row, "连续上班"),
        ("nights", [one.day for one in ordered if one.night], limits.nights_in_row, "连续夜班"),
    ):
        for first, length in _in_a_row(sorted(set(days))):
            if length > most:
                words = f"{_said(first)}起{what} {length} 天，最多 {most} 天"
                yield Breach("days" if rule == "days" else "nights", first, words)


def _in_a_row(days: Sequence[date]) -> Iterator[tuple[date, int]]:
    begin = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or days[at] - days[at - 1] != timedelta(days=1):
            yield days[begin], at - begin
            begin = at


def month_of(day: date) -> str:
    """The month of a day: `2026-03`."""
    return f"{day.year:04}-{day.month:02}"


def hours(minutes: int) -> str:
    """Minutes in hours, as people say them."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"
