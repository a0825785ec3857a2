"""A month's roster as a problem, and what solves it. It goes to the solver's process as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from workflow.roster.limits import DAY, Worked, is_night, month_of


class Limit(msgspec.Struct, frozen=True):
    """`Limits` of the settings as numbers that travel."""

    rest_hours: float
    day_standard: float
    day_hours: float
    week_hours: float
    month_overtime: float
    days_in_row: int
    nights_in_row: int


class Slot(msgspec.Struct, frozen=True):
    """A slot of a shift type; `key` is `type.slot`. With `people` only these (ids) may work it."""

    key: str
    title: str
    begin: int
    end: int
    minutes: int
    skills: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    @property
    def night(self) -> bool:
        """Whether it is a night shift."""
        return is_night(self.begin, self.end)

    def on(self, day: date) -> Worked:
        """A shift in it."""
        return Worked(day, self.begin, self.end, self.minutes)


class Need(msgspec.Struct, frozen=True):
    """On a day so many people in any of these slots; `title` says in which, or in which half hour."""

    day: date
    title: str
    slots: tuple[str, ...]
    heads: int


class Person(msgspec.Struct, frozen=True):
    """Somebody who can be planned.

    `target` are the minutes of his contract in the month, `most` those with all overtime. `away` are days on which he
    is on leave or not employed. `off` are days on which he wishes to be free, `wanted` slots that he wishes on a day.
    `before` is what he worked in the days before and what is planned after. `tied` are shifts put in by hand that stay.
    """

    id: str
    name: str
    target: int
    most: int
    skills: frozenset[str] = frozenset()
    nights: bool = True
    away: frozenset[date] = frozenset()
    off: frozenset[date] = frozenset()
    wanted: Mapping[date, str] = {}
    before: tuple[Worked, ...] = ()
    tied: Mapping[date, str] = {}


class Problem(msgspec.Struct, frozen=True):
    """What is to be planned: from `first` so many days. `seconds` may be spent on it, on so many cores."""

    first: date
    days: int
    limits: Limit
    slots: tuple[Slot, ...]
    needs: tuple[Need, ...]
    people: tuple[Person, ...]
    weekends: frozenset[date] = frozenset()
    seconds: float = 40.0
    workers: int = 2

    @property
    def dates(self) -> list[date]:
        """The days."""
        return [self.first + timedelta(days=at) for at in range(self.days)]

    @property
    def by_key(self) -> dict[str, Slot]:
        """The slots by their keys."""
        return {one.key: one for one in self.slots}


class Given(msgspec.Struct, frozen=True):
    """A shift of the answer."""

    person: str
    day: date
    slot: str


class Answer(msgspec.Struct, frozen=True):
    """What was found, by which method, in how many seconds; `proved` when nothing can be better."""

    shifts: tuple[Given, ...]
    method: str
    seconds: float
    proved: bool = False


def may_work(person: Person, slot: Slot) -> bool:
    """Whether he may ever work such a slot."""
    if slot.people and person.id not in slot.people:
        return False
    return slot.skills <= person.skills and (person.nights or not slot.night)


Kind = frozenset[str]
"""A kind of people: the slots that they may work."""
Counts = Mapping[tuple[Kind, date, str], int]
"""How many of a kind work a slot on a day."""


def kind_of(problem: Problem, person: Person) -> Kind:
    """Of which kind somebody is."""
    return frozenset(slot.key for slot in problem.slots if may_work(person, slot))


def slots_of_days(problem: Problem) -> dict[date, list[Slot]]:
    """Which slots are needed on which day."""
    known, found = problem.by_key, {day: dict[str, Slot]() for day in problem.dates}
    for need in problem.needs:
        if need.heads:
            found[need.day].update({key: known[key] for key in need.slots})
    return {day: list(slots.values()) for day, slots in found.items()}


def schedules(problem: Problem, shifts: Sequence[Given]) -> dict[str, list[Worked]]:
    """What each person works, before and in the month."""
    known, found = problem.by_key, {one.id: list(one.before) for one in problem.people}
    for one in shifts:
        found[one.person].append(known[one.slot].on(one.day))
    return found


def has(problem: Problem, shifts: Sequence[Given]) -> Iterator[tuple[Need, int]]:
    """How many people each need has."""
    counts: dict[tuple[date, str], int] = {}
    for one in shifts:
        counts[one.day, one.slot] = counts.get((one.day, one.slot), 0) + 1
    for need in problem.needs:
        yield need, sum(counts.get((need.day, key), 0) for key in need.slots)


def cover(problem: Problem, shifts: Sequence[Given]) -> float:
    """The share of all needed heads that are there, 0 to 1; 1 when none are needed."""
    needed = sum(one.heads for one in problem.needs)
    there = sum(min(found, need.heads) for need, found in has(problem, shifts))
    return there / needed if needed else 1.0


def month_limit(problem: Problem, person: Person) -> dict[str, int]:
    """The most minutes of a person in each month that the problem touches."""
    return {month_of(problem.first): person.most}


def overlaps(slot: Slot, half_hour: int) -> bool:
    """Whether the slot covers the whole half hour from this minute of the day, or has since the day before."""
    return any(slot.begin <= half_hour + shifted and half_hour + shifted + 30 <= slot.end for shifted in (0, DAY))
