"""Hears whole utterances, each at its pauses, by a recogniser that is asked for one after the other.

What was said until a pause is recognised while it is not yet known whether the pause is the end: most often it is, and
the words are there when that is decided. For people who read along, it is heard while it grows, too, when nothing else
waits: from the last pause on whose words are known already. At its end the whole of it is heard.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from ivr.recognition.port import FinalText, HearingEvent, PartialText, RecognitionFailed, SpeechBegan, SpeechEnded
from ivr.recognition.presence import Presence
from ivr.recognition.repair import Vocabulary
from ivr.recognition.telling import Telling
from ivr.recognition.utterances import END_SECONDS, Began, Ended, Growing, Paused, Resumed, Utterances
from ivr.speech_models.asking import Answer, ModelFailed, ModelQueue

EVERY_SECONDS = 0.9
"""Who reads along sees so much speech at a time: half of the words are seen within a second of being said. With 1.2
they cost a tenth less, and half of them come later than that."""
READER_PAUSE_SECONDS = 0.4
"""A pause of this length is heard for people who read along: most shorter ones are no end, and words that were heard in
vain cost as much as any. The end comes 0.4 s later, or as soon as the words are there: they take longer."""
QUIET_SECONDS = 0.4
"""After the end of speech it is noticed so much later."""
READER_SECONDS = 20.0
"""What waits so long for its turn while people read along is left to be heard from the recording: words never come
later and later."""
CALLER, READER, GROWING = 0, 1, 2
"""Who is served first: a caller who waits in a flow, people who read along, what they see while somebody speaks."""


class UtteranceHearing:
    """See `ivr.recognition.port.Hearing`. `recogniser` is asked with `rate`, `hints`, whether `quick` and `times`."""

    def __init__(
        self, recogniser: ModelQueue, presence: Presence, rate: int, hints: Collection[str], live: bool
    ) -> None:
        self._recogniser, self._presence = recogniser, presence
        self._rate = rate
        self._head = {"rate": rate, "hints": list(hints), "quick": False, "times": live}
        self._rank = READER if live else CALLER
        self._patience = READER_SECONDS if live else None
        self._said = _Said(0.0, 0.0)
        self._is_speaking = False
        self._pause = self._known = _Pause(0.0, 0)
        """The last pause, and the last of this utterance until which the words are known."""
        self._utterances = (
            Utterances(rate, pause=READER_PAUSE_SECONDS, every=EVERY_SECONDS) if live else Utterances(rate)
        )
        self._asked: asyncio.Future[Answer] | None = None
        self._resumed: asyncio.Future[Answer] | None = None
        self._growing: asyncio.Future[Answer] | None = None
        self._endings: set[asyncio.Future[Answer]] = set()
        self._is_finishing = False
        # People who read along are told what was heard otherwise, by whoever tells them.
        self._telling = Telling(Vocabulary(() if live else hints))

    def feed(self, samples: bytes) -> None:
        """See `Hearing.feed`."""
        for happened in self._utterances.feed(samples):
            match happened:
                case Began(at):
                    self._said = _Said(at / self._rate, 0.0)
                    self._is_speaking, self._known = True, _Pause(self._said.at, 0)
                    self._telling.tell(SpeechBegan(self._said.at))
                case Growing():
                    self._glance()
                case Paused(said):
                    self._drop_growing()
                    self._said = _Said(self._said.at, len(said) / 2 / self._rate)
                    self._asked = self._ask_until(_Pause(self._said.at, len(said)), said)
                case Resumed():
                    self._resume()
                case Ended():
                    self._end()

    def _ask_until(self, pause: _Pause, said: bytes) -> asyncio.Future[Answer]:
        def begins() -> bytes:
            pause.is_begun = True
            return said

        asked = self._recogniser.ask(self._head, begins, rank=self._rank, patience=self._patience)
        asked.add_done_callback(functools.partial(self._paused, pause))
        self._pause = pause
        return asked

    def _paused(self, pause: _Pause, asked: asyncio.Future[Answer]) -> None:
        """The words until a pause are there: those of an utterance that goes on need no more be looked for."""
        text = _text(asked)
        if text and self._is_speaking and pause.at == self._said.at:
            pause.text, self._known = text, pause
            self._utterances.knows(pause.size)
            self._telling.tell(PartialText(text))

    def _resume(self) -> None:
        """He goes on. What the model has begun with is done in any case, and tells the words until here."""
        if self._rank == READER and self._pause.is_begun:
            self._resumed, self._asked = self._asked, None
        self._drop()

    def _glance(self) -> None:
        """Let it be heard while it grows, as far as it has grown when the recogniser has nothing else to do."""
        is_awaited = self._resumed is not None and not self._resumed.done()
        if self._growing is None and not is_awaited:
            since = self._known

            def begins() -> bytes:
                nonlocal since
                since = self._known
                return self._utterances.said(since.size)

            head = {**self._head, "quick": True, "times": False}
            self._growing = self._recogniser.ask(head, begins, rank=GROWING)
            self._growing.add_done_callback(lambda asked: self._grown(since, asked))

    def _grown(self, since: _Pause, asked: asyncio.Future[Answer]) -> None:
        if asked is self._growing:
            self._growing = None
            if text := _text(asked):
                self._telling.tell(PartialText(since.text + text))

    def _end(self) -> None:
        self._is_speaking = False
        asked, self._asked = self._asked, None
        assert asked is not None, "an utterance ends in a pause"
        self._endings.add(asked)
        self._telling.tell(SpeechEnded())
        asked.add_done_callback(functools.partial(self._ended, self._said))

    def _ended(self, said: _Said, asked: asyncio.Future[Answer]) -> None:
        self._endings.discard(asked)
        if not asked.cancelled():
            outcome = _outcome(asked, said)
            self._presence.met(isinstance(outcome, FinalText))
            self._telling.tell(outcome)

    def finish(self) -> None:
        """See `Hearing.finish`."""
        if not self._is_finishing:
            self.feed(bytes(int(self._rate * (END_SECONDS + QUIET_SECONDS)) * 2))
            self._is_finishing = True
            self._telling.finish()

    def _drop(self) -> None:
        if self._asked is not None:
            self._asked.cancel()
            self._asked = None

    def _drop_growing(self) -> None:
        if self._growing is not None:
            growing, self._growing = self._growing, None
            growing.cancel()

    def events(self) -> AsyncIterator[HearingEvent]:
        """See `Hearing.events`."""
        return self._telling.events()

    def close(self) -> None:
        """See `Hearing.close`."""
        self._drop()
        self._drop_growing()
        if self._resumed is not None:
            self._resumed.cancel()
        for asked in tuple(self._endings):
            asked.cancel()
        self._telling.close()


@dataclass(frozen=True, slots=True)
class _Said:
    """An utterance: seconds since he is listened to, and how long it is."""

    at: float
    seconds: float


@dataclass(slots=True)
class _Pause:
    """In the utterance that began `at`, after `size` bytes of it; whether the model has begun with them, and what was
    said in them, once it is known."""

    at: float
    size: int
    text: str = ""
    is_begun: bool = False


def _text(asked: asyncio.Future[Answer]) -> str:
    return "" if asked.cancelled() or asked.exception() else str(asked.result()[0].get("text", ""))


def _outcome(asked: asyncio.Future[Answer], said: _Said) -> FinalText | RecognitionFailed:
    try:
        head = asked.result()[0]
        return FinalText(str(head["text"]), said.seconds, said.at, tuple(float(one) for one in head.get("times", ())))
    except (ModelFailed, KeyError, TypeError, ValueError) as error:
        return RecognitionFailed(str(error), said.seconds, said.at)
