"""How many agents by half hour: from arrivals, by Erlang A, checked against the simulator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from acd.day import Day, Interval, People
from acd.erlang import ErlangA, agents_needed
from acd.settings import AcdSettings


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted: the share `level` of all calls answered within `within` seconds.

    `talk`, `wrapup`, `answer` (until a phone is picked up) and `patience` are mean seconds; `shrinkage` is the share
    of paid time that agents are not there for calls.
    """

    level: float = 0.8
    within: float = 15.0
    talk: float = 150.0
    wrapup: float = 10.0
    answer: float = 2.0
    patience: float = 180.0
    shrinkage: float = 0.0

    @property
    def handling(self) -> float:
        """Mean seconds that a call takes of an agent."""
        return self.talk + self.wrapup + self.answer


@dataclass(slots=True)
class Row:
    """A half hour: calls to expect, agents needed, agents to schedule; what comes of it by formula, and played."""

    begin: datetime
    calls: float
    agents: int
    scheduled: int
    level: float
    abandoning: float
    occupancy: float
    played_level: float | None = None
    played_abandoning: float | None = None

    def as_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "begin": self.begin.strftime("%H:%M"),
            "calls": round(self.calls, 1),
            "agents": self.agents,
            "scheduled": self.scheduled,
            "level": round(self.level, 4),
            "abandoning": round(self.abandoning, 4),
            "occupancy": round(self.occupancy, 4),
            "simulated_level": None if self.played_level is None else round(self.played_level, 4),
            "simulated_abandoning": None if self.played_abandoning is None else round(self.played_abandoning, 4),
        }


def typical_day(arrivals: Sequence[Interval], interval: float) -> list[tuple[datetime, float]]:
    """The average calls in each interval (seconds) of the day, over all days that have figures."""
    sums: defaultdict[int, float] = defaultdict(float)
    for one in arrivals:
        sums[int(_second(one.begin) // interval)] += one.calls
    days = len({one.begin.date() for one in arrivals})
    midnight = datetime.combine(arrivals[0].begin.date(), datetime.min.time(), UTC)
    return [
        (midnight + timedelta(seconds=number * interval), sums[number] / days)
        for number in range(min(sums), max(sums) + 1)
    ]


def _second(at: datetime) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def forecast(arrivals: Sequence[Interval], goal: Goal, interval: float = 1800.0) -> list[Row]:
    """The agents needed in each interval of the typical day."""
    rows: list[Row] = []
    for begin, calls in typical_day(arrivals, interval):
        rate = calls / interval
        # The caller waits until the phone is picked up; the formula knows the wait for an agent only.
        within = max(goal.within - goal.answer, 0.0)
        agents = agents_needed(rate, goal.handling, goal.patience, goal.level, within)
        found = ErlangA(rate, goal.handling, goal.patience, agents) if rate > 0 else None
        rows.append(
            Row(
                begin=begin,
                calls=calls,
                agents=agents,
                scheduled=ceil(agents / (1 - goal.shrinkage)),
                level=found.level(within) if found else 1.0,
                abandoning=found.abandoning() if found else 0.0,
                occupancy=found.occupancy() if found else 0.0,
            )
        )
    return rows


def check(rows: Sequence[Row], goal: Goal, interval: float = 1800.0, days: int = 3, seed: int = 0) -> None:
    """Play `days` days with the agents of the rows, and write into the rows what came of it."""
    settings = AcdSettings.model_validate(
        {
            "queues": {
                "all": {"wrapup": goal.wrapup, "threshold": goal.within, "short_abandon": 0, "place_kept": 0},
            },
            "interval": int(interval),
        }
    )
    arrivals = [Interval(row.begin, row.calls) for row in rows]
    plan = {at * interval: row.agents for at, row in enumerate(rows)}
    people = People(goal.talk, goal.patience, f"after {goal.answer:g}")
    sums: defaultdict[datetime, list[int]] = defaultdict(lambda: [0, 0, 0])
    for number in range(days):
        day = Day(arrivals, plan, people, settings, seed=seed + number, poisson=True)
        day.run()
        for begin, figures in day.world.acd.statistics.intervals("all").items():
            found = sums[begin]
            found[0] += figures.entered
            found[1] += figures.answered_in_time
            found[2] += figures.abandoned + figures.short_abandoned
    for row in rows:
        entered, in_time, abandoned = sums[row.begin]
        if entered:
            row.played_level, row.played_abandoning = in_time / entered, abandoned / entered
