"""From the ends of talks to what somebody owes of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cti.base.call import Call
from cti.base.events import Event, TalkEnded
from cti.office.identity.people import People
from cti.store.calls import StoredCalls
from cti.store.journal.following import Following
from cti.store.journal.journal import Journal


@dataclass(frozen=True, slots=True)
class EndedTalk:
    """A talk of `seconds` until `at`: the call, and its agent by number, name and the id of the person."""

    call: Call
    agent: str
    name: str
    person: str
    at: datetime
    seconds: float


Talked = Callable[[Sequence[EndedTalk]], Awaitable[None]]


class EndedTalks(Following):
    """Tells `talked` of the talks that agents of ours had; numbers outside owe nothing."""

    kept: ClassVar[str] = "outcomes"
    types: ClassVar[tuple[type[Event], ...]] = (TalkEnded,)

    def __init__(self, calls: StoredCalls, journal: Journal, people: People, talked: Talked) -> None:
        super().__init__(calls, journal)
        self._people, self._talked = people, talked

    async def heard(self, events: Sequence[Event]) -> None:
        """Tell of the talks that ended, each with its call and its agent."""
        told = [one for one in events if isinstance(one, TalkEnded)]
        agents = await self._people.some_agents({one.agent for one in told})
        calls = await self._calls.load_some({one.call for one in told})
        talks = [
            EndedTalk(call, one.agent, agent.name, agent.id, one.at, one.seconds)
            for one in told
            if (agent := agents.get(one.agent)) is not None and (call := calls.get(one.call)) is not None
        ]
        if talks:
            await self._talked(talks)
