"""How many of each kind of people work each slot on each day: the month without names, which is small to solve.

People who may work the same slots are of one kind. Of the limits those stay that can be said of all of a kind together:
one shift a day, who is there, rest between two days, days and nights in a row, hours of each week and of the month.
What no such counts cover, no roster covers: their best is a bound (`most_cover`). `greedy` gives names to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ortools.sat.python import cp_model

from workflow.roster.solving.pricing import EXCESS, HOURS, SHORT
from workflow.roster.solving.problem import Counts, Kind, Person, Problem, Slot, kind_of


def counted(problem: Problem, seconds: float) -> Counts:
    """The counts that cost least within these seconds; none when nothing was found."""
    model = _Model(problem)
    short, excess = model.beside()
    model.it.minimize(SHORT * sum(short) + EXCESS * sum(excess) + HOURS * sum(model.hours()))
    solver = _solved(model, seconds)
    return {place: solver.value(one) for place, one in model.on.items()} if solver is not None else {}


def most_cover(problem: Problem, seconds: float) -> float:
    """The share of all needed heads that no roster of these people exceeds, 0 to 1."""
    model = _Model(problem)
    short, _ = model.beside()
    needed = sum(one.heads for one in problem.needs)
    model.it.minimize(sum(short))
    solver = _solved(model, seconds)
    if solver is None or not needed:
        return 1.0
    return 1 - max(solver.best_objective_bound, 0.0) / needed


def _solved(model: _Model, seconds: float) -> cp_model.CpSolver | None:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(seconds, 0.5)
    solver.parameters.num_workers = model.problem.workers
    solver.parameters.random_seed = 1
    status = solver.solve(model.it)
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


@dataclass(slots=True)
class _Model:
    """Counts as variables, with the limits of each kind."""

    problem: Problem
    it: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    on: dict[tuple[Kind, date, str], Any] = field(default_factory=dict)
    kinds: dict[Kind, list[Person]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for person in self.problem.people:
            self.kinds.setdefault(kind_of(self.problem, person), []).append(person)
        for kind, people in self.kinds.items():
            for day in self.problem.dates:
                there = _there(people, [day])
                for key in sorted(kind):
                    self.on[kind, day, key] = self.it.new_int_var(0, there, key)
            self._days(kind, people)
            self._hours(kind, people)

    def _of(self, kind: Kind, day: date, slots: Sequence[Slot]) -> list[Any]:
        return [self.on[kind, day, slot.key] for slot in slots if (kind, day, slot.key) in self.on]

    def _days(self, kind: Kind, people: Sequence[Person]) -> None:
        """One shift a day, rest to the next, days and nights in a row."""
        limits, slots = self.problem.limits, [one for one in self.problem.slots if one.key in kind]
        nights = [one for one in slots if one.night]
        for day in self.problem.dates:
            self.it.add(sum(self._of(kind, day, slots)) <= _there(people, [day]))
            following = day + timedelta(days=1)
            for end in {one.end for one in slots}:
                late = [one for one in slots if one.end >= end]
                close = [one for one in slots if one.begin + 1440 - end < limits.rest_hours * 60]
                if close and following in self.problem.dates:
                    both = self._of(kind, day, late) + self._of(kind, following, close)
                    self.it.add(sum(both) <= _there(people, [day, following]))
        for length, which in ((limits.days_in_row, slots), (limits.nights_in_row, nights)):
            for days in _windows(self.problem.dates, length + 1):
                free = sum(min(length, sum(day not in one.away for day in days)) for one in people)
                self.it.add(sum(one for day in days for one in self._of(kind, day, which)) <= free)

    def _hours(self, kind: Kind, people: Sequence[Person]) -> None:
        weeks: dict[date, list[date]] = defaultdict(list)
        for day in self.problem.dates:
            weeks[day - timedelta(days=day.weekday())].append(day)
        week = int(self.problem.limits.week_hours * 60)
        for days in weeks.values():
            self._most(kind, days, people, [week] * len(people))
        self._most(kind, self.problem.dates, people, [one.most for one in people])

    def _most(self, kind: Kind, days: Sequence[date], people: Sequence[Person], most: Sequence[int]) -> None:
        """Of some days all minutes; and of shifts of a length or longer no more than fit for each of them."""
        terms = self._minutes(kind, days)
        free = [sum(day not in one.away for day in days) for one in people]
        self.it.add(sum(one * minutes for one, minutes in terms) <= sum(most))
        for length in {minutes for _, minutes in terms}:
            fit = sum(min(own, minutes // length) for own, minutes in zip(free, most, strict=True))
            self.it.add(sum(one for one, minutes in terms if minutes >= length) <= fit)

    def _minutes(self, kind: Kind, days: Sequence[date]) -> list[tuple[Any, int]]:
        known = self.problem.by_key
        return [(self.on[kind, day, key], known[key].minutes) for day in days for key in sorted(kind)]

    def beside(self) -> tuple[list[Any], list[Any]]:
        """Of each need what lacks, and what is more."""
        on: dict[tuple[date, str], list[Any]] = defaultdict(list)
        for (_, day, key), one in self.on.items():
            on[day, key].append(one)
        short, excess = [], []
        for need in self.problem.needs:
            there = [one for key in need.slots for one in on[need.day, key]]
            short.append(self.it.new_int_var(0, need.heads, "short"))
            excess.append(self.it.new_int_var(0, len(self.problem.people), "excess"))
            self.it.add(sum(there) + short[-1] - excess[-1] == need.heads)
        return short, excess

    def hours(self) -> Iterator[Any]:
        """The minutes of each kind beside its contracts."""
        for kind, people in self.kinds.items():
            target = sum(one.target for one in people)
            worked = sum(one * minutes for one, minutes in self._minutes(kind, self.problem.dates))
            beside = self.it.new_int_var(0, max(target, sum(one.most for one in people), 1), "beside")
            self.it.add(beside >= worked - target)
            self.it.add(beside >= target - worked)
            yield beside


def _there(people: Sequence[Person], days: Sequence[date]) -> int:
    """How many are there on any of these days."""
    return sum(any(day not in one.away for day in days) for one in people)


def _windows(days: Sequence[date], length: int) -> Iterator[Sequence[date]]:
    for at in range(len(days) - length + 1):
        yield days[at : at + length]
