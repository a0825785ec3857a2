"""Live audio of FreeSWITCH's legs: `unicast` of a parked leg, datagrams of samples to a port of ours and back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from cti.telephony.media.paced import PacedAudio

HOST = "127.0.0.1"


class Unicast(PacedAudio, asyncio.DatagramProtocol):
    """One stream. FreeSWITCH speaks first, a datagram for each frame, and so tells where it listens."""

    def __init__(self) -> None:
        super().__init__()
        self._transport: asyncio.DatagramTransport | None = None
        self._peer: tuple[str, int] | None = None
        self._closers: list[Callable[[], Awaitable[None]]] = []

    @classmethod
    async def open(cls, rate: int) -> Unicast:
        """Listen on a free port; `rate` is that of the leg's codec."""
        _, found = await asyncio.get_running_loop().create_datagram_endpoint(cls, (HOST, 0))
        found.rate = rate
        return found

    @property
    def headers(self) -> dict[str, str | int]:
        """Of the `sendmsg` that makes a parked leg speak to us."""
        assert self._transport is not None
        port = self._transport.get_extra_info("sockname")[1]
        return {
            "call-command": "unicast",
            "local-ip": HOST,
            "local-port": 0,
            "remote-ip": HOST,
            "remote-port": port,
            "transport": "udp",
        }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The port is ours."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A frame of what the party says."""
        if self._peer is None:
            self._peer = addr
            self._pace()
        if addr == self._peer:
            self._hear(data)

    def error_received(self, exc: Exception) -> None:
        """The leg has stopped listening; its end is told otherwise."""

    def press(self, digit: str) -> None:
        """A key of the leg."""
        self._press(digit)

    def when_closed(self, closer: Callable[[], Awaitable[None]]) -> None:
        """Await `closer` at the end of `close`."""
        self._closers.append(closer)

    async def close(self) -> None:
        """End the stream; raises what became of the leg meanwhile."""
        self.end()
        closers, self._closers = self._closers, []
        for closer in closers:
            await closer()

    def end(self) -> None:
        """The leg is gone or the stream closed."""
        self._end()
        if self._transport is not None:
            self._transport.close()

    @property
    def _is_connected(self) -> bool:
        return self._peer is not None

    def _transmit(self, samples: bytes) -> None:
        assert self._transport is not None
        self._transport.sendto(samples, self._peer)
