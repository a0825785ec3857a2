"""A recogniser in a process of its own, shared by all calls: it hears utterances whole, each at its pauses.

What was said until a pause is recognised while it is not yet known whether the pause is the end: most often it is, and
the words are there when that is decided.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Mapping, Sequence

from ivr.recognition.port import FinalText, HearingEvent, PartialText, RecognitionFailed, SpeechBegan, SpeechEnded
from ivr.recognition.utterances import Began, Ended, Paused, Resumed, Utterances
from ivr.speech_models.process import HANGS_SECONDS, IDLE_SECONDS, Answer, ModelFailed, ModelProcess

MOST_WAITING = 24
"""Utterances that may wait: more would be recognised after their callers lost patience."""


class ProcessRecogniser:
    """A recogniser behind `command`, which speaks the protocol of `ivr.recognition.worker`."""

    trouble = ""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        count: int = 1,
        idle_seconds: float = IDLE_SECONDS,
        hangs_seconds: float = HANGS_SECONDS,
    ) -> None:
        self._process = ModelProcess(
            "recogniser", command, environment=environment, count=count, idle_seconds=idle_seconds,
            hangs_seconds=hangs_seconds, most_waiting=MOST_WAITING,
        )  # fmt: skip

    def listen(self, rate: int, hints: Sequence[str] = ()) -> ProcessHearing:
        """See `Recogniser.listen`."""
        # Until the first word is spoken the model is there.
        self._process.wake()
        return ProcessHearing(self._process, rate, hints)

    async def close(self) -> None:
        """End the process; who waits is told that it failed."""
        await self._process.close()


class ProcessHearing:
    """See `ivr.recognition.port.Hearing`."""

    def __init__(self, process: ModelProcess, rate: int, hints: Sequence[str]) -> None:
        self._process = process
        self._rate = rate
        self._head = {"rate": rate, "hints": list(hints)}
        self._seconds = 0.0
        self._utterances = Utterances(rate)
        self._asked: asyncio.Future[Answer] | None = None
        self._ending: asyncio.Future[Answer] | None = None
        self._told: asyncio.Queue[HearingEvent | None] = asyncio.Queue()

    def feed(self, samples: bytes) -> None:
        """See `Hearing.feed`."""
        for happened in self._utterances.feed(samples):
            match happened:
                case Began():
                    self._told.put_nowait(SpeechBegan())
                case Paused(said):
                    self._seconds = len(said) / 2 / self._rate
                    self._asked = self._process.ask(self._head, said)
                    self._asked.add_done_callback(self._paused)
                case Resumed():
                    self._drop()
                case Ended():
                    self._end()

    def _paused(self, asked: asyncio.Future[Answer]) -> None:
        if asked is self._asked and not asked.cancelled() and not asked.exception():
            self._told.put_nowait(PartialText(str(asked.result()[0]["text"])))

    def _end(self) -> None:
        asked, self._asked = self._asked, None
        assert asked is not None, "an utterance ends in a pause"
        self._ending = asked
        self._told.put_nowait(SpeechEnded())
        asked.add_done_callback(functools.partial(self._ended, self._seconds))

    def _ended(self, seconds: float, asked: asyncio.Future[Answer]) -> None:
        if not asked.cancelled():
            self._told.put_nowait(_outcome(asked, seconds))

    def _drop(self) -> None:
        if self._asked is not None:
            self._asked.cancel()
            self._asked = None

    async def events(self) -> AsyncIterator[HearingEvent]:
        """See `Hearing.events`."""
        while (event := await self._told.get()) is not None:
            yield event

    def close(self) -> None:
        """See `Hearing.close`."""
        self._drop()
        if self._ending is not None:
            self._ending.cancel()
        self._told.put_nowait(None)


def _outcome(asked: asyncio.Future[Answer], seconds: float) -> FinalText | RecognitionFailed:
    try:
        return FinalText(str(asked.result()[0]["text"]), seconds)
    except (ModelFailed, KeyError) as error:
        return RecognitionFailed(str(error))
