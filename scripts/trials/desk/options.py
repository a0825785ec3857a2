"""The command line of `scripts/trial desk`."""

from __future__ import annotations

import argparse

from trials.options import parser

DESCRIPTION = """\
An agent's morning by keyboard alone on the real system: a citizen rings, talks, waits while a colleague is asked, three
matters are written down in tabs, wrap-up; then the board, the wall, reports and the player. Each screen is kept at
1366×768 and 1920×1080. Told at the end: keys a task, what is seen without scrolling, and that nothing jumps. Exit
status 1 when anything is not as it should be.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    return parser("desk", DESCRIPTION, minutes=10).parse_args(words)
