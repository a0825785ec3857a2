"""The command line of `scripts/bench/counted`."""

from __future__ import annotations

import argparse

DESCRIPTION = (
    "The whole engine with every plugin on a scripted switch: counts what each call costs it. Python's own calls of "
    "functions, sessions and transactions do not depend on what else the machine does; CPU time hardly does."
)


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/counted", description=DESCRIPTION)
    parser.add_argument("--rate", type=float, default=15.0, help="calls a second (default 15)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each of the two runs (default 10)")
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--number", choices=["12345", "12346"], default="12345", help="12346: the delivered flow")
    parser.add_argument("--waiting", type=int, default=0, help="so many callers wait for nobody instead")
    parser.add_argument("--places", type=int, default=0, help="print so many functions that are called most")
    parser.add_argument("--profile", action="store_true", help="print where the loop's thread spends its time")
    return parser.parse_args(words)
