"""The recogniser in a process of its own: words come when a pause turns out to be the end."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from cti.telephony.switch.scripted_audio import speech
from ivr.recognition import process, worker
from ivr.recognition.hearing import UtteranceHearing
from ivr.recognition.port import (
    FinalText,
    HearingEvent,
    NoRecogniser,
    PartialText,
    RecognitionFailed,
    SpeechBegan,
    SpeechEnded,
)
from ivr.recognition.process import ProcessRecogniser
from ivr.recognition.recognisers import find_recogniser
from ivr.settings import RecognitionSettings

RATE = 8000
WORKER = """
import json, sys, time
log = open(sys.argv[1], "a")
for line in sys.stdin.buffer:
    asked = json.loads(line)
    sound = sys.stdin.buffer.read(asked["size"])
    log.write(line.decode()); log.flush()
    hint = asked["hints"][0]
    if asked["quick"]: hint += " so far"
    if hint == "die": sys.exit(1)
    if hint == "slow": time.sleep(0.3)
    while hint == "together" and open(sys.argv[1]).read().count(hint) < 2: time.sleep(0.01)
    if hint == "hang": time.sleep(60)
    text = f"{hint} {len(sound) / 2 / asked['rate']:.0f}"
    answer = {"size": 0} if hint == "nothing" else {"text": text, "size": 0}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\\n")
    sys.stdout.flush()
