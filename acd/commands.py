"""`hotline acd`: replay a scenario, forecast staffing."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from acd.settings.files import load_settings
from acd.simulator.day import ArrivalsError, read_arrivals
from acd.simulator.replay import Replay, as_text, dumps
from acd.simulator.scenario import read
from acd.staffing.forecast import Goal, Row, Share, check, forecast
from acd.staffing.shifts import DAY, Shift, cover
from cti.base.files.documents import DocumentError


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
    plan.add_argument(
        "--shift-hours", type=_hours, nargs="+", default=[], help="how long shifts are: people on each are worked out"
    )
    plan.add_argument("--shift-starts", type=_start, nargs="+", default=[], help="when they may begin (any interval)")
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
    whole = check(rows, goal, arguments.interval, arguments.days) if arguments.days > 0 else (None, None)
    try:
        people = _cover(rows, arguments)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.json:
        for row in rows:
            print(json.dumps(row.as_data()))
        for shift, count in people.items():
            print(json.dumps({"shift": str(shift), "people": count}))
        return 0
    print(f"{goal.level:.0%} within {goal.within:g} s; handling {goal.handling:g} s, patience {goal.patience:g} s")
    print("begin   calls  agents  scheduled  in time  simulated (95 %)  give up  simulated (95 %)  occupancy")
    for row in rows:
        print(
            f"{row.begin:%H:%M}  {row.calls:6.0f}  {row.agents:6}  {row.scheduled:9}  {row.level:7.1%}  "
            f"{_percent(row.played_level):>16}  {row.abandoning:7.1%}  {_percent(row.played_abandoning):>16}  "
            f"{row.occupancy:9.1%}"
        )
    calls = sum(row.calls for row in rows) or 1.0
    level, gone = (sum(row.calls * value for row, value in of) / calls for of in _formulas(rows))
    hours = sum(row.scheduled for row in rows) * arguments.interval / 3600
    print(
        f"day    {calls:6.0f}  in time {level:.1%}, simulated {_percent(whole[0])}; give up {gone:.1%}, "
        f"simulated {_percent(whole[1])}; {hours:.0f} agent hours"
    )
    for shift, count in people.items():
        print(f"shift  {shift}  {count} people")
    if people:
        paid = sum(shift.minutes * count for shift, count in people.items()) / 60
        print(f"shifts {sum(people.values())} people, {paid:.0f} hours for {hours:.0f} needed")
    return 0


def _cover(rows: list[Row], arguments: argparse.Namespace) -> dict[Shift, int]:
    """The people on each shift, when shifts were asked for."""
    if not arguments.shift_hours:
        return {}
    minutes = arguments.interval // 60
    starts = arguments.shift_starts or [f"{at // 60:02}:{at % 60:02}" for at in range(0, DAY, minutes)]
    shifts = []
    for start in starts:
        hour, minute = (int(part) for part in start.split(":"))
        if (hour * 60 + minute) % minutes:
            raise ValueError(f"a shift begins at {start}, within an interval of {minutes} minutes")
        shifts += [Shift(hour * 60 + minute, round(hours * 60)) for hours in arguments.shift_hours]
    begin = rows[0].begin.hour * 60 + rows[0].begin.minute
    return cover([row.scheduled for row in rows], begin, minutes, shifts)


def _formulas(rows: list[Row]) -> tuple[list[tuple[Row, float]], list[tuple[Row, float]]]:
    return [(row, row.level) for row in rows], [(row, row.abandoning) for row in rows]


def _percent(value: Share | None) -> str:
    return "-" if value is None else f"{value.share:.1%} ± {value.error:.1%}"


def _start(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise argparse.ArgumentTypeError("must be a time such as 08:30")
    return text


def _hours(text: str) -> float:
    value = float(text)
    if not 0.25 <= value <= 24:
        raise argparse.ArgumentTypeError("must be between 0.25 and 24 hours")
    return value
