"""The command line of `scripts/bench/sealing`: there is nothing to choose."""

from __future__ import annotations

import argparse

DESCRIPTION = "How fast files are sealed and read in ranges, by each set of algorithms."


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    return argparse.ArgumentParser(prog="scripts/bench/sealing", description=DESCRIPTION).parse_args(words)
