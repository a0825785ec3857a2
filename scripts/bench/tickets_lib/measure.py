"""Runs the measurements and prints their lines."""

from __future__ import annotations

import sys

from bench.tickets_lib.desk import desk
from bench.tickets_lib.options import arguments
from bench.tickets_lib.people import by_people
from bench.tickets_lib.year import simulated


def main() -> None:
    """Those that are asked for."""
    options = arguments(sys.argv[1:])
    if "desk" in options.what:
        desk(options.rows, options.times, postgresql=options.postgresql, keep=options.keep)
    if "people" in options.what:
        by_people(options.people)
    if "year" in options.what:
        print(f"{simulated(options.year).line} (aim: 300,000 in 600 s)")


if __name__ == "__main__":
    main()
