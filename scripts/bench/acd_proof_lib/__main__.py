"""`scripts/bench/acd_proof`: plays a load on a real Asterisk, then compares everybody's books; 1 when they differ."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

from bench.acd_proof_lib import books
from bench.acd_proof_lib.agree import Comparison, Outage
from bench.acd_proof_lib.options import Options, arguments
from bench.acd_proof_lib.run import Marks, play, say
from bench.callpath_lib.processes import load_average

MOST_TOLD = 200


def compare(folder: Path, marks: Marks) -> tuple[dict[str, int], list[str]]:
    """What was compared, and everything that does not agree."""
    comparison = Comparison(books.read(folder), outage=Outage(marks.killed, marks.back))
    found = comparison.differences()
    found += [f"agent {agent} is {state} long after the last call" for agent, state in marks.stuck.items()]
    found += [f"queue {queue}: {count} still wait after the last call" for queue, count in marks.waiting.items()]
    return comparison.counts(), found


def report(folder: Path) -> int:
    """Compare, and print: how many differ."""
    marks = Marks.load(folder / "marks.json")
    counts, found = compare(folder, marks)
    width = max(len(name) for name in counts)
    for name, count in counts.items():
        print(f"{name:{width}}  {count:7}")
    if marks.killed:
        print(f"the engine was killed once and was back after {marks.back - marks.killed:.1f} s")
    for difference in found[:MOST_TOLD]:
        print(f"DIFFERS  {difference}")
    if len(found) > MOST_TOLD:
        print(f"DIFFERS  and {len(found) - MOST_TOLD} more")
    print("all books agree, call by call" if not found else f"{len(found)} differences")
    return len(found)


def main(words: list[str]) -> int:
    """Run it; 1 when anything differs."""
    options = arguments(words)
    if options.again is not None:
        return 1 if report(options.again) else 0
    # Whatever ends the run, what it started is ended by it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = Options(options.agents, options.minutes * 60, options.rate, options.seed, not options.no_kill)
    say(f"{os.cpu_count()} cores, load average {load_average():.1f} before the run")
    if options.keep is not None:
        options.keep.mkdir(parents=True)
        play(options.keep, wanted)
        return 1 if report(options.keep) else 0
    with tempfile.TemporaryDirectory(prefix="acd-proof-") as folder:
        play(Path(folder), wanted)
        return 1 if report(Path(folder)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
