"""The greedy roster: day by day, each place to whom it costs least now. The solver begins with it and must beat it."""

from __future__ import annotations

import time
from datetime import date

from workflow.roster.limits import Limits, Worked, new_breaches
from workflow.roster.solving.problem import Answer, Given, Person, Problem, Slot, may_work


def solve(problem: Problem) -> Answer:
    """No limit is broken by it, though it may leave places empty that cleverer plans fill."""
    begun = time.monotonic()
    limits = Limits(**{name: getattr(problem.limits, name) for name in Limits.model_fields})
    working = {one.id: list(one.before) for one in problem.people}
    given: dict[tuple[str, date], str] = {}
    for person in problem.people:
        for day, key in person.tied.items():
            working[person.id].append(problem.by_key[key].on(day))
            given[person.id, day] = key
    people = {one.id: one for one in problem.people}
    known, nights, minutes = problem.by_key, _nights(working), _minutes(problem, working)

    def fits(person: Person, day: date, slot: Slot) -> bool:
        if (person.id, day) in given or day in person.away or not may_work(person, slot):
            return False
        had = near(working[person.id], day)
        if minutes[person.id] + slot.minutes > person.most:
            return False
        return not new_breaches(had, [*had, slot.on(day)], limits)

    def price(person: Person, day: date, slot: Slot) -> tuple[float, ...]:
        wish = (day in person.off) - (person.wanted.get(day) == slot.key)
        share = minutes[person.id] / max(person.target, 1)
        return (float(wish), nights[person.id] if slot.night else 0.0, share)

    counts: dict[tuple[date, str], int] = {}
    for (_, day), key in given.items():
        counts[day, key] = counts.get((day, key), 0) + 1
    # Who can do little else is asked for first: slots that few may work.
    able = {slot.key: sum(may_work(one, slot) for one in problem.people) for slot in problem.slots}
    for need in sorted(problem.needs, key=lambda one: (one.day, min((able[key] for key in one.slots), default=0))):
        while sum(counts.get((need.day, key), 0) for key in need.slots) < need.heads:
            priced = sorted(
                (price(one, need.day, known[key]), one.id, key)
                for key in need.slots
                for one in problem.people
                if (one.id, need.day) not in given
            )
            found = next((one for one in priced if fits(people[one[1]], need.day, known[one[2]])), None)
            if found is None:
                break
            _, id, key = found
            given[id, need.day] = key
            counts[need.day, key] = counts.get((need.day, key), 0) + 1
            working[id].append(known[key].on(need.day))
            minutes[id] += known[key].minutes
            nights[id] += known[key].night
    shifts = tuple(Given(id, day, key) for (id, day), key in given.items())
    return Answer(shifts, "greedy", time.monotonic() - begun)


def near(shifts: list[Worked], day: date) -> list[Worked]:
    """Those that a shift on this day may come into conflict with."""
    return [one for one in shifts if abs((one.day - day).days) <= 15]


def _nights(working: dict[str, list[Worked]]) -> dict[str, int]:
    return {id: sum(one.night for one in shifts) for id, shifts in working.items()}


def _minutes(problem: Problem, working: dict[str, list[Worked]]) -> dict[str, int]:
    inside = set(problem.dates)
    return {id: sum(one.minutes for one in shifts if one.day in inside) for id, shifts in working.items()}
