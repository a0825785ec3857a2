"""The command line of `scripts/bench/tickets`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = """What a ticket desk costs: lists with three filters, searches, pages and acts with a million tickets of
five years, a fifth of them open; tickets by scripted people through the services and SQLite; a year of tickets through
the engine of processes in memory, on virtual time, with what must hold of each checked."""
ALL = ("desk", "people", "year")


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/tickets", description=DESCRIPTION)
    parser.add_argument("what", nargs="*", metavar="what", help=f"what to measure: {', '.join(ALL)} (all)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="tickets in the tables (%(default)s)")
    parser.add_argument("--times", type=int, default=60, help="of each sort (%(default)s)")
    parser.add_argument("--people", type=int, default=20_000, help="tickets by scripted people (%(default)s)")
    parser.add_argument("--year", type=int, default=300_000, help="tickets of the simulated year (%(default)s)")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--keep", type=Path, help="a folder in which the filled database stays; full, it is measured")
    options = parser.parse_args(words)
    if unknown := [one for one in options.what if one not in ALL]:
        parser.error(f"no such measurement: {unknown[0]}")
    options.what = options.what or list(ALL)
    return options
