"""The recognition port: one party's audio goes in as it comes, what was said comes out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Somebody speaks: what he is told just now should stop."""


@dataclass(frozen=True, slots=True)
class PartialText:
    """What was understood until a pause, which may not be the end."""

    text: str


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """He has finished; what he said comes as soon as it is recognised."""


@dataclass(frozen=True, slots=True)
class FinalText:
    """What was said in `seconds`, in simplified characters; empty when no words were made out."""

    text: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RecognitionFailed:
    """What was said is lost: the recogniser died, hangs or is overloaded. The next utterance may fare better."""

    reason: str


HearingEvent = SpeechBegan | PartialText | SpeechEnded | FinalText | RecognitionFailed


class Hearing(Protocol):
    """One party who is being listened to."""

    def feed(self, samples: bytes) -> None:
        """Hear more: signed 16-bit little-endian samples, any number of them; returns at once."""

    def events(self) -> AsyncIterator[HearingEvent]:
        """What is heard: for each utterance `SpeechBegan`, any number of `PartialText`, `SpeechEnded`, and at last
        `FinalText` or `RecognitionFailed`.
        """

    def close(self) -> None:
        """Listen no more; `events` ends."""


class Recogniser(Protocol):
    """Hears any number of parties at once."""

    @property
    def trouble(self) -> str:
        """Why it cannot hear; empty when it can."""

    def listen(self, rate: int, hints: Sequence[str] = ()) -> Hearing:
        """Hear a party at `rate` samples a second; `hints` are words that are likely to be said."""


class NoRecogniser:
    """There is none; `trouble` says why."""

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble

    def listen(self, rate: int, hints: Sequence[str] = ()) -> Hearing:
        """Always RuntimeError: nobody listens."""
        raise RuntimeError(self.trouble)

    async def close(self) -> None:
        """Nothing: no recogniser was started."""
