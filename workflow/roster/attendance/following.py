"""Attendance follows the phones: sign-ins and sign-outs are written down, and when work begins and ends, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from cti.base.events import AgentStateChanged
from cti.office.identity.directory import known_organisations
from cti.office.identity.people import People
from workflow.roster.attendance.adherence import works
from workflow.roster.attendance.book import Attendance
from workflow.roster.attendance.presence import Presence

log = structlog.get_logger()
SIGNED_OUT = "signed_out"
Told = Callable[[str, str], None]
"""Hears of the organisation and region of somebody who began or ended work."""


class Following:
    """Takes the states of agents in the order in which they came. `told` is called once they are stored."""

    def __init__(self, people: People, attendance: Attendance, presence: Presence, told: Told) -> None:
        self._people, self._attendance, self._presence, self._told = people, attendance, presence, told
        self._heard: asyncio.Queue[AgentStateChanged] = asyncio.Queue()
        self._signed_in: set[str] = set()
        self._working: dict[str, str] = {}
        """Who is at work: the id of his account by his number."""

    def hear(self, event: AgentStateChanged) -> None:
        """An agent's state is another now."""
        self._heard.put_nowait(event)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            event = await self._heard.get()
            try:
                await self.follow(event)
            except Exception:
                # What could not be stored of one is no reason to follow nobody any more.
                log.exception("an agent's state was not followed", agent=event.agent, state=event.state)

    async def begin(self, states: Iterable[tuple[str, str]], now: datetime) -> None:
        """The states of all agents at the start, by their numbers: nobody signs in anew by it."""
        known = dict(states)
        self._signed_in = {number for number, state in known.items() if state != SIGNED_OUT}
        found = await self._people.some_agents([number for number, state in known.items() if works(state)])
        self._working = {number: one.id for number, one in found.items()}
        await self._presence.begin(set(self._working.values()), now)

    async def follow(self, event: AgentStateChanged) -> None:
        """Write one down, if it is another than before."""
        number, signed_in, at_work = event.agent, event.state != SIGNED_OUT, works(event.state)
        if signed_in == (number in self._signed_in) and at_work == (number in self._working):
            return
        person = await self._people.agent(number)
        if signed_in != (number in self._signed_in):
            (self._signed_in.add if signed_in else self._signed_in.discard)(number)
            if person is not None:
                await self._attendance.phoned(person.id, "in" if signed_in else "out", event.at)
        if at_work == (number in self._working):
            return
        if not at_work:
            # Also of somebody whose account was closed meanwhile.
            await self._presence.heard(self._working.pop(number), False, event.at)
        elif person is not None:
            self._working[number] = person.id
            await self._presence.heard(person.id, True, event.at)
        if person is not None:
            async with self._attendance.office.store.reading() as session:
                tree = await known_organisations(session)
            self._told(person.organisation, tree[person.organisation].region)
