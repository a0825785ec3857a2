"""An answer by speech or keys: the prompt stops when the caller speaks, and whatever he does, the question ends."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from cti.telephony.switch.port import CallSession, LegHungUp, Played
from ivr.conversation.port import Heard, Listening, VerbFailed
from ivr.recognition.port import (
    FinalText,
    Hearing,
    HearingEvent,
    NoRecogniser,
    PartialText,
    Recogniser,
    RecognitionFailed,
    SpeechBegan,
    SpeechEnded,
)
from ivr.recognition.utterances import Began, Ended, Utterances
from ivr.telephone.spoken_answer import SpokenAnswers
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.world import Line, World, story

NEEDS_MEDIA = True

LISTENING = Listening(first=2.0, speech=True, hints=("工单",))


class ScriptedRecogniser:
    """Makes of what is said `outcomes`, one after the other; has nothing to say when there are no more."""

    trouble = ""
    is_away = False

    def __init__(self, *outcomes: FinalText | RecognitionFailed) -> None:
        self.outcomes = list(outcomes)
        self.hints: Sequence[str] = ()
        self.open = 0

    def listen(self, rate: int, hints: Sequence[str] = (), *, live: bool = False) -> Hearing:
        self.hints = hints
        self.open += 1
        return ScriptedHearing(self, rate)


class ScriptedHearing:
    def __init__(self, recogniser: ScriptedRecogniser, rate: int) -> None:
        self._recogniser = recogniser
        self._utterances = Utterances(rate)
        self._told: asyncio.Queue[HearingEvent] = asyncio.Queue()

    def feed(self, samples: bytes) -> None:
        for happened in self._utterances.feed(samples):
            if isinstance(happened, Began):
                self._tell(SpeechBegan(), PartialText("我"))
            if isinstance(happened, Ended):
                self._tell(SpeechEnded(), *self._recogniser.outcomes[:1])
                del self._recogniser.outcomes[:1]

    def _tell(self, *events: HearingEvent) -> None:
        for event in events:
            self._told.put_nowait(event)

    async def events(self) -> AsyncIterator[HearingEvent]:
        while True:
            yield await self._told.get()

    def finish(self) -> None:
        self.close()

    def close(self) -> None:
        self._recogniser.open -= 1


class Question:
    """A caller who is asked something; `answer` is what comes of it."""

    def __init__(self, engine: BareEngine, line: Line, session: CallSession, recogniser: Recogniser) -> None:
        self.line = line
        self.session = session
        self._world = engine.world
        self._answers = SpokenAnswers(engine.switch, recogniser, patience=2.0)

    def ask(self, *prompts: str, listening: Listening = LISTENING) -> asyncio.Task[Heard]:
        return asyncio.create_task(self._answers.hear(self.session, prompts, listening))

    async def seconds_until_silence(self) -> float:
        """From the caller's first word over a prompt until he hears nothing of it any more."""
        answer = self.ask(*["greeting"] * 5)
        ear = self._world.ear(self.line)
        await asyncio.sleep(1.2)
        assert self._world.clock.now() - ear.last_sound() < 0.3, "the prompt is heard"
        began = self._world.clock.now()
        await self.line.speak(1.0)
        assert (await asyncio.wait_for(answer, 5)).text == "查工单"
        return ear.last_sound() - began


async def question(engine: BareEngine, recogniser: Recogniser) -> Question:
    line, session, _ = await engine.citizen_in()
    return Question(engine, line, session, recogniser)


@story
async def test_speech_stops_the_prompt_within_300_ms_and_is_the_answer(world: World) -> None:
    async with BareEngine(world) as engine:
        recogniser = ScriptedRecogniser(*[FinalText("查工单", 1.2)] * 3)
        one = await question(engine, recogniser)
        # A machine that is busy with other things only ever adds to it.
        fastest = min([await one.seconds_until_silence() for _ in range(3)])
        assert fastest < 0.3
        assert recogniser.hints == ("工单",)
        assert recogniser.open == 0
        assert await one.session.play(["notice"]) == Played()


@story
async def test_keys_answer_before_while_and_after_he_speaks(world: World) -> None:
    async with BareEngine(world) as engine:
        recogniser = ScriptedRecogniser()
        one = await question(engine, recogniser)
        answer = one.ask("greeting")
        await asyncio.sleep(0.5)
        await one.line.press("1")
        assert await asyncio.wait_for(answer, 5) == Heard("1")
        answer = one.ask("greeting")
        await asyncio.sleep(0.5)
        speaking = asyncio.create_task(one.line.speak(2.0))
        await asyncio.sleep(1.0)
        await one.line.press("2")
        assert await asyncio.wait_for(answer, 5) == Heard("2")
        await speaking
        answer = one.ask()
        await one.line.speak(0.6)
        await asyncio.sleep(0.9)
        await one.line.press("3")
        assert await asyncio.wait_for(answer, 5) == Heard("3")
        assert recogniser.open == 0


@story
async def test_who_says_nothing_is_waited_for_as_long_as_asked(world: World) -> None:
    async with BareEngine(world) as engine:
        one = await question(engine, ScriptedRecogniser())
        began = world.clock.now()
        assert await asyncio.wait_for(one.ask("notice"), 8) == Heard(timed_out=True)
        assert 2.9 < world.clock.now() - began < 5


@story
async def test_after_a_cough_the_question_stands(world: World) -> None:
    async with BareEngine(world) as engine:
        one = await question(engine, ScriptedRecogniser(FinalText("", 1.2), FinalText("好", 1.2)))
        answer = one.ask("notice")
        await one.line.speak(0.4)
        await asyncio.sleep(1.2)
        assert not answer.done()
        await one.line.speak(0.6)
        assert await asyncio.wait_for(answer, 5) == Heard(text="好")


@story
async def test_what_is_not_made_out_is_told(world: World) -> None:
    async with BareEngine(world) as engine:
        one = await question(engine, ScriptedRecogniser(FinalText("", 4.0), RecognitionFailed("died")))
        for _ in range(3):
            # The third time nothing comes at all, and the caller hears music until patience is over.
            answer = one.ask("notice")
            await one.line.speak(1.0)
            assert await asyncio.wait_for(answer, 8) == Heard(unclear=True)
        assert await one.session.play(["notice"]) == Played()


@story
async def test_who_hangs_up_ends_it(world: World) -> None:
    async with BareEngine(world) as engine:
        recogniser = ScriptedRecogniser()
        one = await question(engine, recogniser)
        answer = one.ask("greeting")
        await one.line.speak(0.8)
        await one.line.hang_up()
        with pytest.raises(LegHungUp):
            await asyncio.wait_for(answer, 5)
        assert recogniser.open == 0


@story
async def test_where_nobody_hears_keys_answer(world: World) -> None:
    async with BareEngine(world) as engine:
        one = await question(engine, NoRecogniser("not installed"))
        answer = one.ask("greeting")
        await asyncio.sleep(0.5)
        await one.line.press("1")
        assert await asyncio.wait_for(answer, 5) == Heard("1")
        with pytest.raises(VerbFailed, match="not installed"):
            await one.ask("greeting", listening=replace(LISTENING, keys=False))
