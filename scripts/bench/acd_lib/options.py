"""The command line of `scripts/bench/acd`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = "The matching: decisions, random worlds, formulas, estimates, a whole day."


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/acd", description=DESCRIPTION)
    commands = parser.add_subparsers(metavar="WHAT", dest="what", required=True)
    matcher = commands.add_parser("decisions", help="time for one decision at 100 to 10,000 agents, index and scan")
    matcher.add_argument("--agents", type=int, nargs="+", default=[100, 1000, 10000])
    matcher.add_argument("--steps", type=int, default=20000, help="decisions to measure with the index (%(default)s)")
    one = commands.add_parser("decide", help="one size in this process, as JSON (used by the others)")
    one.add_argument("agents", type=int)
    one.add_argument("steps", type=int)
    one.add_argument("matcher", choices=["index", "scan"])
    worlds = commands.add_parser("worlds", help="random worlds in which index and scan must choose alike")
    worlds.add_argument("--worlds", type=int, default=10000)
    worlds.add_argument("--first", type=int, default=0, help="the first seed")
    erlang = commands.add_parser("formulas", help="the simulator against Erlang C and A")
    erlang.add_argument("--calls", type=int, default=400000, help="calls a case (%(default)s)")
    held = commands.add_parser("pauses", help="needs of single calls, and a change of all settings, in milliseconds")
    held.add_argument("--agents", type=int, nargs="+", default=[100, 1000, 10000])
    told = commands.add_parser("estimates", help="waits told and waits that were, where queues share their agents")
    told.add_argument("--seeds", type=int, default=5)
    whole = commands.add_parser("day", help="a whole day from a CSV of arrivals, and the error of the estimated wait")
    whole.add_argument("file", type=Path)
    return parser.parse_args(words)
