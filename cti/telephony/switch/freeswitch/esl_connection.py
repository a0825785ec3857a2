"""One leg that FreeSWITCH's dialplan handed over by ``socket host:port async full``: commands, events, its end."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import uuid4

import structlog

from cti.telephony.switch.freeswitch.esl_link import EslClosed, EslLink
from cti.telephony.switch.freeswitch.esl_messages import (
    UNDEFINED,
    ApiResponse,
    DisconnectNotice,
    EslEvent,
    EslRefused,
    EslReply,
)
from cti.telephony.switch.freeswitch.esl_protocol import (
    MYEVENTS,
    encode_command,
    execute_headers,
    join_arguments,
    subscription,
)

Listener = TypeVar("Listener")

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class EslForged(Exception):
    """Who connected is not the FreeSWITCH that we know; `peer` is its address."""

    def __init__(self, peer: str) -> None:
        super().__init__(f"not the switch: {peer}")
        self.peer = peer


class EslHungUp(EslClosed):
    """The leg hung up, was taken by something else, or FreeSWITCH is gone: no more commands in this session."""


@dataclass(frozen=True, slots=True)
class EslSession:
    """How a connection is set up before its handler runs. Times in seconds."""

    events: Sequence[str] = ()
    """Events of the leg besides those of ``myevents``: PLAYBACK_STOP, RECORD_STOP …"""
    only: Sequence[str] = ()
    """Those of ``myevents`` that are told; empty: all. Each that is told is copied and written with 200 headers."""
    linger: int = 5
    """How long FreeSWITCH goes on telling events after the leg has hung up."""
    resume: bool = False
    """Whether the dialplan goes on behind its ``socket`` when the connection ends and the leg lives."""
    proof: tuple[str, str] = ("", "")
    """A global variable of FreeSWITCH's and its value, which nobody else knows; an empty name asks for none."""
    guarded: bool = False
    """Whether the dialplan has scheduled what becomes of the leg if nobody answers: it is called off."""
    set_up: float = 5.0
    """For the set-up to be done."""
    command: float = 10.0
    """For a reply to come."""
    hang_up_grace: float = 2.0
    """For an application in flight to be told as completed after a hang-up."""


