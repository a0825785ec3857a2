"""The command line of `scripts/bench/office`."""

from __future__ import annotations

import argparse

DESCRIPTION = """What the back office costs: uploads of files through the host, sealed, by CPU time and memory; pages of
lists with scope, sharing and three filters, and of searches for words; steps of cases, timers, people who are told;
figures counted from the books of calls."""
ALL = ("uploads", "records", "doing", "figures")


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/office", description=DESCRIPTION)
    parser.add_argument("what", nargs="*", metavar="what", help=f"what to measure: {', '.join(ALL)} (all)")
    parser.add_argument("--megabytes", type=int, default=400, help="how large the uploaded file is (%(default)s)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="records, or calls in the books (%(default)s)")
    parser.add_argument("--times", type=int, default=60, help="pages of each sort (%(default)s)")
    parser.add_argument("--postgresql", action="store_true", help="records on PostgreSQL instead of SQLite")
    options = parser.parse_args(words)
    if unknown := [one for one in options.what if one not in ALL]:
        parser.error(f"no such measurement: {unknown[0]}")
    options.what = options.what or list(ALL)
    return options
