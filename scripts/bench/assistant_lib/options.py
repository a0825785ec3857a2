"""The command line of `scripts/bench/assistant`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = (
    "How well requests are read and filed: fields on the judged examples of the tests; with --data, a folder of public "
    "messages, the category of texts that were not learned from, titles beside people's, messages about the same "
    "matter, leaves of a tree of 517 categories without a model, and departments out of replies; milliseconds a "
    "ticket; seconds and memory to train on many tickets; legs: what it costs to listen to people who talk without "
    "end, and how soon words come."
)
WHAT = ("fields", "category", "titles", "duplicates", "leaves", "departments", "speed", "training", "legs")


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/assistant", description=DESCRIPTION)
    parser.add_argument("--data", type=Path, help="folder with classify_train_*.csv.gz and messages_*.csv.gz")
    parser.add_argument("--tickets", type=int, default=100_000, help="to train on (default 100,000)")
    parser.add_argument("--classes", type=int, default=120, help="of these tickets (default 120)")
    parser.add_argument("--sounds", type=Path, help="of legs: folder of sentences (default: one that is made once)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of legs: for each number of them (default 60)")
    parser.add_argument("--most", type=int, default=8, help="of legs: so many at once at most (default 8)")
    parser.add_argument(
        "--calls", type=float, default=5.0, help="of legs: calls a second beside them; 0 leaves it out (default 5)"
    )
    parser.add_argument("what", nargs="*", choices=WHAT, help="default: all")
    found = parser.parse_args(words)
    found.what = found.what or list(WHAT)
    return found
