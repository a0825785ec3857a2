"""An ear tells what is said as it is said, keeps the time while no sound comes, and ends with its leg."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from cti.base.clock import EPOCH, LoopClock, VirtualTimeLoop
from cti.telephony.media.port import FRAME_SECONDS
from cti.telephony.switch.scripted_audio import speech
from ivr.recognition.port import FinalText, HearingEvent, PartialText, RecognitionFailed, SpeechBegan, SpeechEnded
from ivr.recognition.utterances import Began, Ended, Utterances
from workflow.transcripts.ear import Ear, Heard

RATE = 8000


class Line:
    """A leg whose sound is given, second by second; None is a second in which nothing comes."""

    rate = RATE

    def __init__(self, *sound: bytes | None) -> None:
        self._sound, self.closed = sound, False

    async def frames(self) -> AsyncIterator[bytes]:
        size = int(RATE * FRAME_SECONDS) * 2
        for one in self._sound:
            for at in range(0, RATE * 2, size):
                await asyncio.sleep(FRAME_SECONDS)
                if self.closed:
                    return
                if one is not None:
                    yield one[at : at + size]

    async def close(self) -> None:
        self.closed = True


class Recognised:
    """Cuts what it hears into utterances; each is answered after `delay` seconds, or never."""

    def __init__(self, answers: Sequence[FinalText | RecognitionFailed | None], delay: float = 0.5) -> None:
        self._answers, self._delay = list(answers), delay
        self._utterances = Utterances(RATE)
        self._told: asyncio.Queue[HearingEvent | None] = asyncio.Queue()
        self._waiting: set[asyncio.Task[None]] = set()
        self._finishing = False
        self.fed = 0
        self._at = 0.0

    def feed(self, samples: bytes) -> None:
        self.fed += len(samples) // 2
        for happened in self._utterances.feed(samples):
            if isinstance(happened, Began):
                self._at = happened.at / RATE
                self._told.put_nowait(SpeechBegan(self._at))
                self._told.put_nowait(PartialText("我"))
            elif isinstance(happened, Ended):
                self._told.put_nowait(SpeechEnded())
                task = asyncio.ensure_future(self._answer(self._answers.pop(0), self._at))
                self._waiting.add(task)

    async def _answer(self, answer: FinalText | RecognitionFailed | None, at: float) -> None:
        await asyncio.sleep(self._delay if answer is not None else 3600)
        if isinstance(answer, FinalText):
            self._told.put_nowait(FinalText(answer.text, 1.5, at))
        elif answer is not None:
            self._told.put_nowait(RecognitionFailed(answer.reason, 1.5, at))
        self._waiting.pop()
        if self._finishing and not self._waiting:
            self._told.put_nowait(None)

    async def events(self) -> AsyncIterator[HearingEvent]:
        while (event := await self._told.get()) is not None:
            yield event

    def finish(self) -> None:
        self.feed(bytes(RATE * 3))
        self._finishing = True
        if not self._waiting:
            self._told.put_nowait(None)

    def close(self) -> None:
        for task in self._waiting:
            task.cancel()
        self._told.put_nowait(None)


class Told:
    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.heard: list[Heard] = []

    def says(self, text: str) -> None:
        self.spoken.append(text)

    def said(self, heard: Heard) -> None:
        self.heard.append(heard)


async def hear(line: Line, hearing: Recognised) -> Told:
    told = Told()
    await Ear(line, hearing, LoopClock(), told).run()
    return told


SECOND = speech(RATE)
QUIET = bytes(RATE * 2)


def virtually(line: Line, hearing_of: Sequence[FinalText | RecognitionFailed | None]) -> tuple[Told, int, float]:
    async def story() -> tuple[Told, int, float]:
        began = asyncio.get_running_loop().time()
        hearing = Recognised(hearing_of)
        told = await hear(line, hearing)
        return told, hearing.fed, asyncio.get_running_loop().time() - began

    loop = VirtualTimeLoop()
    try:
        return loop.run_until_complete(story())
    finally:
        loop.close()


def test_what_is_said_is_told_with_its_moment() -> None:
    told, _, _ = virtually(Line(QUIET, SECOND, QUIET, QUIET, QUIET), [FinalText("路灯不亮")])
    assert told.spoken == ["", "我"]
    (heard,) = told.heard
    assert heard.text == "路灯不亮"
    assert (heard.at - EPOCH).total_seconds() == pytest.approx(0.7, abs=0.15)
    assert heard.delay == pytest.approx(0.5, abs=0.01)


def test_time_goes_on_while_no_sound_comes() -> None:
    # A leg on hold sends nothing for five seconds.
    told, fed, _ = virtually(Line(QUIET, None, None, None, None, None, SECOND, QUIET, QUIET), [FinalText("喂")])
    assert told.heard[0].at - EPOCH > timedelta(seconds=5.0)
    assert fed / RATE == pytest.approx(9 + 1.5, abs=0.7)


def test_an_engine_that_was_late_puts_no_silence_into_words() -> None:
    """A moment in which nothing is read, then all of it at once: what was said is heard whole."""

    class Stalled(Line):
        async def frames(self) -> AsyncIterator[bytes]:
            size = int(RATE * FRAME_SECONDS) * 2
            for at in range(0, len(QUIET), size):
                await asyncio.sleep(FRAME_SECONDS)
                yield QUIET[at : at + size]
            for at in range(0, len(SECOND), size):
                if at == size * 10:
                    await asyncio.sleep(0.3)
                yield SECOND[at : at + size]

    told, fed, seconds = virtually(Stalled(), [FinalText("路灯不亮")])
    assert [one.text for one in told.heard] == ["路灯不亮"]
    assert fed == RATE * 2 + RATE * 3 // 2, "what was fed is what came, and the end"
    assert seconds > 1.2


def test_the_last_words_are_told_after_the_leg_is_gone() -> None:
    told, _, _ = virtually(Line(QUIET, SECOND), [FinalText("再见")])
    assert [one.text for one in told.heard] == ["再见"]


def test_what_is_lost_is_told() -> None:
    told, _, _ = virtually(Line(QUIET, SECOND, QUIET, QUIET), [RecognitionFailed("it hangs")])
    assert [(one.text, one.lost) for one in told.heard] == [("", True)]


def test_a_recogniser_that_never_answers_holds_nobody_up_and_what_was_said_is_marked() -> None:
    told, _, seconds = virtually(Line(QUIET, SECOND), [None])
    (lost,) = told.heard
    assert (lost.text, lost.lost) == ("", True)
    assert (lost.at - EPOCH).total_seconds() == pytest.approx(0.7, abs=0.15)
    assert lost.seconds > 1, "what is missing has its length"
    assert seconds < 30


class Breaks(Recognised):
    """Its second words are the last that come of it: its process, or what reads it, is broken."""

    async def events(self) -> AsyncIterator[HearingEvent]:
        count = 0
        async for event in super().events():
            count += isinstance(event, FinalText)
            if count == 2:
                raise RuntimeError("broken")
            yield event


def test_a_recogniser_that_breaks_ends_the_ear_while_the_leg_goes_on() -> None:
    """Frames that nobody makes words of would be a transcript that ends before its call."""

    async def story() -> tuple[Told, float]:
        told, line = Told(), Line(QUIET, SECOND, QUIET, SECOND, *[QUIET] * 600)
        hearing = Breaks([FinalText("喂"), FinalText("路灯")])
        with pytest.raises(RuntimeError, match="broken"):
            await Ear(line, hearing, LoopClock(), told).run()
        assert line.closed
        return told, asyncio.get_running_loop().time()

    loop = VirtualTimeLoop()
    try:
        began = loop.time()
        told, ended = loop.run_until_complete(story())
    finally:
        loop.close()
    assert ended - began < 10, "it noticed at once"
    assert [(one.text, one.lost) for one in told.heard] == [("喂", False), ("", True)]
    assert (told.heard[1].at - EPOCH).total_seconds() == pytest.approx(2.7, abs=0.3)
