"""Whether a good case (典型案例) tells who somebody is: what is found in it, and which text a person has checked."""

from __future__ import annotations

import hashlib

from cti.base.personal_data import TITLES, Found, find
from cti.office.rich.text import plain
from workflow.publishing.models import PublicationRow
from workflow.publishing.views import Doubt

AROUND = 12
"""Characters that are shown on either side."""
TEXTS = ("title", "summary", "body", "author")


def text_of(row: PublicationRow) -> str:
    """All that the public would read, as plain lines."""
    return "\n".join(plain(str(getattr(row, key))) for key in TEXTS)


def summed(row: PublicationRow) -> str:
    """Which text it is: a check counts for this one alone."""
    return hashlib.sha256("\0".join(str(getattr(row, key)) for key in TEXTS).encode()).hexdigest()


def doubts_of(row: PublicationRow) -> list[Doubt]:
    """What a person has to look at, in its order."""
    text = text_of(row)
    return [_doubt(text, one) for one in find(text)]


def _doubt(text: str, one: Found) -> Doubt:
    around = f"{text[max(0, one.start - AROUND) : one.start]}【{one.text}】{text[one.end : one.end + AROUND]}"
    return Doubt(id=f"{one.start}", kind=TITLES[one.kind], text=one.text, around=" ".join(around.split()))
