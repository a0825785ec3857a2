"""How many agents by half hour: from arrivals, by Erlang A, checked against the simulator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, exp, sqrt
from typing import Any

from acd.settings.schema import AcdSettings
from acd.simulator.day import Day, Interval, People
from acd.staffing.erlang import ErlangA, agents_needed


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
        """Mean seconds that a call takes of an agent: of some he hears nothing but his phone."""
        return self.stay * (self.talk + self.wrapup) + self.patience * (1 - self.stay)

    @property
    def stay(self) -> float:
        """The share of callers who do not give up while the phone of their agent rings."""
        return exp(-self.answer / self.patience)


STUDENT = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13)
"""Student's t for 95 %, by degrees of freedom from 1; 2 for more."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share that was played, and by how much another play may differ (95 %)."""

    share: float
    error: float

    @classmethod
    def of(cls, days: Sequence[tuple[int, int]]) -> Share | None:
        """From (all, those counted) by day: by how days differ; of one day nothing is known. None without any call."""
        whole, counted = sum(one for one, _ in days), sum(one for _, one in days)
        if not whole:
            return None
        share, free = counted / whole, len(days) - 1
        if not free:
            return cls(share, 1.0)
        spread = sum((some - share * every) ** 2 for every, some in days) / free
        times = STUDENT[free - 1] if free <= len(STUDENT) else 2.0
        return cls(share, min(times * sqrt(spread * len(days)) / whole, 1.0))

    def range(self) -> list[float]:
        """From where to where."""
        return [round(max(self.share - self.error, 0.0), 4), round(min(self.share + self.error, 1.0), 4)]


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
    played_level: Share | None = None
    played_abandoning: Share | None = None

    def as_data(self) -> dict[str, Any]:
        """The row as JSON has it."""
        return {
            "begin": self.begin.strftime("%H:%M"),
            "calls": round(self.calls, 1),
            "agents": self.agents,
            "scheduled": self.scheduled,
            "level": round(self.level, 4),
            "abandoning": round(self.abandoning, 4),
            "occupancy": round(self.occupancy, 4),
            "simulated_level": None if self.played_level is None else round(self.played_level.share, 4),
            "simulated_level_range": None if self.played_level is None else self.played_level.range(),
            "simulated_abandoning": None if self.played_abandoning is None else round(self.played_abandoning.share, 4),
            "simulated_abandoning_range": None if self.played_abandoning is None else self.played_abandoning.range(),
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
        if goal.level >= goal.stay and rate > 0:
            raise ValueError(f"{goal.level:.0%} cannot be reached: {1 - goal.stay:.1%} give up while a phone rings")
        agents = agents_needed(rate, goal.handling, goal.patience, goal.level / goal.stay, within)
        found = ErlangA(rate, goal.handling, goal.patience, agents) if rate > 0 else None
        rows.append(
            Row(
                begin=begin,
                calls=calls,
                agents=agents,
                scheduled=ceil(agents / (1 - goal.shrinkage)),
                level=found.level(within) * goal.stay if found else 1.0,
                abandoning=1 - (1 - found.abandoning()) * goal.stay if found else 0.0,
                occupancy=found.occupancy() if found else 0.0,
            )
        )
    return rows


def check(
    rows: Sequence[Row], goal: Goal, interval: float = 1800.0, days: int = 3, seed: int = 0
) -> tuple[Share | None, Share | None]:
    """Play `days` days with the agents of the rows, and write into the rows what came of it.

    Returns the whole days' shares: answered in time, given up.
    """
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
    played: list[dict[datetime, tuple[int, int, int]]] = []
    for number in range(days):
        day = Day(arrivals, plan, people, settings, seed=seed + number, poisson=True)
        day.run()
        played.append(
            {
                begin: (one.entered, one.answered_in_time, one.abandoned + one.short_abandoned)
                for begin, one in day.world.acd.statistics.intervals("all").items()
            }
        )
    nothing = (0, 0, 0)
    for row in rows:
        by_day = [day.get(row.begin, nothing) for day in played]
        row.played_level = Share.of([(entered, in_time) for entered, in_time, _ in by_day])
        row.played_abandoning = Share.of([(entered, gone) for entered, _, gone in by_day])
    wholes = [[sum(one[at] for one in day.values()) for at in range(3)] for day in played]
    return Share.of([(one[0], one[1]) for one in wholes]), Share.of([(one[0], one[2]) for one in wholes])
