"""A made-up month of a hotline: shifts around the clock, skills, part time, leave, wishes, who comes and goes."""

from __future__ import annotations

import random
from datetime import date, timedelta

from cti.base.calendars import Calendars
from workflow.roster.limits import Limits
from workflow.roster.shift_types import kind_of
from workflow.roster.solving.problem import Limit, Need, Person, Problem, Slot

FIRST = date(2026, 10, 1)
SLOTS = (
    Slot("day.early", "早班", 480, 990, 480),
    Slot("day.middle", "中班", 840, 1350, 480),
    Slot("day.evening", "晚班", 990, 1500, 480),
    Slot("day.night", "夜班", 1320, 1920, 480),
    Slot("english.early", "英语早班", 480, 990, 480, frozenset({"english"})),
)
SHARES = {"day.early": 0.30, "day.middle": 0.16, "day.evening": 0.08, "day.night": 0.05, "english.early": 0.02}
"""Of all people, on a workday."""
ON = {"workday": 1.0, "sat": 0.75, "sun": 0.7, "holiday": 0.5}


def made_up(people: int, days: int, seed: int, seconds: float, workers: int) -> Problem:
    """The same one for the same seed."""
    draw, calendars = random.Random(seed), Calendars()  # noqa: S311 # a month to be solved, no secret
    dates = [FIRST + timedelta(days=at) for at in range(days)]
    kinds = {day: kind_of(calendars, day) for day in dates}
    limits = Limits()
    needs = [
        Need(day, slot.title, (slot.key,), max(1, round(people * SHARES[slot.key] * ON[kinds[day]])))
        for day in dates
        for slot in SLOTS
    ]
    workdays = sum(kind == "workday" for kind in kinds.values())
    return Problem(
        FIRST,
        days,
        Limit(**limits.model_dump()),
        SLOTS,
        tuple(needs),
        tuple(_person(draw, number, dates, workdays, limits) for number in range(people)),
        frozenset(day for day, kind in kinds.items() if kind != "workday"),
        seconds,
        workers,
    )


def _person(draw: random.Random, number: int, dates: list[date], workdays: int, limits: Limits) -> Person:
    share = 0.5 if number % 12 == 0 else 1.0
    away: set[date] = set()
    if draw.random() < 0.2:
        begin = draw.randrange(len(dates))
        away |= set(dates[begin : begin + draw.randint(1, 5)])
    if draw.random() < 0.02:
        away |= set(dates[draw.randrange(len(dates)) :])
    there = 1 - len(away) / len(dates)
    target = int(workdays * limits.day_standard * 60 * share * there)
    return Person(
        id=f"p{number:03}",
        name=f"座席{number:03}",
        target=target,
        most=target + int(limits.month_overtime * 60),
        skills=frozenset({"english"}) if number % 10 == 0 else frozenset(),
        nights=number % 15 != 0,
        away=frozenset(away),
        off=frozenset(draw.sample(dates, 2)) - away,
    )
