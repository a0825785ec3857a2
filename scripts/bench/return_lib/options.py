"""The command line of `scripts/bench/return`."""

from __future__ import annotations

import argparse

DESCRIPTION = (
    "Callers come at a rate into the delivered menu on a real Asterisk, with every plugin; the engine is killed. Tells "
    "the seconds until the next one serves, and how much CPU time that took."
)


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/return", description=DESCRIPTION)
    parser.add_argument("--rate", type=float, default=8.0, help="calls a second (default 8)")
    parser.add_argument("--deaths", type=int, default=3, help="how often the engine is killed (default 3)")
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--tickets", type=int, default=0, help="so many in the database before, five years of them")
    parser.add_argument("--spare", choices=["yes", "no", "both"], default="both", help="with a spare engine or without")
    return parser.parse_args(words)
