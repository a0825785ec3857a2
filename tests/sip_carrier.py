"""A carrier's end of a trunk that answers OPTIONS, and refuses every INVITE or says nothing to it (RFC 3261)."""

from __future__ import annotations

import asyncio
import re
from typing import cast

_COPIED = re.compile(rb"^(?:via|from|call-id|cseq)[ \t]*:.*$", re.IGNORECASE | re.MULTILINE)
_TO = re.compile(rb"^to[ \t]*:.*$", re.IGNORECASE | re.MULTILINE)


class Carrier(asyncio.DatagramProtocol):
    """Listens on 127.0.0.1. `status` is the answer to an INVITE, None for silence."""

    def __init__(self, status: int | None) -> None:
        self.status = status
        self.port = 0
        self.invites: list[bytes] = []
        """Every INVITE that came."""
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, status: int | None, port: int = 0) -> Carrier:
        """Listen on `port`, 0 takes a free one."""
        loop = asyncio.get_running_loop()
        _, carrier = await loop.create_datagram_endpoint(lambda: cls(status), ("127.0.0.1", port))
        return carrier

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = self._transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        method = data.partition(b" ")[0]
        if method == b"INVITE":
            self.invites.append(data)
        if method == b"OPTIONS":
            self._reply(data, addr, b"200 OK")
        elif method == b"INVITE" and self.status is not None:
            self._reply(data, addr, f"{self.status} No".encode())
        elif method == b"CANCEL":
            self._reply(data, addr, b"481 No")

    def close(self) -> None:
        """Listen no more."""
        if self._transport is not None:
            self._transport.close()

    def _reply(self, request: bytes, addr: tuple[str, int], status: bytes) -> None:
        to = _TO.search(request)
        assert self._transport is not None and to is not None
        lines = [b"SIP/2.0 " + status, *(line.rstrip(b"\r") for line in _COPIED.findall(request))]
        lines += [to.group().rstrip(b"\r") + b";tag=carrier", b"Content-Length: 0", b"", b""]
        self._transport.sendto(b"\r\n".join(lines), addr)
