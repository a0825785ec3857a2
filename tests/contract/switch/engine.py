"""An engine as small as can be: it takes sessions and events and does nothing by itself, so that a story can."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from cti.base.call import Party
from cti.base.ids import new_id
from cti.telephony.switch.port import (
    CallSession,
    Connected,
    LegDialled,
    PhoneReachable,
    SessionOver,
    SwitchEvent,
)
from tests.contract.switch.world import AGENTS, Line, World

E = TypeVar("E", bound=SwitchEvent)


class BareEngine:
    """A driver that runs. Sessions wait in a queue for the story and stay open until they are over."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.switch = world.engine()
        self.events: list[SwitchEvent] = []
        self._sessions: asyncio.Queue[CallSession] = asyncio.Queue()
        self._news = asyncio.Condition()

    async def __aenter__(self) -> BareEngine:
        await self.switch.start(self._on_session, self.events.append)
        await self.told(Connected)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.switch.stop()

    async def phones_there(self) -> None:
        """Wait until the switch has told that all phones are registered."""
        async with asyncio.timeout(10):
            wanted = {str(self.world.address(agent)) for agent in AGENTS}
            while not wanted <= self._reachable():
                await asyncio.sleep(0.02)

    def _reachable(self) -> set[str]:
        found: set[str] = set()
        for event in self.events:
            if isinstance(event, Connected):
                found |= event.phones
            elif isinstance(event, PhoneReachable):
                (found.add if event.reachable else found.discard)(event.endpoint)
        return found

    async def _on_session(self, session: CallSession) -> None:
        self._sessions.put_nowait(session)
        await session.over

    async def session(self, timeout: float = 8.0) -> CallSession:
        """The next session that comes."""
        return await asyncio.wait_for(self._sessions.get(), timeout)

    async def told(self, kind: type[E], timeout: float = 8.0, **like: object) -> E:
        """The first event of this kind with these fields, which may have been before; TimeoutError."""
        async with asyncio.timeout(timeout):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and all(getattr(event, key) == value for key, value in like.items()):
                        return event
                await asyncio.sleep(0.01)

    def never_told(self, kind: type[SwitchEvent], **like: object) -> bool:
        """Whether no such event has come."""
        return not any(
            isinstance(event, kind) and all(getattr(event, key) == value for key, value in like.items())
            for event in self.events
        )

    async def citizen_in(self) -> tuple[Line, CallSession, str]:
        """A citizen's line, his session with a claimed call, and the call's id."""
        line = await self.world.citizen()
        session = await self.session()
        call = new_id()
        await session.claim(call, Party.CALLER)
        await session.answer()
        await line.answered()
        return line, session, call

    async def dialled(self, agent: str) -> LegDialled:
        """The leg that was dialled for an agent."""
        return await self.told(LegDialled, agent=agent)


async def over(session: CallSession) -> SessionOver:
    """How a session ended, waiting for it."""
    async with asyncio.timeout(8):
        return await session.over
