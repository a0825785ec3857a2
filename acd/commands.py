"""`hotline acd`: replay a scenario, forecast staffing."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from acd.day import ArrivalsError, read_arrivals
from acd.files import load_settings
from acd.forecast import Goal, Row, check, forecast
from acd.replay import Replay, as_text, dumps
from acd.scenario import read
from cti.documents import DocumentError


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `acd` to the command line."""
    acd = subparsers.add_parser("acd", help="try the matching out, and plan agents")
    commands = acd.add_subparsers(title="commands", metavar="COMMAND", required=True)
    replay = commands.add_parser("replay", help="play a scenario on virtual time and print every decision")
    replay.add_argument("file", metavar="FILE.jsonl", help="the scenario; - reads standard input")
    replay.add_argument("--json", action="store_true", help="one JSON object a line")
    replay.set_defaults(run=run_replay)
    check_files = commands.add_parser("check", help="check queues, skills, agents and calendars of a state directory")
    check_files.add_argument("folder", type=Path, help="the state directory, with settings.yaml and acd/*.yaml")
    check_files.set_defaults(run=run_check)
    plan = commands.add_parser("forecast", help="agents needed by half hour, by Erlang A, checked by simulation")
    plan.add_argument(
        "file", metavar="ARRIVALS.csv", type=Path, help="a header, then a time (ISO 8601) and a count a row"
    )
    goal = Goal()
    plan.add_argument("--level", type=_share, default=goal.level, help="share of calls answered in time (%(default)s)")
    for name, text in (
        ("within", "seconds that count as in time"),
        ("talk", "mean seconds of a talk"),
        ("wrapup", "seconds of wrap-up"),
        ("answer", "seconds until an agent picks up"),
        ("patience", "mean seconds until a caller gives up"),
    ):
        plan.add_argument(f"--{name}", type=_seconds, default=getattr(goal, name), help=f"{text} (%(default)s)")
    plan.add_argument("--shrinkage", type=_share, default=0.0, help="share of paid time away from calls (%(default)s)")
    plan.add_argument("--interval", type=int, default=1800, choices=[900, 1800, 3600], help="seconds (%(default)s)")
    plan.add_argument("--days", type=int, default=3, help="days to simulate for the check; 0 for none (%(default)s)")
    plan.add_argument("--json", action="store_true", help="one JSON object a line")
    plan.set_defaults(run=run_forecast)


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError("must be at least 0 and below 1")
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 86400:
        raise argparse.ArgumentTypeError("must be between 0 and 86400 seconds")
    return value


def run_check(arguments: argparse.Namespace) -> int:
    """Print the queues, or everything that is wrong and return 2."""
    try:
        settings = load_settings(arguments.folder)
    except DocumentError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    for name, queue in settings.queues.items():
        steps = "".join(f"; after {step.after:g} s {step.need or 'the same'}" for step in queue.steps)
        print(f"{name:20} {queue.strategy:14} {queue.need or 'anyone'}{steps}")
    print(f"{len(settings.queues)} queues, {len(settings.skills)} skills, {len(settings.agents)} agents")
    return 0


def run_replay(arguments: argparse.Namespace) -> int:
    """Play a scenario; 2 when it is not well-formed."""
    try:
        if arguments.file == "-":
            steps = read(sys.stdin, "standard input")
        else:
            with Path(arguments.file).open(encoding="utf-8") as file:
                steps = read(file, arguments.file)
    except DocumentError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{arguments.file}: {error.strerror}", file=sys.stderr)
        return 2
    lines: list[dict[str, Any]] = []
    Replay(steps, lines.append).run()
    for line in lines:
        print(dumps(line) if arguments.json else as_text(line))
    return 0


def run_forecast(arguments: argparse.Namespace) -> int:
    """Print the agents needed; 2 when the arrivals cannot be read."""
    goal = Goal(
        arguments.level,
        arguments.within,
        arguments.talk,
        arguments.wrapup,
        arguments.answer,
        max(arguments.patience, 1.0),
        arguments.shrinkage,
    )
    try:
        rows = forecast(read_arrivals(arguments.file), goal, arguments.interval)
    except (ArrivalsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.days > 0:
        check(rows, goal, arguments.interval, arguments.days)
    if arguments.json:
        for row in rows:
            print(json.dumps(row.as_data()))
        return 0
    print(f"{goal.level:.0%} within {goal.within:g} s; handling {goal.handling:g} s, patience {goal.patience:g} s")
    print("begin   calls  agents  scheduled  in time  simulated  give up  simulated  occupancy")
    for row in rows:
        print(
            f"{row.begin:%H:%M}  {row.calls:6.0f}  {row.agents:6}  {row.scheduled:9}  {row.level:7.1%}  "
            f"{_percent(row.played_level):>9}  {row.abandoning:7.1%}  {_percent(row.played_abandoning):>9}  "
            f"{row.occupancy:9.1%}"
        )
    whole = sum(row.calls for row in rows) or 1.0
    level, played = (sum(row.calls * value for row, value in values) / whole for values in _levels(rows))
    hours = sum(row.scheduled for row in rows) * arguments.interval / 3600
    print(f"day    {whole:6.0f}  in time {level:.1%}, simulated {played:.1%}; {hours:.0f} agent hours")
    return 0


def _levels(rows: list[Row]) -> tuple[list[tuple[Row, float]], list[tuple[Row, float]]]:
    return [(row, row.level) for row in rows], [(row, row.played_level or 0.0) for row in rows]


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
