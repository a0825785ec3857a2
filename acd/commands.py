"""`hotline acd`: replay a scenario, forecast staffing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

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
