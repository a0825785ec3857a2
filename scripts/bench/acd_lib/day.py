"""A whole day of real arrivals: how fast it is simulated, and how well the wait is foretold."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

from acd.settings.schema import AcdSettings
from acd.simulator.day import Day, Interval, People, read_arrivals

TALK, WRAPUP, ANSWER = 150.0, 10.0, 2.0
CASES = ((1.0, 180.0), (0.95, 180.0), (0.9, 300.0))
"""Agents as a share of the load, mean patience in seconds."""


def usual_day(arrivals: list[Interval]) -> list[Interval]:
    """The day whose number of calls is nearest to the average."""
    days: defaultdict[date, list[Interval]] = defaultdict(list)
    for one in arrivals:
        days[one.begin.date()].append(one)
    totals = {day: sum(one.calls for one in found) for day, found in days.items()}
    average = sum(totals.values()) / len(totals)
    return days[min(totals, key=lambda day: abs(totals[day] - average))]


def staff(day: list[Interval], share: float) -> dict[float, int]:
    """Agents by half hour: a share of the load."""
    plan: dict[float, int] = {}
    for at in range(0, len(day), 6):
        part = day[at : at + 6]
        rate = sum(one.calls for one in part) / (300 * len(part))
        plan[at * 300.0] = max(3, round(rate * (TALK + WRAPUP + ANSWER) * share))
    return plan


def play(path: Path) -> int:
    """Print the day's figures for several staffings; 1 when an aim is missed."""
    day = usual_day(read_arrivals(path))
    settings = AcdSettings.model_validate({"queues": {"q": {"wrapup": WRAPUP, "place_kept": 0}}})
    print(f"{day[0].begin.date()}: {sum(one.calls for one in day):.0f} calls")
    print("agents/load  patience  seconds  decisions  answered  gave up  waited   wait  error  best constant's")
    wrong = 0
    for share, patience in CASES:
        begin = time.perf_counter()
        outcome = Day(day, staff(day, share), People(TALK, patience, f"after {ANSWER:g}"), settings).run()
        seconds = time.perf_counter() - begin
        pairs = [(one.told, one.waited) for one in outcome.foretold]
        error = statistics.median(abs(told - was) / was for told, was in pairs)
        constant = min(statistics.median(abs(one - was) / was for _, was in pairs) for one in range(1, 121))
        wrong += seconds > 60 or error > 0.25
        wait = statistics.median(was for _, was in pairs)
        print(
            f"{share:11.2f}  {patience:8.0f}  {seconds:7.1f}  {outcome.decisions:9}  {outcome.answered:8}  "
            f"{outcome.abandoned:7}  {outcome.waited:6}  {wait:5.1f}  {error:5.1%}  {constant:15.1%}",
            flush=True,
        )
    return 1 if wrong else 0
