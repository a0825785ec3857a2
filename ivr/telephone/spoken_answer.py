"""A caller's answer by speech or keys, whichever comes first: the prompt stops as soon as he speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from cti.telephony.media.port import Listener
from cti.telephony.switch.port import CallSession, Collected, SwitchControl, SwitchUnavailable
from cti.telephony.switch.waiting import unless_over
from ivr.conversation.port import Heard, Listening, VerbFailed
from ivr.recognition.port import (
    FinalText,
    Hearing,
    HearingEvent,
    Recogniser,
    RecognitionFailed,
    SpeechBegan,
    SpeechEnded,
)
from ivr.recognition.utterances import LONGEST_SECONDS

NOISE_SECONDS = 1.6
"""An utterance up to this length (with the quiet around it, about a second) that has no words is a cough."""
log = structlog.get_logger(__name__)

MUSIC_AFTER = 1.2
"""Seconds of silence after which a caller who waits for his words to be understood hears music."""


@dataclass(frozen=True, slots=True)
class SpokenAnswers:
    """What all calls share. A caller waits at most `patience` seconds for his words to be recognised."""

    switch: SwitchControl
    recogniser: Recogniser
    patience: float = 6.0

    async def hear(self, session: CallSession, prompts: Sequence[str], listening: Listening) -> Heard:
        """Play and take keys or words; keys alone where nobody can hear. VerbFailed when then nothing would answer."""
        if self.recogniser.trouble:
            return await self._keys_alone(session, prompts, listening, self.recogniser.trouble)
        try:
            tap = await unless_over(session, self.switch.tap(session.arrival.leg))
        except SwitchUnavailable as error:
            return await self._keys_alone(session, prompts, listening, str(error))
        hearing = self.recogniser.listen(tap.rate, listening.hints)
        feeding = asyncio.create_task(_feed(tap, hearing), name="hear a caller")
        try:
            return await _Answer(session, hearing, listening, self.patience).take(prompts)
        finally:
            feeding.cancel()
            hearing.close()
            await tap.close()

    async def _keys_alone(self, session: CallSession, prompts: Sequence[str], listening: Listening, why: str) -> Heard:
        if not listening.keys:
            raise VerbFailed(f"nobody hears what the caller says: {why}")
        log.warning("an answer can be given by keys only", call=session.arrival.call, reason=why)
        return _by_keys(await _collect(session, prompts, listening, listening.first))


async def _feed(tap: Listener, hearing: Hearing) -> None:
    async for samples in tap.frames():
        hearing.feed(samples)


async def _collect(session: CallSession, prompts: Sequence[str], listening: Listening, first: float) -> Collected:
    return await session.collect(
        prompts,
        longest=listening.longest,
        terminators=listening.terminators,
        first=first,
        between=listening.between,
    )


def _by_keys(collected: Collected) -> Heard:
    return Heard(collected.digits, timed_out=collected.timed_out)


class _Answer:
    def __init__(self, session: CallSession, hearing: Hearing, listening: Listening, patience: float) -> None:
        self._session = session
        self._listening = listening
        self._patience = patience
        self._events = hearing.events()
        self._next: asyncio.Task[HearingEvent] | None = None
        self._collecting: asyncio.Task[Collected] | None = None

    async def take(self, prompts: Sequence[str]) -> Heard:
        """Until there are keys or words, or neither for as long as the caller may think."""
        try:
            self._collect(prompts, self._listening.first)
            while True:
                match await self._event_or_keys():
                    case SpeechBegan():
                        if typed := await self._stop_collecting():
                            return Heard(typed)
                        # A key still counts more than what is said meanwhile.
                        self._collect((), LONGEST_SECONDS + self._patience)
                    case SpeechEnded():
                        if (heard := await self._words()) is not None:
                            return heard
                        # It was a cough: the question stands.
                        self._collect((), self._listening.first)
                    case Collected(digits, timed_out):
                        return Heard(digits, timed_out=timed_out)
        finally:
            for task in (self._next, self._collecting):
                if task is not None:
                    task.cancel()

    async def _words(self) -> Heard | None:
        """What was said, once it is recognised; None when it was nothing."""
        happened = await self._event_or_keys(MUSIC_AFTER)
        if isinstance(happened, Collected):
            return Heard(happened.digits, timed_out=happened.timed_out)
        if typed := await self._stop_collecting():
            return Heard(typed)
        if happened is None:
            await self._session.wait()
            happened = await self._event_or_keys(self._patience - MUSIC_AFTER)
        match happened:
            case FinalText(text) if text:
                return Heard(text=text)
            case FinalText(_, seconds) if seconds < NOISE_SECONDS:
                return None
            case RecognitionFailed(reason):
                log.error("what a caller said is lost", call=self._session.arrival.call, reason=reason)
            case None:
                log.error("what a caller said is not recognised in time", call=self._session.arrival.call)
        return Heard(unclear=True)

    async def _event_or_keys(self, timeout: float | None = None) -> HearingEvent | Collected | None:
        """What happens next; an event counts more than a collect that ends in the same moment, unless keys came."""
        if self._next is None:
            self._next = asyncio.ensure_future(anext(self._events))
        tasks: set[asyncio.Task[Any]] = {self._next} | ({self._collecting} if self._collecting else set())
        await unless_over(self._session, asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED))
        collected = self._collecting.result() if self._collecting and self._collecting.done() else None
        if self._next.done() and not (collected and collected.digits):
            happened, self._next = self._next.result(), None
            return happened
        return collected

    def _collect(self, prompts: Sequence[str], first: float) -> None:
        collecting = _collect(self._session, prompts, self._listening, first)
        self._collecting = asyncio.create_task(collecting, name="take an answer")

    async def _stop_collecting(self) -> str:
        """The keys typed until now."""
        collecting, self._collecting = self._collecting, None
        if collecting is None:
            return ""
        if not collecting.done():
            await self._session.stop()
        return (await collecting).digits
