"""What desks hear live of tickets."""

from __future__ import annotations

from typing import TypedDict

from cti.base.http.topics import LiveTopic, Nothing
from workflow.tickets.rules import SEE


class EventChanged(TypedDict):
    """A known event was opened, changed, called about or closed. No word of what it says."""

    event: str


KNOWN_EVENTS_LIVE = LiveTopic("known_events", SEE, Nothing, EventChanged)

TOPICS = (KNOWN_EVENTS_LIVE,)