"""
BEGAN: Any = pytest.approx(0.7, abs=0.1)
ABOUT_THREE: Any = pytest.approx(2.8, abs=0.3)
ABOUT_FIVE: Any = pytest.approx(5.0, abs=0.4)
Make = Callable[..., ProcessRecogniser]


def sound(*seconds: float) -> bytes:
    """Quiet and speech in turn."""
    lengths = [int(one * RATE) * 2 for one in seconds]
    voice = speech(RATE) * 20
    return b"".join(voice[:size] if number % 2 else bytes(size) for number, size in enumerate(lengths))


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    (tmp_path / "worker.py").write_text(WORKER, "utf-8")
    made: list[ProcessRecogniser] = []

    def one(**more: float) -> ProcessRecogniser:
        command = (sys.executable, str(tmp_path / "worker.py"), str(tmp_path / "log"))
        made.append(ProcessRecogniser(command, **more))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for recogniser in made:
        await recogniser.close()


async def told(hearing: UtteranceHearing, *until: type[HearingEvent]) -> list[HearingEvent]:
    found: list[HearingEvent] = []
    async with asyncio.timeout(10):
        async for event in hearing.events():
            found.append(event)
            if isinstance(event, until or (FinalText, RecognitionFailed)):
                break
    return found


async def test_words_after_the_end(make: Make) -> None:
    hearing = make().listen(RATE, ["word"])
    hearing.feed(sound(1, 2, 2))
    began, ended, words = await told(hearing)
    assert (began, ended) == (SpeechBegan(BEGAN), SpeechEnded())
    assert words == FinalText("word 3", ABOUT_THREE, BEGAN)
    hearing.feed(sound(0, 1, 2))
    assert [type(one) for one in await told(hearing)] == [SpeechBegan, SpeechEnded, FinalText]


async def test_what_was_said_until_a_pause_is_told_while_it_lasts(make: Make) -> None:
    hearing = make().listen(RATE, ["word"])
    hearing.feed(sound(1, 2, 0.5))
    assert await told(hearing, PartialText) == [SpeechBegan(BEGAN), PartialText("word 3")]
    hearing.feed(sound(0, 2, 0.5))
    assert await told(hearing, PartialText) == [PartialText("word 5")]
    hearing.feed(sound(1))
    # Recognised already: nothing is asked again.
    assert await told(hearing) == [
        SpeechEnded(),
        FinalText("word 5", ABOUT_FIVE, BEGAN),
    ]


async def test_a_pause_that_is_none_is_not_recognised(make: Make, tmp_path: Path) -> None:
    recogniser = make()
    busy = recogniser.listen(RATE, ["slow"])
    busy.feed(sound(1, 1, 2))
    await asyncio.sleep(0.1)
    hearing = recogniser.listen(RATE, ["word"])
    hearing.feed(sound(1, 2, 0.5, 2, 2))
    assert [type(one) for one in await told(hearing)] == [SpeechBegan, SpeechEnded, FinalText]
    assert [json.loads(line)["hints"] for line in (tmp_path / "log").read_text().splitlines()] == [["slow"], ["word"]]


async def test_one_that_dies_or_says_nothing_is_told_and_replaced(make: Make) -> None:
    recogniser = make()
    for hint in ("die", "nothing"):
        hearing = recogniser.listen(RATE, [hint])
        hearing.feed(sound(1, 1, 2))
        assert isinstance(failed := (await told(hearing))[-1], RecognitionFailed)
        # Where something is missing can be told.
        assert failed.at == BEGAN
        assert failed.seconds == pytest.approx(1.8, abs=0.3)
    hearing = recogniser.listen(RATE, ["back"])
    hearing.feed(sound(1, 1, 2))
    assert isinstance((await told(hearing))[-1], FinalText)


async def test_one_that_hangs_is_told(make: Make) -> None:
    hearing = make(hangs_seconds=0.3).listen(RATE, ["hang"])
    hearing.feed(sound(1, 1, 2))
    failed = (await told(hearing))[-1]
    assert isinstance(failed, RecognitionFailed)
    assert failed.reason == "the recogniser failed: it hangs"


async def test_too_many_are_refused_at_once(make: Make) -> None:
    recogniser = make()
    hearings = [recogniser.listen(RATE, ["hang"]) for _ in range(process.MOST_WAITING + 2)]
    for hearing in hearings:
        hearing.feed(sound(0.5, 0.5, 1.5))
        await asyncio.sleep(0)
    failed = (await told(hearings[-1]))[-1]
    assert isinstance(failed, RecognitionFailed)
    assert failed.reason == "24 requests wait for the recogniser"
    for hearing in hearings:
        hearing.close()


async def test_who_goes_away_is_not_recognised(make: Make, tmp_path: Path) -> None:
    recogniser = make()
    first, second, third = (recogniser.listen(RATE, [hint]) for hint in ("slow", "gone", "there"))
    first.feed(sound(1, 1, 2))
    await asyncio.sleep(0.1)
    for hearing in (second, third):
        hearing.feed(sound(1, 1, 2))
    second.close()
    assert [event async for event in second.events()][-1] == SpeechEnded()
    assert isinstance((await told(third))[-1], FinalText)
    assert "gone" not in (tmp_path / "log").read_text()


async def test_who_reads_along_sees_words_while_they_are_said(make: Make) -> None:
    hearing = make().listen(RATE, ["word"], live=True)
    for number in range(8):
        hearing.feed(sound(0, 0.5) if number else sound(1, 0.5))
        await asyncio.sleep(0.15)
    hearing.feed(sound(2))
    found = await told(hearing)
    words = [one.text for one in found if isinstance(one, PartialText)]
    assert words[:2] == ["word so far 1", "word so far 2"]
    assert isinstance(found[-1], FinalText)
    assert found[-1].text == "word 5"


async def test_who_reads_along_waits_for_the_model_and_sees_what_was_said_until_his_turn(
    make: Make, tmp_path: Path
) -> None:
    recogniser = make()
    busy = recogniser.listen(RATE, ["slow"])
    busy.feed(sound(1, 1, 2))
    await asyncio.sleep(0.1)
    reading = recogniser.listen(RATE, ["word"], live=True)
    for piece in (sound(1, 1.2), sound(0, 1.2), sound(0, 1.2)):
        reading.feed(piece)
    # Asked for after a second of speech, while another was heard; told of all that was said meanwhile.
    assert await told(reading, PartialText) == [SpeechBegan(BEGAN), PartialText("word so far 4")]
    await told(busy)
    asked = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [(one["hints"], one["quick"]) for one in asked] == [(["slow"], False), (["word"], True)]


async def test_nobody_reads_along_at_the_cost_of_a_caller(make: Make, tmp_path: Path) -> None:
    recogniser = make()
    busy = recogniser.listen(RATE, ["slow"])
    busy.feed(sound(1, 1, 2))
    reading = recogniser.listen(RATE, ["word"], live=True)
    reading.feed(sound(1, 3, 2))
    caller = recogniser.listen(RATE, ["caller"])
    caller.feed(sound(1, 1, 2))
    for hearing in (caller, reading):
        await told(hearing)
    asked = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [(one["hints"], one["quick"]) for one in asked] == [
        (["slow"], False), (["caller"], False), (["word"], False),
    ]  # fmt: skip


async def test_what_was_said_last_is_recognised_after_the_line_is_gone(make: Make) -> None:
    hearing = make().listen(RATE, ["slow"], live=True)
    hearing.feed(sound(1, 2))
    hearing.finish()
    events = [event async for event in hearing.events()]
    assert [type(one) for one in events][-2:] == [SpeechEnded, FinalText]
    silent = make().listen(RATE, ["slow"])
    silent.feed(sound(2))
    silent.finish()
    assert [event async for event in silent.events()] == []


async def test_several_at_once(make: Make) -> None:
    recogniser = make(count=2, hangs_seconds=8.0)
    hearings = [recogniser.listen(RATE, ["together"]) for _ in range(2)]
    for hearing in hearings:
        hearing.feed(sound(0.5, 0.5, 1.5))
    # Each answers only when the other has been asked too.
    for found in await asyncio.gather(*(told(hearing) for hearing in hearings)):
        assert isinstance(found[-1], FinalText)


def test_the_worker_keeps_to_its_protocol() -> None:
    class Counts:
        def hear(
            self, samples: npt.NDArray[np.float32], hints: Sequence[str], *, quick: bool = False, times: bool = False
        ) -> tuple[str, list[float]]:
            return f"{len(samples)} {samples.max():.2f} {'/'.join(hints)}", [0.5] if times and not quick else []

    said = np.full(80, 16384, "<i2").tobytes()
    asked = (
        json.dumps({"rate": 16000, "hints": ["甲", "乙"], "quick": False, "times": True, "size": len(said)}).encode()
        + b"\n"
        + said
    )
    out = io.BytesIO()
    worker.serve(Counts(), io.BytesIO(asked * 2), out)
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"text": "80 0.50 甲/乙", "times": [0.5], "size": 0}
    ] * 2


def test_what_is_missing_is_told_in_words(tmp_path: Path) -> None:
    assert "关闭" in find_recogniser(RecognitionSettings(enabled=False)).trouble
    assert "hotline recogniser --install" in find_recogniser(RecognitionSettings(cache=tmp_path)).trouble


async def test_without_a_recogniser_nobody_is_heard() -> None:
    with pytest.raises(RuntimeError, match="none here"):
        NoRecogniser("none here").listen(RATE)
