"""The command line of `scripts/bench/acd_proof`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

DESCRIPTION = "Plays a load on a real Asterisk, then compares everybody's books; exit status 1 when they differ."


@dataclass(frozen=True, slots=True)
class Options:
    """How large a run is. `rate` is calls a second on average; `kill` whether the engine is killed in the middle."""

    agents: int = 200
    seconds: float = 1200.0
    rate: float = 6.0
    seed: int = 1
    kill: bool = True


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    default = Options()
    parser = argparse.ArgumentParser(prog="scripts/bench/acd_proof", description=DESCRIPTION)
    parser.add_argument("--minutes", type=float, default=default.seconds / 60, help="of load (default %(default)g)")
    parser.add_argument("--agents", type=int, default=default.agents, help="SIPp agents (default %(default)s)")
    parser.add_argument("--rate", type=float, default=default.rate, help="calls/s on average (default %(default)g)")
    parser.add_argument("--seed", type=int, default=default.seed, help="of everything that is drawn (%(default)s)")
    parser.add_argument("--no-kill", action="store_true", help="leave the engine alone")
    parser.add_argument("--keep", type=Path, default=None, help="keep all files in this new folder")
    parser.add_argument("--again", type=Path, default=None, help="only compare the books of an earlier run's folder")
    return parser.parse_args(words)
