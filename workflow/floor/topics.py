"""What whoever leads the floor, and each agent, hears live."""

from __future__ import annotations

import pydantic
from typing_extensions import TypedDict  # pydantic reads the standard one from Python 3.12 on only

from cti.base.http.topics import LiveTopic
from workflow.floor.views import Level

LEAD, WORK = "floor.lead", "agent.work"
EXACT = pydantic.ConfigDict(extra="forbid", use_attribute_docstrings=True)


@pydantic.with_config(EXACT)
class FloorHand(TypedDict):
    """A raised hand; `ended` when it is down."""

    id: str
    agent: str
    name: str
    note: str
    call: str
    at: str
    ended: bool


@pydantic.with_config(EXACT)
class FloorAlarm(TypedDict):
    """An alarm; `ended` when it is over. `subject` is `queue:NAME`, `agent:NUMBER` or `trunk:NAME`."""

    id: str
    kind: str
    subject: str
    text: str
    level: Level
    sound: bool
    at: str
    ended: bool


@pydantic.with_config(EXACT)
class FloorSnapshot(TypedDict):
    """What stands within reach."""

    hands: list[FloorHand]
    alarms: list[FloorAlarm]


@pydantic.with_config(EXACT)
class FloorChange(TypedDict, total=False):
    """A hand or an alarm that is another now."""

    hand: FloorHand
    alarm: FloorAlarm


@pydantic.with_config(EXACT)
class OwnHand(TypedDict):
    """One's own hand: since when it is up, else empty, and how the last one ended."""

    up: str
    how: str
    by: str


FLOOR = LiveTopic("floor", LEAD, FloorSnapshot, FloorChange)
"""Raised hands and alarms."""
OWN_HAND = LiveTopic("own_hand", WORK, OwnHand, OwnHand)
"""One's own hand, whole each time."""

TOPICS = (FLOOR, OWN_HAND)
