"""The solver's process: a problem comes in as JSON, progress goes out line by line, the last line is the answer.

`python -m workflow.roster.solving.program NICE`, started by `apart`.
"""

from __future__ import annotations

import sys

import msgspec

from cti.base import priority
from workflow.roster.solving import exact
from workflow.roster.solving.problem import Problem
from workflow.roster.solving.saying import Found, Progress, Said


def main(nice: int) -> int:
    """Solve what stands on the standard input."""
    priority.take(nice)
    problem = msgspec.json.decode(sys.stdin.buffer.read(), type=Problem)
    _say(Found(exact.solve(problem, lambda cover, seconds: _say(Progress(cover, seconds)))))
    return 0


def _say(what: Said) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
