"""The sound of one call, both ways: what is heard goes to listeners, what is to be said is fed in small pieces.

The native side keeps two seconds each way and sends silence when it has nothing to say.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from softphone.phones.sound import RATE, Samples, silence, write_sound

Listener = Callable[[float, Samples], None]
"""Called with the monotonic second of the first sample, and the samples (8 kHz, mono)."""

_AHEAD = 0.1  # seconds of speech fed before they are due
_PIECE = 1600  # bytes asked for in one read: 100 ms


class NativeInfo(Protocol):
    """The part of the native side's report that is used here."""

    tx_ready: bool
    rx_ready: bool
    tx_buffered: int


class NativeAudio(Protocol):
    """Bytes of 16-bit samples to and from the native side; its errors tell that no media is up, or not any more."""

    def info(self) -> NativeInfo:
        """Report whether the line is up and how much waits to be sent."""

    def read(self, max_bytes: int) -> bytes:
        """Take what was heard."""

    def write(self, pcm: bytes) -> int:
        """Hand over what is to be said; returns how much was taken."""

    def flush_tx(self) -> None:
        """Forget what was handed over and is not yet sent."""


class AudioLine:
    """The two-way sound of a call. `errors` are what the native side raises while it has no media."""

    def __init__(self, native: NativeAudio, errors: tuple[type[Exception], ...]) -> None:
        self._native = native
        self._errors = errors
        self._closed = False
        self._ticked_at = 0.0
        self._listeners: list[Listener] = []
        self._speakers: list[Listener] = []
        self._outbox: deque[tuple[bytes, asyncio.Future[bool]]] = deque()
        self._said_until: list[tuple[float, asyncio.Future[bool]]] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Give `listener` everything that is heard from now on; the function returned ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def overhear(self, listener: Listener) -> Callable[[], None]:
        """Give `listener` everything that this side says from now on; the function returned ends that."""
        self._speakers.append(listener)
        return lambda: self._speakers.remove(listener) if listener in self._speakers else None

    async def play(self, samples: Samples) -> bool:
        """Say it, after what is still being said; returns when it has been sent: True, or False if it was stopped.

        Cancelling it stops everything that is being said.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if self._closed or not samples.size:
            return not self._closed
        self._outbox.append((samples.astype("<i2").tobytes(), done))
        try:
            return await done
        except asyncio.CancelledError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop talking at once (within one packet)."""
        with contextlib.suppress(*self._errors):
            self._native.flush_tx()
        self._finish_all()

    def tick(self, now: float) -> None:
        """Move sound both ways; to be called about every 20 ms with the monotonic time."""
        with contextlib.suppress(*self._errors):
            self._hear(now)
        with contextlib.suppress(*self._errors):
            self._say(now)
        self._ticked_at = now
        while self._said_until and self._said_until[0][0] <= now:
            _resolve(self._said_until.pop(0)[1], True)

    def close(self) -> None:
        """The call is over: whoever waits for the end of a sound is told that it was stopped."""
        self._closed = True
        self._finish_all()

    def _hear(self, now: float) -> None:
        pieces = []
        while piece := self._native.read(_PIECE):
            pieces.append(piece)
            if len(piece) < _PIECE:
                break
        if not pieces:
            return
        samples = np.frombuffer(b"".join(pieces), "<i2").astype(np.int16)
        for listener in tuple(self._listeners):
            listener(now - samples.size / RATE, samples)

    def _say(self, now: float) -> None:
        if not self._outbox:
            return
        info = self._native.info()
        if not info.tx_ready:
            # It hears but may not talk: it is on hold.
            if info.rx_ready:
                self._say_to_nobody(now)
            return
        waiting = info.tx_buffered
        while self._outbox and (room := int(_AHEAD * RATE) * 2 - waiting) > 0:
            data, done = self._outbox[0]
            taken = self._native.write(data[:room])
            if not taken:
                return
            start = now + waiting / (2 * RATE)
            for speaker in tuple(self._speakers):
                speaker(start, np.frombuffer(data[:taken], "<i2").astype(np.int16))
            waiting += taken
            if taken < len(data):
                self._outbox[0] = (data[taken:], done)
                continue
            self._outbox.popleft()
            self._said_until.append((now + waiting / (2 * RATE), done))

    def _say_to_nobody(self, now: float) -> None:
        """Let what is said pass unheard: a person who is put on hold goes on talking."""
        lost = round((now - self._ticked_at) * RATE) * 2
        while self._outbox and lost > 0:
            data, done = self._outbox.popleft()
            if lost < len(data):
                self._outbox.appendleft((data[lost:], done))
            else:
                _resolve(done, True)
            lost -= len(data)

    def _finish_all(self) -> None:
        waiting = [done for _, done in (*self._outbox, *self._said_until)]
        self._outbox.clear()
        self._said_until.clear()
        for done in waiting:
            _resolve(done, False)


class Capture:
    """Keeps both sides of a call in memory on one time axis: `heard` and `said`, 8 kHz, from the moment it is made."""

    def __init__(self, line: AudioLine, now: float | None = None) -> None:
        self._start = time.monotonic() if now is None else now
        self._heard = _Track()
        self._said = _Track()
        self._ends = (
            line.listen(lambda at, samples: self._heard.put(at - self._start, samples)),
            line.overhear(lambda at, samples: self._said.put(at - self._start, samples)),
        )

    @property
    def heard(self) -> Samples:
        """What came from the far end."""
        return self._heard.samples()

    @property
    def said(self) -> Samples:
        """What was sent to the far end."""
        return self._said.samples()

    def save(self, path: Path) -> None:
        """Write a WAV file of two channels: left what was heard, right what was said."""
        write_sound(path, self.heard, self.said)

    def stop(self) -> None:
        """Take in no more sound."""
        for end in self._ends:
            end()


class _Track:
    """Pieces set one behind the other; a hole of more than 0.1 s is filled with silence, less is jitter."""

    def __init__(self) -> None:
        self._pieces: list[Samples] = []
        self._length = 0

    def put(self, at: float, samples: Samples) -> None:
        hole = at - self._length / RATE
        if hole > 0.1:
            self._append(silence(hole))
        self._append(samples)

    def samples(self) -> Samples:
        if len(self._pieces) > 1:
            self._pieces = [np.concatenate(self._pieces)]
        return self._pieces[0] if self._pieces else silence(0)

    def _append(self, samples: Samples) -> None:
        self._pieces.append(samples)
        self._length += samples.size


def _resolve(done: asyncio.Future[bool], whole: bool) -> None:
    if not done.done():
        done.set_result(whole)
