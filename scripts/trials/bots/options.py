"""The command line of `scripts/trial bots`."""

from __future__ import annotations

import argparse

from trials.options import parser

NEEDS_SPEECH = True
"""People speak, and are understood: a voice and a recogniser are fetched once (330 MB)."""

DESCRIPTION = """\
Bots on the real system. A citizen in a browser asks the bot about the provident fund, reports that his water is cut
off, which becomes a ticket, asks how far it is, is handed to an agent at her chat desk, who registers a request from
the chat, and rates. A citizen on the telephone does the same by voice: he interrupts the greeting, corrects himself,
asks something else in between, and the agent reads all that was said; another one says nothing. Questions are asked by
voice, and how soon the bot answers is measured. Closed tickets are
revisited by real calls: people of a voice that is no person's are content, are not and say why, have no time, are
somebody else, are engaged, do not pick up, or have a voicemail; what they say stands in the tickets, by itself or
verified at the screen. Then all screens are kept.
Exit status 1 when anything is not as it should be.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    found = parser("bots", DESCRIPTION, minutes=20)
    found.add_argument("--revisits", type=int, default=50, help="tickets that are revisited (%(default)s)")
    parts = ("chat", "voice", "turns", "revisits")
    found.add_argument("--parts", nargs="+", choices=parts, default=parts, help="only these parts of it")
    return found.parse_args(words)
