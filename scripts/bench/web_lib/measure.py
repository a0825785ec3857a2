"""`scripts/bench/web`: measures lists, look-ups, live boards and logins; exit status 1 when an aim is missed."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable

import structlog

from bench.web_lib import board, lists, storm


def main() -> int:
    """Run one measurement, or all."""
    parser = argparse.ArgumentParser(prog="scripts/bench/web", description=__doc__)
    parser.add_argument("what", nargs="*", help="lists, board, storm; default: all")
    parser.add_argument("--rows", type=int, default=1_000_000, help="citizens in the list (%(default)s)")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append", help="default: both")
    parser.add_argument("--consoles", type=int, default=500, help="on the board (%(default)s)")
    parser.add_argument("--changes", type=int, default=50, help="of the board a second (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20.0, help="of watching the board (%(default)s)")
    parser.add_argument("--people", type=int, default=200, help="who sign in at once (%(default)s)")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    works: dict[str, Callable[[], Awaitable[bool]]] = {
        "lists": lambda: lists.run(given.rows, given.database or ["sqlite", "postgresql"]),
        "board": lambda: board.run(given.consoles, given.changes, given.seconds),
        "storm": lambda: storm.run(given.people),
    }
    if unknown := set(given.what) - set(works):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    results = [asyncio.run(_run(work)) for name, work in works.items() if not given.what or name in given.what]
    return 0 if all(results) else 1


async def _run(work: Callable[[], Awaitable[bool]]) -> bool:
    return await work()


if __name__ == "__main__":
    sys.exit(main())
