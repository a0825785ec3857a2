"""The command line of `scripts/trial management`."""

from __future__ import annotations

import argparse

from trials.options import parser

DESCRIPTION = """\
A month of the people of the hotline on the real system. A leader has the next month's roster made for 60 agents and
publishes it; one shift goes over to a colleague, one agent goes on leave. Thirty agents sit an exam on this system's
own course, and the engine is killed in the middle: no answer is lost. Real calls are recorded; the day's quality plan
draws each agent's share, inspectors score by keyboard, an agent appeals, a good call becomes a training material.
Thirty departments handle real tickets. Then all of that is put into the month before, with talks and days of 20
agents, and performance of agents and departments is counted, published, and appealed by an agent and by a department.
The pages of roster, training, quality and performance are kept as pictures, as each role sees them, at two sizes.
Exit status 1 when anything is not as it should be.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    return parser("management", DESCRIPTION, minutes=14).parse_args(words)
