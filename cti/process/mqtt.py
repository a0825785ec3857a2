"""The outside's copy of what happens, over MQTT: told after it was stored, numbers masked, never in the calls' way.

`hotline/v1/calls/<id>/<event>`, `…/records/<organisation>/<kind>/<id>/<event>` of what people keep, and retained
states `…/agents/<id>` and `…/queues/<id>`. `python -m cti.process.mqtt
DATA` publishes what the engine writes to its standard input (`cti.process.mirror`) until that ends. A broker that is
slow or gone costs nothing: beyond the bound, the oldest messages are left out (the journal has them) and counted.
"""

from __future__ import annotations

import asyncio
import re
import sys
import typing
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiomqtt
import msgspec
import structlog

from cti.base import logs, priority
from cti.base.events import MAY_HOLD_NUMBER, AgentStateChanged, CallEvent, Event, QueueChanged, RecordEvent
from cti.base.numbers.number import Number, masked_in
from cti.base.settings import Settings
from cti.process import broker
from cti.store.journal.encoding import fields_reader

log = structlog.get_logger(__name__)

ROOT = "hotline/v1"
BOUND = 20_000
RETRY_SECONDS = (0.5, 1, 2, 5)
LENGTH_BYTES = 4
"""Before each batch on the pipe stands its length, big-endian."""
_WORDS = re.compile(r"(?<!^)(?=[A-Z])")

Message = tuple[str, dict[str, Any], bool]
"""Topic, payload and whether it is retained."""
_batch = msgspec.msgpack.Decoder(list[Message])
Mask = Callable[[Any], str]
Shape = tuple[str, tuple[str, ...], Callable[[Event], tuple[Any, ...]], tuple[tuple[str, Mask], ...]]
"""Of an event type: its name in topics, its fields, what reads them, and how those with numbers are masked."""
_shapes: dict[type[Event], Shape] = {}


def message_of(event: Event, sequence: int | None = None) -> Message | None:
    """The message of an event, with its number in the journal; None for events that stay inside."""
    kind = type(event)
    if kind not in _shapes:
        _shapes[kind] = _shape(kind)
    name, names, read, masks = _shapes[kind]
    payload: dict[str, Any] = dict(zip(names, read(event), strict=True))
    for field, mask in masks:
        payload[field] = mask(payload[field])
    payload["event"] = name
    if sequence is not None:
        payload["sequence"] = sequence
    match event:
        case CallEvent(call=call):
            return f"{ROOT}/calls/{call}/{name}", payload, False
        case RecordEvent(organisation=organisation, kind=kind_of, record=record):
            return f"{ROOT}/records/{organisation}/{kind_of}/{record}/{name}", payload, False
        case AgentStateChanged(agent=agent):
            return f"{ROOT}/agents/{agent}", payload, True
        case QueueChanged(queue=queue):
            return f"{ROOT}/queues/{queue}", payload, True
    return None


def _shape(kind: type[Event]) -> Shape:
    hints = typing.get_type_hints(kind)
    names = tuple(one.name for one in fields(kind))
    masks: list[tuple[str, Mask]] = [(name, attrgetter("masked")) for name in names if hints[name] is Number]
    masks += [(name, masked_in) for name in names if name in MAY_HOLD_NUMBER and hints[name] is str]
    return _WORDS.sub("_", kind.__name__).lower(), names, fields_reader(names), tuple(masks)


class MqttPublisher:
    """Publishes messages to a broker, for ever trying again."""

    def __init__(self, host: str, port: int, user: str | None, password: str | None, *, tls: bool = False) -> None:
        self._address = (host, port)
        self._login = (user, password)
        self._tls = tls
        self._waiting: deque[Message] = deque(maxlen=BOUND)
        self._told: dict[str, Message] = {}
        """Retained states by topic: a broker that was started again has forgotten them."""
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.is_up = False
        self.left_out = 0

    def take(self, messages: Iterable[Message]) -> None:
        """Publish these, in order."""
        for message in messages:
            self.left_out += len(self._waiting) == BOUND
            self._waiting.append(message)
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
            try:
                await self._serve()
            except (aiomqtt.MqttError, OSError) as error:
                self.is_up = False
                delay = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
                failures += 1
                log.warning("mqtt.down", error=str(error), retry_in=delay)
                await asyncio.sleep(delay)
            else:
                failures = 0

    async def _serve(self) -> None:
        user, password = self._login
        tls = aiomqtt.TLSParameters() if self._tls else None
        client = aiomqtt.Client(*self._address, username=user, password=password, tls_params=tls, timeout=5)
        async with client:
            self.is_up = True
            both = {asyncio.create_task(self._tell_all(client)), asyncio.create_task(_until_lost(client))}
            try:
                done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in both:
                    task.cancel()
                await asyncio.gather(*both, return_exceptions=True)

    async def _tell_all(self, client: aiomqtt.Client) -> None:
        for message in list(self._told.values()):
            await _publish(client, message)
        while True:
            if not self._waiting:
                self._news.clear()
                await self._news.wait()
            message = self._waiting[0]
            await _publish(client, message)
            topic, _, retained = message
            if retained:
                self._told[topic] = message
            if self._waiting:
                self._waiting.popleft()


async def _publish(client: aiomqtt.Client, message: Message) -> None:
    topic, payload, retained = message
    await client.publish(topic, msgspec.json.encode(payload), qos=0, retain=retained)


async def _until_lost(client: aiomqtt.Client) -> None:
    """Raises MqttError when the broker is gone; we subscribe to nothing, so nothing else ever comes."""
    async for _ in client.messages:
        pass


def publisher_of(settings: Settings) -> MqttPublisher:
    """The publisher to the broker that the settings name."""
    found = settings.house.broker
    if found.url is None:
        return MqttPublisher("127.0.0.1", found.port, *broker.credentials(settings.data))
    url = urlsplit(found.url)
    tls = url.scheme == "mqtts"
    return MqttPublisher(
        url.hostname or "127.0.0.1", url.port or (8883 if tls else 1883), url.username, url.password, tls=tls
    )


async def serve(reader: asyncio.StreamReader, publisher: MqttPublisher) -> None:
    """Publish the batches that come until the other end closes; a batch that is not whole then is dropped."""
    publisher.start()
    try:
        while True:
            length = int.from_bytes(await reader.readexactly(LENGTH_BYTES))
            publisher.take(_batch.decode(await reader.readexactly(length)))
    except asyncio.IncompleteReadError:
        pass
    finally:
        await publisher.stop()


async def main(data: Path) -> None:
    """Until standard input ends, which it does with the engine."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    await serve(reader, publisher_of(Settings.load(data)))


if __name__ == "__main__":
    priority.take(priority.LATER)
    logs.configure(Path(sys.argv[1]))
    asyncio.run(main(Path(sys.argv[1])))