class EslConnection:
    """One session of a leg: made by `EslServer`, given to the handler."""

    def __init__(self, times: EslSession) -> None:
        self.data = EslEvent.of({})
        """The leg as it was when FreeSWITCH connected: about 165 headers and variables."""
        self.hung_up = asyncio.Event()
        """Set when the leg hangs up or the connection ends, whoever ended it."""
        self.closed = False
        """Whether the connection is gone. After a hang-up it lingers until the handler returns."""
        self._times = times
        self.link = EslLink(self._received, self._noticed, closed=EslHungUp)
        """Its connection: the server's business."""
        self.link.lost.add_done_callback(self._lost)
        self._running: dict[str, asyncio.Future[EslEvent]] = {}
        self._hang_up_listeners: list[Callable[[], None]] = []
        self._listeners: list[Callable[[EslEvent], None]] = []

    @property
    def uuid(self) -> str:
        """The leg's Unique-ID."""
        return self.data.uuid

    def variable(self, name: str, default: str = "") -> str:
        """A channel variable as it was when FreeSWITCH connected."""
        return self.data.variable(name, default)

    def listen(self, listener: Callable[[EslEvent], None]) -> Callable[[], None]:
        """Call `listener` for every event of the leg, in order. Returns the function that undoes it."""
        self._listeners.append(listener)
        return partial(_forget, self._listeners, listener)

    def when_hung_up(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` once when the leg hangs up, at once if it has. Returns the function that undoes it."""
        if self.hung_up.is_set():
            listener()
            return lambda: None
        self._hang_up_listeners.append(listener)
        return partial(_forget, self._hang_up_listeners, listener)

    async def execute(
        self, app: str, argument: str = "", *, timeout: float | None = None, lock: bool = True, loops: int = 1
    ) -> EslEvent:
        """Run a dialplan application and return its CHANNEL_EXECUTE_COMPLETE (``Application-Response``, variables).

        `timeout` in seconds, None for no limit; an application whose caller gives up goes on in FreeSWITCH (stop it
        with ``uuid_break``). Raises EslHungUp, EslRefused, TimeoutError, ValueError.
        """
        async with asyncio.timeout(timeout):
            return await (await self.start(app, argument, lock=lock, loops=loops))

    async def start(
        self, app: str, argument: str = "", *, lock: bool = True, loops: int = 1
    ) -> asyncio.Future[EslEvent]:
        """Queue a dialplan application; the future is its CHANNEL_EXECUTE_COMPLETE, or raises EslHungUp.

        Several may be queued: with `lock` each waits for the one before; see `execute_headers`.
        """
        self._check_alive()
        event_uuid = str(uuid4())
        data = encode_command("sendmsg", execute_headers(app, argument, event_uuid=event_uuid, lock=lock, loops=loops))
        completed = self._running[event_uuid] = self.link.result(event_uuid)
        completed.add_done_callback(partial(self._ended, event_uuid))
        try:
            (await self._reply(data)).checked(f"execute {app}")
        except BaseException as error:
            completed.cancel()
            if isinstance(error, EslRefused) and "invalid session id" in error.text:
                raise EslHungUp(error.text) from error
            raise
        return completed

    async def command(self, line: str, headers: Mapping[str, str | int] | None = None, body: str = "") -> EslReply:
        """Send any other command, such as ``divert_events on``; returns its reply. Raises EslHungUp, TimeoutError."""
        return await self._reply(encode_command(line, headers, body))

    async def api(self, *parts: str | int, timeout: float | None = None) -> ApiResponse:
        """Run an api command, errors are returned; the dialplan must have said ``full``. Works while lingering too.

        The leg's events wait while it runs. Raises EslHungUp when the connection is gone, TimeoutError, ValueError.
        """
        data = encode_command("api " + join_arguments(*parts))
        async with asyncio.timeout(self._times.command if timeout is None else timeout):
            return await self.link.api(data)

    async def getvar(self, name: str) -> str | None:
        """A channel variable as it is now, None when it is not set. Raises EslHungUp when the leg is gone."""
        # The command getvar cuts values at 511 bytes and lets one with line feeds break the stream.
        return await self._leg("uuid_getvar", name)

    async def setvar(self, name: str, value: str) -> None:
        """Set a channel variable. Raises EslHungUp, EslRefused, ValueError."""
        await self._leg("uuid_setvar", name, value)

    async def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Hang up at once, whatever runs. Nothing happens when the leg is gone."""
        try:
            await self._leg("uuid_kill", cause)
        except EslHungUp:
            log.debug("esl.hung_up_before", leg=self.uuid)

    def abandon(self) -> None:
        """Behave from now on as after a hang-up; what is in flight raises EslHungUp at once.

        For a leg that is about to be taken elsewhere: what its old session would still hear means nothing.
        """
        self._hang_up()
        self._give_up("the leg was taken elsewhere")

    def close(self) -> None:
        """End the session; see `EslSession.resume` for what becomes of a leg that lives."""
        self._hang_up_listeners.clear()
        self._listeners.clear()
        self.link.close("the session ended here")

    async def set_up(self) -> None:
        """Everything before the handler; the server calls it. Raises EslHungUp when it does not succeed in time."""
        lines = [f"linger {self._times.linger}", "myevents json"]
        if self._times.only:
            lines.append("nixevent " + " ".join(name for name in MYEVENTS if name not in self._times.only))
        if self._times.resume:
            lines.append("resume")
        if self._times.events:
            lines.append(subscription(tuple(self._times.events)))
        try:
            async with asyncio.timeout(self._times.set_up):
                await self.link.opened
                reply = (await self.link.command(encode_command("connect"))).checked("connect")
                self.data = EslEvent.of(reply.headers)
                # All at once: the replies come in their order.
                await asyncio.gather(self._prove(), self._call_off(), *(self._set(line) for line in lines))
        except (EslRefused, TimeoutError) as error:
            log.warning("esl.session_not_set_up", error=str(error) or "no answer in time", leg=self.uuid)
            raise EslHungUp("not set up") from error

    async def _prove(self) -> None:
        name, value = self._times.proof
        if not name:
            return
        said = (await self.link.api(encode_command(f"api global_getvar {name}"))).value
        if not hmac.compare_digest(said.encode(), value.encode()):
            transport = self.link.transport
            peer = transport.get_extra_info("peername") if transport is not None else None
            raise EslForged(str(peer[0]) if peer else "")

    async def _call_off(self) -> None:
        if self._times.guarded:
            await self.link.api(encode_command(f"api sched_del {self.uuid}"))

    async def _set(self, line: str) -> None:
        (await self.link.command(encode_command(line))).checked(line)

    async def _reply(self, data: bytes) -> EslReply:
        async with asyncio.timeout(self._times.command):
            return await self.link.command(data)

    async def _leg(self, command: str, *arguments: str) -> str | None:
        answer = await self.api(command, self.uuid, *arguments)
        if "No such channel" in answer.error:
            raise EslHungUp(answer.error)
        text = answer.checked(command).text
        return None if text == UNDEFINED else text

    def _check_alive(self) -> None:
        if self.closed or self.hung_up.is_set():
            raise EslHungUp(self.link.reason or "the leg hung up")

    def _received(self, event: EslEvent) -> None:
        if event.name == "CHANNEL_HANGUP" and event.uuid == self.uuid:
            self._hang_up()
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("esl.listener_failed", name=event.name, leg=self.uuid)

    def _noticed(self, notice: DisconnectNotice) -> None:
        self._hang_up()

    def _hang_up(self) -> None:
        if self.hung_up.is_set():
            return
        self.hung_up.set()
        if self._running and not self.closed:
            self.link.loop.call_later(self._times.hang_up_grace, self._give_up, "the leg hung up")
        listeners, self._hang_up_listeners = self._hang_up_listeners, []
        for listener in listeners:
            try:
                listener()
            except Exception:
                log.exception("esl.hang_up_listener_failed", leg=self.uuid)

    def _give_up(self, reason: str) -> None:
        for completed in tuple(self._running.values()):
            if not completed.done():
                completed.set_exception(EslHungUp(reason))
                completed.exception()  # nobody may await it: not an error

    def _ended(self, event_uuid: str, _: asyncio.Future[EslEvent]) -> None:
        self._running.pop(event_uuid, None)
        self.link.forget_result(event_uuid)

    def _lost(self, _: asyncio.Future[None]) -> None:
        self.closed = True
        self._give_up(self.link.reason or "connection lost")
        self._hang_up()


def _forget(listeners: list[Listener], listener: Listener) -> None:
    if listener in listeners:
        listeners.remove(listener)
