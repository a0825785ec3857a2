"""The command line of `scripts/bench/wall`."""

from __future__ import annotations

import argparse

DESCRIPTION = """\
A hotline with a year of calls and tickets, and its walls. Ten are open and ask for their tiles as the page does: the
engine's share of a core. One stands in a headless browser without a graphics card: frames a second while every number
moves each second, its memory over days of the page's own clock, and over minutes of ours with that of the engine. Then
the engine is killed: the wall goes on by itself. Exit status 1 when an aim is missed.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench/wall", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--walls", type=int, default=10, help="open at once (%(default)s)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of asking (%(default)s)")
    parser.add_argument("--hours", type=float, default=24.0, help="of the page's clock (%(default)s)")
    parser.add_argument("--minutes", type=float, default=0.0, help="a wall stays open meanwhile as well (%(default)s)")
    parser.add_argument("--tickets", type=int, default=20_000, help="in the tables (%(default)s)")
    parser.add_argument("--calls", type=int, default=60_000, help="in the tables (%(default)s)")
    parser.add_argument("--share", type=float, default=0.05, help="of a core that the engine may take (%(default)s)")
    parser.add_argument("--frames", type=float, default=30.0, help="a second at least (%(default)s)")
    parser.add_argument("--growth", type=float, default=0.1, help="of the heap at most (%(default)s)")
    parser.add_argument("--base", type=int, default=41000, help="the hotline's ports from here on (%(default)s)")
    return parser.parse_args(words)
