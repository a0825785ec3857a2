"""What nobody heard in the talk is written down from its recording."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import numpy as np
import pytest

from cti.store.recordings.recordings import Recording
from cti.telephony.switch.port import RECORDING_RATE
from cti.telephony.switch.scripted_audio import speech
from ivr.recognition.port import FinalText, HearingEvent, RecognitionFailed, SpeechBegan, SpeechEnded
from ivr.recognition.utterances import Began, Ended, Utterances
from recorder.archive import Sound
from recorder.timeline import Part, parts_of
from recorder.wav import HEADER_BYTES
from tests.recorder.test_timeline import AT as BEGAN
from tests.recorder.test_timeline import ended, held, records, retrieved, started
from workflow.transcripts.afterwards import TRIES, Afterwards, Parts
from workflow.transcripts.lines import Kind, Line, Side
from workflow.transcripts.wording import Wording

SECONDS = 30


def recording(state: str = "stored") -> Recording:
    return Recording("rec", "call", "city", "320400", "1001", "leg", "x.wav", BEGAN, state, seconds=float(SECONDS))


class Sounds:
    """A recording in which the caller speaks at 5 and 20 s, and the agent at 12 s, a second each."""

    def __init__(self) -> None:
        samples = np.zeros((SECONDS * RECORDING_RATE, 2), "<i2")
        voice = np.frombuffer(speech(RECORDING_RATE), "<i2")
        for second, side in ((5, 0), (12, 1), (20, 0)):
            samples[second * RECORDING_RATE : (second + 1) * RECORDING_RATE, side] = voice
        self._bytes = bytes(HEADER_BYTES) + samples.tobytes()

    async def sound(self, _: Recording) -> Sound:
        async def pieces(start: int, stop: int) -> AsyncIterator[bytes]:
            for at in range(start, stop, 70_001):
                yield self._bytes[at : min(stop, at + 70_001)]

        return Sound(len(self._bytes), "x", pieces)


class Recognises:
    """Tells of each utterance the second at which it lies; fails as often as it is told to."""

    trouble = ""
    is_away = False

    def __init__(self, fails: int = 0, words: str = "说了话") -> None:
        self.fails, self.words, self.most, self.open = fails, words, 0, 0

    def listen(self, rate: int, hints: Sequence[str] = (), *, live: bool = False) -> Hearing:
        return Hearing(self, rate)


class Hearing:
    def __init__(self, recogniser: Recognises, rate: int) -> None:
        self._recogniser, self._rate, self._utterances = recogniser, rate, Utterances(rate)
        self._told: asyncio.Queue[HearingEvent | None] = asyncio.Queue()
        self._at, self._waiting, self._finishing = 0.0, set[asyncio.Task[None]](), False

    def feed(self, samples: bytes) -> None:
        for happened in self._utterances.feed(samples):
            if isinstance(happened, Began):
                self._at = happened.at / self._rate
                self._told.put_nowait(SpeechBegan(self._at))
            elif isinstance(happened, Ended):
                self._told.put_nowait(SpeechEnded())
                self._waiting.add(asyncio.ensure_future(self._answer(self._at)))

    async def _answer(self, at: float) -> None:
        self._recogniser.open += 1
        self._recogniser.most = max(self._recogniser.most, self._recogniser.open)
        await asyncio.sleep(0.02)
        self._recogniser.open -= 1
        if self._recogniser.fails:
            self._recogniser.fails -= 1
            self._told.put_nowait(RecognitionFailed("it hangs", 1.0, at))
        else:
            self._told.put_nowait(FinalText(self._recogniser.words, 1.0, at))
        self._waiting.pop()
        if self._finishing and not self._waiting:
            self._told.put_nowait(None)

    async def events(self) -> AsyncIterator[HearingEvent]:
        while (event := await self._told.get()) is not None:
            yield event

    def finish(self) -> None:
        self.feed(bytes(self._rate * 3))
        self._finishing = True
        if not self._waiting:
            self._told.put_nowait(None)

    def close(self) -> None:
        self._told.put_nowait(None)


class Kept:
    """Transcripts, and recordings, as they are kept."""

    def __init__(self, lines: list[Line], recordings: list[Recording]) -> None:
        self.lines, self.state, self.tries, self._recordings = lines, "waiting", 0, recordings

    async def lines_of(self, call: str) -> list[Line]:
        return self.lines

    async def tried(self, call: str) -> int:
        return self.tries

    async def set_lines(self, call: str, lines: Sequence[Line], state: str, *, tried: int) -> None:
        self.lines, self.state, self.tries = list(lines), state, self.tries + tried

    async def of_call(self, call: str) -> list[Recording]:
        return self._recordings


def gap(number: int, side: Side, second: float, seconds: float, kind: Kind = "gap") -> Line:
    return Line(number, side, "", BEGAN + timedelta(seconds=second), seconds, kind=kind)


async def no_parts(_: str) -> list[Part]:
    return []


def afterwards(kept: Kept, recogniser: Recognises, parts: Parts = no_parts) -> Afterwards:
    return Afterwards(kept, kept, Sounds(), parts, recogniser, lambda _: Wording(), lambda: True)  # type: ignore[arg-type]


def said(kept: Kept) -> list[tuple[Side, int]]:
    """Who speaks in which second."""
    return [(one.side, round((one.at - BEGAN).total_seconds() + 0.3)) for one in kept.lines if one.kind == "said"]


async def test_what_was_missing_is_there_afterwards_and_nothing_twice() -> None:
    heard = Line(1, "caller", "", BEGAN + timedelta(seconds=4.7), 1.0, "路灯不亮")
    kept = Kept([heard, gap(2, "caller", 10, 18), gap(3, "agent", 2, 26)], [recording()])
    recogniser = Recognises()
    await afterwards(kept, recogniser).write("call")
    assert said(kept) == [("caller", 5), ("agent", 12), ("caller", 20)]
    assert (kept.state, kept.tries) == ("whole", 1)
    assert len({one.number for one in kept.lines}) == 3
    assert recogniser.most == 1, "whoever is heard live has the rest of the room"


async def test_what_the_recogniser_had_no_time_for_is_tried_again_and_given_up_at_last() -> None:
    kept = Kept([gap(1, "caller", 2, 26, "lost")], [recording()])
    recogniser = Recognises(fails=2)
    await afterwards(kept, recogniser).write("call")
    assert (kept.state, said(kept)) == ("waiting", [])
    await afterwards(kept, recogniser).write("call")
    assert (kept.state, said(kept)) == ("whole", [("caller", 5), ("caller", 20)])
    hopeless = Kept([gap(1, "caller", 2, 26)], [])
    for _ in range(TRIES):
        assert hopeless.state == "waiting"
        await afterwards(hopeless, recogniser).write("call")
    assert hopeless.state == "partial"


async def test_words_stand_where_they_were_said_though_nothing_is_recorded_of_a_hold() -> None:
    """After ten seconds the citizen is on hold for thirty; then a colleague goes on, in the same recording."""

    async def parts(_: str) -> list[Part]:
        first = Part("rec", "1001", BEGAN, BEGAN + timedelta(seconds=10), 0.0)
        return [first, Part("rec", "1002", BEGAN + timedelta(seconds=40), BEGAN + timedelta(seconds=60), 10.0)]

    kept = Kept([gap(1, "caller", 2, 56), gap(2, "agent", 41, 15)], [recording()])
    await afterwards(kept, Recognises(), parts).write("call")
    assert said(kept) == [("caller", 5), ("agent", 42), ("caller", 50)]
    assert [one.agent for one in kept.lines if one.side == "agent"] == ["1002"]
    left = [(one.side, (one.at - BEGAN).total_seconds(), one.seconds) for one in kept.lines if one.kind == "gap"]
    assert left == [("caller", 10, 30)], "what he said on hold is in no recording"
    assert len({one.number for one in kept.lines}) == len(kept.lines)


async def test_what_is_said_while_no_engine_lives_is_there_though_the_citizen_was_held_and_handed_over() -> None:
    """Held from 8 to 18, waits from 20 to 40 while a colleague is asked, who goes on; nobody hears from 44 to 56."""
    story = [
        started(0, "1001"), records(0, "rec"), held(8), retrieved(18), held(20), ended(40, "transfer"),
        started(40, "1002"), retrieved(40), ended(60),
    ]  # fmt: skip

    async def parts(_: str) -> list[Part]:
        return parts_of(story, BEGAN + timedelta(seconds=99))

    kept = Kept([gap(1, "caller", 44, 12), gap(2, "agent", 41, 15)], [recording()])
    await afterwards(kept, Recognises(), parts).write("call")
    assert said(kept) == [("agent", 42), ("caller", 50)]
    assert [one.agent for one in kept.lines] == ["1002", ""]


@pytest.mark.parametrize("state", ["recording", "failed"])
async def test_a_recording_that_is_not_complete_yet_is_waited_for(state: str) -> None:
    kept = Kept([gap(1, "caller", 2, 26)], [recording(state)])
    await afterwards(kept, Recognises()).write("call")
    assert (kept.state, kept.tries) == ("waiting", 0)


async def test_what_lies_beyond_the_recording_stays_missing() -> None:
    kept = Kept([gap(1, "caller", -5, 8), gap(2, "caller", 10, 15)], [recording()])
    await afterwards(kept, Recognises()).write("call")
    assert [(one.number, one.kind) for one in kept.lines][:1] == [(1, "gap")]
    assert said(kept) == [("caller", 20)]


async def test_a_gap_in_which_nobody_speaks_says_so_and_is_not_taken_for_words() -> None:
    kept = Kept([gap(1, "caller", 7, 8), gap(2, "agent", 7, 8)], [recording()])
    await afterwards(kept, Recognises()).write("call")
    assert [(one.side, one.kind, one.seconds) for one in kept.lines if one.kind != "said"] == [("caller", "silent", 8)]
    assert (kept.state, said(kept)) == ("whole", [("agent", 12)])


async def test_a_voice_of_which_no_words_are_made_out_is_not_called_whole() -> None:
    kept = Kept([gap(1, "caller", 2, 6), gap(2, "agent", 2, 6)], [recording()])
    for _ in range(TRIES):
        assert kept.state == "waiting"
        await afterwards(kept, Recognises(words="")).write("call")
    assert kept.state == "partial"
    assert [(one.side, one.kind) for one in kept.lines] == [("caller", "gap"), ("agent", "silent")]


@pytest.mark.parametrize(("second", "seconds"), [(5.8, 8.0), (6.5, 13.3)])
async def test_the_end_or_beginning_of_words_beside_a_gap_is_not_a_voice_in_it(second: float, seconds: float) -> None:
    kept = Kept([gap(1, "caller", second, seconds)], [recording()])
    await afterwards(kept, Recognises(words="")).write("call")
    assert [(one.kind, one.seconds) for one in kept.lines] == [("silent", seconds)]
    assert kept.state == "whole"
