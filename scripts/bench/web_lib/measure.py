"""`scripts/bench/web`: measures lists, look-ups, live boards and logins; exit status 1 when an aim is missed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

import structlog

from bench.web_lib import board, lists, storm
from bench.web_lib.options import arguments


def main() -> int:
    """Run one measurement, or all."""
    given = arguments(sys.argv[1:])
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    works: dict[str, Callable[[], Awaitable[bool]]] = {
        "lists": lambda: lists.run(given.rows, given.database or ["sqlite", "postgresql"]),
        "board": lambda: board.run(given.consoles, given.changes, given.seconds, board.CORE_SHARE),
        "storm": lambda: storm.run(given.people),
    }
    results = [asyncio.run(_run(work)) for name, work in works.items() if not given.what or name in given.what]
    return 0 if all(results) else 1


async def _run(work: Callable[[], Awaitable[bool]]) -> bool:
    return await work()


if __name__ == "__main__":
    sys.exit(main())
