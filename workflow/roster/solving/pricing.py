"""What a roster costs: one price for all that may be better or worse in it, in which limits have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from workflow.roster.solving.problem import Given, Person, Problem, has

SHORT, EXCESS = 1_000_000, 1_500
"""The price of a head that lacks, above all else together, and of one more than is needed."""
HOURS, OFF, UNFAIR = 10, 3_000, 2_000
"""The price of a minute beside the contract, of a wish that is not met, and of each shift between who has the most
nights or weekends and who has the fewest."""
FULL = 0.9
"""Fairness is among those who are there for such a share of the month."""


def steady(problem: Problem) -> list[Person]:
    """Those among whom nights and weekends are to be shared out fairly."""
    inside, most = set(problem.dates), (1 - FULL) * problem.days
    return [one for one in problem.people if len(one.away & inside) <= most]


def price(problem: Problem, shifts: Sequence[Given]) -> int:
    """The price of a whole roster."""
    short = sum(max(need.heads - there, 0) for need, there in has(problem, shifts))
    excess = sum(max(there - need.heads, 0) for need, there in has(problem, shifts))
    own = sum(strain(problem, shifts).values())
    whole = steady(problem)
    nights, weekends = _nights(problem, shifts), _weekends(problem, shifts)
    unfair = _between([nights[one.id] for one in whole if one.nights]) + _between([weekends[one.id] for one in whole])
    return SHORT * short + EXCESS * excess + own + UNFAIR * unfair


def strain(problem: Problem, shifts: Sequence[Given]) -> dict[str, int]:
    """What is amiss with each person: minutes beside his contract, and wishes that are not met."""
    known, minutes, slots = problem.by_key, Counter[str](), {}
    for one in shifts:
        minutes[one.person] += known[one.slot].minutes
        slots[one.person, one.day] = one.slot
    return {
        one.id: HOURS * abs(minutes[one.id] - one.target)
        + OFF * sum((one.id, day) in slots for day in one.off)
        + OFF * sum(slots.get((one.id, day)) != key for day, key in one.wanted.items())
        for one in problem.people
    }


def _nights(problem: Problem, shifts: Sequence[Given]) -> Counter[str]:
    night = {one.key for one in problem.slots if one.night}
    return Counter(one.person for one in shifts if one.slot in night)


def _weekends(problem: Problem, shifts: Sequence[Given]) -> Counter[str]:
    return Counter(one.person for one in shifts if one.day in problem.weekends)


def _between(counts: Sequence[int]) -> int:
    return max(counts) - min(counts) if counts else 0
