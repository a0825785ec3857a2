"""The command line of `scripts/bench/exam`."""

from __future__ import annotations

import argparse

DESCRIPTION = (
    "An exam that many sit at once: CPU time of each beginning, each saved answer, and of marking all at the end."
)


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/exam", description=DESCRIPTION)
    parser.add_argument("--people", type=int, default=2000, help="who sit it at once (%(default)s)")
    parser.add_argument("--questions", type=int, default=30, help="of the paper (%(default)s)")
    parser.add_argument("--answers", type=int, default=5, help="that each saves (%(default)s)")
    parser.add_argument("--killed", action="store_true", help="end the engine by SIGKILL in the middle")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    return parser.parse_args(words)
