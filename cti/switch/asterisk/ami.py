"""AMI client: one connection to Asterisk's manager that logs in, stays, and comes back when it is lost."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import structlog

from cti.switch.asterisk.ami_protocol import AmiMessage, AmiParser, AmiProtocolError, Headers, encode_action

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class AmiClosed(Exception):
    """There is no connection to Asterisk, or it was lost before the answer came. Says why."""


class AmiLoginRefused(AmiClosed):
    """Asterisk refuses the user, the secret or the event filter: retrying soon does not help."""


class AmiRefused(Exception):
    """Asterisk answered an action that lists something with ``Error``."""

    def __init__(self, action: str, response: AmiMessage) -> None:
        super().__init__(f"{action}: {response.message}")
        self.response = response


@dataclass(frozen=True, slots=True)
class AmiTimes:
    """Seconds. `first_retry` doubles up to `last_retry`, each shortened by up to half at random."""

    connect: float = 5.0
    action: float = 10.0
    boot: float = 30.0
    """From the login until Asterisk says FullyBooted; then `on_up` is called all the same."""
    resync: float = 30.0
    """What `on_up` may take."""
    ping_after: float = 15.0
    """Silence after which a Ping is sent."""
    ping_answer: float = 5.0
    first_retry: float = 0.5
    last_retry: float = 15.0
    refused_retry: float = 60.0
    """After a refused login."""


@dataclass(slots=True)
class _Pending:
    answer: asyncio.Future[AmiMessage]
    events: list[AmiMessage] | None = None
    """Events of an action that lists something; None for others."""


class AmiClient:
    """Keeps one AMI connection. `start` it once; `action` works between `on_up` and `on_down`.

    - `on_up()` is awaited after every login, to read what is on the switch. Events that come meanwhile are
      kept and follow in their order when it returns; some may be older than what it read. If it raises or
      takes longer than `times.resync`, the connection is closed and made anew.
    - `on_event(message)` is called from the reader for one event after the other. It must not block: Asterisk
      drops a manager that does not read. What it raises is logged.
    - `on_down(error)` is called when a connection is lost and for each attempt that fails, never while
      `on_up` runs, and not for `close`. AmiLoginRefused tells a wrong secret from an unreachable switch.

    `event_filter` holds values for the action Filter (see `only_events`; needs ``write=system``). The
    manager's user needs ``read=system`` for FullyBooted.
    """

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        secret: str,
        *,
        on_event: Callable[[AmiMessage], None],
        on_up: Callable[[], Awaitable[None]],
        on_down: Callable[[AmiClosed], None],
        event_filter: Sequence[str] = (),
        times: AmiTimes | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.up = False
        """Whether logged in and resynchronised."""
        self._address = (host, port)
        self._user = user
        self._secret = secret
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._event_filter = tuple(event_filter)
        self._times = times or AmiTimes()
        self._jitter = jitter
        self._ids = itertools.count(1)
        self._session = secrets.token_hex(4)
        self._link: _Link | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect, and from then on come back whenever the connection is lost."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Disconnect and stay away. Actions in flight raise AmiClosed."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def new_action_id(self) -> str:
        """An ActionID nobody else uses, for an action whose later events carry it (Originate)."""
        return f"{self._session}-{next(self._ids)}"

    async def action(
        self,
        name: str,
        headers: Headers = (),
        *,
        variables: Mapping[str, str | int] | None = None,
        action_id: str | None = None,
        timeout: float | None = None,
    ) -> AmiMessage:
        """Send an action and return its response, also when that is an error (see `AmiMessage.ok`).

        `timeout` in seconds, default `times.action`. Raises AmiClosed, TimeoutError, ValueError (what cannot
        be sent).
        """
        pending = _Pending(asyncio.get_running_loop().create_future())
        return await self._request(pending, name, headers, variables, action_id, timeout)

    async def action_list(self, name: str, headers: Headers = (), *, timeout: float | None = None) -> list[AmiMessage]:
        """Send an action that lists something; returns its events without the one that says it is complete.

        Raises AmiRefused when Asterisk refuses (some say "there are none" so), and what `action` raises.
        """
        events: list[AmiMessage] = []
        pending = _Pending(asyncio.get_running_loop().create_future(), events)
        response = await self._request(pending, name, headers, None, None, timeout)
        if not response.event and not response.ok:
            raise AmiRefused(name, response)
        return events

    async def _request(
        self,
        pending: _Pending,
        name: str,
        headers: Headers,
        variables: Mapping[str, str | int] | None,
        action_id: str | None,
        timeout: float | None,
    ) -> AmiMessage:
        link = self._link
        if link is None:
            raise AmiClosed("not connected to Asterisk")
        if action_id is None:
            action_id = self.new_action_id()
        pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        data = encode_action(name, [("ActionID", action_id), *pairs], variables)
        async with asyncio.timeout(self._times.action if timeout is None else timeout):
            return await link.request(action_id, data, pending)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            error = await self._stay_connected()
            if loop.time() - began > self._times.last_retry:
                failures = 0
            delay = min(self._times.first_retry * 2**failures, self._times.last_retry)
            if isinstance(error, AmiLoginRefused):
                delay = self._times.refused_retry
            delay *= 1 - self._jitter() / 2
            failures = min(failures + 1, 30)
            log.warning("ami.down", error=str(error), retry_in=round(delay, 2))
            try:
                self._on_down(error)
            except Exception:
                log.exception("ami.on_down_failed")
            await asyncio.sleep(delay)

    async def _stay_connected(self) -> AmiClosed:
        """Connect, serve, and return why the connection ended."""
        link = _Link(self._on_event)
        try:
            async with asyncio.timeout(self._times.connect):
                await asyncio.get_running_loop().create_connection(lambda: link, *self._address)
                await link.greeted
        except TimeoutError:
            link.drop("")
            return AmiClosed(f"no greeting from {self._where} within {self._times.connect} s")
        except AmiClosed as error:
            return error
        except OSError as error:
            return AmiClosed(f"{self._where}: {error}")
        except asyncio.CancelledError:
            link.drop("closed")
            raise
        serving = asyncio.create_task(self._serve(link))
        try:
            await asyncio.wait((serving, link.lost), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.up = False
            self._link = None
            link.drop("closed")
            serving.cancel()
            (outcome,) = await asyncio.gather(serving, return_exceptions=True)
        if isinstance(outcome, AmiClosed):
            return outcome
        return AmiClosed(link.reason)

    async def _serve(self, link: _Link) -> None:
        """Everything between the greeting and the loss of the connection. Raises AmiClosed."""
        await self._log_in(link)
        try:
            async with asyncio.timeout(self._times.boot):
                await link.booted
        except TimeoutError:
            log.warning("ami.no_fully_booted", waited=self._times.boot)
        link.hold_events()
        self._link = link
        try:
            async with asyncio.timeout(self._times.resync):
                await self._on_up()
        except Exception as error:
            if link.lost.done():
                raise AmiClosed(link.reason) from error
            log.exception("ami.on_up_failed")
            raise AmiClosed(f"resynchronising failed: {error!r}") from error
        self.up = True
        link.release_events()
        await self._keep_alive(link)

    async def _log_in(self, link: _Link) -> None:
        challenge = await self._answer(link, "Challenge", {"AuthType": "MD5"})
        key = hashlib.md5((challenge.get("Challenge") + self._secret).encode(), usedforsecurity=False)
        await self._answer(
            link, "Login", {"AuthType": "MD5", "Username": self._user, "Key": key.hexdigest(), "Events": "on"}
        )
        for event_filter in self._event_filter:
            await self._answer(link, "Filter", {"Operation": "Add", "Filter": event_filter})

    async def _answer(self, link: _Link, name: str, headers: Mapping[str, str]) -> AmiMessage:
        action_id = self.new_action_id()
        try:
            async with asyncio.timeout(self._times.action):
                data = encode_action(name, {"ActionID": action_id, **headers})
                response = await link.request(action_id, data, _Pending(link.loop.create_future()))
        except TimeoutError:
            raise AmiClosed(f"no answer to {name} within {self._times.action} s") from None
        if not response.ok:
            raise AmiLoginRefused(f"{self._where}, user {self._user}: {name}: {response.message}")
        return response

    async def _keep_alive(self, link: _Link) -> None:
        while True:
            quiet = link.loop.time() - link.last_heard
            if quiet < self._times.ping_after:
                await asyncio.sleep(self._times.ping_after - quiet)
                continue
            action_id = self.new_action_id()
            try:
                async with asyncio.timeout(self._times.ping_answer):
                    ping = encode_action("Ping", {"ActionID": action_id})
                    await link.request(action_id, ping, _Pending(link.loop.create_future()))
            except TimeoutError:
                raise AmiClosed(f"no answer to Ping within {self._times.ping_answer} s") from None

    @property
    def _where(self) -> str:
        host, port = self._address
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Link(asyncio.Protocol):
    """One connection, from its opening to its loss."""

    def __init__(self, on_event: Callable[[AmiMessage], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = self.loop.create_future()
        self.booted: asyncio.Future[None] = self.loop.create_future()
        self.lost: asyncio.Future[None] = self.loop.create_future()
        self.reason = ""
        self.last_heard = self.loop.time()
        self._parser = AmiParser()
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._pending: dict[str, _Pending] = {}
        self._held: list[AmiMessage] = []
        self._on_event = on_event
        self._deliver: Callable[[AmiMessage], None] = self._before_up

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self.last_heard = self.loop.time()
        try:
            messages = self._parser.feed(data)
        except AmiProtocolError as error:
            self.drop(str(error))
            return
        if not self.greeted.done() and self._parser.version is not None:
            self.greeted.set_result(None)
        for message in messages:
            pending = self._pending.get(message.action_id) if self._pending else None
            if not message.event:
                self._take_response(pending, message)
            elif pending is not None and pending.events is not None:
                self._take_listed(pending, message)
            else:
                self._deliver(message)

    def connection_lost(self, exc: Exception | None) -> None:
        self.drop(f"connection lost: {exc}" if exc else "Asterisk closed the connection")
        if not self.lost.done():
            self.lost.set_result(None)

    async def request(self, action_id: str, data: bytes, pending: _Pending) -> AmiMessage:
        if self.reason:
            raise AmiClosed(self.reason)
        assert self._transport is not None
        self._pending[action_id] = pending
        try:
            await self._writable.wait()
            if not pending.answer.done():
                self._transport.write(data)
            return await pending.answer
        finally:
            self._pending.pop(action_id, None)

    def drop(self, reason: str) -> None:
        """End the connection; what waits for an answer fails now. Only the first reason counts."""
        if not self.reason:
            self.reason = reason
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(AmiClosed(self.reason))
                pending.answer.exception()  # whoever awaits it may have been cancelled: not an error then
        if not self.greeted.done():
            self.greeted.set_exception(AmiClosed(self.reason))
            self.greeted.exception()
        self._writable.set()
        if self._transport is not None:
            self._transport.abort()

    def hold_events(self) -> None:
        self._deliver = self._held.append

    def release_events(self) -> None:
        held, self._held = self._held, []
        self._deliver = self._tell
        for message in held:
            self._tell(message)

    def _before_up(self, message: AmiMessage) -> None:
        if message.event == "FullyBooted" and not self.booted.done():
            self.booted.set_result(None)

    def _tell(self, message: AmiMessage) -> None:
        try:
            self._on_event(message)
        except Exception:
            log.exception("ami.on_event_failed", name=message.event)

    def _take_response(self, pending: _Pending | None, message: AmiMessage) -> None:
        if pending is None or pending.answer.done():
            log.debug("ami.unexpected_response", response=repr(message))
        elif pending.events is None or not message.ok:
            pending.answer.set_result(message)

    def _take_listed(self, pending: _Pending, message: AmiMessage) -> None:
        assert pending.events is not None
        if message.get("EventList").lower() in ("complete", "cancelled"):
            if not pending.answer.done():
                pending.answer.set_result(message)
        else:
            pending.events.append(message)
