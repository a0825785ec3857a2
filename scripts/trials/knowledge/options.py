"""The command line of `scripts/trial knowledge`."""

from __future__ import annotations

import argparse

from trials.options import parser

DESCRIPTION = """\
A day of the knowledge base on the real system: an editor writes an article (pasted from Word, with a picture and a
table), a reviewer publishes it, an agent finds it by three characters during a real call and cites it into a ticket
with one key, asks the department, whose answer becomes an article; a citizen finds it in another system's page and
corrects it; one article is withdrawn while the agent reads it, one is over by itself, one is to be confirmed. A
manager takes in a merged hotline's table twice, nothing is there twice, and its packed folder of documents; what came
of it is published from the list, many at once. Then the day is compared with the books, and every page of the knowledge
base is kept as each role sees it.
Exit status 1 when anything is not as it should be.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    return parser("knowledge", DESCRIPTION, minutes=20).parse_args(words)
