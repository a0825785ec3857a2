"""The command line of `scripts/bench/speech_set`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = (
    "Spoken requests by the voices of the house's synthesis (hotline prompt voice --install), half of them with noise, "
    "and their texts: a folder for `hotline recogniser score FOLDER`."
)


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/speech_set", description=DESCRIPTION)
    parser.add_argument("folder", type=Path, help="where to write it")
    parser.add_argument(
        "--set",
        choices=("requests", "calls"),
        default="requests",
        help="requests, half of them beside a road; or calls, whose words no hot word was picked by, with others who "
        "talk, a motor, clatter, and 5 %% loss (default requests)",
    )
    parser.add_argument("--most", type=int, default=1000, help="so many requests at most")
    parser.add_argument("--noise", type=float, default=15.0, help="dB of speech over noise (default 15)")
    return parser.parse_args(words)
