"""The command line of `scripts/trial tickets`."""

from __future__ import annotations

import argparse

from trials.options import parser

DESCRIPTION = """\
A morning of the ticket desk on the real system: twenty real calls, twelve tickets by three agents at browsers, two
reviewers, four departments in two counties and the city, one of them at a telephone's screen; one extension, one
bounce, one difficult, one unsatisfied, one supervision with an appeal; all archived, and then compared with the books.
Exit status 1 when anything is not as it should be.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    return parser("tickets", DESCRIPTION, minutes=12).parse_args(words)
