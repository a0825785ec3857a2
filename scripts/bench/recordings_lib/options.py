"""The command line of `scripts/bench/recordings`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = "How long pages of a list of recordings take: with facts of calls and plugins, for all and for a county."


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/recordings", description=DESCRIPTION)
    parser.add_argument("--rows", type=int, default=1_000_000, help="recordings (%(default)s)")
    parser.add_argument("--talks", type=int, default=300_000, help="newest of them that are written down (%(default)s)")
    parser.add_argument("--times", type=int, default=60, help="pages of each sort (%(default)s)")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--keep", type=Path, help="a folder in which the filled SQLite stays; full, it is measured")
    return parser.parse_args(words)
