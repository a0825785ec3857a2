"""A SIP client of bare text: it sends what no telephone would, from any address of this machine (RFC 3261)."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import uuid
from dataclasses import dataclass, field
from typing import cast

from cti.telephony.switch.phone import digest_of

_STATUS = re.compile(rb"SIP/2\.0 (\d{3})")
_HEADER = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*(.*?)\r?$", re.MULTILINE)
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)


def headers_of(message: bytes) -> dict[str, str]:
    """Header → value, names in lower case, the last of each."""
    return {name.lower(): value for name, value in _HEADER.findall(message.decode("utf-8", "replace"))}


@dataclass
class RawCall:
    """An INVITE, and what was answered to it."""

    call_id: str
    to: str
    sender: str
    target: str
    statuses: list[int] = field(default_factory=list)
    dialog_to: str = ""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    final: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def status(self) -> int:
        """The last answer; 0 when there was none."""
        return self.statuses[-1] if self.statuses else 0


class RawSip(asyncio.DatagramProtocol):
    """Sends from `host` to a switch at 127.0.0.1:`port`; acknowledges, and ends calls when it is told to."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self._port = port
        self._calls: dict[str, RawCall] = {}
        self._answers: dict[str, asyncio.Future[bytes]] = {}
        self.invited: list[bytes] = []
        """INVITEs that came in."""

    @classmethod
    async def open(cls, port: int, host: str = "127.0.0.1") -> RawSip:
        """Bind a port of its own."""
        loop = asyncio.get_running_loop()
        _, made = await loop.create_datagram_endpoint(lambda: cls(host, port), (host, 0))
        return made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.local = f"{self.host}:{self._transport.get_extra_info('sockname')[1]}"

    def close(self) -> None:
        """Send no more."""
        self._transport.close()

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def invite(
        self,
        called: str,
        *,
        sender: str = "13800000009",
        display: str = "",
        headers: dict[str, str] | None = None,
        timeout: float = 5.0,
    ) -> RawCall:
        """Call `called`; returns with the first final answer, or with none after `timeout` seconds."""
        target = f"sip:{called}@127.0.0.1:{self._port}"
        shown = f'"{display}" ' if display else ""
        call = RawCall(uuid.uuid4().hex, f"<{target}>", f"{shown}<sip:{sender}@{self.local}>;tag=raw", target)
        self._calls[call.call_id] = call
        body = _SDP.format(host=self.host)
        self._send("INVITE", target, call, 1, {"Content-Type": "application/sdp", **(headers or {})}, body)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(call.final.wait(), timeout)
        return call

    async def hang_up(self, call: RawCall) -> None:
        """BYE, or CANCEL while it is not answered."""
        if call.over.is_set():
            return
        call.over.set()
        if 200 <= call.status < 300:
            self._send("BYE", call.target, call, 2, {}, "")
        elif call.status < 200:
            self._send("CANCEL", call.target, call, 1, {}, "", branch="z9hG4bKraw1" + call.call_id)
        await asyncio.sleep(0.1)

    async def register_with(self, user: str, secret: str, *, expires: int = 60) -> int:
        """Register as `user` as telephones do; the status of the answer to the password (RFC 2617 3.2.2)."""
        asked = await self.register(user)
        found = dict(re.findall(r'(realm|nonce)="([^"]*)"', headers_of(asked).get("www-authenticate", "")))
        if "nonce" not in found:
            return int(asked.split()[1])
        uri = f"sip:127.0.0.1:{self._port}"
        request = hashlib.md5(f"REGISTER:{uri}".encode(), usedforsecurity=False).hexdigest()
        text = f"{digest_of(user, secret)}:{found['nonce']}:00000001:raw:auth:{request}"
        response = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        told = {"username": user, "realm": found["realm"], "nonce": found["nonce"], "uri": uri, "cnonce": "raw"}
        pairs = ", ".join(f'{name}="{value}"' for name, value in {**told, "response": response}.items())
        authorization = f"Digest {pairs}, qop=auth, nc=00000001, algorithm=MD5"
        return int((await self.register(user, authorization=authorization, expires=expires)).split()[1])

    async def register(self, user: str, *, authorization: str = "", expires: int = 60, timeout: float = 5.0) -> bytes:
        """The answer to a REGISTER of `user`; `authorization` is the header's value."""
        call_id = uuid.uuid4().hex
        target = f"sip:127.0.0.1:{self._port}"
        address = f"<sip:{user}@127.0.0.1:{self._port}>"
        call = RawCall(call_id, address, f"{address};tag=raw", target)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._answers[call_id] = answer
        more = {"Contact": f"<sip:{user}@{self.local}>", "Expires": str(expires)}
        if authorization:
            more["Authorization"] = authorization
        self._send("REGISTER", target, call, 1, more, "")
        return await asyncio.wait_for(answer, timeout)

    def _send(
        self,
        method: str,
        target: str,
        call: RawCall,
        number: int,
        more: dict[str, str],
        body: str,
        *,
        branch: str = "",
    ) -> None:
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.local};rport;branch={branch or f'z9hG4bKraw{number}{call.call_id}'}",
            "Max-Forwards: 70",
            f"From: {call.sender}",
            f"To: {call.dialog_to or call.to}",
            f"Call-ID: {call.call_id}",
            f"CSeq: {number} {method}",
            *([] if "Contact" in more else [f"Contact: <sip:raw@{self.local}>"]),
            *(f"{name}: {value}" for name, value in more.items()),
            f"Content-Length: {len(body)}",
            "",
            body,
        ]
        self._transport.sendto("\r\n".join(lines).encode(), ("127.0.0.1", self._port))

    # ── what comes ───────────────────────────────────────────────────────────────────────────────────────────────

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        told = headers_of(data)
        if (found := _STATUS.match(data)) is None:
            if data.startswith(b"INVITE"):
                self.invited.append(data)
            if not data.startswith(b"ACK"):
                self._accept(data, addr, told)
            return
        status, call_id = int(found[1]), told.get("call-id", "")
        if (waiting := self._answers.get(call_id)) is not None:
            if status >= 200 and not waiting.done():
                waiting.set_result(data)
            return
        call = self._calls.get(call_id)
        if call is None or "INVITE" not in told.get("cseq", ""):
            return
        call.statuses.append(status)
        if status >= 200:
            call.dialog_to = told["to"]
            branch = "" if status < 300 else f"z9hG4bKraw1{call_id}"
            self._send("ACK", call.target, call, 1, {}, "", branch=branch or f"z9hG4bKack{call_id}")
            call.final.set()
            if status >= 300:
                call.over.set()

    def _accept(self, data: bytes, addr: tuple[str, int], told: dict[str, str]) -> None:
        """200 to BYE and OPTIONS, 603 to an INVITE."""
        status = b"603 No" if data.startswith(b"INVITE") else b"200 OK"
        kept = [line for line in data.split(b"\r\n") if re.match(rb"(?i)(via|from|to|call-id|cseq)[ \t]*:", line)]
        self._transport.sendto(b"\r\n".join([b"SIP/2.0 " + status, *kept, b"Content-Length: 0", b"", b""]), addr)
        call = self._calls.get(told.get("call-id", ""))
        if call is not None and data.startswith(b"BYE"):
            call.over.set()
