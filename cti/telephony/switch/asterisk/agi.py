"""FastAGI server: Asterisk connects once for every session of a leg, and a handler talks to that leg."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import cast

import structlog

from cti.telephony.switch.asterisk.agi_protocol import (
    AgiParser,
    AgiProtocolError,
    AgiReply,
    AgiSignal,
    encode_command,
)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

AgiHandler = Callable[["AgiConnection"], Awaitable[None]]
"""Talks to one leg; what it raises is logged and ends the session."""


class AgiHungUp(Exception):
    """The leg hung up, was taken by something else, or Asterisk is gone: no more commands in this session."""


class AgiRefused(Exception):
    """Asterisk does not know the command (510) or its arguments are wrong (520): an error of ours."""

    def __init__(self, command: str, reply: AgiReply) -> None:
        super().__init__(f"{command}: {reply.text}")
        self.reply = reply


class AgiConnection:
    """One session of a leg. Commands are sent one at a time: Asterisk does not see one that arrives early."""

    def __init__(self, transport: asyncio.Transport, env: Mapping[str, str], hang_up_grace: float) -> None:
        self.env = env
        """What Asterisk told at the start: ``agi_uniqueid``, ``agi_channel``, ``agi_arg_1`` …"""
        self.hung_up = asyncio.Event()
        """Set when Asterisk says HANGUP or the connection ends, whoever ended it."""
        self.closed = False
        """Whether the connection is gone. After a HANGUP it stays open until the handler returns."""
        self._transport = transport
        self._hang_up_grace = hang_up_grace
        self._loop = asyncio.get_running_loop()
        self._lock = asyncio.Lock()
        self._in_flight: asyncio.Future[AgiReply] | None = None
        self._changed: asyncio.Future[None] | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def peername(self) -> tuple[str, int]:
        """Address and port Asterisk connects from."""
        name = self._transport.get_extra_info("peername") or ("", 0)
        return str(name[0]), int(name[1])

    async def command(self, *parts: str | int, timeout: float | None = None, after_hang_up: bool = False) -> AgiReply:
        """Send a command and wait for its reply: ``command("STREAM FILE", "welcome", "#")``.

        `timeout` (seconds, None for no limit) includes waiting for commands before it. A command whose caller
        gives up goes on in Asterisk; the next one is sent when its reply has come. `after_hang_up` sends also
        on a dead leg, where Asterisk permits only some (GET VARIABLE, SET VARIABLE, NOOP …).
        Raises AgiHungUp, AgiRefused, TimeoutError, ValueError (arguments that cannot be sent).
        """
        line = encode_command(parts)
        if timeout is None:
            reply = await self._exchange(line, after_hang_up)
        else:
            async with asyncio.timeout(timeout):
                reply = await self._exchange(line, after_hang_up)
        if reply.code == 200:
            return reply
        if reply.code == 511:
            raise AgiHungUp(reply.text)
        raise AgiRefused(line.decode().rstrip(), reply)

    def when_hung_up(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` once when the leg hangs up, at once if it has. Returns the function that undoes it."""
        if self.hung_up.is_set():
            listener()
            return lambda: None
        self._listeners.append(listener)
        return partial(self._forget, listener)

    def abandon(self) -> None:
        """Behave from now on as after a HANGUP; the command in flight raises AgiHungUp at once.

        For a leg that is about to be taken elsewhere: what its old session would still hear means nothing.
        """
        self._hang_up()
        if self._in_flight is not None:
            self._give_up(self._in_flight)

    def close(self) -> None:
        """End the session; the dialplan goes on behind its AGI()."""
        self._listeners.clear()
        self._transport.close()

    async def _exchange(self, line: bytes, after_hang_up: bool) -> AgiReply:
        async with self._lock:
            while self._in_flight is not None:
                self._check_alive(after_hang_up)
                self._changed = self._loop.create_future()
                await self._changed
            self._check_alive(after_hang_up)
            reply: asyncio.Future[AgiReply] = self._loop.create_future()
            self._in_flight = reply
            self._transport.write(line)
            return await reply

    def _check_alive(self, after_hang_up: bool) -> None:
        if self.closed or (self.hung_up.is_set() and not after_hang_up):
            raise AgiHungUp("connection closed" if self.closed else "HANGUP")

    def _forget(self, listener: Callable[[], None]) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)

    def _received(self, item: AgiReply | AgiSignal) -> None:
        if item is AgiSignal.HANGUP:
            self._hang_up()
        elif isinstance(item, AgiReply):
            self._answer(item)

    def _answer(self, reply: AgiReply) -> None:
        waiting, self._in_flight = self._in_flight, None
        if waiting is None:
            log.warning("agi.unexpected_reply", reply=reply.text[:200], channel=self.env.get("agi_channel"))
            return
        if not waiting.done():
            waiting.set_result(reply)
        self._wake_next()

    def _hang_up(self) -> None:
        if self.hung_up.is_set():
            return
        self.hung_up.set()
        if self._in_flight is not None and not self.closed:
            self._loop.call_later(self._hang_up_grace, self._give_up, self._in_flight)
        self._wake_next()
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            try:
                listener()
            except Exception:
                log.exception("agi.hang_up_listener_failed", channel=self.env.get("agi_channel"))

    def _give_up(self, waiting: asyncio.Future[AgiReply]) -> None:
        if not waiting.done():
            waiting.set_exception(AgiHungUp("HANGUP, and no reply to the command in flight"))

    def _lost(self) -> None:
        self.closed = True
        if self._in_flight is not None:
            waiting, self._in_flight = self._in_flight, None
            if not waiting.done():
                waiting.set_exception(AgiHungUp("connection closed"))
        self._hang_up()
        self._wake_next()

    def _wake_next(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)


