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
SURELY_LOUD, QUIETEST = 100.0, 25.0
"""Roots of the mean square: from the first (−50 dBFS) on a frame may be speech on any line, below the second (−62 dBFS)
on none: the detector stays on for a while after a click, and prompts come back softly from the caller's end."""
OVER_NOISE = 2.5
"""Between them a frame may be speech that is so many times louder than the line is between the words."""
NOISE_FRAMES = 150
"""The quietest frame of the last 3 s tells how loud the line is when nobody speaks: also long speech has gaps."""
PLAIN_LEVEL = 200.0
"""What is quieter is made as loud for the detector, up to `SURELY_LOUD / QUIETEST` times. With 500 a little more of a
soft voice is kept, and a line's hum is taken for speech."""
DECAY = 0.99
"""By so much a frame the loudness of a voice is forgotten: by half within 1.4 s."""
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
        self._levels: deque[float] = deque(maxlen=NOISE_FRAMES)
        self._level = 0.0
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
            began |= self._hear(self._is_voiced(frame))
        return began

    def _is_voiced(self, frame: bytes) -> bool:
        """Whether it sounds like speech, by the loudness of this line: a soft voice counts where the line is still."""
        values = np.frombuffer(frame, "<i2")
        level = float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
        self._levels.append(level)
        self._level = max(level, self._level * DECAY)
        if level <= min(SURELY_LOUD, max(QUIETEST, OVER_NOISE * min(self._levels))):
            return False
        louder = min(SURELY_LOUD / QUIETEST, PLAIN_LEVEL / self._level)
        if louder > 1:
            frame = np.clip(values * louder, -32768, 32767).astype("<i2").tobytes()
        return bool(self._detector.is_speech(frame, self._rate))

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
