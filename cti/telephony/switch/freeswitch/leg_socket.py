"""The socket under a leg's session: applications and commands, keys, and what becomes of the leg.

While the leg talks there is no socket; the session lives on and gets another when the leg comes back.
"""

from __future__ import annotations

import asyncio
from typing import Any

from cti.telephony.switch.freeswitch.audio import Unicast
from cti.telephony.switch.freeswitch.esl_connection import EslConnection, EslHungUp
from cti.telephony.switch.freeswitch.esl_messages import ApiResponse, EslEvent
from cti.telephony.switch.keys import TypedKeys
from cti.telephony.switch.port import Arrival, LegHungUp, LegLeft, SessionOver, SwitchUnavailable


class Talk:
    """A talk of a session's leg, from being asked for to the leg's return."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[float] = loop.create_future()
        """When both were together."""
        self.back: asyncio.Future[float] = loop.create_future()
        """When the leg came back in a new socket."""
        self.picked_up = False
        """Whether somebody answered, be he gone before both were together."""

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.back.result() - self.begun.result() if self.begun.done() and self.back.done() else 0.0


class LegSocket:
    """What every verb of a session stands on."""

    def __init__(self, connection: EslConnection, arrival: Arrival) -> None:
        self.arrival = arrival
        self.boot = connection.data.get("Core-UUID")
        """Which life of the switch it belongs to."""
        self.talk: Talk | None = None
        """The talk that a verb waits for."""
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[SessionOver] = self._loop.create_future()
        self._keys = TypedKeys(arrival.keys)
        self._key_pressed = asyncio.Event()
        self._stream: Unicast | None = None
        self.attach(connection)

    @property
    def over(self) -> asyncio.Future[SessionOver]:
        """Done when the session is over, with the reason."""
        # Whoever waits may be cancelled; the others' future must not be.
        return asyncio.shield(self._over)

    @property
    def is_over(self) -> bool:
        """Whether what became of the leg is known."""
        return self._over.done()

    @property
    def is_left(self) -> bool:
        """Whether the leg lives on elsewhere."""
        return self._over.done() and isinstance(self._over.result(), LegLeft)

    def close(self) -> None:
        """Let go of the leg: the dialplan goes on with it."""
        self._connection.close()

    def end(self, reason: SessionOver) -> None:
        """The switch knows what became of the leg; verbs in flight raise `reason`."""
        if self._over.done():
            return
        self._over.set_result(reason)
        self._detach()
        if self._stream is not None:
            self._stream.end()

    def attach(self, connection: EslConnection) -> None:
        """The leg's socket: the first, or the one in which it comes back from a talk."""
        self._connection = connection
        self._variables: dict[str, str] = {}
        self._detach = connection.listen(self._on_event)
        connection.when_hung_up(self._on_hang_up)
        if self.talk is not None and not self.talk.back.done():
            self.talk.back.set_result(self._loop.time())

    def _on_hang_up(self) -> None:
        # A socket that was closed says nothing about its leg.
        if not self._connection.closed:
            self.end(LegHungUp())

    def _on_event(self, event: EslEvent) -> None:
        if event.uuid == self.arrival.leg and event.name == "CHANNEL_BRIDGE":
            self.begin_talk()

    def begin_talk(self) -> None:
        """The leg talks. The switch carries that alone; a socket that ended later would end the leg's next session."""
        if self.talk is not None and not self.talk.begun.done():
            self.talk.begun.set_result(self._loop.time())
        self._connection.close()

    def press(self, digit: str) -> bool:
        """A key was pressed; told by the control connection, as to all others, since a leg's own may tell later.

        False: it has counted already.
        """
        if self._stream is not None and not self._stream.closed.done():
            self._stream.press(digit)
            return True
        new = self._keys.press(digit)
        self._key_pressed.set()
        return new

    async def _start(self, app: str, argument: str = "") -> asyncio.Future[EslEvent]:
        if self._over.done():
            raise self._over.result()
        try:
            return await self._connection.start(app, argument)
        except EslHungUp:
            raise await self._fate() from None
        except TimeoutError:
            raise SwitchUnavailable(f"{app}: no answer") from None

    async def _run(self, app: str, argument: str = "") -> EslEvent:
        return await self._completed(await self._start(app, argument))

    async def _completed(self, running: asyncio.Future[EslEvent]) -> EslEvent:
        await self._wait_for(running)
        try:
            event = running.result()
        except EslHungUp:
            raise await self._fate() from None
        if event.get("Answer-State") == "hangup":
            raise await self._fate()
        return event

    async def _wait_for(self, *futures: asyncio.Future[Any], timeout: float | None = None) -> None:
        await asyncio.wait((*futures, self._over), timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if self._over.done():
            raise self._over.result()

    async def _set(self, **variables: str) -> None:
        """Set those of the leg's variables that are not so already; an empty value unsets."""
        if self._over.done():
            raise self._over.result()
        changed = {name: value for name, value in variables.items() if self._variables.get(name) != value}
        if not changed:
            return
        self._variables |= changed
        assignments = ";".join(f"{name}={value}" for name, value in changed.items())
        await self._api("uuid_setvar_multi", self.arrival.leg, assignments)

    async def _api(self, *parts: str | int) -> ApiResponse:
        try:
            answer = await self._connection.api(*parts)
        except EslHungUp:
            raise await self._fate() from None
        except TimeoutError:
            raise SwitchUnavailable(f"{parts[0]}: no answer") from None
        if "No such channel" in answer.error:
            raise await self._fate()
        return answer

    async def _fate(self) -> SessionOver:
        """What became of the leg: its own hang-up or the control connection tells."""
        return await self.over
