"""Live audio of the scripted exchange: frames of 20 ms with speech in them while the person speaks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

import numpy as np

from cti.base.clock import Clock
from cti.telephony.media.paced import MAX_AHEAD_SECONDS
from cti.telephony.media.port import FRAME_SECONDS
from cti.telephony.switch.scripted_leg import ScriptedLeg

TAP_RATE = 16000
STREAM_RATE = 8000


def speech(rate: int) -> bytes:
    """A second that detectors take for speech: harmonics of a voice in syllables."""
    at = np.arange(rate) / rate
    pitch = 2 * np.pi * (140 * at + 8 * np.sin(2 * np.pi * 1.5 * at))
    voice = sum(np.sin(harmonic * pitch) / (1 + abs(harmonic - 4)) for harmonic in range(1, 20))
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)
    return bytes((9000 * voice * syllables / np.abs(voice).max()).astype("<i2").tobytes())


class ScriptedListener:
    """What the party of a leg says; `SwitchControl.tap`."""

    def __init__(self, leg: ScriptedLeg, clock: Clock, rate: int = TAP_RATE) -> None:
        self.rate = rate
        self._leg = leg
        self._clock = clock
        self._closed = False
        self._speech = speech(rate)

    async def frames(self) -> AsyncIterator[bytes]:
        """A frame each 20 ms until the leg is gone."""
        size = int(self.rate * FRAME_SECONDS) * 2
        while True:
            await asyncio.sleep(FRAME_SECONDS)
            if self._closed or self._leg.gone:
                return
            if self._leg.line.is_speaking:
                start = round(self._clock.now() / FRAME_SECONDS) * size % len(self._speech)
                yield self._speech[start : start + size]
            else:
                yield bytes(size)

    async def close(self) -> None:
        """Stop listening."""
        self._closed = True


class ScriptedStream:
    """A two-way stream; `CallSession.stream`. `closed` gives the session back."""

    def __init__(self, leg: ScriptedLeg, clock: Clock, closed: Callable[[], Awaitable[None]]) -> None:
        self.rate = STREAM_RATE
        self._leg = leg
        self._clock = clock
        self._listener = ScriptedListener(leg, clock, STREAM_RATE)
        self._closed = closed
        self._spoken_at = 0.0
        self._keys: deque[str] = deque()
        self._news = asyncio.Event()
        self._cleared = asyncio.Event()
        self._over = False

    @property
    def is_heard(self) -> bool:
        """Whether something written is being spoken."""
        return self._clock.now() < self._spoken_at

    def frames(self) -> AsyncIterator[bytes]:
        """What the party says."""
        return self._listener.frames()

    async def digits(self) -> AsyncIterator[str]:
        """Keys as they are pressed."""
        while True:
            while self._keys:
                yield self._keys.popleft()
            if self._over:
                return
            self._news.clear()
            await self._news.wait()

    async def write(self, samples: bytes) -> None:
        """Queue audio; returns when less than two seconds wait to be spoken."""
        now = self._clock.now()
        self._spoken_at = max(self._spoken_at, now) + len(samples) / 2 / self.rate
        self._cleared.clear()
        if (ahead := self._spoken_at - now - MAX_AHEAD_SECONDS) > 0:
            try:
                await asyncio.wait_for(self._cleared.wait(), ahead)
            except TimeoutError:
                return

    def clear(self) -> None:
        """Stop in the middle of a word."""
        self._spoken_at = self._clock.now()
        self._cleared.set()

    async def close(self) -> None:
        """End the stream; raises what became of the leg meanwhile."""
        await self._listener.close()
        self.end()
        await self._closed()

    def key(self, digit: str) -> None:
        """A key was pressed."""
        self._keys.append(digit)
        self._news.set()

    def end(self) -> None:
        """The leg is gone or the stream closed."""
        self._over = True
        self.clear()
        self._news.set()
