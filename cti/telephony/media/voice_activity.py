"""Hears whether somebody speaks, for barge-in (智能打断) and the end of what was said."""

from __future__ import annotations

from collections import deque

import numpy as np
import webrtcvad

from cti.telephony.media.port import FRAME_SECONDS

STRICTNESS = 2
"""WebRTC's detector from 0 (takes much for speech) to 3 (takes little); 2 lets breath and line noise pass."""
WINDOW = 8
BEGIN_FRAMES = 5
"""Voiced frames among the last `WINDOW` that begin speech: 100 ms of it, so that a click does not."""
QUIETEST = 100.0
"""Root of the mean square (−50 dBFS) below which nothing is speech: the detector stays on for a while after a click."""
END_SECONDS = 0.6
"""A pause of this length ends speech."""


class VoiceActivity:
    """Follows one party's audio: signed 16-bit little-endian samples at `rate` (8,000, 16,000, 32,000 or 48,000).

    `end_seconds` of pause end speech. ValueError for other rates.
    """

    def __init__(self, rate: int, *, end_seconds: float = END_SECONDS) -> None:
        if rate not in (8000, 16000, 32000, 48000):
            raise ValueError(f"{rate} samples a second cannot be judged")
        self._rate = rate
        self._bytes = int(rate * FRAME_SECONDS) * 2
        self._detector = webrtcvad.Vad(STRICTNESS)
        self._rest = bytearray()
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self._pause_frames = round(end_seconds / FRAME_SECONDS)
        self._quiet = 0
        self.speaking = False
        """Whether the party speaks now."""

    @property
    def quiet_seconds(self) -> float:
        """How long nothing that sounds like speech was heard."""
        return self._quiet * FRAME_SECONDS

    def reset(self) -> None:
        """What was heard until now counts no more."""
        self._recent.clear()
        self._quiet = 0
        self.speaking = False

    def feed(self, samples: bytes) -> bool:
        """Hear more, of any length; returns whether speech began in it."""
        began = False
        self._rest += samples
        while len(self._rest) >= self._bytes:
            frame = bytes(self._rest[: self._bytes])
            del self._rest[: self._bytes]
            loud = float(np.mean(np.square(np.frombuffer(frame, "<i2"), dtype=np.float64))) > QUIETEST**2
            began |= self._hear(loud and self._detector.is_speech(frame, self._rate))
        return began

    def _hear(self, voiced: bool) -> bool:
        self._recent.append(voiced)
        self._quiet = 0 if voiced else self._quiet + 1
        if self.speaking:
            if self._quiet >= self._pause_frames:
                self.speaking = False
                self._recent.clear()
            return False
        self.speaking = sum(self._recent) >= BEGIN_FRAMES
        return self.speaking
