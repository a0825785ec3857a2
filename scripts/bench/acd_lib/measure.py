"""`scripts/bench/acd`: measures the matching and prints tables."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import structlog

from bench.acd_lib import day, decisions, estimates, formulas, random_worlds


def main() -> int:
    """Run one measurement, or all."""
    parser = argparse.ArgumentParser(prog="scripts/bench/acd", description=__doc__)
    commands = parser.add_subparsers(metavar="WHAT", required=True)
    matcher = commands.add_parser("decisions", help="time for one decision at 100 to 10,000 agents, index and scan")
    matcher.add_argument("--agents", type=int, nargs="+", default=[100, 1000, 10000])
    matcher.add_argument("--steps", type=int, default=20000, help="decisions to measure with the index (%(default)s)")
    matcher.set_defaults(run=_decisions)
    one = commands.add_parser("decide", help="one size in this process, as JSON (used by the others)")
    one.add_argument("agents", type=int)
    one.add_argument("steps", type=int)
    one.add_argument("matcher", choices=["index", "scan"])
    one.set_defaults(run=lambda a: print(json.dumps(decisions.measure(a.agents, a.steps, a.matcher))))
    worlds = commands.add_parser("worlds", help="random worlds in which index and scan must choose alike")
    worlds.add_argument("--worlds", type=int, default=10000)
    worlds.add_argument("--first", type=int, default=0, help="the first seed")
    worlds.set_defaults(run=lambda a: random_worlds.compare(a.first, a.worlds))
    erlang = commands.add_parser("formulas", help="the simulator against Erlang C and A")
    erlang.add_argument("--calls", type=int, default=400000, help="calls a case (%(default)s)")
    erlang.set_defaults(run=lambda a: formulas.compare(a.calls))
    told = commands.add_parser("estimates", help="waits told and waits that were, where queues share their agents")
    told.add_argument("--seeds", type=int, default=5)
    told.set_defaults(run=lambda a: estimates.compare(a.seeds))
    whole = commands.add_parser("day", help="a whole day from a CSV of arrivals, and the error of the estimated wait")
    whole.add_argument("file", type=Path)
    whole.set_defaults(run=lambda a: day.play(a.file))
    arguments = parser.parse_args()
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])
    return int(arguments.run(arguments) or 0)


def _decisions(arguments: argparse.Namespace) -> None:
    print("agents  matcher  decision     p50 µs     p99 µs     max µs  decisions/s  memory MB")
    for matcher in ("index", "scan"):
        for agents in arguments.agents:
            # The scan is measured on fewer: it would take hours.
            steps = arguments.steps if matcher == "index" else max(200, min(arguments.steps, 2_000_000 // agents))
            command = [sys.executable, "-m", "bench.acd_lib.measure", "decide", str(agents), str(steps), matcher]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for kind, times in found["kinds"].items():
                print(
                    f"{agents:6}  {matcher:7}  {kind:9}  {times['p50']:9.1f}  {times['p99']:9.1f}  "
                    f"{times['max']:9.1f}  {times['rate']:11.0f}  {found['memory']:9.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    sys.exit(main())
