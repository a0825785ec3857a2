"""The command line of `scripts/bench/callpath`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = "Native queue and recording against the engine, under the same calls; a table at the end."
RATES = "10,20,30,40,50,60,70,80,90"


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/callpath", description=DESCRIPTION)
    parser.add_argument("--switch", choices=["asterisk", "freeswitch"], default="asterisk")
    parser.add_argument("--rates", default=RATES, help=f"calls a second, step by step (default {RATES})")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each step (default 15)")
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--waiting", type=int, default=1000, help="callers who wait; 0 leaves it out")
    parser.add_argument("--half", type=float, default=0, help="calls/s of half load (default: half of native's best)")
    parser.add_argument("--only", choices=["native", "engine"], default=None)
    parser.add_argument("--heard", action="store_true", help="talks are transcribed, if a recogniser is installed")
    parser.add_argument("--keep", type=Path, default=None, help="keep all files in this new folder")
    return parser.parse_args(words)
