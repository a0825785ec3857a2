"""The command line of `scripts/bench/ivr`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = "Prints what flows cost, and whether the aims are met."


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/ivr", description=DESCRIPTION)
    parser.add_argument("--rounds", type=int, default=20_000, help="rounds of six nodes through the interpreter")
    parser.add_argument("--rates", default="10,20,30", help="calls a second, step by step (default 10,20,30)")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each step (default 15)")
    parser.add_argument("--alone", action="store_true", help="without a switch: interpreter, lint and publishing only")
    parser.add_argument("--keep", type=Path, default=None, help="keep all files in this new folder")
    return parser.parse_args(words)
