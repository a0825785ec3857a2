"""The command line of `scripts/trial agent_course`."""

from __future__ import annotations

import argparse

from trials.options import parser

DESCRIPTION = """\
The course for agents that comes with the house (座席系统操作入门) is made of its own screens. A citizen rings, an agent
answers, registers a ticket, reads the knowledge, and is in wrap-up; then callbacks, shifts and a scored talk are
looked at: of each there is a picture. The course is loaded, and read as an agent reads it: each picture is there.
With --renew the pictures of the course are replaced by those that were just taken. Exit status 1 when anything is
not as it should be.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    found = parser("agent_course", DESCRIPTION, minutes=8)
    found.add_argument("--renew", action="store_true", help="replace the course's pictures")
    return found.parse_args(words)
