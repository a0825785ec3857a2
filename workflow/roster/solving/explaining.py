"""Why a roster came out so: which need is not covered and what stands against it, whose hours differ, who has nights.

Pure; the same for a roster of the solver and for one that was changed by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from workflow.roster.limits import Limits, Worked, new_breaches
from workflow.roster.solving.greedy import near
from workflow.roster.solving.problem import (
    Given,
    Need,
    Person,
    Problem,
    Slot,
    has,
    may_work,
    month_limit,
    schedules,
)

MOST_GAPS = 200
WHYS: Mapping[str, str] = {
    "away": "请假或不在职",
    "skill": "没有所需技能",
    "listed": "不在该班次的人员名单",
    "nights": "不上夜班",
    "double": "当天已有班次",
    "rest": "两班之间休息不足",
    "week": "一周工时已满",
    "month": "当月加班已满",
    "days": "连续上班天数已满",
    "nights_in_row": "连续夜班已满",
    "free": "可以安排",
}


class Why(msgspec.Struct, frozen=True):
    """A reason, and for how many people it holds."""

    reason: str
    people: int


class Gap(msgspec.Struct, frozen=True):
    """A need that is not covered."""

    day: date
    title: str
    needed: int
    there: int
    whys: tuple[Why, ...]


class Share(msgspec.Struct, frozen=True):
    """What falls to a person: minutes beside those of his contract, nights, weekends, wishes that were not met."""

    person: str
    name: str
    minutes: int
    target: int
    shifts: int
    nights: int
    weekends: int
    unmet: int
    breaches: tuple[str, ...]


class Report(msgspec.Struct, frozen=True):
    """A roster explained. `cover` is 0 to 1, `missing` heads in all; the gaps are the first so many."""

    cover: float
    needed: int
    missing: int
    gaps: tuple[Gap, ...]
    people: tuple[Share, ...]
    broken: int
    nights: tuple[int, int]
    weekends: tuple[int, int]
    wishes: int
    unmet: int


def explain(problem: Problem, shifts: Sequence[Given]) -> Report:
    """Of a roster."""
    limits = limits_of(problem)
    working = schedules(problem, shifts)
    people = [_share(problem, one, working[one.id], shifts, limits) for one in problem.people]
    found = list(has(problem, shifts))
    needed = sum(one.heads for one in problem.needs)
    missing = sum(max(need.heads - there, 0) for need, there in found)
    given = {(one.person, one.day, one.slot) for one in shifts}
    short = [(need, there) for need, there in found if there < need.heads]
    gaps = [
        Gap(need.day, need.title, need.heads, there, _whys(problem, need, working, limits, given))
        for need, there in short[:MOST_GAPS]
    ]
    steady = [one for one, person in zip(people, problem.people, strict=True) if not person.away and person.nights]
    return Report(
        cover=1 - missing / needed if needed else 1.0,
        needed=needed,
        missing=missing,
        gaps=tuple(gaps),
        people=tuple(people),
        broken=sum(len(one.breaches) for one in people),
        nights=_range([one.nights for one in steady]),
        weekends=_range([one.weekends for one in steady]),
        wishes=sum(len(one.off) + len(one.wanted) for one in problem.people),
        unmet=sum(one.unmet for one in people),
    )


def limits_of(problem: Problem) -> Limits:
    """The limits of a problem, as the rules take them."""
    return Limits(**{name: getattr(problem.limits, name) for name in Limits.model_fields})


def _share(
    problem: Problem, person: Person, working: Sequence[Worked], shifts: Sequence[Given], limits: Limits
) -> Share:
    inside = set(problem.dates)
    his = [one for one in working if one.day in inside]
    slots = {one.day: one.slot for one in shifts if one.person == person.id}
    unmet = sum(day in slots for day in person.off) + sum(slots.get(day) != key for day, key in person.wanted.items())
    broken = new_breaches(person.before, working, limits, month_limit(problem, person))
    return Share(
        person=person.id,
        name=person.name,
        minutes=sum(one.minutes for one in his),
        target=person.target,
        shifts=len(his),
        nights=sum(one.night for one in his),
        weekends=sum(one.day in problem.weekends for one in his),
        unmet=unmet,
        breaches=tuple(one.words for one in broken),
    )


def _whys(
    problem: Problem,
    need: Need,
    working: Mapping[str, Sequence[Worked]],
    limits: Limits,
    given: set[tuple[str, date, str]],
) -> tuple[Why, ...]:
    known, counts = problem.by_key, Counter[str]()
    slots = [known[key] for key in need.slots]
    for person in problem.people:
        if any((person.id, need.day, key) in given for key in need.slots):
            continue
        reasons = [why_not(problem, person, need.day, slot, working[person.id], limits) for slot in slots]
        counts[next((one for one in reasons if one == "free"), reasons[0])] += 1
    return tuple(Why(WHYS[reason], people) for reason, people in counts.most_common())


def why_not(problem: Problem, person: Person, day: date, slot: Slot, working: Sequence[Worked], limits: Limits) -> str:
    """What stands against somebody in a slot on a day, a key of `WHYS`; `free` when nothing does."""
    if day in person.away:
        return "away"
    if not may_work(person, slot):
        if slot.people and person.id not in slot.people:
            return "listed"
        return "skill" if not slot.skills <= person.skills else "nights"
    month = [one for one in working if (one.day.year, one.day.month) == (day.year, day.month)]
    had = near(list(working), day)
    new = new_breaches(had, [*had, slot.on(day)], limits)
    if new:
        return "nights_in_row" if new[0].rule == "nights" else new[0].rule
    return "month" if sum(one.minutes for one in month) + slot.minutes > person.most else "free"


def _range(counts: Sequence[int]) -> tuple[int, int]:
    return (min(counts), max(counts)) if counts else (0, 0)
