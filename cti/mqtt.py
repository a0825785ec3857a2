"""The outside's copy of what happens, over MQTT: told after it was stored, numbers masked, never in the calls' way.

`hotline/v1/calls/<id>/<event>`, and retained states `…/agents/<id>` and `…/queues/<id>`. A broker that is slow or gone
costs nothing: beyond the bound, the oldest events are left out here (the journal has them) and counted.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import deque
from dataclasses import fields
from typing import Any, cast

import msgspec
import structlog

from cti.events import AgentStateChanged, CallEvent, Event, QueueChanged, Stored
from cti.ids import new_id
from cti.mqtt_protocol import DISCONNECT, PINGREQ, BrokerParser, MqttProtocolError, connect, publish
from cti.number import Number

log = structlog.get_logger(__name__)

ROOT = "hotline/v1"
BOUND = 20_000
RETRY_SECONDS = (0.5, 1, 2, 5)
STOOD_SECONDS = 10.0
"""A connection that stood so long was none that failed."""
KEEP_ALIVE = 30
CONNECT_SECONDS = 5.0
AT_ONCE = 200
encode = msgspec.json.Encoder().encode
_WORDS = re.compile(r"(?<!^)(?=[A-Z])")
_shapes: dict[type[Event], tuple[str, tuple[str, ...]]] = {}


def message_of(event: Event) -> tuple[str, dict[str, Any], bool] | None:
    """Topic, payload and whether it is retained; None for events that stay inside."""
    kind = type(event)
    if kind not in _shapes:
        _shapes[kind] = _WORDS.sub("_", kind.__name__).lower(), tuple(one.name for one in fields(kind))
    name, names = _shapes[kind]
    payload = {"event": name} | {one: _plain(getattr(event, one)) for one in names}
    match event:
        case CallEvent(call=call):
            return f"{ROOT}/calls/{call}/{name}", payload, False
        case AgentStateChanged(agent=agent):
            return f"{ROOT}/agents/{agent}", payload, True
        case QueueChanged(queue=queue):
            return f"{ROOT}/queues/{queue}", payload, True
    return None


def _plain(value: Any) -> Any:
    return value.masked if isinstance(value, Number) else value


class MqttMirror:
    """Publishes stored events to a broker, for ever trying again."""

    def __init__(self, host: str, port: int, user: str | None, password: str | None, *, tls: bool = False) -> None:
        self._address = (host, port)
        self._login = (user, password)
        self._tls = tls
        self._waiting: deque[tuple[str, dict[str, Any], bool]] = deque(maxlen=BOUND)
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.is_up = False
        self.left_out = 0

    def tell(self, stored: list[Stored]) -> None:
        """Take events that the journal has stored."""
        for one in stored:
            self._take(one.event, {"sequence": one.sequence})

    def tell_figures(self, event: QueueChanged) -> None:
        """Take a queue's figures, which the journal does not keep."""
        self._take(event, {})

    def _take(self, event: Event, more: dict[str, Any]) -> None:
        if (message := message_of(event)) is not None:
            topic, payload, retained = message
            self.left_out += len(self._waiting) == BOUND
            self._waiting.append((topic, payload | more, retained))
            self._news.set()

    def start(self) -> None:
        """Connect, and stay connected."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Tell what waits, for at most a second, and leave."""
        task, self._task = self._task, None
        if task is None:
            return
        for _ in range(20):
            if not self._waiting or not self.is_up:
                break
            await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._serve()
            except (MqttProtocolError, OSError) as error:
                self.is_up = False
                if asyncio.get_running_loop().time() - began > STOOD_SECONDS:
                    failures = 0
                delay = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
                failures += 1
                log.warning("mqtt.down", error=str(error), retry_in=delay)
                await asyncio.sleep(delay)

    async def _serve(self) -> None:
        """One connection, until it is lost: then OSError or MqttProtocolError."""
        loop = asyncio.get_running_loop()
        link = _Link()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                tls = ssl.create_default_context() if self._tls else None
                await loop.create_connection(lambda: link, *self._address, ssl=tls)
                link.send(connect(f"hotline-{new_id()}", KEEP_ALIVE, *self._login))
                await link.until(link.accepted)
        except TimeoutError:
            link.close()
            raise ConnectionError("the broker does not answer") from None
        try:
            self.is_up = True
            await self._publish(link)
        finally:
            self.is_up = False
            link.close()

    async def _publish(self, link: _Link) -> None:
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE):
                    await link.until(link.writable)
            except TimeoutError:
                raise ConnectionError("the broker takes nothing") from None
            self._news.clear()
            if self._waiting:
                # Many at once: each write is a system call here, and wakes the broker there.
                many = [self._waiting.popleft() for _ in range(min(len(self._waiting), AT_ONCE))]
                link.send(b"".join(publish(topic, encode(payload), retain=keep) for topic, payload, keep in many))
                continue
            try:
                async with asyncio.timeout(KEEP_ALIVE / 2):
                    await link.until(self._news)
            except TimeoutError:
                await self._ping(link)

    @staticmethod
    async def _ping(link: _Link) -> None:
        link.alive.clear()
        link.send(PINGREQ)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await link.until(link.alive)
        except TimeoutError:
            raise ConnectionError("the broker does not answer a ping") from None


class _Link(asyncio.Protocol):
    """One connection to the broker."""

    def __init__(self) -> None:
        self.accepted, self.alive, self.writable = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._parser = BrokerParser()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.writable.set()

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    def data_received(self, data: bytes) -> None:
        try:
            kinds = self._parser.feed(data)
        except MqttProtocolError as error:
            self._fail(error)
            return
        if kinds:
            self.accepted.set()
            self.alive.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(ConnectionError(f"connection lost: {exc}" if exc else "the broker closed the connection"))

    def _fail(self, error: Exception) -> None:
        if not self._lost.done():
            self._lost.set_exception(error)
            self._lost.exception()  # whoever waits for it may be gone: not an error then
        self.close()

    def send(self, data: bytes) -> None:
        """Write it."""
        assert self._transport is not None
        self._transport.write(data)

    def close(self) -> None:
        """Say goodbye, and leave."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(DISCONNECT)
            self._transport.close()

    async def until(self, event: asyncio.Event) -> None:
        """Wait for the event; raises why the connection was lost when that comes first."""
        if self._lost.done():
            await self._lost
        if event.is_set():
            return
        waiting = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait((waiting, self._lost), return_when=asyncio.FIRST_COMPLETED)
            if self._lost.done():
                await self._lost
        finally:
            waiting.cancel()
