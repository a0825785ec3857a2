"""`tickets.event`: what is known to have happened where a caller comes from, for flows that tell it before he waits."""

from __future__ import annotations

import pydantic

from ivr.conversation.port import Facts
from ivr.reach.lookups import Service
from workflow.tickets.desk.known_events import KnownEvents

NAME = "tickets.event"


class NoQuestion(pydantic.BaseModel):
    """The call says all."""


class SpokenEvent(pydantic.BaseModel):
    """An event, and what is said of it."""

    title: str
    spoken: str


def service(events: KnownEvents) -> Service:
    """What flows ask, and what they are answered."""

    async def answer(question: NoQuestion, facts: Facts) -> SpokenEvent | None:
        found = await events.spoken_to(facts.organisation, facts.region)
        return SpokenEvent(title=found.title, spoken=found.spoken) if found is not None else None

    return Service(NAME, "突发事件", NoQuestion, SpokenEvent, answer)
