"""Whom the house hears, on the scripted switch: from the answer to the end, each once, whatever becomes of the talk."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import NoReturn
from unittest.mock import patch

import pytest

from cti.base.call import Call
from cti.base.clock import LoopClock
from cti.base.events import CallEvent, LegAnswered
from cti.telephony.switch.port import LegHungUp
from ivr.recognition.port import FinalText, HearingEvent, SpeechBegan, SpeechEnded
from ivr.recognition.utterances import Began, Ended, Utterances
from tests.cti.telephony.test_engagement import Place, on_virtual_time
from workflow.transcripts.book import Book, OpenTranscript
from workflow.transcripts.lines import Line, Side
from workflow.transcripts.listening import Listening
from workflow.transcripts.plugin import HEARD
from workflow.transcripts.settings import TranscriptsSettings
from workflow.transcripts.wording import Wording


class Hearing:
    """Makes of each utterance its number."""

    def __init__(self, recogniser: Recogniser, rate: int) -> None:
        self._recogniser, self._utterances, self._rate = recogniser, Utterances(rate), rate
        self._told: asyncio.Queue[HearingEvent | None] = asyncio.Queue()
        self._at = 0.0
        recogniser.open += 1

    def feed(self, samples: bytes) -> None:
        for happened in self._utterances.feed(samples):
            if isinstance(happened, Began):
                self._at = happened.at / self._rate
                self._told.put_nowait(SpeechBegan(self._at))
            elif isinstance(happened, Ended):
                self._recogniser.said += 1
                self._told.put_nowait(SpeechEnded())
                self._told.put_nowait(FinalText(f"第{self._recogniser.said}句", 1.5, self._at))

    async def events(self) -> AsyncIterator[HearingEvent]:
        while (event := await self._told.get()) is not None:
            yield event
        self._recogniser.open -= 1

    def finish(self) -> None:
        self.feed(bytes(self._rate * 3))
        self.close()

    def close(self) -> None:
        self._told.put_nowait(None)


class Recogniser:
    trouble = ""
    is_away = False

    def __init__(self) -> None:
        self.open, self.said = 0, 0

    def listen(self, rate: int, hints: Sequence[str] = (), *, live: bool = False) -> Hearing:
        return Hearing(self, rate)


class HeardPlace(Place):
    """A place in which talks are written down, `most` parties at once."""

    most = 20

    def __init__(self) -> None:
        super().__init__()
        self.recogniser = Recogniser()
        self.kept: list[Line] = []
        self.closed: list[OpenTranscript] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.book, self.listening = self.listen()
        for kind in HEARD:
            self.house.bus.subscribe(kind, self._happened)

    def listen(self) -> tuple[Book, Listening]:
        book = Book(lambda one, lines: None, lambda one, lines: self.kept.extend(lines), self._close)
        settings = TranscriptsSettings(legs=self.most, not_queues=("silent",))
        listening = Listening(
            self.house.calls, self.recogniser, lambda _: Wording(), LoopClock(), settings, book, self._spawn
        )  # fmt: skip
        return book, listening

    def _happened(self, event: CallEvent) -> None:
        self.listening.look(event.call, event.leg if isinstance(event, LegAnswered) else "")

    def _spawn(self, work: object, name: str) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _close(self, one: OpenTranscript) -> None:
        self.closed.append(one)

    async def speak(self, who: str, seconds: float = 1.5) -> None:
        """The citizen, or an agent, says something."""
        next(one for one in self.exchange.lines if one.name == who and not one.is_over).speak(seconds)
        await asyncio.sleep(seconds + 1.5)

    async def finish(self) -> None:
        await super().finish()
        await self.house.until(lambda: not self.tasks)
        assert self.listening.heard == self.recogniser.open == 0, "somebody is heard for ever"


def told(place: HeardPlace, call: Call) -> list[tuple[Side, str, str]]:
    """Who said what, while the call goes on or when it is over."""
    one = place.book.find(call.id) or next(it for it in place.closed if it.call.id == call.id)
    return [(line.side, line.agent, line.text) for line in one.in_order]


@on_virtual_time(HeardPlace)
async def test_both_sides_of_a_talk_are_written_down_as_they_speak(place: HeardPlace) -> None:
    """The citizen and the agent, each on his side; what the phone menu heard before is none of it."""
    call = await place.talk()
    await place.speak("13800000001")
    await place.speak("1001")
    await place.speak("13800000001")
    assert told(place, call) == [("caller", "", "第1句"), ("agent", "1001", "第2句"), ("caller", "", "第3句")]
    await place.finish()
    (closed,) = place.closed
    assert closed.is_whole
    assert place.book.find(call.id) is None
    assert place.kept == closed.in_order, "each line is kept once"
    apart = [(b.at - a.at).total_seconds() for a, b in zip(closed.in_order, closed.in_order[1:], strict=False)]
    assert apart == [pytest.approx(3.0, abs=0.4)] * 2


@on_virtual_time(HeardPlace)
async def test_a_colleague_is_heard_too_and_what_the_citizen_does_not_hear_is_marked(place: HeardPlace) -> None:
    """Consultation, conference, and the colleague who goes on alone: every voice, with its name."""
    call = await place.talk()
    await place.confer(call)
    for who in ("13800000001", "1001", "1002"):
        await place.speak(who)
    assert told(place, call) == [("caller", "", "第1句"), ("agent", "1001", "第2句"), ("other", "1002", "第3句")]
    place.line("1001").hang_up()
    await place.house.until(lambda: call.talk is not None and call.talk.agent == "1002")
    await place.speak("1002")
    await place.speak("13800000001")
    assert told(place, call)[3:] == [("agent", "1002", "第4句"), ("caller", "", "第5句")]
    await place.finish()
    assert place.recogniser.said == 5, "a voice was heard twice"


@on_virtual_time(HeardPlace)
async def test_who_hangs_up_before_anybody_listens_is_no_fault(place: HeardPlace) -> None:
    """A talk of a moment was told as a failure of the plugin."""

    async def gone(leg: str) -> NoReturn:
        raise LegHungUp(f"leg {leg} is gone")

    with patch.object(place.house.calls.switch, "tap", gone):
        await place.talk()
        hearing = list(place.tasks)
        await place.finish()
    assert len(hearing) == 2 and [task.exception() for task in hearing] == [None, None]


@on_virtual_time(HeardPlace)
async def test_words_while_the_other_is_on_hold_are_apart(place: HeardPlace) -> None:
    """What agent and colleague say of a citizen on hold, he has not heard."""
    call = await place.talk()
    await asyncio.sleep(30)
    await place.consult(call)
    await place.house.until(lambda: bool(call.talk and call.talk.consulted_leg and call.talk.away))
    await asyncio.sleep(3)
    await place.speak("1001")
    one = place.book.find(call.id)
    assert one is not None
    await place.speak("1002")
    said = [(line.side, line.agent, line.apart) for line in one.in_order]
    assert said == [("agent", "1001", True), ("other", "1002", True)]
    await place.finish()


class FullPlace(HeardPlace):
    """There is room for one party."""

    most = 1


@on_virtual_time(FullPlace)
async def test_whom_there_is_no_room_for_is_marked_to_be_written_down_later(place: FullPlace) -> None:
    """A machine that is full hears fewer, and says what is missing."""
    call = await place.talk()
    await place.speak("13800000001")
    await place.speak("1001")
    one = place.book.find(call.id)
    assert one is not None
    assert [told.side for told in one.unheard.values()] == ["agent"]
    await place.finish()
    lines = place.closed[0].in_order
    assert sorted((line.side, line.kind) for line in lines) == [("agent", "gap"), ("caller", "said")]
    assert all(line.seconds > 5 for line in lines if line.kind == "gap")
    assert not place.closed[0].is_whole


@on_virtual_time(HeardPlace)
async def test_an_engine_that_comes_back_goes_on_and_marks_what_nobody_heard(place: HeardPlace) -> None:
    """Killed in the middle of a talk: what was written stays, the hole is told with its length, and it goes on."""
    call = await place.talk()
    await place.speak("13800000001")
    kept = list(place.kept)
    await place.listening.stop()
    await place.house.until(lambda: not place.tasks)
    await asyncio.sleep(20)
    place.book, place.listening = place.listen()
    place.book.reopen(call, kept)
    place.listening.begin()
    await asyncio.sleep(1)
    await place.speak("1001")
    found = place.book.find(call.id)
    assert found is not None
    gaps = [line for line in found.in_order if line.kind == "gap"]
    assert sorted(line.side for line in gaps) == ["agent", "caller"]
    assert all(20 < line.seconds < 27 for line in gaps)
    assert [line.number for line in found.in_order if line.kind == "said"] == [1, 4]
    await place.finish()


@on_virtual_time(HeardPlace)
async def test_two_who_speak_at_once_are_written_down_each_on_his_side(place: HeardPlace) -> None:
    """Channels are heard apart: nobody's words are lost in the other's."""
    call = await place.talk()
    await asyncio.gather(place.speak("13800000001", 3.0), place.speak("1001", 2.0))
    assert sorted((side, agent) for side, agent, _ in told(place, call)) == [("agent", "1001"), ("caller", "")]
    await place.finish()


class BrokenPlace(HeardPlace):
    """Its recogniser breaks off for each party it hears, `breaks` times in all."""

    breaks = 2

    def listen(self) -> tuple[Book, Listening]:
        place = self

        class Breaking(Recogniser):
            def listen(self, rate: int, hints: Sequence[str] = (), *, live: bool = False) -> Hearing:
                found = super().listen(rate, hints, live=live)
                if place.breaks > 0:
                    place.breaks -= 1
                    asyncio.get_running_loop().call_later(10.0, found.close)
                return found

        self.recogniser = Breaking()
        return super().listen()


@on_virtual_time(BrokenPlace)
async def test_words_go_on_after_a_recogniser_broke_off_and_the_hole_is_marked(place: BrokenPlace) -> None:
    """A transcript does not end before its call."""
    call = await place.talk()
    await place.speak("13800000001")
    await asyncio.sleep(15)
    await place.speak("13800000001")
    await place.speak("1001")
    found = place.book.find(call.id)
    assert found is not None
    assert [(one.side, one.kind) for one in found.in_order if one.kind == "said"] == [
        ("caller", "said"), ("caller", "said"), ("agent", "said"),
    ]  # fmt: skip
    gaps = [one for one in found.in_order if one.kind == "gap"]
    assert sorted(one.side for one in gaps) == ["agent", "caller"]
    assert all(1.5 < one.seconds < 3 for one in gaps)
    await place.finish()
    assert not place.closed[0].is_whole, "it is filled from the recording"


class DeafPlace(BrokenPlace):
    """It breaks off again and again."""

    breaks = 1000


@on_virtual_time(DeafPlace)
async def test_of_a_recogniser_that_breaks_again_and_again_the_rest_of_the_call_is_marked(place: DeafPlace) -> None:
    call = await place.talk()
    await asyncio.sleep(90)
    found = place.book.find(call.id)
    assert found is not None
    assert {one.side for one in found.unheard.values()} == {"agent", "caller"}, "it is told while the talk goes on"
    await place.finish()
    lines = place.closed[0].in_order
    for side in ("agent", "caller"):
        marked = sum(one.seconds for one in lines if one.side == side and one.kind == "gap")
        assert marked > 55, "what nobody heard is known to the second"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_to_a_talk_nobody_is_heard_twice_nor_for_ever(seed: int) -> None:
    """Random talks: consultations, conferences, hang-ups and words at any moment."""

    @on_virtual_time(HeardPlace)
    async def story(place: HeardPlace) -> None:
        fate = random.Random(seed)
        call = await place.talk()
        for _ in range(12):
            if call.is_over or call.talk is None:
                break
            step = fate.choice(["words", "words", "consult", "join", "wait", "gone"])
            try:
                if step == "words":
                    line = fate.choice([one for one in place.exchange.lines if not one.is_over])
                    line.speak(1.0)
                    await asyncio.sleep(2.5)
                elif step == "consult":
                    await place.consult(call)
                elif step == "join" and call.talk.consulted_leg:
                    await place.house.consultations.conference(call)
                elif step == "gone" and fate.random() < 0.3:
                    fate.choice(list(place.exchange.lines)).hang_up()
            except Exception as refused:
                assert "Refus" in type(refused).__mro__[1].__name__ or type(refused).__name__, refused
            await asyncio.sleep(fate.uniform(0, 3))
        await place.finish()
        numbers = [line.number for line in place.kept]
        assert len(set(numbers)) == len(numbers)
        assert sum(line.kind == "said" for line in place.kept) == place.recogniser.said

    story()
