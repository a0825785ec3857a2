"""From the ends of talks to what somebody owes of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar

from cti.base.call import Call
from cti.base.events import Event, TalkEnded
from cti.base.visitor import Visitor
from cti.office.identity.people import People
from cti.store.calls import StoredCalls
from cti.store.following import Following
from cti.store.journal import Journal

Talked = Callable[[Call, Visitor, datetime, float], Awaitable[None]]


class EndedTalks(Following):
    """Tells `talked` of each talk that an agent of ours had; numbers outside owe nothing."""

    kept: ClassVar[str] = "outcomes"
    types: ClassVar[tuple[type[Event], ...]] = (TalkEnded,)

    def __init__(self, calls: StoredCalls, journal: Journal, people: People, talked: Talked) -> None:
        super().__init__(calls, journal)
        self._people, self._talked = people, talked

    async def heard(self, event: Event) -> None:
        """A talk ended."""
        if not isinstance(event, TalkEnded):
            return
        agent, call = await self._people.visitor_of(event.agent), await self._calls.load(event.call)
        if agent is not None and call is not None:
            await self._talked(call, agent, event.at, event.seconds)
