"""Live audio over any connection: what is heard waits for its reader, what is said goes out frame by frame."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator

from cti.telephony.media.port import FRAME_SECONDS

MAX_AHEAD_SECONDS = 2.0
MAX_BEHIND_FRAMES = 250
"""A reader that is more than five seconds late loses the oldest frames."""


class PacedAudio(ABC):
    """One stream; both `Listener` and `AudioStream` of `cti.telephony.media.port`, but for its connection."""

    def __init__(self) -> None:
        self.rate = 8000
        self._heard: deque[bytes] = deque(maxlen=MAX_BEHIND_FRAMES)
        self._pressed: deque[str] = deque(maxlen=64)
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._queued = bytearray()
        self._pacer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @abstractmethod
    def _transmit(self, samples: bytes) -> None:
        """Send one frame of sound to the other side."""

    @property
    @abstractmethod
    def _is_connected(self) -> bool:
        """Whether a frame can be sent."""

    def _hear(self, samples: bytes) -> None:
        self._heard.append(samples)
        self._news.set()

    def _press(self, digit: str) -> None:
        self._pressed.append(digit)
        self._news.set()

    def _end(self) -> None:
        if self._pacer is not None:
            self._pacer.cancel()
            self._pacer = None
        if not self.closed.done():
            self.closed.set_result(None)
        self._news.set()
        self._room.set()

    # ── what a listener does ─────────────────────────────────────────────────────────────────────────────────────

    async def frames(self) -> AsyncIterator[bytes]:
        """What is heard, frame by frame."""
        while True:
            while self._heard:
                yield self._heard.popleft()
            if self.closed.done():
                return
            await self._wait_for_news()

    async def digits(self) -> AsyncIterator[str]:
        """Keys as they are pressed."""
        while True:
            while self._pressed:
                yield self._pressed.popleft()
            if self.closed.done():
                return
            await self._wait_for_news()

    async def _wait_for_news(self) -> None:
        self._news.clear()
        if not self._heard and not self._pressed and not self.closed.done():
            await self._news.wait()
        elif self._heard or self._pressed:
            # The other iterator's news: let it run.
            await asyncio.sleep(FRAME_SECONDS / 2)

    # ── what a speaker does ──────────────────────────────────────────────────────────────────────────────────────

    async def write(self, samples: bytes) -> None:
        """Queue audio; returns when less than two seconds wait to be spoken."""
        limit = int(self.rate * 2 * MAX_AHEAD_SECONDS)
        self._queued += samples
        self._pace()
        while len(self._queued) > limit and not self.closed.done():
            self._room.clear()
            await self._room.wait()

    def clear(self) -> None:
        """Forget what was not spoken yet."""
        self._queued.clear()
        self._room.set()

    def _pace(self) -> None:
        # A switch plays what it gets at once: we send one frame each 20 ms, so that `clear` is heard as silence.
        if self._pacer is None and self._queued and self._is_connected and not self.closed.done():
            self._due = asyncio.get_running_loop().time()
            self._send()

    def _send(self) -> None:
        self._pacer = None
        size = int(self.rate * FRAME_SECONDS) * 2
        if not self._queued or not self._is_connected or self.closed.done():
            return
        payload = bytes(self._queued[:size])
        del self._queued[:size]
        self._transmit(payload.ljust(size, b"\0"))
        self._room.set()
        loop = asyncio.get_running_loop()
        self._due += FRAME_SECONDS
        if self._due < loop.time() - 0.2:
            self._due = loop.time()
        self._pacer = loop.call_at(self._due, self._send)
