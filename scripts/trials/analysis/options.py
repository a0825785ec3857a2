"""The command line of `scripts/trial analysis`."""

from __future__ import annotations

import argparse

from trials.options import parser

DESCRIPTION = """\
What a city learns from a year of calls. A simulated year goes through the services of a hotline on a clock that is
told the time: calls as its telephone tells them, tickets registered, dispatched, signed, answered late or in time,
given back, handled again, revisited. Then the same hotline is started: citizens call it on real telephones, and
figures are compared with an independent count in plain SQL, each of them with the list behind it. A wall is laid out
anew by drag and by keyboard; from a wall a department is called on its telephone. Every page of analysis and every
wall is kept as a picture: pages at two sizes, walls at three, dark and light.
Exit status 1 when anything is not as it should be.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    found = parser("analysis", DESCRIPTION, minutes=10)
    found.add_argument("--tickets", type=int, default=400, help="tickets of the year (%(default)s)")
    found.add_argument("--calls", type=int, default=1000, help="calls of the year (%(default)s)")
    return found.parse_args(words)
