"""What the board hears live of the roster."""

from __future__ import annotations

from typing_extensions import TypedDict  # pydantic reads the standard one from Python 3.12 on only

from cti.base.http.topics import LiveTopic, Nothing
from workflow.roster.rules import APPROVE


class DutyChanged(TypedDict):
    """Somebody of an organisation began or ended work."""

    organisation: str
    region: str


DUTY = LiveTopic("duty", APPROVE, Nothing, DutyChanged)

TOPICS = (DUTY,)
