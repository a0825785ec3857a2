"""A phone hears whoever the switch sends it, however often the source of the sound (RFC 3550, SSRC) changes."""

from __future__ import annotations

import asyncio
import re
import socket
import struct

from softphone.phones.audio_line import Capture
from softphone.phones.sip_stack import SipStack
from softphone.phones.user_agent import UserAgent

SOURCES, PACKETS, SAMPLES = 12, 3, 160
COPIED = ("Via", "From", "Call-ID", "CSeq")
SPOKEN = 0.9
"""What is missing was resampled away at the beginning."""


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.setblocking(False)
    return made


def _answer(invite: str, sip: int, rtp: int) -> bytes:
    """200 OK with a PCMA stream from the port `rtp`."""
    copied = [
        re.findall(rf"^{name}:.*$", invite, re.MULTILINE)[0].strip() for name in ("Via", "From", "Call-ID", "CSeq")
    ]
    to = re.findall(r"^To:.*$", invite, re.MULTILINE)[0].strip()
    sdp = (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {rtp} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
    )
    head = [*copied, f"{to};tag=1", f"Contact: <sip:12345@127.0.0.1:{sip}>", "Content-Type: application/sdp"]
    return "\r\n".join(["SIP/2.0 200 OK", *head, f"Content-Length: {len(sdp)}", "", sdp]).encode()


async def test_more_sources_than_a_conference_has_people_are_all_heard() -> None:
    """A citizen who was held, put through and handed over heard nobody after the eighth source of one call."""
    loop = asyncio.get_running_loop()
    sip, rtp = _socket(), _socket()
    try:
        async with SipStack("127.0.0.1") as stack:
            phone = await UserAgent.open(stack, "citizen", server=f"127.0.0.1:{sip.getsockname()[1]}")
            call = await phone.call("12345")
            invite, there = await asyncio.wait_for(loop.sock_recvfrom(sip, 65535), 5)
            sip.sendto(_answer(invite.decode(), sip.getsockname()[1], rtp.getsockname()[1]), there)
            await call.answered(5)
            found = re.search(rb"m=audio (\d+)", invite)
            assert found is not None
            heard = Capture(call.audio)
            for number in range(SOURCES * PACKETS):
                # Each source's time begins anew, and is behind that of the source before.
                at = 1_000_000 - 10_000 * (number // PACKETS) + SAMPLES * number
                header = struct.pack(">BBHII", 0x80, 8, number + 1, at, 1 + number // PACKETS)
                rtp.sendto(header + b"\x2a" * SAMPLES, ("127.0.0.1", int(found[1])))
            async with asyncio.timeout(5):
                while heard.heard.size < SOURCES * PACKETS * SAMPLES * SPOKEN:
                    await asyncio.sleep(0.02)
    finally:
        sip.close()
        rtp.close()
