"""The greedy roster: day by day, each place to whom it costs least now. The solver begins with it and must beat it.

With counts (`counts.py`) it first gives names to those, which look at the whole month; the rest is as without.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from workflow.roster.limits import DAY, Limits, Worked, new_breaches
from workflow.roster.solving.problem import Answer, Counts, Given, Kind, Person, Problem, Slot, kind_of, may_work


def solve(problem: Problem, counts: Counts | None = None) -> Answer:
    """No limit is broken by it, though it may leave places empty that cleverer plans fill."""
    begun = time.monotonic()
    giving = _Giving(problem)
    if counts:
        giving.by_counts(counts)
    giving.by_needs()
    shifts = tuple(Given(id, day, key) for (id, day), key in giving.given.items())
    return Answer(shifts, "greedy", time.monotonic() - begun)


class _Giving:
    """What has been given to whom so far; shifts put in by hand from the beginning."""

    def __init__(self, problem: Problem) -> None:
        self._problem, self._known = problem, problem.by_key
        self._limits = Limits(**{name: getattr(problem.limits, name) for name in Limits.model_fields})
        self._people = {one.id: one for one in problem.people}
        self._working = {one.id: list(one.before) for one in problem.people}
        self.given: dict[tuple[str, date], str] = {}
        self._there: dict[tuple[date, str], int] = defaultdict(int)
        self._nights: dict[str, int] = {}
        self._minutes: dict[str, int] = {}
        inside = set(problem.dates)
        for id, shifts in self._working.items():
            self._nights[id] = sum(one.night for one in shifts)
            self._minutes[id] = sum(one.minutes for one in shifts if one.day in inside)
        for person in problem.people:
            for day, key in person.tied.items():
                self._give(person.id, day, key)

    def by_counts(self, counts: Mapping[tuple[Kind, date, str], int]) -> None:
        """Names for counts: of each day first what begins first, since who worked late cannot come then."""
        kinds: dict[Kind, list[Person]] = defaultdict(list)
        for person in self._problem.people:
            kinds[kind_of(self._problem, person)].append(person)
        asked = [(day, self._known[key], kind, many) for (kind, day, key), many in counts.items() if many]
        for day, slot, kind, many in sorted(asked, key=lambda one: (one[0], one[1].begin, one[1].key, sorted(one[2]))):
            left = many
            for person in sorted(kinds[kind], key=lambda one: self._rank(one, day, slot)):
                if left and self._fits(person, day, slot):
                    self._give(person.id, day, slot.key)
                    left -= 1

    def _rank(self, person: Person, day: date, slot: Slot) -> tuple[float, ...]:
        """Who is behind with his hours first; of those alike who worked latest the day before."""
        share = self._minutes[person.id] / max(person.target, 1)
        before = self.given.get((person.id, day - timedelta(days=1)))
        ended = self._known[before].end - DAY if before else -DAY
        wish = (day in person.off) - (person.wanted.get(day) == slot.key)
        nights = self._nights[person.id] if slot.night else 0
        return (nights, round(share, 1), wish, -ended, share)

    def by_needs(self) -> None:
        """Who can do little else is asked for first: slots that few may work."""
        able = {slot.key: sum(may_work(one, slot) for one in self._problem.people) for slot in self._problem.slots}
        needs = sorted(self._problem.needs, key=lambda one: (one.day, min((able[key] for key in one.slots), default=0)))
        for need in needs:
            while sum(self._there[need.day, key] for key in need.slots) < need.heads:
                priced = sorted(
                    (self._price(one, need.day, self._known[key]), one.id, key)
                    for key in need.slots
                    for one in self._problem.people
                    if (one.id, need.day) not in self.given
                )
                fitting = (one for one in priced if self._fits(self._people[one[1]], need.day, self._known[one[2]]))
                found = next(fitting, None)
                if found is None:
                    break
                self._give(found[1], need.day, found[2])

    def _price(self, person: Person, day: date, slot: Slot) -> tuple[float, ...]:
        wish = (day in person.off) - (person.wanted.get(day) == slot.key)
        share = self._minutes[person.id] / max(person.target, 1)
        return (float(wish), self._nights[person.id] if slot.night else 0.0, share)

    def _fits(self, person: Person, day: date, slot: Slot) -> bool:
        if (person.id, day) in self.given or day in person.away or not may_work(person, slot):
            return False
        if self._minutes[person.id] + slot.minutes > person.most:
            return False
        had = near(self._working[person.id], day)
        return not new_breaches(had, [*had, slot.on(day)], self._limits)

    def _give(self, id: str, day: date, key: str) -> None:
        slot = self._known[key]
        self.given[id, day] = key
        self._there[day, key] += 1
        self._working[id].append(slot.on(day))
        self._minutes[id] += slot.minutes
        self._nights[id] += slot.night


def near(shifts: list[Worked], day: date) -> list[Worked]:
    """Those that a shift on this day may come into conflict with."""
    return [one for one in shifts if abs((one.day - day).days) <= 15]
