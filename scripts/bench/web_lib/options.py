"""The command line of `scripts/bench/web`."""

from __future__ import annotations

import argparse

DESCRIPTION = "Measures lists, look-ups, live boards and logins; exit status 1 when an aim is missed."
WHAT = ("lists", "board", "storm")


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/web", description=DESCRIPTION)
    parser.add_argument("what", nargs="*", help=f"{', '.join(WHAT)}; default: all")
    parser.add_argument("--rows", type=int, default=1_000_000, help="citizens in the list (%(default)s)")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append", help="default: both")
    parser.add_argument("--consoles", type=int, default=500, help="on the board (%(default)s)")
    parser.add_argument("--changes", type=int, default=50, help="of the board a second (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20.0, help="of watching the board (%(default)s)")
    parser.add_argument("--people", type=int, default=200, help="who sign in at once (%(default)s)")
    given = parser.parse_args(words)
    if unknown := set(given.what) - set(WHAT):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    return given
