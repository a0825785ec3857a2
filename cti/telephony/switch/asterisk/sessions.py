"""The sessions of all legs: each is begun by a FastAGI connection and ends once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial

from cti.telephony.switch.asterisk.agi import AgiConnection, AgiHungUp
from cti.telephony.switch.asterisk.session import AsteriskSession
from cti.telephony.switch.asterisk.translation import arrival
from cti.telephony.switch.port import (
    Arrival,
    LegGone,
    LegHungUp,
    LegLeft,
    SessionHandler,
    SessionOver,
    SwitchLost,
    SwitchUnavailable,
)

UNDECIDED_SECONDS = 2.0
"""A HANGUP in a session is followed at once by the leg's Hangup event; without one the switch is asked."""


class LegSessions:
    """Takes connections in and serves sessions.

    `make` makes a session; `exists` asks the switch for a leg; `transferred` is told of a leg that a phone sent to a
    target, `gone` of a leg whose end nobody told. `boot` is the life of the switch that runs.
    """

    def __init__(
        self,
        make: Callable[[AgiConnection, Arrival, str], AsteriskSession],
        exists: Callable[[str], Awaitable[bool]],
        transferred: Callable[[str, str], None],
        gone: Callable[[LegGone], None],
    ) -> None:
        self.on_session: SessionHandler | None = None
        self.boot = ""
        self._make = make
        self._exists = exists
        self._transferred = transferred
        self._gone = gone
        self._sessions: dict[str, AsteriskSession] = {}
        self._diallers: dict[str, AsteriskSession] = {}
        """Whose dial made a leg that exists."""
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, leg: str) -> AsteriskSession | None:
        """The session of a leg."""
        return self._sessions.get(leg)

    def snapshot(self) -> dict[str, AsteriskSession]:
        """Those that live now."""
        return dict(self._sessions)

    async def take_in(self, connection: AgiConnection) -> None:
        """A leg comes, for the first time, back from a talk, or back from a time without an engine."""
        who = arrival(connection.env)
        if who.target:
            # A phone transferred it blindly: it comes with the target once, not into every session from now on.
            with suppress(AgiHungUp):
                await connection.command("SET VARIABLE", "HOTLINE_TARGET", "")
            self._transferred(who.leg, who.target)
        self.take(who.leg)
        session = self._sessions[who.leg] = self._make(connection, who, self.boot)
        connection.when_hung_up(partial(self._hung_up, session))
        assert self.on_session is not None
        try:
            await self.on_session(session)
        except SessionOver:
            pass
        finally:
            if self._sessions.get(who.leg) is session:
                del self._sessions[who.leg]

    def take(self, leg: str) -> None:
        """End the leg's session as left, before the switch takes it away."""
        self._end(leg, LegLeft())

    def gone(self, leg: str) -> None:
        """The leg has ended."""
        self._undialled(leg)
        self._end(leg, LegHungUp())

    def resync(self, before: dict[str, AsteriskSession], existing: Collection[str]) -> None:
        """End those of the sessions of `before` whose legs exist no more, and the dials that made such legs."""
        for leg, session in before.items():
            if leg not in existing and self._sessions.get(leg) is session:
                self._end(leg, self._death_of(session))
        for leg in self._diallers.keys() - existing:
            self._undialled(leg)

    def dialled(self, by: str, leg: str) -> None:
        """The dial of a leg's session made another leg."""
        if (session := self._sessions.get(by)) is not None:
            self._diallers[leg] = session
            session.begin_dialled(leg)

    def _undialled(self, leg: str) -> None:
        if (dialler := self._diallers.pop(leg, None)) is not None:
            dialler.end_dialled(leg)

    def _end(self, leg: str, reason: SessionOver) -> None:
        session = self._sessions.pop(leg, None)
        if session is not None:
            session.end(reason)

    def _hung_up(self, session: AsteriskSession) -> None:
        if not session.over.done():
            self._ask_later(session)

    def _ask_later(self, session: AsteriskSession) -> None:
        asyncio.get_running_loop().call_later(UNDECIDED_SECONDS, self._ask_about, session)

    def _ask_about(self, session: AsteriskSession) -> None:
        if not session.over.done():
            task = asyncio.get_running_loop().create_task(self._decide(session))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _decide(self, session: AsteriskSession) -> None:
        leg = session.arrival.leg
        try:
            exists = await self._exists(leg)
        except SwitchUnavailable:
            # Asked again: a leg must not be declared dead because we cannot see it.
            self._ask_later(session)
            return
        session.end(LegLeft() if exists else self._death_of(session))
        if not exists:
            self._gone(LegGone(leg, session.arrival.call, 0))

    def _death_of(self, session: AsteriskSession) -> LegHungUp:
        """Why a leg is gone that the switch does not know: hung up unseen, or its switch is another process now."""
        return SwitchLost() if session.boot not in ("", self.boot) else LegHungUp()
