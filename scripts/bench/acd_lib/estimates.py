"""How well waits are foretold where queues share their agents: told beside waited, by queue and half hour."""

from __future__ import annotations

import statistics
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from acd.settings.schema import AcdSettings
from acd.simulator.day import Day, Foretold, Interval, Outcome, People

AGENTS, HANDLING, HOURS = 50, 162.0, 8
LOAD = (0.95, 1.0, 1.05, 1.0)
FEWEST = 30
"""Callers who waited in a half hour that counts."""

USUAL = {"wrapup": 10, "place_kept": 0, "short_abandon": 0}
SKILLS = {
    f"{at:05}": {"skills": {"a": 3, "b": 3} if at % 3 == 0 else {"a": 3} if at % 3 == 1 else {"b": 3}}
    for at in range(1, AGENTS + 1)
}
CASES: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "a tenth of the calls": ({"queues": {"big": {}, "small": {}}}, {"big": 0.9, "small": 0.1}),
    "60 points higher": ({"queues": {"low": {}, "high": {"priority": {"base": 60}}}}, {"low": 0.7, "high": 0.3}),
    "a third of the agents serve both": (
        {"skills": ["a", "b"], "queues": {"a": {"need": "a"}, "b": {"need": "b"}}, "agents": SKILLS},
        {"a": 0.55, "b": 0.45},
    ),
}


def play(case: str, seed: int) -> Outcome:
    """Eight hours of 50 agents with about as much work as they can do."""
    data, shares = CASES[case]
    queues = {name: {**USUAL, **one} for name, one in data["queues"].items()}
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    arrivals = [
        Interval(begin + timedelta(hours=at), 3600 * AGENTS / HANDLING * LOAD[at % len(LOAD)]) for at in range(HOURS)
    ]
    settings = AcdSettings.model_validate({**data, "queues": queues})
    return Day(arrivals, {0.0: AGENTS}, People(150, 180), settings, seed=seed, poisson=True, shares=shares).run()


def compare(seeds: int) -> int:
    """Print told beside waited; 1 when a queue is off by more than 15 % on the whole."""
    print(f"{'case':32}  queue  waited  told s  was s  error  half hours  median  off by > 15 %  in range")
    wrong = 0
    for case, (_, shares) in CASES.items():
        found: dict[str, list[tuple[int, Foretold]]] = {queue: [] for queue in shares}
        for seed in range(1, seeds + 1):
            for one in play(case, seed).foretold:
                found[one.queue].append((seed, one))
        for queue, them in found.items():
            told, was = statistics.mean(one.told for _, one in them), statistics.mean(one.waited for _, one in them)
            errors = _errors(them)
            inside = sum(one.low <= one.waited <= one.high for _, one in them) / len(them)
            off = sum(abs(error) > 0.15 for error in errors)
            wrong += abs(told / was - 1) > 0.15
            print(
                f"{case:32}  {queue:5}  {len(them):6}  {told:6.1f}  {was:5.1f}  {told / was - 1:+5.1%}  "
                f"{len(errors):10}  "
                f"{statistics.median(abs(error) for error in errors):6.1%}  {off:13}  {inside:8.0%}",
                flush=True,
            )
    return 1 if wrong else 0


def _errors(them: list[tuple[int, Foretold]]) -> list[float]:
    """Mean told / mean waited − 1 of each half hour with enough callers."""
    halves: defaultdict[tuple[int, int], list[Foretold]] = defaultdict(list)
    for seed, one in them:
        halves[seed, int(one.at // 1800)].append(one)
    return [_ratio(one) for one in halves.values() if len(one) >= FEWEST]


def _ratio(them: list[Foretold]) -> float:
    return sum(one.told for one in them) / sum(one.waited for one in them) - 1
