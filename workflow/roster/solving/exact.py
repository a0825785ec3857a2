"""The roster by CP-SAT of OR-Tools: limits hold always, needs, contracts, wishes and fairness as well as they can.

There is always an answer: a need that nobody can fill stays open and is told, never a month without a roster. Shifts
that were put in by hand stay, also where they break a limit; the rest of the person's month then adds nothing to it.

A small month is solved whole, from the greedy roster on. Of a large one the counts come first (`counts.py`), and get
names; then some people's months, or some days of all where needs are open, are planned anew while all else stays as it
is (large neighbourhood search, Shaw 1998), as long as there is time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ortools.sat.python import cp_model

from workflow.roster.solving import greedy
from workflow.roster.solving.counts import counted
from workflow.roster.solving.neighbourhoods import open_days, some_people
from workflow.roster.solving.pricing import EXCESS, HOURS, OFF, SHORT, UNFAIR, price, steady
from workflow.roster.solving.problem import (
    Answer,
    Given,
    Need,
    Person,
    Problem,
    Slot,
    cover,
    has,
    may_work,
    slots_of_days,
)

Told = Callable[[float, float], None]
"""Hears of each better roster: its cover, 0 to 1, and the seconds until it was found."""

COUNTING = 0.4
"""Of the time so much is for the counts of a large month."""
WHOLE = 40
"""So many people are planned at once; of more, so many at a time."""
ROUND = 5.0
"""Seconds that one of these steps may take."""
PATIENCE = 20
"""After so many steps in a row that made nothing better it is enough; where all are planned at once, after one."""
Cell = dict[str, Any]
"""The variables of a person's day, by slot; 1 or 0 in place of one for what is settled."""


def solve(problem: Problem, told: Told = lambda cover, seconds: None) -> Answer:
    """The best roster within the problem's seconds."""
    begun = time.monotonic()
    whole = len(problem.people) <= WHOLE
    best = greedy.solve(problem, None if whole else counted(problem, problem.seconds * COUNTING)).shifts
    lowest, proved, changed = price(problem, best), False, not whole
    draw = random.Random(1)  # noqa: S311 # the same month gives the same roster; no secret

    def left() -> float:
        return problem.seconds - (time.monotonic() - begun)

    told(cover(problem, best), 0.0)
    idle, turn = 0, 0
    every, month = {one.id for one in problem.people}, frozenset(problem.dates)
    while left() > 0 and not proved and idle < (1 if whole else PATIENCE):
        days = frozenset() if whole or turn % 3 == 2 else open_days(problem, best, draw)
        free = every if whole or days else some_people(problem, best, WHOLE, draw)
        found, optimal = _step(problem, best, free, days or month, min(ROUND, left()))
        idle, turn = idle + 1, turn + 1
        if found is not None and (now := price(problem, found)) < lowest:
            best, lowest, changed, idle = found, now, True, 0
        told(cover(problem, best), time.monotonic() - begun)
        proved = whole and optimal
    return Answer(best, "cp-sat" if changed or proved else "greedy", time.monotonic() - begun, proved)


def _step(
    problem: Problem, shifts: Sequence[Given], free: Collection[str], days: frozenset[date], seconds: float
) -> tuple[tuple[Given, ...] | None, bool]:
    """The roster with these days of the `free` people planned anew, and whether none can be better."""
    model = _Model(problem, {one.id: one for one in problem.people if one.id in free}, days, shifts)
    model.hint(shifts)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(seconds, 0.5)
    solver.parameters.num_workers = problem.workers
    solver.parameters.random_seed = 1
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, False
    return tuple(model.read(solver.boolean_value)), status == cp_model.OPTIMAL


