"""The command line of the bench of rosters."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What is measured."""
    parser = argparse.ArgumentParser("scripts/bench/roster", description=__doc__)
    parser.add_argument("--people", type=int, default=200, help="how many (200)")
    parser.add_argument("--days", type=int, default=31, help="how many, from 1 October 2026 (31)")
    parser.add_argument("--seconds", type=float, default=50.0, help="that the solver may take (50)")
    parser.add_argument("--load", type=float, default=1.0, help="so many times as many calls (1.0)")
    parser.add_argument("--workers", type=int, default=2, help="its threads (2)")
    parser.add_argument("--seed", type=int, default=1, help="of the month that is made up (1)")
    return parser.parse_args(words)
