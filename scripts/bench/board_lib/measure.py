"""`scripts/bench/board`: what a board of 500 seats costs; exit status 1 when an aim is missed."""

from __future__ import annotations

import asyncio
import sys

import structlog

from bench.board_lib.options import arguments
from bench.web_lib import board


def main() -> int:
    """Measure and print."""
    given = arguments(sys.argv[1:])
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    return 0 if asyncio.run(board.run(given.watchers, given.changes, given.seconds, given.share)) else 1


if __name__ == "__main__":
    sys.exit(main())
