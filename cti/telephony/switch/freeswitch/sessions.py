"""The sessions of all legs: each is begun by a socket, outlives it while its leg talks, and ends once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from cti.telephony.switch.freeswitch.esl_connection import EslConnection
from cti.telephony.switch.freeswitch.esl_messages import EslEvent
from cti.telephony.switch.freeswitch.session import FreeswitchSession
from cti.telephony.switch.freeswitch.translation import arrival
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
"""A socket that closes is followed at once by what became of its leg; else the switch is asked."""


class LegSessions:
    """Takes sockets in and serves sessions.

    `make` makes a session; `exists` asks the switch for a leg; `transferred` is told of a leg that a phone sent to a
    target, `gone` of a leg whose end nobody told. `boot` is the life of the switch that runs.
    """

    def __init__(
        self,
        make: Callable[[EslConnection, Arrival], FreeswitchSession],
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
        self._sessions: dict[str, FreeswitchSession] = {}
        self._sockets: dict[str, EslConnection] = {}
        """The open socket of each leg that is in a session."""
        self._tasks: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """End what runs beside the sockets."""
        for task in self._tasks:
            task.cancel()

    def find(self, leg: str) -> FreeswitchSession | None:
        """The session of a leg."""
        return self._sessions.get(leg)

    def has_socket(self, leg: str) -> bool:
        """Whether a leg is in a session now, and not in a talk."""
        return leg in self._sockets

    def snapshot(self) -> dict[str, FreeswitchSession]:
        """Those that live now."""
        return dict(self._sessions)

    async def take_in(self, connection: EslConnection) -> None:
        """A leg comes, for the first time or back from a talk."""
        who = arrival(connection.data)
        leg = who.leg
        self._sockets[leg] = connection
        connection.link.lost.add_done_callback(lambda _: self._socket_closed(leg, connection))
        if connection.variable("hotline_tries"):
            # The time without an engine is over.
            await connection.setvar("hotline_tries", "")
            if who.keys:
                await connection.setvar("hotline_keys", "")
        session = self._sessions.get(leg)
        if session is not None and session.talk is not None and not who.target:
            session.attach(connection)
        else:
            if who.target:
                await connection.setvar("hotline_target", "")
                self._transferred(leg, who.target)
            self.take(leg)
            session = self._make(connection, who)
            await self._serve(session)
        if session.is_left or not session.is_over:
            # A socket that is closed sends its leg on in the dialplan: not while another session has it.
            await connection.hung_up.wait()

    async def _serve(self, session: FreeswitchSession) -> None:
        leg = session.arrival.leg
        self._sessions[leg] = session
        assert self.on_session is not None
        try:
            await self.on_session(session)
        except SessionOver:
            pass
        finally:
            if self._sessions.get(leg) is session:
                del self._sessions[leg]
        if not session.is_left:
            session.close()

    def _socket_closed(self, leg: str, connection: EslConnection) -> None:
        if self._sockets.get(leg) is connection:
            del self._sockets[leg]
        session = self._sessions.get(leg)
        if session is not None and not session.is_over and session.talk is None:
            self._ask_later(session)

    def _ask_later(self, session: FreeswitchSession) -> None:
        asyncio.get_running_loop().call_later(UNDECIDED_SECONDS, self._ask_about, session)

    def _ask_about(self, session: FreeswitchSession) -> None:
        if not session.is_over and session.talk is None and session.arrival.leg not in self._sockets:
            self._spawn(self._decide(session))

    async def _decide(self, session: FreeswitchSession) -> None:
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

    def take(self, leg: str) -> None:
        """End the leg's session as left, before the switch takes it away."""
        self.end(leg, LegLeft())

    def end(self, leg: str, reason: SessionOver) -> None:
        """The leg has no session any more, for this reason."""
        session = self._sessions.pop(leg, None)
        if session is not None:
            session.end(reason)

    def lost(self, leg: str, session: FreeswitchSession) -> None:
        """The switch does not know the leg of this session any more."""
        if self._sessions.get(leg) is session:
            self.end(leg, self._death_of(session))

    def begin_again(self, leg: str, quieten: Coroutine[Any, Any, None]) -> None:
        """Another session for a leg on the socket that it has, once `quieten` has ended what the last one began."""
        session, connection = self._sessions.get(leg), self._sockets.get(leg)
        if session is None or connection is None:
            quieten.close()
            return
        self.take(leg)
        self._spawn(self._again(connection, session.arrival, quieten))

    async def _again(self, connection: EslConnection, who: Arrival, quieten: Coroutine[Any, Any, None]) -> None:
        with suppress(SwitchUnavailable):
            await quieten
        await self._serve(self._make(connection, who))

    def met(self, leg: str, event: EslEvent) -> None:
        """A leg talks, as an event of the switch tells."""
        socket = self._sockets.get(leg)
        # One that is newer than the talk is that of the leg's return.
        if socket is not None and _time_of(socket.data) < _time_of(event):
            if (session := self._sessions.get(leg)) is not None:
                session.begin_talk()
            socket.close()

    def _death_of(self, session: FreeswitchSession) -> LegHungUp:
        """Why a leg is gone that the switch does not know: hung up unseen, or its switch is another process now."""
        return SwitchLost() if session.boot != self.boot else LegHungUp()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _time_of(event: EslEvent) -> int:
    return int(event.get("Event-Date-Timestamp") or 0)
