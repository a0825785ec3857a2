"""Who may do what at the embedded broker, tried on a real one."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
import pytest

from cti.broker import READER, USER, credentials, may, mosquitto_acl, write_for_mosquitto

TOPIC = "hotline/v1/agents/1001"


class Place:
    """A running broker."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port

    def client(self, user: str, **more: object) -> aiomqtt.Client:
        name, password = credentials(self.data, user)
        more.setdefault("password", password)
        return aiomqtt.Client("127.0.0.1", self.port, username=name, timeout=5, **more)  # type: ignore[arg-type]

    async def retained(self) -> list[bytes]:
        """What a newcomer is told."""
        found = []
        async with self.client(READER) as client:
            await client.subscribe("hotline/#")
            try:
                async with asyncio.timeout(0.5):
                    async for message in client.messages:
                        found.append(bytes(message.payload))  # type: ignore[arg-type]
            except TimeoutError:
                pass
        return found


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "cti.broker", str(tmp_path), str(port))
    found = Place(tmp_path, port)
    try:
        for _ in range(200):
            try:
                async with found.client(USER):
                    break
            except aiomqtt.MqttError:
                await asyncio.sleep(0.1)
        yield found
    finally:
        process.terminate()
        await process.wait()


async def test_readers_read_and_only_the_engine_tells(place: Place) -> None:
    """There was one user for all: a subscriber forged an agent's state, which stayed."""
    async with place.client(USER) as engine:
        await engine.publish(TOPIC, b"true", qos=1, retain=True)
    async with place.client(READER) as reader:
        await reader.publish(TOPIC, b"forged", qos=1, retain=True)
        await reader.publish(TOPIC, b"", qos=1, retain=True)
    assert await place.retained() == [b"true"]


async def test_a_reader_leaves_no_will(place: Place) -> None:
    will = aiomqtt.Will(TOPIC, b"forged", retain=True)
    with pytest.raises(aiomqtt.MqttError):
        async with place.client(READER, will=will):
            pass


async def test_strangers_stay_outside_and_readers_in_our_tree(place: Place) -> None:
    for user, password in ((READER, "wrong"), (READER, ""), (USER, credentials(place.data, READER)[1])):
        with pytest.raises(aiomqtt.MqttError):
            async with place.client(user, password=password):
                pass
    async with place.client(READER) as reader:
        for topic in ("#", "$SYS/#", "+/v1/agents/#"):
            (granted,) = await reader.subscribe(topic)
            assert getattr(granted, "value", granted) == 0x80, topic  # MQTT 3.1.1, 3.9.3: failure


def test_mosquitto_has_the_same_rule(tmp_path: Path) -> None:
    path = write_for_mosquitto(tmp_path)
    assert path.read_text() == mosquitto_acl() and path.stat().st_mode & 0o077 == 0
    assert "user reader\ntopic read hotline/#\n" in mosquitto_acl()
    assert (may(USER, TOPIC, publishes=True), may(READER, TOPIC, publishes=True)) == (True, False)
    assert credentials(tmp_path, READER)[1] != credentials(tmp_path, USER)[1]
