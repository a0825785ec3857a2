"""When words come, on a clock of its own: a model that takes its time, and sound frame by frame."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from cti.base.clock import VirtualTimeLoop
from cti.telephony.media.port import FRAME_SECONDS
from cti.telephony.switch.scripted_audio import speech
from ivr.recognition.hearing import EVERY_SECONDS, READER_PAUSE_SECONDS, UtteranceHearing
from ivr.recognition.port import FinalText, HearingEvent, PartialText
from ivr.recognition.presence import Presence
from ivr.recognition.utterances import END_SECONDS, PAUSE_SECONDS
from ivr.speech_models.asking import Answer, Head, ModelQueue

RATE = 8000
FRAME = int(RATE * FRAME_SECONDS) * 2
HANGS_ON = 0.2
"""The detector takes so much of the quiet after speech for speech, at most."""


@dataclass
class Model:
    """Takes `seconds` for final words and `glance` for others; `asked` has when it began with what, of what length."""

    seconds: float
    glance: float = 0.2
    is_there = True
    asked: list[tuple[float, bool, float]] = field(default_factory=list)

    async def start(self) -> None:
        pass

    async def end(self) -> None:
        pass

    async def ask(self, head: Head, body: bytes) -> Answer:
        long = len(body) / 2 / RATE
        self.asked.append((asyncio.get_running_loop().time(), head["quick"], long))
        await asyncio.sleep(self.glance if head["quick"] else self.seconds)
        return {"text": f"{'so far' if head['quick'] else 'all'} {long:.1f}", "times": []}, b""


async def hear(hearing: UtteranceHearing, *seconds: float) -> list[tuple[float, HearingEvent]]:
    """Quiet and speech in turn, as time goes; when what is told since the beginning."""
    loop = asyncio.get_running_loop()
    began, told = loop.time(), list[tuple[float, HearingEvent]]()

    async def collect() -> None:
        async for event in hearing.events():
            told.append((loop.time() - began, event))

    collecting = asyncio.create_task(collect())
    for number, length in enumerate(seconds):
        size = int(length * RATE) * 2
        sound = (speech(RATE) * (int(length) + 1))[:size] if number % 2 else bytes(size)
        for at in range(0, size, FRAME):
            await asyncio.sleep(FRAME_SECONDS)
            hearing.feed(sound[at : at + FRAME])
    await asyncio.sleep(5)
    hearing.close()
    await collecting
    return told


def heard(model: Model, *seconds: float, live: bool) -> list[tuple[float, HearingEvent]]:
    """See `hear`."""

    async def story() -> list[tuple[float, HearingEvent]]:
        queue = ModelQueue("model", lambda: model)
        try:
            return await hear(UtteranceHearing(queue, Presence(), RATE, (), live), *seconds)
        finally:
            await queue.close()

    loop = VirtualTimeLoop()
    try:
        return loop.run_until_complete(story())
    finally:
        loop.close()


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("seconds", [0.1, 1.0])
def test_final_words_are_there_at_the_end_of_the_pause_or_as_soon_as_the_model_has_them(
    seconds: float, live: bool
) -> None:
    told = heard(Model(seconds), 1, 2, 3, live=live)
    (after,) = (at - 3 for at, event in told if isinstance(event, FinalText))
    soonest = max(END_SECONDS, (READER_PAUSE_SECONDS if live else PAUSE_SECONDS) + seconds)
    assert soonest - 0.05 < after < soonest + HANGS_ON


@pytest.mark.parametrize("live", [True, False])
def test_who_thinks_for_a_moment_is_heard_to_the_end(live: bool) -> None:
    """Slow speakers pause for 0.7 s within a sentence: it stays one."""
    told = heard(Model(0.5), 1, 2, 0.7, 2, 3, live=live)
    (words,) = (event for _, event in told if isinstance(event, FinalText))
    assert words.seconds > 4.7


def test_words_are_seen_while_he_speaks_but_none_are_looked_for_in_his_pause() -> None:
    model = Model(0.5)
    told = heard(model, 1, 4, 3, live=True)
    glances = [at for at, quick, _ in model.asked if quick]
    assert len(glances) == 4 and all(at < 5 for at in glances)
    seen = [at for at, event in told if isinstance(event, PartialText)]
    # Of what was said before it began to speak 0.3 s count.
    assert seen[0] == pytest.approx(1 - 0.3 + EVERY_SECONDS + model.glance, abs=0.1)


def test_where_the_model_is_slow_no_look_is_asked_for_while_one_is_on_its_way() -> None:
    model = Model(0.5, glance=2.0)
    heard(model, 1, 6, 3, live=True)
    looked = [(at, long) for at, quick, long in model.asked if quick]
    assert len(looked) == 2
    # Each hears up to its own moment.
    assert all(at - 0.7 == pytest.approx(long, abs=0.1) for at, long in looked)


@pytest.mark.parametrize("seconds", [0.1, 0.6])
def test_what_is_known_of_him_until_a_pause_is_not_heard_again_before_his_end(seconds: float) -> None:
    """Whether the words come within the pause or after it."""
    model = Model(seconds)
    told = heard(model, 1, 4, 0.7, 4, 3, live=True)
    until_pause, whole = (long for _, quick, long in model.asked if not quick)
    assert until_pause < 5 and whole > 8.7
    resumed = 1 + 4 + 0.7
    after = [long for at, quick, long in model.asked if quick and at > resumed]
    assert len(after) == 4 and max(after) < 4.7
    # They stand before what is seen of him afterwards.
    seen = [event.text for at, event in told if isinstance(event, PartialText) and at > resumed + seconds]
    known = f"all {until_pause:.1f}"
    assert [f"{known}so far {long:.1f}" for long in after] == [one for one in seen if "so far" in one]
    (final,) = (event.text for _, event in told if isinstance(event, FinalText))
    assert final == f"all {whole:.1f}"


def test_what_the_model_had_no_time_for_in_a_pause_is_heard_with_what_comes_after_it() -> None:
    """It looks at something else from before the pause until after it."""
    model = Model(0.2, glance=3.2)
    heard(model, 1, 3, 0.7, 4, 3, live=True)
    looked = [(at, long) for at, quick, long in model.asked if quick]
    assert len(looked) >= 2 and len(looked) == len(model.asked) - 1
    assert all(at - 0.7 == pytest.approx(long, abs=0.1) for at, long in looked)
