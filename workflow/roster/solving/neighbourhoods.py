"""What of a large month is planned anew at a time: some people's months, or some days of all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from workflow.roster.solving.pricing import strain
from workflow.roster.solving.problem import Given, Problem, has

DAYS = 4
"""So many days in a row of all people are planned at a time where needs are open."""


def some_people(problem: Problem, shifts: Sequence[Given], many: int, draw: random.Random) -> set[str]:
    """Half of them those with whom something is amiss, the others anybody."""
    strained = sorted(strain(problem, shifts).items(), key=lambda one: -one[1] * draw.random())
    worst = [id for id, much in strained[: many // 2] if much > 0]
    return {*worst, *draw.sample([one.id for one in problem.people], many - len(worst))}


def open_days(problem: Problem, shifts: Sequence[Given], draw: random.Random) -> frozenset[date]:
    """Some days in a row around one on which a need is open; none when all are covered."""
    lacks: dict[date, int] = {}
    for need, there in has(problem, shifts):
        if there < need.heads:
            lacks[need.day] = lacks.get(need.day, 0) + need.heads - there
    if not lacks:
        return frozenset()
    (day,) = draw.choices(list(lacks), list(lacks.values()))
    first = day - timedelta(days=draw.randrange(DAYS))
    return frozenset(first + timedelta(days=at) for at in range(DAYS)) & frozenset(problem.dates)
