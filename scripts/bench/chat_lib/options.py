"""The command line of `scripts/bench/chat`."""

from __future__ import annotations

import argparse

DESCRIPTION = """What chats cost on one core, over real flows, the real matching and a database without HTTP: memory
of each chat that is open, CPU of each message of a citizen with the bot's turn on it, and how long after the message
the bot's answer stands in the chat while so many messages a second come. Then how well bots understand: kept
sentences that were judged, beside a plain nearest neighbour, and how many citizens with noise in their words are served
by the shipped flow without a person."""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/chat", description=DESCRIPTION)
    parser.add_argument("--chats", type=int, default=2000, help="how many are open at once (%(default)s)")
    parser.add_argument("--messages", type=int, default=1500, help="messages of citizens in all (%(default)s)")
    parser.add_argument("--rate", type=float, default=50.0, help="messages a second (%(default)s)")
    parser.add_argument("--citizens", type=int, default=300, help="citizens who come to the bot (%(default)s)")
    parser.add_argument("--only", choices=("load", "understanding"), help="one part alone")
    options = parser.parse_args(words)
    if min(options.chats, options.messages, options.rate, options.citizens) <= 0:
        parser.error("what is measured is more than nothing")
    return options
