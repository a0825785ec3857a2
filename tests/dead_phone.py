"""A phone that registered and then lost its network: its address stands with the switch, and nothing answers there."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from typing import Self


class DeadPhone(asyncio.DatagramProtocol):
    """Registers over UDP with digest (RFC 3261 22.4, MD5 without qop or with auth), then is silent."""

    def __init__(self, server_port: int, user: str, secret: str) -> None:
        self._server = ("127.0.0.1", server_port)
        self._user = user
        self._secret = secret
        self._tag = secrets.token_hex(4)
        self._call_id = secrets.token_hex(8)
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.DatagramTransport | None = None
        self.invited = 0

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._register(1, "")
        async with asyncio.timeout(5):
            await self._done
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._transport is not None
        self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode("utf-8", "replace")
        if text.startswith("SIP/2.0 401"):
            self._register(2, self._authorization(text))
        elif text.startswith("SIP/2.0 200") and not self._done.done():
            self._done.set_result(None)
        elif text.startswith("INVITE"):
            self.invited += 1

    def _authorization(self, challenge: str) -> str:
        found = dict(re.findall(r'(\w+)="?([^",]+)"?', re.search(r"WWW-Authenticate: Digest (.*)", challenge)[1]))
        uri = f"sip:127.0.0.1:{self._server[1]}"

        def md5(value: str) -> str:
            return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()

        a1, a2 = md5(f"{self._user}:{found['realm']}:{self._secret}"), md5(f"REGISTER:{uri}")
        response = md5(f"{a1}:{found['nonce']}:00000001:cafe:auth:{a2}")
        opaque = f', opaque="{found["opaque"]}"' if "opaque" in found else ""
        return (
            f'Authorization: Digest username="{self._user}", realm="{found["realm"]}", nonce="{found["nonce"]}", '
            f'uri="{uri}", response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="cafe"{opaque}\r\n'
        )

    def _register(self, sequence: int, authorization: str) -> None:
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")[:2]
        request = (
            f"REGISTER sip:127.0.0.1:{self._server[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{secrets.token_hex(6)};rport\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{self._user}@127.0.0.1>;tag={self._tag}\r\nTo: <sip:{self._user}@127.0.0.1>\r\n"
            f"Call-ID: {self._call_id}\r\nCSeq: {sequence} REGISTER\r\n"
            f"Contact: <sip:{self._user}@{host}:{port}>;expires=300\r\n{authorization}Content-Length: 0\r\n\r\n"
        )
        self._transport.sendto(request.encode(), self._server)
