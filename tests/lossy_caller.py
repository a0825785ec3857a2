"""A caller whose network loses and delays what he says: a `SilentCaller` with RTP of its own (RFC 3550)."""

from __future__ import annotations

import asyncio
import re
import secrets
import struct
from typing import Self

from tests.silent_caller import SilentCaller

PACKET_SECONDS, SAMPLES = 0.02, 160
ALAW, ALAW_SILENCE = 8, b"\xd5"


class LossyCaller(SilentCaller):
    """Of what he says every `loses`-th packet never arrives; every second one comes `late` seconds later."""

    def __init__(self, server: str, number: str, caller: str, *, loses: int = 0, late: float = 0.0) -> None:
        super().__init__(server, number, caller)
        self._loses, self._late = loses, late
        self._speaking: asyncio.Task[None] | None = None
        self._sound: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._sound, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
        self.sound_port = self._sound.get_extra_info("sockname")[1]
        return await super().__aenter__()

    async def __aexit__(self, *_: object) -> None:
        if self._speaking is not None:
            self._speaking.cancel()
        await super().__aexit__()
        assert self._sound is not None
        self._sound.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        super().datagram_received(data, addr)
        if self._speaking is None and self.answered.done():
            found = re.search(rb"m=audio (\d+)", data)
            assert found is not None
            self._speaking = asyncio.ensure_future(self._speak(int(found[1])))

    async def _speak(self, port: int) -> None:
        loop, source, number = asyncio.get_running_loop(), secrets.randbits(32), 0
        began = loop.time()
        assert self._sound is not None
        while True:
            number += 1
            head = struct.pack("!BBHII", 0x80, ALAW, number & 0xFFFF, number * SAMPLES, source)
            if not self._loses or number % self._loses:
                late = self._late if number % 2 else 0.0
                packet = head + ALAW_SILENCE * SAMPLES
                loop.call_later(late, self._sound.sendto, packet, (self._server[0], port))
            await asyncio.sleep(max(0.0, began + number * PACKET_SECONDS - loop.time()))
