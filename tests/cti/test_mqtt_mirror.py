import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from cti.events import AgentStateChanged, Stored
from cti.mqtt import MqttMirror

AT = datetime(2026, 11, 25, tzinfo=UTC)
ACCEPTED, REFUSED = b"\x20\x02\x00\x00", b"\x20\x02\x00\x04"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def stored(sequence: int) -> Stored:
    return Stored(
        sequence=sequence, event=AgentStateChanged(at=AT, agent=str(sequence), organisation="city", state="ready")
    )


async def test_what_was_told_before_and_after_the_connection_arrives_in_order() -> None:
    got, connections = bytearray(), 0

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.read(1000)
        writer.write(REFUSED if connections == 1 else ACCEPTED)
        while connections > 1 and (data := await reader.read(1000)):
            got.extend(data)
        writer.close()

    server = await asyncio.start_server(broker, "127.0.0.1", 0)
    mirror = MqttMirror("127.0.0.1", server.sockets[0].getsockname()[1], "hotline", "secret")
    mirror.tell([stored(1)])
    mirror.start()
    async with asyncio.timeout(5):
        while not mirror.is_up:
            await asyncio.sleep(0.01)
        mirror.tell([stored(2), stored(3)])
        while b"agents/3" not in got:
            await asyncio.sleep(0.01)
    await mirror.stop()
    async with asyncio.timeout(5):
        while not got.endswith(b"\xe0\x00"):
            await asyncio.sleep(0.01)
    assert got.index(b"agents/1") < got.index(b"agents/2") < got.index(b"agents/3")
    assert connections == 2
    server.close()


async def test_broker_that_dies_is_found_again() -> None:
    writers: list[asyncio.StreamWriter] = []

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writers.append(writer)
        writer.write(ACCEPTED)

    server = await asyncio.start_server(broker, "127.0.0.1", 0)
    mirror = MqttMirror("127.0.0.1", server.sockets[0].getsockname()[1], None, None)
    mirror.start()
    async with asyncio.timeout(5):
        while not mirror.is_up:
            await asyncio.sleep(0.01)
        writers[0].transport.abort()
        while mirror.is_up:
            await asyncio.sleep(0.01)
        while not mirror.is_up:
            await asyncio.sleep(0.01)
    assert len(writers) == 2
    await mirror.stop()
    server.close()
    for writer in writers:
        writer.close()
