"""Recognisers on other servers: what they hear, and what becomes of a talk when they do not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ivr.recognition.funasr import FunAsr
from ivr.recognition.port import FinalText, HearingEvent, PartialText, RecognitionFailed, SpeechBegan, SpeechEnded
from ivr.recognition.transcription_service import TranscriptionService
from tests.ivr.recognition.speech_servers import SIMPLE, Server, funasr, serving, transcriptions
from tests.ivr.recognition.test_process import RATE, sound

Engine = FunAsr | TranscriptionService
Make = Callable[..., Engine]
AS_FUNASR = (funasr, lambda address, **more: FunAsr(f"ws://{address}", **more))
AS_SERVICE = (transcriptions, lambda address, **more: TranscriptionService(f"http://{address}", "base", "k", **more))
BOTH = pytest.mark.parametrize("kind", [AS_FUNASR, AS_SERVICE], ids=["funasr", "service"])


@asynccontextmanager
async def heard_by(kind: tuple[Any, Make], answers: float = 5.0, **more: str) -> AsyncIterator[tuple[Server, Engine]]:
    async with serving(kind[0], **more) as server:
        engine = kind[1](server.address, answers_seconds=answers)
        try:
            yield server, engine
        finally:
            await engine.close()


async def said(engine: Engine, *seconds: float, hints: Any = (), live: bool = True) -> list[HearingEvent]:
    """All that is heard of somebody who speaks, in pieces as a telephone sends them."""
    hearing = engine.listen(RATE, hints, live=live)
    voice = sound(*seconds)
    for at in range(0, len(voice), 320):
        hearing.feed(voice[at : at + 320])
        if at % 3200 == 0:
            await asyncio.sleep(0.002)
    hearing.finish()
    async with asyncio.timeout(20):
        return [event async for event in hearing.events()]


def kinds(events: list[HearingEvent]) -> list[type]:
    return [type(one) for one in events if not isinstance(one, PartialText)]


@pytest.mark.parametrize("style", ["new", "cpp", "old"])
async def test_a_funasr_server_hears_while_somebody_speaks(style: str) -> None:
    async with heard_by(AS_FUNASR, style=style) as (server, engine):
        events = await said(engine, 1, 2.5, 2, hints={"建设路": 40, "路灯": 20})
        assert kinds(events) == [SpeechBegan, SpeechEnded, FinalText]
        partial = [one.text for one in events if isinstance(one, PartialText)]
        assert partial[:2] == [SIMPLE[:3], SIMPLE[:6]], "pieces are put together"
        final = events[-1]
        assert isinstance(final, FinalText)
        assert final.text == f"{SIMPLE}。"
        assert final.at == pytest.approx(0.7, abs=0.2)
        assert final.times[:3] == (0.3, 0.4, 0.5)
        assert len(final.times) == len(final.text)
        assert json.loads(server.asked[0]["hotwords"]) == {"建设路": 40, "路灯": 20}
        assert server.seconds[0] == pytest.approx(final.seconds, abs=0.05), "sound was lost, or came twice"
        assert server.loudest > 1000
        assert not engine.is_away


async def test_a_service_is_asked_for_each_utterance() -> None:
    async with heard_by(AS_SERVICE) as (server, engine):
        events = await said(engine, 1, 2.5, 2, hints=("建设路", "路灯"))
        final = events[-1]
        assert isinstance(final, FinalText)
        assert (final.text, final.times[:3]) == (f"{SIMPLE}。", (0.3, 0.4, 0.5))
        asked = server.asked[-1]
        assert asked["prompt"] == "建设路，路灯"
        assert (asked["model"], asked["language"], asked["key"]) == ("base", "zh", "Bearer k")
        assert isinstance((await said(engine, 1, 1, 1, live=False))[-1], FinalText)
        assert server.asked[-1]["response_format"] == "json", "who waits in a flow needs no times"


async def test_a_service_without_times_spreads_the_characters() -> None:
    async with heard_by(AS_SERVICE, style="plain") as (server, engine):
        final = (await said(engine, 1, 2.5, 2))[-1]
        assert isinstance(final, FinalText)
        assert len(final.times) == len(final.text)
        assert list(final.times) == sorted(final.times)
        await said(engine, 1, 1, 1)
        formats = [one["response_format"] for one in server.asked if "timestamp_granularities[]" in one]
        assert formats == ["verbose_json"], "it is not asked again for what it has not"


@BOTH
async def test_several_utterances_and_parties_are_kept_apart(kind: tuple[Any, Make]) -> None:
    async with heard_by(kind) as (server, engine):
        for events in await asyncio.gather(*(said(engine, 1, 1.5, 2, 1.5, 2) for _ in range(3))):
            finals = [one for one in events if isinstance(one, FinalText)]
            assert [one.text for one in finals] == [f"{SIMPLE}。"] * 2
            assert finals[0].at < finals[1].at - 3
        assert server.mood == "good"


@BOTH
async def test_no_words_are_no_failure(kind: tuple[Any, Make]) -> None:
    for style in ("new", "cpp"):
        async with heard_by(kind, mood="silent", style=style) as (_, engine):
            final = (await said(engine, 1, 1, 2))[-1]
            assert final == FinalText("", final.seconds, final.at)  # type: ignore[union-attr] # it has them


@pytest.mark.parametrize(
    ("kind", "mood"),
    [(kind, mood) for kind in (AS_FUNASR, AS_SERVICE) for mood in ("dies", "hangs", "nonsense")]
    + [(AS_SERVICE, "refuses")],
)
async def test_what_a_sick_server_did_not_hear_is_told_with_its_place(kind: tuple[Any, Make], mood: str) -> None:
    async with heard_by(kind, 0.5, mood=mood) as (server, engine):
        events = await said(engine, 1, 2, 2)
        assert kinds(events) == [SpeechBegan, SpeechEnded, RecognitionFailed]
        failed = events[-1]
        assert isinstance(failed, RecognitionFailed)
        assert failed.at == pytest.approx(0.7, abs=0.2)
        assert failed.seconds == pytest.approx(2.6, abs=0.5)
        assert engine.is_away
        server.mood = "good"
        assert kinds(await said(engine, 1, 2, 2))[-1] is FinalText, "it is well again"
        assert not engine.is_away


@BOTH
async def test_a_server_that_is_not_there_is_asked_again_when_it_is(kind: tuple[Any, Make]) -> None:
    async with serving(kind[0]) as server:
        address = server.address
    engine = kind[1](address)
    try:
        assert kinds(await said(engine, 1, 2, 2)) == [SpeechBegan, SpeechEnded, RecognitionFailed]
        async with serving(kind[0], int(address.rpartition(":")[2])):
            assert kinds(await said(engine, 1, 2, 2))[-1] is FinalText
    finally:
        await engine.close()


@BOTH
async def test_a_slow_server_is_waited_for_and_keeps_the_order(kind: tuple[Any, Make]) -> None:
    async with heard_by(kind, mood="slow") as (server, engine):
        asking = asyncio.create_task(said(engine, 1, 1.5, 2, 1.5, 2))
        await asyncio.sleep(1.0)
        assert not asking.done()
        server.release.set()
        finals = [one for one in await asking if isinstance(one, FinalText)]
        assert [one.at for one in finals] == sorted(one.at for one in finals)
        assert len(finals) == 2


@BOTH
async def test_who_goes_away_leaves_nothing_behind(kind: tuple[Any, Make]) -> None:
    async with heard_by(kind, mood="hangs") as (_, engine):
        hearing = engine.listen(RATE)
        hearing.feed(sound(1, 1, 2))
        await asyncio.sleep(0.2)
        hearing.close()
        assert [type(one) async for one in hearing.events() if not isinstance(one, PartialText)] == [
            SpeechBegan, SpeechEnded,
        ]  # fmt: skip
