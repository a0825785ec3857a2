"""AudioSocket: Asterisk's way to stream a leg's audio over TCP (res_audiosocket.h).

A frame is one byte of kind, two bytes of length (big-endian), and the payload. The first frame names the stream by a
UUID; audio is signed 16-bit little-endian.
"""

from __future__ import annotations

import asyncio
import enum
from typing import cast
from uuid import UUID, uuid4

import structlog

from cti.telephony.media.paced import PacedAudio
from cti.telephony.media.port import FRAME_SECONDS

log = structlog.get_logger(__name__)


class Kind(enum.IntEnum):
    """What a frame carries."""

    HANG_UP = 0x00
    UUID = 0x01
    DIGIT = 0x03
    SLIN8 = 0x10
    SLIN12 = 0x11
    SLIN16 = 0x12
    SLIN24 = 0x13
    SLIN32 = 0x14
    SLIN44 = 0x15
    SLIN48 = 0x16
    ERROR = 0xFF


RATES = {
    Kind.SLIN8: 8000,
    Kind.SLIN12: 12000,
    Kind.SLIN16: 16000,
    Kind.SLIN24: 24000,
    Kind.SLIN32: 32000,
    Kind.SLIN44: 44100,
    Kind.SLIN48: 48000,
}


class FrameParser:
    """Turns bytes into frames, however they are split over reads; unknown kinds are passed on as numbers."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The frames that `data` completed: (kind, payload)."""
        buffer = self._buffer
        buffer += data
        found: list[tuple[int, bytes]] = []
        start = 0
        while len(buffer) - start >= 3:
            end = start + 3 + int.from_bytes(buffer[start + 1 : start + 3], "big")
            if end > len(buffer):
                break
            found.append((buffer[start], bytes(buffer[start + 3 : end])))
            start = end
        del buffer[:start]
        return found


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    """The bytes of a frame; ValueError over 65,535 bytes."""
    if len(payload) > 0xFFFF:
        raise ValueError(f"{len(payload)} bytes in one frame")
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


class AudioSocket(PacedAudio, asyncio.Protocol):
    """One stream; both `Listener` and `AudioStream` of `cti.telephony.media.port`."""

    def __init__(self, server: AudioSocketServer) -> None:
        super().__init__()
        self._server = server
        self._parser = FrameParser()
        self._transport: asyncio.Transport | None = None
        self._kind = Kind.SLIN8
        self._silence: asyncio.TimerHandle | None = None

    def will_be(self, kind: Kind) -> None:
        """Its sound is known to be of this kind before any of it came: `rate` is right from now on."""
        self._kind, self.rate = kind, RATES[kind]

    def keep_sending(self, seconds: float) -> None:
        """Send a frame of silence now and then, until the end: a reader at the other side that only waits wakes up."""
        if self.closed.done():
            return
        if self._transport is not None:
            self._transmit(bytes(int(self.rate * FRAME_SECONDS) * 2))
        self._silence = asyncio.get_running_loop().call_later(seconds, self.keep_sending, seconds)

    # ── the socket ───────────────────────────────────────────────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asterisk connects; it must say which stream it is."""
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take frames apart as bytes come: who it is, sound, keys, the end."""
        for kind, payload in self._parser.feed(data):
            if kind == Kind.UUID and len(payload) == 16:
                self._server.named(UUID(bytes=payload), self)
            elif kind in RATES:
                self._kind, self.rate = Kind(kind), RATES[Kind(kind)]
                self._hear(payload)
            elif kind == Kind.DIGIT:
                self._press(payload.decode("ascii", "replace"))
            elif kind == Kind.HANG_UP:
                self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """The leg is gone, or the other end closed."""
        self._end()

    def _end(self) -> None:
        super()._end()
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
        if self._transport is not None:
            self._transport.close()

    # ── what a speaker does ──────────────────────────────────────────────────────────────────────────────────────

    async def close(self) -> None:
        """End the stream."""
        self.refuse()

    def refuse(self) -> None:
        """End the stream now."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame(Kind.HANG_UP))
        self._end()

    @property
    def _is_connected(self) -> bool:
        return self._transport is not None

    def _transmit(self, samples: bytes) -> None:
        assert self._transport is not None
        self._transport.write(frame(self._kind, samples))


class AudioSocketServer:
    """Waits on loopback for streams that were asked for; others are dropped."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._expected: dict[UUID, asyncio.Future[AudioSocket]] = {}

    @property
    def port(self) -> int:
        """The TCP port on which it listens, once it was started."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        self._server = await asyncio.get_running_loop().create_server(lambda: AudioSocket(self), host, port)

    async def stop(self) -> None:
        """Take no more streams."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def expect(self) -> tuple[UUID, asyncio.Future[AudioSocket]]:
        """A new stream's name, and the stream once Asterisk has connected it."""
        name = uuid4()
        future = self._expected[name] = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda _: self._expected.pop(name, None))
        return name, future

    def named(self, name: UUID, stream: AudioSocket) -> None:
        """A connection has said which stream it is."""
        waiting = self._expected.get(name)
        if waiting is None or waiting.done():
            log.warning("audio stream that nobody expects", stream=str(name))
            stream.refuse()
        else:
            waiting.set_result(stream)
