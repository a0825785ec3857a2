"""The command line of `scripts/bench/assistant`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = (
    "How well requests are read and filed: fields on the judged examples of the tests; with --data, a folder of public "
    "messages, the category of texts that were not learned from, titles beside people's, messages about the same "
    "matter, and leaves of a tree of 517 categories without a model; milliseconds a ticket; seconds and memory to "
    "train on many tickets."
)
WHAT = ("fields", "category", "titles", "duplicates", "leaves", "speed", "training")


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/assistant", description=DESCRIPTION)
    parser.add_argument("--data", type=Path, help="folder with classify_train_*.csv.gz and messages_*.csv.gz")
    parser.add_argument("--tickets", type=int, default=100_000, help="to train on (default 100,000)")
    parser.add_argument("--classes", type=int, default=120, help="of these tickets (default 120)")
    parser.add_argument("what", nargs="*", choices=WHAT, help="default: all")
    found = parser.parse_args(words)
    found.what = found.what or list(WHAT)
    return found
