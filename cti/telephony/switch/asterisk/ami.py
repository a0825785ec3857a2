"""AMI client: one connection to Asterisk's manager that logs in, stays, and comes back when it is lost."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from cti.telephony.switch.asterisk.ami_link import AmiClosed, AmiLink
from cti.telephony.switch.asterisk.ami_protocol import AmiMessage, Headers, encode_action

__all__ = ["AmiClient", "AmiClosed", "AmiLoginRefused", "AmiRefused", "AmiTimes"]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


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
    last_retry: float = 5.0
    refused_retry: float = 60.0
    """After a refused login."""


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
        self._link: AmiLink | None = None
        self._task: asyncio.Task[None] | None = None
        self._told = asyncio.Event()

    def start(self) -> None:
        """Connect, and from then on come back whenever the connection is lost."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def told_of_events(self, within: float) -> bool:
        """Wait until Asterisk tells of events for the first time, for `within` seconds at most; whether it does."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._told.wait()
        return self._told.is_set()

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
        return await self._request(name, headers, variables, action_id, timeout, None)

    async def action_list(self, name: str, headers: Headers = (), *, timeout: float | None = None) -> list[AmiMessage]:
        """Send an action that lists something; returns its events without the one that says it is complete.

        Raises AmiRefused when Asterisk refuses (some say "there are none" so), and what `action` raises.
        """
        events: list[AmiMessage] = []
        response = await self._request(name, headers, None, None, timeout, events)
        if not response.event and not response.ok:
            raise AmiRefused(name, response)
        return events

    async def _request(
        self,
        name: str,
        headers: Headers,
        variables: Mapping[str, str | int] | None,
        action_id: str | None,
        timeout: float | None,
        events: list[AmiMessage] | None,
    ) -> AmiMessage:
        link = self._link
        if link is None:
            raise AmiClosed("not connected to Asterisk")
        if action_id is None:
            action_id = self.new_action_id()
        pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        data = encode_action(name, [("ActionID", action_id), *pairs], variables)
        async with asyncio.timeout(self._times.action if timeout is None else timeout):
            return await link.request(action_id, data, events)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            error = await self._connection()
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

    async def _connection(self) -> AmiClosed:
        """One connection from its beginning to its end; returns why it ended."""
        link = AmiLink(self._on_event)
        try:
            await self._connect(link)
            await self._serve_until_lost(link)
        except AmiClosed as error:
            return error
        except Exception as error:
            log.exception("ami.failed")
            return AmiClosed(f"{self._where}: {error!r}")
        finally:
            link.drop("closed")
        return AmiClosed(link.reason)

    async def _connect(self, link: AmiLink) -> None:
        try:
            async with asyncio.timeout(self._times.connect):
                await asyncio.get_running_loop().create_connection(lambda: link, *self._address)
                await link.greeted
        except TimeoutError:
            raise AmiClosed(f"no greeting from {self._where} within {self._times.connect} s") from None
        except OSError as error:
            raise AmiClosed(f"{self._where}: {error}") from error

    async def _serve_until_lost(self, link: AmiLink) -> None:
        serving = asyncio.create_task(self._serve(link))
        try:
            await asyncio.wait((serving, link.lost), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.up = False
            self._link = None
            link.drop("closed")
            serving.cancel()
            (outcome,) = await asyncio.gather(serving, return_exceptions=True)
        if isinstance(outcome, Exception):
            raise outcome

    async def _serve(self, link: AmiLink) -> None:
        """Everything between the greeting and the loss of the connection. Raises AmiClosed."""
        await self._log_in(link)
        self._told.set()
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
        if link.reason:
            raise AmiClosed(link.reason)
        self.up = True
        link.release_events()
        await self._keep_alive(link)

    async def _log_in(self, link: AmiLink) -> None:
        challenge = await self._answer(link, "Challenge", {"AuthType": "MD5"})
        key = hashlib.md5((challenge.get("Challenge") + self._secret).encode(), usedforsecurity=False)
        await self._answer(
            link, "Login", {"AuthType": "MD5", "Username": self._user, "Key": key.hexdigest(), "Events": "on"}
        )
        for event_filter in self._event_filter:
            await self._answer(link, "Filter", {"Operation": "Add", "Filter": event_filter})

    async def _answer(self, link: AmiLink, name: str, headers: Mapping[str, str]) -> AmiMessage:
        action_id = self.new_action_id()
        try:
            async with asyncio.timeout(self._times.action):
                data = encode_action(name, {"ActionID": action_id, **headers})
                response = await link.request(action_id, data)
        except TimeoutError:
            raise AmiClosed(f"no answer to {name} within {self._times.action} s") from None
        if not response.ok:
            raise AmiLoginRefused(f"{self._where}, user {self._user}: {name}: {response.message}")
        return response

    async def _keep_alive(self, link: AmiLink) -> None:
        while True:
            quiet = link.loop.time() - link.last_heard
            if quiet < self._times.ping_after:
                await asyncio.sleep(self._times.ping_after - quiet)
                continue
            action_id = self.new_action_id()
            try:
                async with asyncio.timeout(self._times.ping_answer):
                    ping = encode_action("Ping", {"ActionID": action_id})
                    await link.request(action_id, ping)
            except TimeoutError:
                raise AmiClosed(f"no answer to Ping within {self._times.ping_answer} s") from None

    @property
    def _where(self) -> str:
        host, port = self._address
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
