"""The command line of `scripts/bench/office`."""

from __future__ import annotations

import argparse

DESCRIPTION = "What the back office costs: uploads of files through the host, sealed, by CPU time and memory."


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/office", description=DESCRIPTION)
    parser.add_argument("--megabytes", type=int, default=400, help="how large the uploaded file is (400)")
    return parser.parse_args(words)
