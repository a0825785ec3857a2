import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from cti.process.mqtt import LENGTH_BYTES, Message, MqttPublisher, serve

ACCEPTED, REFUSED = b"\x20\x02\x00\x00", b"\x20\x02\x00\x04"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def state_of(agent: str) -> Message:
    return f"hotline/v1/agents/{agent}", {"agent": agent, "state": "ready"}, True


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
    publisher = MqttPublisher("127.0.0.1", server.sockets[0].getsockname()[1], "hotline", "secret")
    publisher.take([state_of("1")])
    publisher.start()
    async with asyncio.timeout(5):
        while not publisher.is_up:
            await asyncio.sleep(0.01)
        publisher.take([state_of("2"), state_of("3")])
        while b"agents/3" not in got:
            await asyncio.sleep(0.01)
    await publisher.stop()
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
    publisher = MqttPublisher("127.0.0.1", server.sockets[0].getsockname()[1], None, None)
    publisher.start()
    async with asyncio.timeout(5):
        while not publisher.is_up:
            await asyncio.sleep(0.01)
        writers[0].transport.abort()
        while publisher.is_up:
            await asyncio.sleep(0.01)
        while not publisher.is_up:
            await asyncio.sleep(0.01)
    assert len(writers) == 2
    await publisher.stop()
    server.close()
    for writer in writers:
        writer.close()


async def test_batches_from_the_pipe_are_published_and_half_a_batch_is_not() -> None:
    got = bytearray()

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(ACCEPTED)
        while data := await reader.read(1000):
            got.extend(data)
        writer.close()

    server = await asyncio.start_server(broker, "127.0.0.1", 0)
    pipe = asyncio.StreamReader()
    whole = msgspec.msgpack.encode([state_of("1"), state_of("2")])
    half = msgspec.msgpack.encode([state_of("3")])
    for byte in len(whole).to_bytes(LENGTH_BYTES) + whole + len(half).to_bytes(LENGTH_BYTES) + half[:-1]:
        pipe.feed_data(bytes([byte]))
    publisher = MqttPublisher("127.0.0.1", server.sockets[0].getsockname()[1], None, None)
    serving = asyncio.create_task(serve(pipe, publisher))
    async with asyncio.timeout(5):
        while b"agents/2" not in got:
            await asyncio.sleep(0.01)
        pipe.feed_eof()
        await serving
    assert b"agents/3" not in got
    server.close()
