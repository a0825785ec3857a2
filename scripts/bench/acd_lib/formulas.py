"""The simulator against the formulas: one skill, exponential times, calls that wait for ever or give up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from acd.settings.schema import AcdSettings
from acd.simulator.day import Day, Interval, People
from acd.staffing.erlang import ErlangA, erlang_c, erlang_c_wait

SETTINGS = AcdSettings.model_validate(
    {"queues": {"q": {"wrapup": 0, "place_kept": 0, "short_abandon": 0, "priority": {"acceleration": 0}}}}
)
CASES = ((10, 8.0, None), (50, 44.0, None), (10, 9.0, 120.0), (50, 50.0, 120.0), (100, 105.0, 180.0))
"""Agents, load in erlangs, mean patience in seconds."""

TALK = 60.0
TOLERANCE = 0.03


def compare(calls: int) -> int:
    """Print formula and simulation side by side; 1 when one is off by more than 3 %."""
    print("agents  load  patience  what             formula  simulated  difference")
    wrong = 0
    for agents, load, patience in CASES:
        rate = load / TALK
        hours = calls / rate / 3600
        begin = datetime(2026, 1, 5, tzinfo=UTC)
        arrivals = [Interval(begin + timedelta(hours=at), rate * 3600) for at in range(max(2, round(hours)))]
        played = Day(arrivals, {0.0: agents}, People(TALK, patience, "after 0"), SETTINGS, seed=7, poisson=True).run()
        # The formula for the calls and talks that were drawn: their own noise is not the matching's.
        rate, talk = played.calls / (len(arrivals) * 3600), played.drawn_talk / played.calls
        waits = sum(played.waits) / max(played.answered, 1)
        pairs: list[tuple[str, float, float]]
        if patience is None:
            wait, share = erlang_c_wait(agents, rate, talk), erlang_c(agents, rate * talk)
            waited = sum(1 for one in played.waits if one > 0) / played.calls
            pairs = [("wait, seconds", wait, waits), ("share waiting", share, waited)]
        else:
            queue = ErlangA(rate, talk, patience, agents)
            total = sum(played.waits) + played.abandoned_wait
            pairs = [
                ("wait, seconds", queue.average_wait(), total / played.calls),
                ("share waiting", queue.waiting(), played.waited / played.calls),
                ("share giving up", queue.abandoning(), played.abandoned / played.calls),
            ]
        for what, formula, simulated in pairs:
            difference = simulated / formula - 1
            wrong += abs(difference) > TOLERANCE
            print(
                f"{agents:6}  {load:4.0f}  {patience or float('inf'):8.0f}  {what:15}  "
                f"{formula:8.4f}  {simulated:9.4f}  {difference:+10.2%}",
                flush=True,
            )
    print(f"{wrong} of them off by more than {TOLERANCE:.0%}")
    return 1 if wrong else 0
