"""Loops to run tests on: virtual time with TCP in memory (bytes arrive in order, in the next turn), or real sockets."""

from __future__ import annotations

import asyncio
import errno
import functools
import itertools
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from cti.base.clock import VirtualTimeLoop

EitherProtocol = asyncio.Protocol | asyncio.BufferedProtocol
Factory = Callable[[], asyncio.BaseProtocol]


class MemoryTransport(asyncio.Transport):
    """One end of a connection."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: EitherProtocol, peername: tuple[str, int]) -> None:
        super().__init__({"peername": peername})
        self._loop = loop
        self.protocol = protocol
        self.peer: MemoryTransport | None = None
        self._closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self._closing, "written after the end"
        self._loop.call_soon(self._arrive, bytes(data))

    def _arrive(self, data: bytes) -> None:
        assert self.peer is not None
        protocol = self.peer.protocol
        if isinstance(protocol, asyncio.Protocol):
            if not self.peer._closing:
                protocol.data_received(data)
            return
        while data and not self.peer._closing:
            space = protocol.get_buffer(len(data))
            count = min(len(space), len(data))
            space[:count] = data[:count]
            protocol.buffer_updated(count)
            data = data[count:]

    def close(self) -> None:
        self.abort()

    def abort(self) -> None:
        if self._closing:
            return
        self._closing = True
        assert self.peer is not None
        self._loop.call_soon(self.protocol.connection_lost, None)
        self._loop.call_soon(self.peer.abort)

    def is_closing(self) -> bool:
        return self._closing


class MemoryServer(asyncio.AbstractServer):
    def __init__(self, loop: MemoryLoop, address: tuple[str, int]) -> None:
        self._loop = loop
        self._address = address

    @property
    def sockets(self) -> list[MemoryServer]:
        return [self]

    def getsockname(self) -> tuple[str, int]:
        return self._address

    def close(self) -> None:
        self._loop.listening.pop(self._address, None)


class MemoryLoop(VirtualTimeLoop):
    """`create_server` and `create_connection` by (host, port), without sockets."""

    def __init__(self) -> None:
        super().__init__()
        self.listening: dict[tuple[str, int], Factory] = {}
        self._ports = itertools.count(40_000)

    async def create_server(self, factory: Factory, host: str, port: int, **_: Any) -> MemoryServer:  # type: ignore[override]
        address = (host, port or next(self._ports))
        if address in self.listening:
            raise OSError(errno.EADDRINUSE, "address already in use")
        self.listening[address] = factory
        return MemoryServer(self, address)

    async def create_connection(  # type: ignore[override]
        self, factory: Factory, host: str, port: int
    ) -> tuple[MemoryTransport, EitherProtocol]:
        await asyncio.sleep(0)
        server_factory = self.listening.get((host, port))
        if server_factory is None:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "connection refused")
        ends = []
        for make in (server_factory, factory):
            protocol = make()
            assert isinstance(protocol, (asyncio.Protocol, asyncio.BufferedProtocol))
            ends.append(MemoryTransport(self, protocol, (host, next(self._ports))))
        server, client = ends
        server.peer, client.peer = client, server
        client.protocol.connection_made(client)
        server.protocol.connection_made(server)
        return client, client.protocol


def in_memory(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test on a `MemoryLoop`; it fails when a task or a callback fails unnoticed."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        failed: list[dict[str, Any]] = []
        with asyncio.Runner(loop_factory=MemoryLoop) as runner:
            runner.get_loop().set_exception_handler(lambda _, context: failed.append(context))
            runner.run(test(*args, **kwargs))
        assert failed == []

    return run


def on_both_loops(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test on real sockets, with asyncio's own loop and with uvloop."""

    @pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
    def run(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
        failed: list[dict[str, Any]] = []
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.get_loop().set_exception_handler(lambda _, context: failed.append(context))
            runner.run(test())
        assert failed == []

    return run


async def turns(count: int = 20) -> None:
    """Let the loop turn without moving time."""
    for _ in range(count):
        await asyncio.sleep(0)