class AgiServer:
    """Listens for Asterisk and runs `handler` for each session; the connection ends when the handler does.

    `header_timeout` and `hang_up_grace` are seconds: for Asterisk's headers to arrive, and for the reply of a
    command in flight to come after a HANGUP.
    """

    def __init__(self, handler: AgiHandler, *, header_timeout: float = 5.0, hang_up_grace: float = 2.0) -> None:
        self._handler = handler
        self._header_timeout = header_timeout
        self._hang_up_grace = hang_up_grace
        self._servers: list[asyncio.Server] = []
        self._links: set[_Link] = set()

    async def start(self, addresses: Sequence[tuple[str, int]]) -> None:
        """Listen on every (host, port), IPv4 or IPv6; port 0 takes a free one. Raises OSError."""
        loop = asyncio.get_running_loop()
        try:
            for host, port in addresses:
                link = partial(_Link, self)
                self._servers.append(await loop.create_server(link, host, port, backlog=1024))
        except BaseException:
            self.stop_listening()
            raise

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where it listens, with the real ports."""
        return [sock.getsockname()[:2] for server in self._servers for sock in server.sockets]

    @property
    def open_connections(self) -> int:
        """Sessions open now."""
        return len(self._links)

    def stop_listening(self) -> None:
        """Take no new sessions; those that are open go on."""
        for server in self._servers:
            server.close()
        self._servers.clear()

    async def stop(self, grace: float = 0.0) -> None:
        """Take no new sessions, give handlers `grace` seconds to end, then cancel them and close all."""
        self.stop_listening()
        tasks = [link.task for link in self._links if link.task is not None]
        if tasks and grace > 0:
            await asyncio.wait(tasks, timeout=grace)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for link in tuple(self._links):
            link.abort("server stops")


class _Link(asyncio.Protocol):
    """The socket's side of one session."""

    def __init__(self, server: AgiServer) -> None:
        self.task: asyncio.Task[None] | None = None
        self._server = server
        self._parser = AgiParser()
        self._connection: AgiConnection | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server._links.add(self)
        self._header_timer = asyncio.get_running_loop().call_later(
            self._server._header_timeout, self.abort, "no AGI headers in time"
        )

    def data_received(self, data: bytes) -> None:
        try:
            items = self._parser.feed(data)
        except AgiProtocolError as error:
            self.abort(str(error))
            return
        for item in items:
            if self._connection is not None:
                self._connection._received(item)
            elif item is AgiSignal.ENVIRONMENT:
                self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._header_timer.cancel()
        if self._connection is not None:
            self._connection._lost()
        if self.task is None:
            self._server._links.discard(self)

    def abort(self, reason: str) -> None:
        if not self._transport.is_closing():
            log.warning("agi.connection_dropped", reason=reason, peer=self._transport.get_extra_info("peername"))
        self._transport.abort()

    def _begin(self) -> None:
        self._header_timer.cancel()
        connection = AgiConnection(self._transport, self._parser.environment, self._server._hang_up_grace)
        self._connection = connection
        self.task = asyncio.get_running_loop().create_task(self._run(connection))

    async def _run(self, connection: AgiConnection) -> None:
        try:
            await self._server._handler(connection)
        except AgiHungUp:
            log.debug("agi.left_on_hang_up", channel=connection.env.get("agi_channel"))
        except Exception:
            log.exception("agi.handler_failed", channel=connection.env.get("agi_channel"))
        finally:
            connection.close()
            self._server._links.discard(self)
