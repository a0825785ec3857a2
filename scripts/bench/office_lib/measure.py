"""Runs the measurements and prints their lines."""

from __future__ import annotations

import asyncio
import sys

from bench.office_lib.doing import doing
from bench.office_lib.figures import figures
from bench.office_lib.lists import lists
from bench.office_lib.options import arguments
from bench.office_lib.uploads import upload


def main() -> None:
    """Those that are asked for."""
    options = arguments(sys.argv[1:])
    if "uploads" in options.what:
        print(asyncio.run(upload(options.megabytes)))
    if "records" in options.what:
        lists(options.rows, options.times, postgresql=options.postgresql)
    if "doing" in options.what:
        doing(options.times, postgresql=options.postgresql)
    if "figures" in options.what:
        figures(options.rows, options.times, postgresql=options.postgresql)


if __name__ == "__main__":
    main()
