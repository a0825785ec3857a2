"""A caller whose telephone sends no sound and tells keys by SIP INFO, as some gateways do: raw SIP over UDP."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import Self


class SilentCaller(asyncio.DatagramProtocol):
    """Calls `number` from the loopback; `answered` is done when it was."""

    def __init__(self, server: str, number: str, caller: str) -> None:
        host, _, port = server.rpartition(":")
        self._server = (host, int(port))
        self._number, self._caller = number, caller
        self._tag, self._call_id = secrets.token_hex(4), secrets.token_hex(8)
        self._to = f"<sip:{number}@{host}>"
        self._sequence = 1
        self._transport: asyncio.DatagramTransport | None = None
        self.sound_port = 9
        """Where he takes sound; 9: nowhere (RFC 863)."""
        self.answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        sound = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        sound += f"m=audio {self.sound_port} RTP/AVP 8\r\n"
        self._send("INVITE", sound, "application/sdp")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._transport is not None
        self._send("BYE")
        await asyncio.sleep(0.05)
        self._transport.close()

    def press(self, key: str, milliseconds: int = 160) -> None:
        """Press a key for so long."""
        self._send("INFO", f"Signal={key}\r\nDuration={milliseconds}\r\n", "application/dtmf-relay")

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode("utf-8", "replace")
        if text.startswith("SIP/2.0 200") and "1 INVITE" in text:
            found = re.search(r"^To: (.*)\r$", text, re.MULTILINE)
            assert found is not None
            self._to = found[1]
            self._send("ACK", sequence=1)
            if not self.answered.done():
                self.answered.set_result(None)

    def _send(self, method: str, body: str = "", kind: str = "", sequence: int = 0) -> None:
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")[:2]
        if not sequence:
            sequence, self._sequence = self._sequence, self._sequence + 1
        about = f"Content-Type: {kind}\r\n" if kind else ""
        request = (
            f"{method} sip:{self._number}@{self._server[0]}:{self._server[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{secrets.token_hex(6)};rport\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{self._caller}@{host}:{port}>;tag={self._tag}\r\nTo: {self._to}\r\n"
            f"Call-ID: {self._call_id}\r\nCSeq: {sequence} {method}\r\n"
            f"Contact: <sip:{self._caller}@{host}:{port}>\r\n{about}Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self._transport.sendto(request.encode(), self._server)
