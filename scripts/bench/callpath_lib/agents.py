"""The agents' phones, all in one process: they register, answer at once, talk with sound, and hang up.

`python -m bench.callpath_lib.agents FILE` reads JSON: `server` (port), `phones` (name → secret), `talk` (seconds),
`invites` (a file that gets a line for each call: when the kernel received the INVITE, X-Bench-Since, the phone).
Prints `registered` when all phones are. SIP over UDP on 127.0.0.1 (RFC 3261), one contact each.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import uvloop

SO_TIMESTAMPNS = 35
"""Linux: the kernel tells when it received a datagram, so our own slowness does not count."""
BUFFER = 8 * 1024 * 1024
FRAME_SECONDS = 0.02
BEATS = 10
"""Phones begin when they are answered: within a frame's time their packets come one after the other, not at once."""
RESEND = (0.5, 1.0, 2.0, 4.0)
REGISTER_AGAIN = 1.0

_COPIED = re.compile(r"^(?:via|from|call-id|cseq|record-route)[ \t]*:.*$", re.IGNORECASE | re.MULTILINE)


def header(message: str, name: str) -> str:
    """The first header of this name; empty when there is none."""
    found = re.search(rf"^{name}[ \t]*:[ \t]*(.*?)\r?$", message, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


@dataclass(slots=True, eq=False)
class Talk:
    """A call that was answered."""

    phone: str
    answer: bytes
    bye: bytes
    sound: tuple[str, int] | None
    begun: bool = False
    over: bool = False


class Phones:
    """Every phone, on one socket."""

    def __init__(self, server: int, phones: dict[str, str], talk: float, invites: TextIO) -> None:
        self._server = ("127.0.0.1", server)
        self._phones = phones
        self._talk = talk
        self._invites = invites
        self._loop = asyncio.get_running_loop()
        self._talks: dict[str, Talk] = {}
        self._beats: list[list[Talk]] = [[] for _ in range(BEATS)]
        self._beat = 0
        self._unregistered = dict.fromkeys(phones)
        self._sip, self._rtp = self._socket(), self._socket()
        self._sip.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._port, self._sound = self._sip.getsockname()[1], self._rtp.getsockname()[1]
        self._loop.add_reader(self._sip, self._read)
        self._loop.add_reader(self._rtp, self._drain)

    @staticmethod
    def _socket() -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.bind(("127.0.0.1", 0))
        return made

    async def register(self) -> None:
        """Until every phone is registered."""
        # Each try is another request: odd numbers without the secret, the next even one with it.
        sequence = 1
        while self._unregistered:
            for phone in list(self._unregistered)[:50]:
                self._send(self._registration(phone, sequence, ""))
            await asyncio.sleep(REGISTER_AGAIN)
            sequence += 2

    def _registration(self, phone: str, sequence: int, authorization: str) -> bytes:
        return (
            f"REGISTER sip:127.0.0.1:{self._server[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._port};branch=z9hG4bK{secrets.token_hex(6)};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{phone}@127.0.0.1>;tag={phone}\r\nTo: <sip:{phone}@127.0.0.1>\r\n"
            f"Call-ID: register-{phone}-{self._port}\r\nCSeq: {sequence} REGISTER\r\n"
            f"Contact: <sip:{phone}@127.0.0.1:{self._port}>;expires=3600\r\n{authorization}Content-Length: 0\r\n\r\n"
        ).encode()

    def _authorization(self, phone: str, challenge: str) -> str:
        found = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.partition(" ")[2]))
        uri = f"sip:127.0.0.1:{self._server[1]}"

        def md5(text: str) -> str:
            return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

        first, second = md5(f"{phone}:{found['realm']}:{self._phones[phone]}"), md5(f"REGISTER:{uri}")
        response = md5(f"{first}:{found['nonce']}:00000001:cafe:auth:{second}")
        opaque = f', opaque="{found["opaque"]}"' if "opaque" in found else ""
        return (
            f'Authorization: Digest username="{phone}", realm="{found["realm"]}", nonce="{found["nonce"]}", '
            f'uri="{uri}", response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="cafe"{opaque}\r\n'
        )

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self) -> None:
        while True:
            try:
                data, controls, _, _ = self._sip.recvmsg(65536, 256)
            except BlockingIOError:
                return
            received = time.time()
            for _, kind, value in controls:
                if kind == SO_TIMESTAMPNS:
                    seconds, nanoseconds = struct.unpack("qq", value)
                    received = seconds + nanoseconds / 1e9
            self._take(data.decode("utf-8", "replace"), received)

    def _drain(self) -> None:
        while True:
            try:
                self._rtp.recv(4096)
            except BlockingIOError:
                return

    def _take(self, message: str, received: float) -> None:
        method = message.partition(" ")[0]
        call = header(message, "call-id")
        if method == "SIP/2.0":
            self._take_answer(message, call)
        elif method == "INVITE":
            self._invited(message, call, received)
        elif method == "ACK":
            self._confirmed(call)
        elif method in ("BYE", "CANCEL", "OPTIONS"):
            self._send(self._reply(message, "200 OK"))
            if method != "OPTIONS":
                self._over(call)

    def _take_answer(self, message: str, call: str) -> None:
        status, sequence = message.split(" ", 2)[1], header(message, "cseq")
        if sequence.endswith("BYE"):
            self._over(call)
        elif sequence.endswith("REGISTER"):
            phone = call.split("-")[1]
            if status == "200":
                self._unregistered.pop(phone, None)
            elif status == "401" and (number := int(sequence.split()[0])) % 2:
                secret = self._authorization(phone, header(message, "www-authenticate"))
                self._send(self._registration(phone, number + 1, secret))

    def _invited(self, message: str, call: str, received: float) -> None:
        if (known := self._talks.get(call)) is not None:
            if not known.begun:
                self._send(known.answer)
            return
        phone = message.split(" ", 2)[1].partition(":")[2].partition("@")[0]
        self._invites.write(f"{received:.6f},{header(message, 'x-bench-since')},{phone}\n")
        where = re.search(r"^m=audio (\d+)", message, re.MULTILINE)
        body = (
            "v=0\r\no=agent 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self._sound} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"
        )
        target = re.search(r"<([^>]+)>", header(message, "contact"))
        contact = target[1] if target else f"sip:127.0.0.1:{self._server[1]}"
        bye = (
            f"BYE {contact} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{self._port};branch=z9hG4bK{secrets.token_hex(8)}\r\n"
            f"Max-Forwards: 70\r\nFrom: {header(message, 'to')};tag={call}\r\nTo: {header(message, 'from')}\r\n"
            f"Call-ID: {call}\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n"
        )
        self._talks[call] = talk = Talk(
            phone,
            self._reply(message, "200 OK", tag=call, body=body, phone=phone),
            bye.encode(),
            ("127.0.0.1", int(where[1])) if where else None,
        )
        self._send(talk.answer)

    def _confirmed(self, call: str) -> None:
        talk = self._talks.get(call)
        if talk is not None and not talk.begun:
            talk.begun = True
            self._beats[self._beat].append(talk)
            self._loop.call_later(self._talk, self._hang_up, call, 0)

    def _hang_up(self, call: str, attempt: int) -> None:
        talk = self._talks.get(call)
        if talk is None or talk.over:
            return
        self._send(talk.bye)
        if attempt < len(RESEND):
            self._loop.call_later(RESEND[attempt], self._hang_up, call, attempt + 1)

    def _over(self, call: str) -> None:
        if (talk := self._talks.get(call)) is not None:
            talk.over = True
            # Kept for a moment: what is sent again must not look like a new call.
            self._loop.call_later(5, self._talks.pop, call, None)

    def _reply(self, request: str, status: str, *, tag: str = "", body: str = "", phone: str = "") -> bytes:
        lines = [f"SIP/2.0 {status}", *(line.rstrip("\r") for line in _COPIED.findall(request))]
        to = header(request, "to")
        lines.append(f"To: {to}" + ("" if ";tag=" in to else f";tag={tag or 'phone'}"))
        if body:
            lines += [f"Contact: <sip:{phone}@127.0.0.1:{self._port}>", "Content-Type: application/sdp"]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()

    def _send(self, message: bytes) -> None:
        try:
            self._sip.sendto(message, self._server)
        except BlockingIOError:
            return

    # ── sound ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def talk(self) -> None:
        """Say something in every talk, 50 times a second: the same in all, since nobody listens."""
        count, due = 0, self._loop.time()
        noise = bytes((0xD5 ^ (17 * at % 29)) for at in range(160))
        while True:
            frame, self._beat = divmod(count, BEATS)
            packet = struct.pack("!BBHII", 0x80, 8, frame & 0xFFFF, (frame * 160) & 0xFFFFFFFF, 7) + noise
            talking = self._beats[self._beat] = [one for one in self._beats[self._beat] if not one.over]
            for talk in talking:
                if talk.sound is not None:
                    try:
                        self._rtp.sendto(packet, talk.sound)
                    except (BlockingIOError, ConnectionError):
                        continue
            self._invites.flush()
            count += 1
            due = max(due + FRAME_SECONDS / BEATS, self._loop.time() - 0.5)
            await asyncio.sleep(due - self._loop.time())


async def serve(server: int, secrets_of: dict[str, str], talk: float, invites: TextIO) -> None:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    phones = Phones(server, secrets_of, talk, invites)
    await phones.register()
    print("registered", flush=True)
    talking = asyncio.create_task(phones.talk())
    await stop.wait()
    talking.cancel()


def main(path: Path) -> None:
    """Read what is wanted, and serve."""
    wanted = json.loads(path.read_text("utf-8"))
    with Path(wanted["invites"]).open("a", encoding="utf-8") as invites:
        uvloop.run(serve(wanted["server"], wanted["phones"], wanted["talk"], invites))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
