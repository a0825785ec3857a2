"""Prints what flows cost, and whether the aims are met."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench.callpath_lib import table
from bench.callpath_lib.load import Load
from bench.callpath_lib.processes import load_average
from bench.ivr_lib import calls, files, steps
from bench.ivr_lib.options import arguments
from cti.base import logs

AIM_STEPS, AIM_LINT, AIM_PUBLISH, AIM_ENGINE_MS, AIM_RATE = 50_000, 1.0, 1.0, 3.0, 30.0


def without_a_switch(rounds: int) -> list[tuple[str, str, bool]]:
    """What was found, what was wanted, and whether it is met."""
    steps.measure(500)
    speed = steps.measure(rounds).a_second
    lint = min(files.lint_seconds(1000) for _ in range(3))
    worst = files.publish_seconds(5)[-1]
    return [
        (f"interpreter: {speed:,.0f} node steps a CPU second", f"over {AIM_STEPS:,}", speed > AIM_STEPS),
        (f"lint of 1,000 nodes: {lint:.2f} CPU seconds", f"under {AIM_LINT:g} s", lint < AIM_LINT),
        (f"file saved to in effect: {worst:.2f} s, the worst of 5", f"under {AIM_PUBLISH:g} s", worst < AIM_PUBLISH),
    ]


def of_calls(loads: list[Load]) -> list[tuple[str, str, bool]]:
    """The same of the calls."""
    engine = [load for load in loads if load.system == "engine" and load.rate >= AIM_RATE]
    return [
        line
        for load in engine
        for line in (
            (
                f"engine CPU a call at {load.rate:g}/s: {load.milliseconds['engine']:.2f} ms",
                f"under {AIM_ENGINE_MS:g} ms",
                load.milliseconds["engine"] < AIM_ENGINE_MS,
            ),
            (f"failed calls at {load.rate:g}/s: {load.failed} of {load.calls}", "none", not load.failed),
        )
    ]


def main() -> int:
    """Measure; 1 when an aim is missed."""
    options = arguments(sys.argv[1:])
    logs.configure(json=False)
    print(f"{os.cpu_count()} cores, load average {load_average():.1f} before the run", flush=True)
    found = without_a_switch(options.rounds)
    if not options.alone:
        folder = options.keep or Path(tempfile.mkdtemp(prefix="bench-ivr-"))
        try:
            rates = [float(text) for text in options.rates.split(",")]
            loads = calls.loads(calls.house(folder / "hotline"), folder, rates, options.seconds)
        finally:
            if options.keep is None:
                shutil.rmtree(folder, ignore_errors=True)
        print("Calls through a menu of six nodes; CPU milliseconds a call\n" + table.of_loads(loads) + "\n")
        found += of_calls(loads)
    for what, wish, met in found:
        print(f"{'reached' if met else 'MISSED '}  {what}  (aim: {wish})")
    return 0 if all(met for *_, met in found) else 1


if __name__ == "__main__":
    sys.exit(main())
