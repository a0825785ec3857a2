"""The recognition port: one party's audio goes in as it comes, what was said comes out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from typing import Protocol

USUAL_WEIGHT = 20


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Somebody speaks: what he is told just now should stop. `at` is seconds of sound since he is listened to."""

    at: float = 0.0


@dataclass(frozen=True, slots=True)
class PartialText:
    """What was understood until now, or until a pause which may not be the end."""

    text: str


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """He has finished; what he said comes as soon as it is recognised."""


@dataclass(frozen=True, slots=True)
class FinalText:
    """What was said in `seconds`, in simplified characters; empty when no words were made out.

    `at` is when it began, in seconds of sound since he is listened to. `times`, where they were asked for, is when each
    character of the text began, in seconds since `at`.
    """

    text: str
    seconds: float = 0.0
    at: float = 0.0
    times: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class RecognitionFailed:
    """What was said in `seconds` from `at` on is lost: the recogniser died, hangs or is overloaded.

    The next utterance may fare better.
    """

    reason: str
    seconds: float = 0.0
    at: float = 0.0


HearingEvent = SpeechBegan | PartialText | SpeechEnded | FinalText | RecognitionFailed


class Hearing(Protocol):
    """One party who is being listened to."""

    def feed(self, samples: bytes) -> None:
        """Hear more: signed 16-bit little-endian samples, any number of them; returns at once."""

    def events(self) -> AsyncIterator[HearingEvent]:
        """What is heard: for each utterance `SpeechBegan`, any number of `PartialText`, `SpeechEnded`, and at last
        `FinalText` or `RecognitionFailed`.
        """

    def finish(self) -> None:
        """No more sound comes; `events` ends when all that was said is recognised."""

    def close(self) -> None:
        """Listen no more; `events` ends, and what was not recognised yet is forgotten."""


class Recogniser(Protocol):
    """Hears any number of parties at once."""

    @property
    def trouble(self) -> str:
        """Why it cannot hear; empty when it can."""

    @property
    def is_away(self) -> bool:
        """Whether it did not answer a moment ago, and may again: what can wait is better asked later."""

    def listen(self, rate: int, hints: Collection[str] = (), *, live: bool = False) -> Hearing:
        """Hear a party at `rate` samples a second; `hints` are words that are likely to be said, the likeliest first.

        Where they are a mapping it has the weight of each, 1 to 100 (`USUAL_WEIGHT` otherwise).

        `live` is for people who read along: `PartialText` comes while he speaks, as far as the recogniser has time,
        and `FinalText` has `times`. Who waits for an answer in a flow is heard first.
        """


class NoRecogniser:
    """There is none; `trouble` says why."""

    is_away = False

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble

    def listen(self, rate: int, hints: Collection[str] = (), *, live: bool = False) -> Hearing:
        """Always RuntimeError: nobody listens."""
        raise RuntimeError(self.trouble)

    async def close(self) -> None:
        """Nothing: no recogniser was started."""
