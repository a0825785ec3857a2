"""ESL client: one inbound connection to FreeSWITCH that logs in, subscribes, stays, and comes back when it is lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

import structlog

from cti.telephony.switch.freeswitch.esl_backlog import MAX_BACKLOG
from cti.telephony.switch.freeswitch.esl_link import EslClosed, EslLink, EslLoginRefused
from cti.telephony.switch.freeswitch.esl_messages import ApiResponse, EslEvent, EslRefused, EslReply, HeaderSelection
from cti.telephony.switch.freeswitch.esl_protocol import encode_command, execute_headers, join_arguments, subscription

__all__ = ["EslClient", "EslClosed", "EslLoginRefused", "EslRefused", "EslTimes"]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EslTimes:
    """Seconds. `first_retry` doubles up to `last_retry`, each shortened by up to half at random."""

    connect: float = 5.0
    """Until FreeSWITCH asks for the password."""
    command: float = 10.0
    job: float = 90.0
    """For a background job to end; FreeSWITCH itself lets an originate ring for 60."""
    resync: float = 30.0
    """What `on_up` may take."""
    ping_after: float = 15.0
    """Silence after which FreeSWITCH is asked for a sign of life."""
    ping_answer: float = 5.0
    blocked: float = 20.0
    """How late an answer may be after its caller gave up: then the connection is given up."""
    first_retry: float = 0.5
    last_retry: float = 5.0
    refused_retry: float = 60.0
    """After a refused password or address."""


class EslClient:
    """Keeps one inbound connection. `start` it once; commands work between `on_up` and `on_down`.

    - `on_up()` is awaited after every login, to read what is on the switch. Events that come meanwhile are kept
      and follow in their order when it returns; some may be older than what it read. If it raises or takes longer
      than `times.resync`, the connection is closed and made anew.
    - `on_event(event)` is called for one event after the other, its headers decoded. It may be slow: the reader
      goes on, and the loop gets its turn every few milliseconds. What it raises is logged.
    - `on_down(error)` is called when a connection is lost and for each attempt that fails, never while `on_up`
      runs, and not for `close`. EslLoginRefused tells a wrong password from an unreachable switch.

    `events` and `custom` (subclasses of CUSTOM) are what is subscribed to, BACKGROUND_JOB besides. `filters` are
    (header, value) pairs: with them only events that match one come, BACKGROUND_JOB besides. `reads` are the headers
    that `on_event` asks for: events are decoded at a third of the price; others can be read all the same.
    """

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        *,
        on_event: Callable[[EslEvent], None],
        on_up: Callable[[], Awaitable[None]],
        on_down: Callable[[EslClosed], None],
        events: Sequence[str] = (),
        custom: Sequence[str] = (),
        filters: Sequence[tuple[str, str]] = (),
        reads: Sequence[str] = (),
        times: EslTimes | None = None,
        jitter: Callable[[], float] = random.random,
        max_backlog: int = MAX_BACKLOG,
    ) -> None:
        self.up = False
        """Whether logged in and resynchronised."""
        self._address = (host, port)
        self._auth = encode_command(f"auth {password}")
        self._set_up = [subscription(("BACKGROUND_JOB", *events), tuple(custom))]
        if filters:
            pairs = [("Event-Name", "BACKGROUND_JOB"), *filters]
            self._set_up = [*(f"filter {name} {value}" for name, value in pairs), *self._set_up]
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._times = times or EslTimes()
        self._jitter = jitter
        self._max_backlog = max_backlog
        self._reads = HeaderSelection(reads) if reads else None
        self._link: EslLink | None = None
        self._task: asyncio.Task[None] | None = None
        self._told = asyncio.Event()

    def start(self) -> None:
        """Connect, and from then on come back whenever the connection is lost."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def told_of_events(self, within: float) -> bool:
        """Wait until FreeSWITCH tells of events for the first time, for `within` seconds at most; whether it does."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._told.wait()
        return self._told.is_set()

    async def close(self) -> None:
        """Disconnect and stay away; calls stay up. Commands in flight raise EslClosed."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def api(self, *parts: str | int, timeout: float | None = None) -> ApiResponse:
        """Run an api command, ``api("uuid_kill", uuid)``, and return what it printed, errors too (`ApiResponse.ok`).

        While it runs FreeSWITCH sends nothing else here: what takes long (originate) goes by `bgapi`. `timeout` in
        seconds, default `times.command`. Raises EslClosed, TimeoutError, ValueError (what cannot be sent).
        """
        data = encode_command("api " + join_arguments(*parts))
        link = self._connected()
        async with asyncio.timeout(self._times.command if timeout is None else timeout):
            return await link.api(data)

    async def bgapi(self, *parts: str | int, timeout: float | None = None) -> ApiResponse:
        """Run an api command in the background and return what it printed, errors too.

        `timeout` in seconds, default `times.job`. When it ends early the command goes on in FreeSWITCH, and its
        BACKGROUND_JOB comes to `on_event`. Raises EslRefused and what `api` raises.
        """
        job = str(uuid4())
        data = encode_command("bgapi " + join_arguments(*parts), {"Job-UUID": job})
        link = self._connected()
        async with asyncio.timeout(self._times.job if timeout is None else timeout):
            return await link.job(job, data)

    async def command(
        self,
        line: str,
        headers: Mapping[str, str | int] | None = None,
        body: str = "",
        *,
        timeout: float | None = None,
    ) -> EslReply:
        """Send any other command and return its reply, errors too. Raises what `api` raises."""
        if line.split(" ", 1)[0].lower() in ("api", "bgapi"):
            raise ValueError(f"{line[:40]!r}: its answer is another one; use api() or bgapi()")
        data = encode_command(line, headers, body)
        link = self._connected()
        async with asyncio.timeout(self._times.command if timeout is None else timeout):
            return await link.command(data)

    async def execute(self, uuid: str, app: str, argument: str = "", *, lock: bool = True) -> str:
        """Queue a dialplan application on a leg that is parked or held by a socket; returns its Event-UUID.

        CHANNEL_EXECUTE_COMPLETE carries that as Application-UUID. `lock`: see `execute_headers`. Raises EslRefused
        (no such leg) and what `api` raises.
        """
        event_uuid = str(uuid4())
        headers = execute_headers(app, argument, event_uuid=event_uuid, lock=lock)
        (await self.command(f"sendmsg {uuid}", headers)).checked(f"execute {app}")
        return event_uuid

    def _connected(self) -> EslLink:
        if self._link is None:
            raise EslClosed("not connected to FreeSWITCH")
        return self._link

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            error = await self._connection()
            if loop.time() - began > self._times.last_retry:
                failures = 0
            delay = min(self._times.first_retry * 2**failures, self._times.last_retry)
            if isinstance(error, EslLoginRefused):
                delay = self._times.refused_retry
            delay *= 1 - self._jitter() / 2
            failures = min(failures + 1, 30)
            log.warning("esl.down", error=str(error), retry_in=round(delay, 2))
            try:
                self._on_down(error)
            except Exception:
                log.exception("esl.on_down_failed")
            await asyncio.sleep(delay)

    async def _connection(self) -> EslClosed:
        """One connection from its beginning to its end; returns why it ended."""
        link = EslLink(self._on_event, reads=self._reads, max_backlog=self._max_backlog, blocked=self._times.blocked)
        try:
            await self._connect(link)
            await self._serve_until_lost(link)
        except EslClosed as error:
            return error
        except Exception as error:
            log.exception("esl.failed")
            return EslClosed(f"{self._where}: {error!r}")
        finally:
            link.drop("closed")
        return EslClosed(link.reason)

    async def _connect(self, link: EslLink) -> None:
        try:
            async with asyncio.timeout(self._times.connect):
                await asyncio.get_running_loop().create_connection(lambda: link, *self._address)
                await link.auth_requested
        except TimeoutError:
            raise EslClosed(f"{self._where} asks for no password within {self._times.connect} s") from None
        except OSError as error:
            raise EslClosed(f"{self._where}: {error}") from error

    async def _serve_until_lost(self, link: EslLink) -> None:
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

    async def _serve(self, link: EslLink) -> None:
        """Everything between the request for the password and the loss of the connection. Raises EslClosed."""
        if not (await self._answer(link, "auth", self._auth)).ok:
            raise EslLoginRefused(f"{self._where}: wrong password for FreeSWITCH's event socket")
        link.hold_events()
        for line in self._set_up:
            reply = await self._answer(link, line, encode_command(line))
            if not reply.ok:
                raise EslLoginRefused(f"{self._where}: {line[:200]}: {reply.text}")
        self._told.set()
        self._link = link
        try:
            async with asyncio.timeout(self._times.resync):
                await self._on_up()
        except Exception as error:
            if link.lost.done() or link.reason:
                raise EslClosed(link.reason) from error
            log.exception("esl.on_up_failed")
            raise EslClosed(f"resynchronising failed: {error!r}") from error
        if link.reason:
            raise EslClosed(link.reason)
        self.up = True
        link.release_events()
        await self._keep_alive(link)

    async def _answer(self, link: EslLink, what: str, data: bytes) -> EslReply:
        try:
            async with asyncio.timeout(self._times.command):
                return await link.command(data)
        except TimeoutError:
            raise EslClosed(f"no answer to {what[:200]} within {self._times.command} s") from None

    async def _keep_alive(self, link: EslLink) -> None:
        while True:
            quiet = link.loop.time() - link.last_heard
            if quiet >= self._times.ping_after and not link.waiting:
                link.probe(self._times.ping_answer)
            await asyncio.sleep(max(self._times.ping_after - quiet, self._times.ping_answer))

    @property
    def _where(self) -> str:
        host, port = self._address
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
