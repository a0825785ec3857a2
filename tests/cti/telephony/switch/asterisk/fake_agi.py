"""The side of FastAGI that Asterisk plays."""

from __future__ import annotations

import asyncio
from typing import cast

HEADERS = b"agi_network: yes\nagi_uniqueid: 1795569828.1\nagi_channel: PJSIP/carrier-00000001\nagi_arg_1: one\n\n"


class FakeLeg(asyncio.Protocol):
    """One session as Asterisk opens it. Reads commands; answers are sent by the test, or by `replies` in turn."""

    def __init__(self, headers: bytes = HEADERS) -> None:
        self.commands: list[str] = []
        self.replies: list[bytes] = []
        self.lost = asyncio.Event()
        self._headers = headers
        self._buffer = b""
        self._arrived = asyncio.Event()

    @classmethod
    async def call(cls, address: tuple[str, int], headers: bytes = HEADERS) -> FakeLeg:
        leg = cls(headers)
        await asyncio.get_running_loop().create_connection(lambda: leg, *address)
        return leg

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        if self._headers:
            self.transport.write(self._headers)

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self.commands.append(line.decode())
            self._arrived.set()
            if self.replies:
                self.transport.write(self.replies.pop(0))

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set()

    def send(self, data: bytes) -> None:
        self.transport.write(data)

    async def command(self, count: int) -> str:
        """The command number `count` (from 1), once it has come."""
        while len(self.commands) < count:
            self._arrived.clear()
            await self._arrived.wait()
        return self.commands[count - 1]
