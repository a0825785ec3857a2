"""The command line of `scripts/bench/board`."""

from __future__ import annotations

import argparse

DESCRIPTION = "A live board of 500 seats, watched by those who lead them; exit status 1 when an aim is missed."


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/board", description=DESCRIPTION)
    parser.add_argument("--watchers", type=int, default=50, help="who look at it (%(default)s)")
    parser.add_argument("--changes", type=int, default=50, help="of the board a second (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20.0, help="of watching (%(default)s)")
    parser.add_argument("--share", type=float, default=0.1, help="of a core that it may take (%(default)s)")
    return parser.parse_args(words)
