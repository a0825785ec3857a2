"""The command line of `scripts/trial channels`."""

from __future__ import annotations

import argparse

from trials.options import parser

NEEDS_OPENID = True
"""The certified OpenID provider of the public site's tests is fetched once."""

DESCRIPTION = """\
One citizen at all doors of a hotline, on the real system. At a telephone's screen with a slow network he searches, asks
the bot, signs in by a code from the SMS gateway, files a request with a photo, is told that a neighbour reported the
same, loses the network and finds his draft again; urges and adds. The department signs, photographs and replies on its
telephone, for a while without a network. He reads the answer, is not content, rates what is done again. He calls by a
real telephone, finds that request beside the other and appeals against its answer. He writes in WeChat, whose protocol
a server speaks by the book; binds his number, is told by template messages; signs in at a certified OpenID provider.
Editors publish a notice, a case that a person has checked, and a questionnaire that is answered and charted. Then every
public page is looked at (axe, width, pictures at two sizes, three ways to see it, paper), and he takes his data and
leaves. Exit status 1 when anything is not as it should be.
"""


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    return parser("channels", DESCRIPTION, minutes=12).parse_args(words)
