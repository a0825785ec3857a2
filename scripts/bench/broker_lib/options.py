"""The command line of `scripts/bench/broker`."""

from __future__ import annotations

import argparse

DESCRIPTION = "What a call costs each broker, in CPU time: the embedded one and Mosquitto, told of the same calls."


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/broker", description=DESCRIPTION)
    parser.add_argument("--calls", type=int, default=3000, help="calls that are told (3000)")
    parser.add_argument("--rate", type=float, default=150, help="of them a second (150)")
    parser.add_argument("--readers", type=int, default=1, help="programs that listen to everything (1)")
    return parser.parse_args(words)
