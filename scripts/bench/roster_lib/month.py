"""A made-up month that is hard: need by half hour with two peaks, few who speak English or know enterprises' matters,
part time, people who work no nights, leave around a holiday, and wishes that many have for the same days."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

from cti.base.times.calendars import Calendars
from workflow.roster.limits import Limits
from workflow.roster.shift_types import kind_of
from workflow.roster.solving.problem import Limit, Need, Person, Problem, Slot

FIRST = date(2026, 10, 1)
"""The month begins with a week of holidays, which most wish to have free."""
ENGLISH, ENTERPRISE = frozenset({"english"}), frozenset({"enterprise"})
DAY = tuple(
    Slot(f"day.{name}", title, begin, end, 480)
    for name, title, begin, end in (
        ("a", "早班", 450, 960), ("b", "早二班", 510, 1020), ("c", "行政班", 570, 1080), ("d", "中班", 720, 1230),
        ("e", "晚班", 810, 1320),
    )
)  # fmt: skip
SHORT = (Slot("short.noon", "午间班", 600, 840, 240), Slot("short.evening", "晚间班", 1080, 1320, 240))
NIGHT = Slot("night.night", "夜班", 1320, 1890, 480)
SKILLED = (
    Slot("english.early", "英语早班", 480, 990, 480, ENGLISH),
    Slot("english.late", "英语晚班", 810, 1320, 480, ENGLISH),
    Slot("enterprise.early", "企业服务早班", 510, 1020, 480, ENTERPRISE),
    Slot("enterprise.late", "企业服务晚班", 720, 1230, 480, ENTERPRISE),
)
FIXED = {
    "night.night": 0.05, "english.early": 0.01, "english.late": 0.01, "enterprise.early": 0.04,
    "enterprise.late": 0.025,
}  # fmt: skip
"""Of all people, on each day; enterprises call on workdays."""
CURVE = (
    (450, 0.08), (510, 0.20), (570, 0.31), (630, 0.34), (690, 0.27), (750, 0.22), (810, 0.28), (870, 0.33),
    (930, 0.31), (990, 0.24), (1050, 0.19), (1110, 0.16), (1170, 0.15), (1230, 0.12), (1290, 0.10), (1320, 0.0),
)  # fmt: skip
"""From a minute of the day on, the share of all people that calls need on a workday."""
ON = {"workday": 1.0, "sat": 0.72, "sun": 0.66, "holiday": 0.55}


def made_up(people: int, days: int, seed: int, seconds: float, workers: int, load: float = 1.0) -> Problem:
    """The same one for the same seed; `load` times as many calls."""
    draw, calendars = random.Random(seed), Calendars()  # noqa: S311 # a month to be solved, no secret
    dates = [FIRST + timedelta(days=at) for at in range(days)]
    kinds = {day: kind_of(calendars, day) for day in dates}
    limits = Limits()
    workdays = sum(kind == "workday" for kind in kinds.values())
    needs = [need for day in dates for need in _needs(draw, people * load, day, kinds[day])]
    return Problem(
        FIRST,
        days,
        Limit(**limits.model_dump()),
        (*DAY, *SHORT, NIGHT, *SKILLED),
        tuple(needs),
        tuple(_person(draw, number, dates, kinds, workdays, limits) for number in range(people)),
        frozenset(day for day, kind in kinds.items() if kind != "workday"),
        seconds,
        workers,
    )


def _needs(draw: random.Random, people: float, day: date, kind: str) -> list[Need]:
    slots = {slot.key: slot for slot in (NIGHT, *SKILLED)}
    found = [
        Need(day, slots[key].title, (key,), max(1, round(people * share)))
        for key, share in FIXED.items()
        if kind == "workday" or not key.startswith("enterprise")
    ]
    # Mondays ring more, and no two days are the same.
    busy = ON[kind] * (1.12 if day.weekday() == 0 else 1.0) * draw.uniform(0.93, 1.07)
    for (minute, share), (until, _) in pairwise(CURVE):
        for half in range(minute, until, 30):
            on = tuple(slot.key for slot in (*DAY, *SHORT) if slot.begin <= half and half + 30 <= slot.end)
            title = f"{half // 60:02}:{half % 60:02} 话务量"
            found.append(Need(day, title, on, max(1, round(people * 0.95 * share * busy * draw.uniform(0.94, 1.06)))))
    return found


def _person(
    draw: random.Random, number: int, dates: list[date], kinds: dict[date, str], workdays: int, limits: Limits
) -> Person:
    share = draw.choices((1.0, 0.75, 0.5), (0.8, 0.1, 0.1))[0]
    away: set[date] = set()
    if draw.random() < 0.25:
        begin = draw.randrange(len(dates))
        away |= set(dates[begin : begin + draw.randint(1, 6)])
    if draw.random() < 0.03:
        away |= set(dates[draw.randrange(len(dates)) :])
    there = 1 - len(away) / len(dates)
    target = int(workdays * limits.day_standard * 60 * share * there)
    skills = (ENGLISH if draw.random() < 0.06 else frozenset()) | (ENTERPRISE if draw.random() < 0.14 else frozenset())
    wished = [day for day in dates if kinds[day] != "workday"] * 2 + dates
    off = frozenset(draw.sample(wished, 4)) - away
    rest = [day for day in dates if day not in off and day not in away]
    wanted = {day: draw.choice(DAY).key for day in draw.sample(rest, min(2, len(rest)))}
    return Person(
        id=f"p{number:03}",
        name=f"座席{number:03}",
        target=target,
        most=target + int(limits.month_overtime * 60),
        skills=skills,
        nights=draw.random() > 0.15,
        away=frozenset(away),
        off=off,
        wanted=wanted,
    )
