"""Cuts one party's audio into utterances. Sans-IO: samples in, what happened out."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from cti.telephony.media.port import FRAME_SECONDS
from cti.telephony.media.voice_activity import VoiceActivity

PAUSE_SECONDS = 0.3
"""A pause of this length may be the end: what was said until then is worth recognising."""
END_SECONDS = 0.8
"""A pause of this length is the end. People who read out a number breathe for half a second."""
LONGEST_SECONDS = 20.0
LONG_SHARE = 6
"""Of a long utterance so much must be new before it is told again."""
BEFORE_SECONDS = 0.4
"""How much of what came before counts as part of an utterance: a soft beginning is noticed late."""


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody begins to speak; the utterance begins with sample number `at`."""

    at: int = 0


@dataclass(frozen=True, slots=True)
class Growing:
    """He goes on."""


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause; `samples` is the utterance until now."""

    samples: bytes


@dataclass(frozen=True, slots=True)
class Resumed:
    """The pause was not the end."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The pause was the end: the utterance is what `Paused` said."""


Happened = Began | Growing | Paused | Resumed | Ended


class Utterances:
    """Follows one party at `rate` samples a second (8,000, 16,000, 32,000 or 48,000; else ValueError).

    With `every` it tells what he has said after so many seconds more each time; of a long utterance less often, so
    that hearing it anew costs at most so much a second of speech.
    """

    def __init__(
        self,
        rate: int,
        *,
        pause: float = PAUSE_SECONDS,
        end: float = END_SECONDS,
        longest: float = LONGEST_SECONDS,
        every: float | None = None,
    ) -> None:
        self._voice = VoiceActivity(rate, end_seconds=end)
        self._frame = int(rate * FRAME_SECONDS) * 2
        self._pause = pause
        self._longest = int(longest * rate) * 2
        self._before: deque[bytes] = deque(maxlen=round(BEFORE_SECONDS / FRAME_SECONDS))
        self._rest = bytearray()
        self._said = bytearray()
        self._is_paused = False
        self._every = None if every is None else int(every * rate) * 2
        self._grown = 0
        self._known = 0
        self._heard = 0

    def knows(self, until: int) -> None:
        """The words until byte `until` of the utterance that goes on are known: it is told again of what comes then."""
        self._known = until
        self._grown = max(self._grown, until)

    def said(self, start: int = 0) -> bytes:
        """What was said in the utterance that goes on, from byte `start` on."""
        return bytes(self._said[start:])

    def feed(self, samples: bytes) -> list[Happened]:
        """What happened in these samples, of any length."""
        self._rest += samples
        told: list[Happened] = []
        while len(self._rest) >= self._frame:
            frame = bytes(self._rest[: self._frame])
            del self._rest[: self._frame]
            told += self._hear(frame)
        return told

    def _hear(self, frame: bytes) -> list[Happened]:
        was_speaking = self._voice.speaking
        self._voice.feed(frame)
        self._heard += len(frame) // 2
        if not was_speaking:
            self._before.append(frame)
            if not self._voice.speaking:
                return []
            self._said += b"".join(self._before)
            self._before.clear()
            self._grown = self._known = 0
            return [Began(self._heard - len(self._said) // 2)]
        self._said += frame
        told: list[Happened] = []
        quiet = self._voice.quiet_seconds
        is_full = len(self._said) >= self._longest
        if self._is_paused and not quiet:
            self._is_paused = False
            told.append(Resumed())
        if not self._is_paused and (quiet >= self._pause or is_full or not self._voice.speaking):
            self._is_paused = True
            told.append(Paused(bytes(self._said)))
        if not self._voice.speaking or is_full:
            self._voice.reset()
            self._said.clear()
            self._is_paused = False
            told.append(Ended())
        elif self._every is not None and not quiet and len(self._said) - self._grown >= self._step(self._every):
            self._grown = len(self._said)
            told.append(Growing())
        return told

    def _step(self, every: int) -> int:
        return max(every, (len(self._said) - self._known) // LONG_SHARE)
