"""`scripts/bench/acd`: measures the matching and prints tables."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable

import structlog

from bench.acd_lib import day, decisions, estimates, formulas, pauses, random_worlds
from bench.acd_lib.options import arguments


def main() -> int:
    """Run one measurement, or all."""
    options = arguments(sys.argv[1:])
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])
    runs: dict[str, Callable[[], object]] = {
        "decisions": lambda: _decisions(options),
        "decide": lambda: print(json.dumps(decisions.measure(options.agents, options.steps, options.matcher))),
        "worlds": lambda: random_worlds.compare(options.first, options.worlds),
        "formulas": lambda: formulas.compare(options.calls),
        "estimates": lambda: estimates.compare(options.seeds),
        "pauses": lambda: _pauses(options.agents),
        "day": lambda: day.play(options.file),
    }
    return int(bool(runs[options.what]() or 0))


def _pauses(sizes: list[int]) -> None:
    for agents in sizes:
        found = ", ".join(f"{what} {value:.2f}" for what, value in pauses.measure(agents).items())
        print(f"{agents:6} agents: {found}", flush=True)


def _decisions(arguments: argparse.Namespace) -> None:
    print("agents  matcher  decision     p50 µs     p99 µs     max µs  decisions/s  memory MB  collector ms")
    for matcher in ("index", "scan"):
        for agents in arguments.agents:
            # The scan is measured on fewer: it would take hours.
            steps = arguments.steps if matcher == "index" else max(200, min(arguments.steps, 2_000_000 // agents))
            command = [sys.executable, "-m", "bench.acd_lib.measure", "decide", str(agents), str(steps), matcher]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for kind, times in found["kinds"].items():
                print(
                    f"{agents:6}  {matcher:7}  {kind:9}  {times['p50']:9.1f}  {times['p99']:9.1f}  "
                    f"{times['max']:9.1f}  {times['rate']:11.0f}  {found['memory']:9.0f}  {found['collector']:12.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    sys.exit(main())
