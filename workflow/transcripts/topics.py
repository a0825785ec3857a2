"""What whoever may read a talk hears of it live: that there are new words, and which."""

from __future__ import annotations

import pydantic
from typing_extensions import TypedDict  # pydantic reads the standard one from Python 3.12 on only

from cti.base.http.topics import LiveTopic, Nothing

SEE = "transcripts.see"


@pydantic.with_config(pydantic.ConfigDict(extra="forbid", use_attribute_docstrings=True))
class TranscriptChange(TypedDict):
    """A transcript is another now; whoever reads it asks for it."""

    call: str
    version: int
    """Counts up with each change of this transcript."""
    over: bool
    """The call is over, and it is closed."""


TRANSCRIPT = LiveTopic("transcript", SEE, Nothing, TranscriptChange)
"""Transcripts of calls that go on, by call."""

TOPICS = (TRANSCRIPT,)
