"""The outside's copy of what happens, over MQTT: told after it was stored, numbers masked, never in the calls' way.

`hotline/v1/calls/<id>/<event>`, and retained states `…/agents/<id>` and `…/queues/<id>`. A broker that is slow or gone
costs nothing: beyond the bound, the oldest events are left out here (the journal has them) and counted.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import fields
from typing import Any

import aiomqtt
import msgspec
import structlog

from cti.events import AgentStateChanged, CallEvent, Event, QueueChanged, Stored
from cti.number import Number

log = structlog.get_logger(__name__)

ROOT = "hotline/v1"
BOUND = 20_000
RETRY_SECONDS = (0.5, 1, 2, 5)
_WORDS = re.compile(r"(?<!^)(?=[A-Z])")


def message_of(event: Event) -> tuple[str, dict[str, Any], bool] | None:
    """Topic, payload and whether it is retained; None for events that stay inside."""
    name = _WORDS.sub("_", type(event).__name__).lower()
    payload = {"event": name} | {one.name: _plain(getattr(event, one.name)) for one in fields(event)}
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
        while True:
            if not self._waiting:
                self._news.clear()
                await self._news.wait()
            topic, payload, retained = self._waiting[0]
            await client.publish(topic, msgspec.json.encode(payload), qos=0, retain=retained)
            if self._waiting:
                self._waiting.popleft()


async def _until_lost(client: aiomqtt.Client) -> None:
    """Raises MqttError when the broker is gone; we subscribe to nothing, so nothing else ever comes."""
    async for _ in client.messages:
        pass
