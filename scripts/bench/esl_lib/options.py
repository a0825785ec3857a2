"""The command line of `scripts/bench/esl`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = "Events of FreeSWITCH's event socket per CPU second, our client's and those of the peers."


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/esl", description=DESCRIPTION)
    parser.add_argument("--events", type=int, default=100_000, help="events for the fastest (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts (%(default)s)")
    parser.add_argument("--peers", type=Path, help="an environment where the peers are installed already")
    parser.add_argument("--alone", action="store_true", help="ours only")
    return parser.parse_args(words)