class _Model:
    """The month with some days of the `free` people as variables; all else is settled."""

    def __init__(
        self, problem: Problem, free: Mapping[str, Person], days: frozenset[date], shifts: Sequence[Given]
    ) -> None:
        self.problem, self.model, self._free, self._days = problem, cp_model.CpModel(), free, days
        self._given = {(one.person, one.day): one.slot for one in shifts}
        self._slots, self._of_days = problem.by_key, slots_of_days(problem)
        self._prices: list[Any] = []
        self._beside: list[tuple[Need, Any, Any]] = []
        """Of each need what lacks, and what is more."""
        self.cells = {person.id: self._cells(person) for person in free.values()}
        self._settled: dict[str, dict[date, Cell]] = {one.id: {} for one in problem.people if one.id not in free}
        for given in shifts:
            if given.person not in free:
                self._settled[given.person][given.day] = {given.slot: 1}
        for person in free.values():
            self._keep_limits(person)
            self._contract(person)
        self._cover()
        self._share_out()
        self.model.minimize(sum(self._prices))

    def _cells(self, person: Person) -> dict[date, Cell]:
        found: dict[date, Cell] = {}
        for one in person.before:
            found.setdefault(one.day, {})[f"{one.begin}-{one.end}"] = 1
            self._slots.setdefault(
                f"{one.begin}-{one.end}", Slot(f"{one.begin}-{one.end}", "", one.begin, one.end, one.minutes)
            )
        for day in self.problem.dates:
            if (tied := person.tied.get(day)) is not None:
                found[day] = {tied: 1}
                continue
            if day in person.away or day in found:
                continue
            if day not in self._days:
                if (stays := self._given.get((person.id, day))) is not None:
                    found[day] = {stays: 1}
                continue
            cell = {
                slot.key: self.model.new_bool_var(f"{person.id} {day} {slot.key}")
                for slot in self._of_days[day]
                if may_work(person, slot)
            }
            if cell:
                self.model.add_at_most_one(cell.values())
                found[day] = cell
                self._wish(person, day, cell)
        return found

    def _wish(self, person: Person, day: date, cell: Cell) -> None:
        if day in person.off:
            self._prices += [OFF * one for one in cell.values()]
        elif (wanted := person.wanted.get(day)) in cell:
            self._prices.append(OFF * (1 - cell[wanted or ""]))

    def _keep_limits(self, person: Person) -> None:
        limits, cells = self.problem.limits, self.cells[person.id]
        days = [self.problem.first + timedelta(days=at) for at in range(-15, self.problem.days + 15)]
        work = [list(cells.get(day, {}).values()) for day in days]
        nights = [[one for key, one in cells.get(day, {}).items() if self._slots[key].night] for day in days]
        for length, held in ((limits.days_in_row, work), (limits.nights_in_row, nights)):
            for at in range(len(days) - length):
                self._at_most([one for day in held[at : at + length + 1] for one in day], length)
        for at, day in enumerate(days):
            if day.weekday() == 0:
                week = [
                    (one, self._slots[key].minutes)
                    for other in days[at : at + 7]
                    for key, one in cells.get(other, {}).items()
                ]
                self._at_most_minutes(week, int(limits.week_hours * 60))
            self._rest(cells.get(day, {}), cells.get(day + timedelta(days=1), {}))
        self._at_most_minutes(self._month(person), person.most)

    def _rest(self, today: Cell, tomorrow: Cell) -> None:
        least = self.problem.limits.rest_hours * 60
        monday = date(2001, 1, 1)
        for key, one in today.items():
            ends = self._slots[key].on(monday).ends
            close = [
                other
                for name, other in tomorrow.items()
                if self._slots[name].on(monday + timedelta(days=1)).begins - ends < least
            ]
            if close:
                self._at_most([one, *close], 1)

    def _at_most(self, terms: Sequence[Any], most: int) -> None:
        """Of what is settled there may be more already: then nothing comes to it."""
        settled = sum(one for one in terms if isinstance(one, int))
        open_ = [one for one in terms if not isinstance(one, int)]
        if open_ and settled + len(open_) > most:
            self.model.add(sum(open_) <= max(most - settled, 0))

    def _at_most_minutes(self, terms: Sequence[tuple[Any, int]], most: int) -> None:
        settled = sum(minutes for one, minutes in terms if isinstance(one, int))
        open_ = [one * minutes for one, minutes in terms if not isinstance(one, int)]
        if open_:
            self.model.add(sum(open_) <= max(most - settled, 0))

    def _month(self, person: Person) -> list[tuple[Any, int]]:
        cells, dates = self.cells[person.id], self.problem.dates
        return [(one, self._slots[key].minutes) for day in dates for key, one in cells.get(day, {}).items()]

    def _contract(self, person: Person) -> None:
        terms = self._month(person)
        worked, most = (
            sum(one * minutes for one, minutes in terms),
            sum(minutes for _, minutes in terms) + person.target,
        )
        beside = self.model.new_int_var(0, max(most, 1), f"beside {person.id}")
        self.model.add(beside >= worked - person.target)
        self.model.add(beside >= person.target - worked)
        self._prices.append(HOURS * beside)

    def _cover(self) -> None:
        on: dict[tuple[date, str], list[Any]] = {}
        for cells in (*self.cells.values(), *self._settled.values()):
            for day, cell in cells.items():
                for key, one in cell.items():
                    on.setdefault((day, key), []).append(one)
        for need in self.problem.needs:
            if not need.heads:
                continue
            there = [one for key in need.slots for one in on.get((need.day, key), [])]
            short = self.model.new_int_var(0, need.heads, "short")
            excess = self.model.new_int_var(0, max(len(there), 1), "excess")
            self._beside.append((need, short, excess))
            self.model.add(sum(there) + short - excess == need.heads)
            self._prices += [SHORT * short, EXCESS * excess]

    def _share_out(self) -> None:
        whole = steady(self.problem)
        nights = [one for one in whole if one.nights]
        self._fair("nights", [self._some(one, lambda day, slot: slot.night) for one in nights])
        self._fair("weekends", [self._some(one, lambda day, slot: day in self.problem.weekends) for one in whole])

    def _some(self, person: Person, which: Callable[[date, Slot], bool]) -> Any:
        cells = self.cells[person.id] if person.id in self._free else self._settled[person.id]
        return sum(
            one for day in self.problem.dates for key, one in cells.get(day, {}).items() if which(day, self._slots[key])
        )

    def _fair(self, name: str, counts: Sequence[Any]) -> None:
        if len(counts) < 2:
            return
        settled = [one for one in counts if isinstance(one, int)]
        counts = [*(one for one in counts if not isinstance(one, int)), *_ends(settled)]
        fewest = self.model.new_int_var(0, self.problem.days, f"fewest {name}")
        most = self.model.new_int_var(0, self.problem.days, f"most {name}")
        for one in counts:
            self.model.add(one >= fewest)
            self.model.add(one <= most)
        self._prices.append(UNFAIR * (most - fewest))

    def hint(self, shifts: Sequence[Given]) -> None:
        """Begin with this roster."""
        chosen = {(one.person, one.day, one.slot) for one in shifts}
        for id, cells in self.cells.items():
            for day, cell in cells.items():
                for key, one in cell.items():
                    if not isinstance(one, int):
                        self.model.add_hint(one, (id, day, key) in chosen)
        there = dict(has(self.problem, shifts))
        for need, short, excess in self._beside:
            self.model.add_hint(short, max(need.heads - there[need], 0))
            self.model.add_hint(excess, max(there[need] - need.heads, 0))

    def read(self, value: Callable[[Any], bool]) -> list[Given]:
        """The roster of a solution."""
        known = self.problem.by_key
        every = {**self.cells, **self._settled}
        return [
            Given(id, day, key)
            for id, cells in every.items()
            for day, cell in cells.items()
            for key, one in cell.items()
            if key in known
            if (one == 1 if isinstance(one, int) else value(one))
        ]


def _ends(counts: Sequence[int]) -> list[int]:
    """Of what is settled only the fewest and the most matter."""
    return [min(counts), max(counts)] if counts else []
