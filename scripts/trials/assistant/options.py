"""The command line of `scripts/trial assistant`."""

from __future__ import annotations

import argparse

from trials.options import parser

NEEDS_SPEECH = True
"""People speak, and are understood: a voice and a recogniser are fetched once (330 MB)."""

DESCRIPTION = """\
The assistant beside an agent, on the real system. Models are trained of tickets at the screen. A citizen of a voice
that is no person's tells his matter on the telephone; the agent, at a browser that speaks, reads both sides while they
talk, hears the words behind a proposal, takes all of them by one key, corrects one, and registers; what was kept is
counted. The talk goes through hold, a consultation and a transfer, a leader listens and reads the same, the engine is
killed: what nobody heard is marked, and filled in from the recording. An identity card's number stands nowhere. Then
the talk is found by its words, and a word is heard by a click. Hot words are added, changed, removed and taken in many
at once at the screen; the next talk has one that was misheard before.
Exit status 1 when anything is not as it should be.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    return parser("assistant", DESCRIPTION, minutes=15).parse_args(words)
