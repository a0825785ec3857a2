"""A live matching on virtual time, with its events and what it would keep."""

from __future__ import annotations

import asyncio
from typing import Any

from acd.service import Acd, Offer, Place, WorkItem
from acd.settings.schema import AcdSettings
from cti.base.clock import LoopClock
from cti.base.events import Event

MOBILE = "+8613800000001"


class Live:
    """An `Acd` with its events."""

    def __init__(self, **settings: Any) -> None:
        self.events: list[Event] = []
        self.kept: dict[tuple[str, str], dict[str, Any] | None] = {}
        self.settings = AcdSettings.model_validate({"queues": {"general": {"need": "mandarin"}}, **settings})
        self.acd = Acd(LoopClock(), self.settings, self.events.append)
        self.overflows: list[str] = []
        self.acd.on_decision(lambda told: self.overflows.append(told.why) if told.event == "overflowed" else None)
        self.acd.on_change(lambda kind, id, data: self.kept.update({(kind, id): data}))

    def call(self, id: str, queue: str = "general", **about: Any) -> Place:
        return self.acd.enqueue(WorkItem(id, "call", queue, **about))

    async def talk(self, place: Place) -> Offer:
        """The next offer, answered at once."""
        offer = await offered(place)
        assert offer.ringing()
        assert offer.answered()
        return offer

    def state(self, agent: str) -> tuple[str, str, str]:
        found = self.acd.agent(agent)
        return found.state, found.reason, found.requested

    def told_overflow(self) -> str:
        """The reason of the last overflow."""
        return self.overflows[-1]

    def told(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


async def offered(place: Place, within: float = 0.001) -> Offer:
    found = await asyncio.wait_for(place.next(), within)
    assert isinstance(found, Offer)
    return found


async def nothing(place: Place, within: float = 1.0) -> None:
    try:
        found = await asyncio.wait_for(place.next(), within)
    except TimeoutError:
        return
    raise AssertionError(f"{found} was not expected")
