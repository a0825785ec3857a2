"""The command line of `scripts/bench/analysis`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = """Milliseconds of CPU, of the engine and of the database, of every page of analysis and every wall, for
the city, for a department and for a region without data, with five years of calls and tickets, the days that are over
kept, and on a day with 40,000 tickets; and what rebuilding those days takes. Aims: a page
300, one's own question with three splits 1,000, a late fact in its figure after 2,000, rebuilding 600 seconds."""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/analysis", description=DESCRIPTION)
    parser.add_argument("--tickets", type=int, default=1_500_000, help="tickets in the tables (%(default)s)")
    parser.add_argument("--calls", type=int, default=5_000_000, help="calls in the tables (%(default)s)")
    parser.add_argument("--years", type=float, default=5, help="over so many years (%(default)s)")
    parser.add_argument("--crowd", type=int, default=40_000, help="tickets that come in one day at last (%(default)s)")
    parser.add_argument(
        "--changes", type=int, default=50, help="of these, before a page is opened once more: in 10 s (%(default)s)"
    )
    parser.add_argument("--times", type=int, default=5, help="each is asked for (%(default)s)")
    parser.add_argument("--first", action="store_true", help="open each page before anything is kept, too: takes long")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--keep", type=Path, help="a folder in which the filled database stays; full, it is measured")
    return parser.parse_args(words)
