"""A caller in a session: answer, prompts, keys, the waiting room, the end."""

import asyncio

import pytest

from cti.base.call import Party
from cti.telephony.switch.port import Collected, DigitPressed, LegGone, LegHungUp, Played
from tests.contract.switch.engine import BareEngine, over
from tests.contract.switch.world import CITIZEN, HOTLINE, MUSIC, World, hears, story, until


@story
async def test_a_caller_arrives_with_his_numbers(world: World) -> None:
    async with BareEngine(world) as engine:
        await world.citizen()
        arrival = (await engine.session()).arrival
        assert arrival.party is Party.CALLER
        assert (arrival.caller.national, arrival.called.digits) == (CITIZEN, HOTLINE)
        assert arrival.leg and not arrival.call and not arrival.answered


@story
async def test_the_caller_is_answered_only_when_asked(world: World) -> None:
    async with BareEngine(world) as engine:
        line = await world.citizen()
        session = await engine.session()
        with pytest.raises(TimeoutError):
            await line.answered(1.0)
        await session.answer()
        await line.answered()
        await session.answer()


@story
async def test_waiting_plays_music_until_the_next_verb(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        await session.wait()
        await hears(world, {CITIZEN: {MUSIC}})
        began = world.clock.now()
        playing = asyncio.create_task(session.play(["greeting"]))
        await asyncio.sleep(0.3)
        await hears(world, {CITIZEN: {"greeting"}})
        assert await playing == Played()
        assert world.clock.now() - began == pytest.approx(2.0, abs=0.4)


@story
async def test_keys_are_told_while_waiting(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        await session.wait()
        await line.press("5#")
        await engine.told(DigitPressed, leg=session.arrival.leg, digit="5")
        await engine.told(DigitPressed, leg=session.arrival.leg, digit="#")


@story
async def test_a_waiting_caller_who_hangs_up_ends_the_session(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, call = await engine.citizen_in()
        await session.wait()
        await line.hang_up()
        assert isinstance(await over(session), LegHungUp)
        await engine.told(LegGone, leg=session.arrival.leg, call=call)
        with pytest.raises(LegHungUp):
            await session.play(["greeting"])


@story
async def test_hang_up_during_a_prompt(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        playing = asyncio.create_task(session.play(["greeting"]))
        await asyncio.sleep(0.4)
        await line.hang_up()
        with pytest.raises(LegHungUp):
            await asyncio.wait_for(playing, 3)


@story
async def test_hang_up_before_the_answer(world: World) -> None:
    async with BareEngine(world) as engine:
        line = await world.citizen()
        session = await engine.session()
        await line.hang_up()
        assert isinstance(await over(session), LegHungUp)


@story
async def test_prompts_follow_each_other(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        began = world.clock.now()
        assert await session.play(["notice", "greeting"]) == Played()
        assert world.clock.now() - began == pytest.approx(3.0, abs=0.5)


@story
async def test_a_key_ends_a_prompt_only_when_it_may(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        playing = asyncio.create_task(session.play(["greeting", "notice"], stop_on="12"))
        await asyncio.sleep(0.3)
        await line.press("3")
        await asyncio.sleep(0.3)
        assert not playing.done()
        await line.press("2")
        assert await asyncio.wait_for(playing, 1) == Played(digit="2")


@story
async def test_a_prompt_is_stopped_at_once(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        playing = asyncio.create_task(session.play(["greeting", "notice"]))
        await asyncio.sleep(0.6)
        began = world.clock.now()
        await session.stop()
        assert await asyncio.wait_for(playing, 2) == Played(stopped=True)
        assert world.clock.now() - began <= world.stop_seconds
        await hears(world, {CITIZEN: frozenset()})
        # What was stopped does not stop the next one.
        began = world.clock.now()
        assert await session.play(["notice"]) == Played()
        assert world.clock.now() - began > 0.8


@story
async def test_a_stop_before_the_first_word_is_a_stop_too(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        await session.wait()
        await asyncio.sleep(0.3)
        playing = asyncio.create_task(session.play(["greeting", "notice"]))
        await asyncio.sleep(0)
        began = world.clock.now()
        await session.stop()
        assert await asyncio.wait_for(playing, 5) == Played(stopped=True)
        assert world.clock.now() - began <= world.stop_seconds


@story
async def test_keys_are_collected(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        collecting = asyncio.create_task(session.collect(["greeting"], longest=4, terminators="#"))
        await asyncio.sleep(0.4)
        await line.press("12#")
        assert await asyncio.wait_for(collecting, 3) == Collected("12", timed_out=False)
        collecting = asyncio.create_task(session.collect([], longest=2))
        await line.press("34")
        assert await asyncio.wait_for(collecting, 3) == Collected("34", timed_out=False)


@story
async def test_collecting_ends_when_nothing_more_is_typed(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        began = world.clock.now()
        assert await session.collect(["notice"], longest=1, first=1.0) == Collected("", timed_out=True)
        assert world.clock.now() - began == pytest.approx(2.0, abs=0.5)
        collecting = asyncio.create_task(session.collect([], longest=3, first=3.0, between=0.8))
        await asyncio.sleep(0.3)
        await line.press("7")
        assert await asyncio.wait_for(collecting, 3) == Collected("7", timed_out=True)


@story
async def test_collecting_is_stopped_at_once(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        collecting = asyncio.create_task(session.collect(["notice"], longest=3, first=20.0))
        await asyncio.sleep(1.5)
        await session.stop()
        assert (await asyncio.wait_for(collecting, 1)).digits == ""
        assert await session.play(["notice"]) == Played()


@story
async def test_we_hang_up(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, call = await engine.citizen_in()
        await session.hang_up()
        await line.ended()
        assert isinstance(await over(session), LegHungUp)
        await engine.told(LegGone, leg=session.arrival.leg, call=call)
        await until(lambda: line.is_over)


@story
async def test_a_caller_is_refused_unanswered(world: World) -> None:
    async with BareEngine(world) as engine:
        line = await world.citizen()
        session = await engine.session()
        await session.hang_up(21)
        await line.ended()
        with pytest.raises(TimeoutError):
            await line.answered(0.1)


@story
async def test_a_message_is_recorded(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        path = world.folder / "message.wav"
        recording = asyncio.create_task(session.record_message(path, longest=20))
        await asyncio.sleep(0.8)
        await line.speak(1.5)
        await line.press("#")
        seconds = await asyncio.wait_for(recording, 5)
        assert 1.2 < seconds < 3.5
        assert path.stat().st_size == pytest.approx(44 + seconds * 16000, rel=0.2)
