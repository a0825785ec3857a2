"""Keys that are pressed while no verb listens: between two verbs they count for the next one, else they do not."""

import asyncio

from cti.base.call import Party
from cti.telephony.switch.address import PhoneAddress
from cti.telephony.switch.port import CallSession, Collected, DialRequest, DigitPressed, Played
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.world import Line, World, story

KEYS_TOLD = 0.4
"""Seconds after which every switch has told of a key."""


async def nothing_is_left(session: CallSession) -> None:
    """A collect that would take any key finds none."""
    assert await session.collect([], longest=1, first=0.7) == Collected("", timed_out=True)


@story
async def test_a_key_before_the_first_prompt_ends_it(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        await line.press("5")
        await asyncio.sleep(KEYS_TOLD)
        began = world.clock.now()
        assert await session.play(["greeting"], stop_on="5") == Played(digit="5")
        assert world.clock.now() - began < 0.5
        await nothing_is_left(session)


@story
async def test_who_knows_the_menus_types_ahead(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        await line.press("12#3")
        assert await session.play(["greeting"], stop_on="12") == Played(digit="1")
        assert await session.collect(["greeting"], longest=8) == Collected("2", timed_out=False)
        assert await session.collect(["greeting"], longest=1) == Collected("3", timed_out=False)
        await nothing_is_left(session)


@story
async def test_keys_on_a_prompt_that_none_may_end_mean_nothing(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        playing = asyncio.create_task(session.play(["greeting"]))
        await asyncio.sleep(0.5)
        await line.press("7")
        assert await playing == Played()
        await nothing_is_left(session)
        playing = asyncio.create_task(session.play(["greeting"]))
        await asyncio.sleep(0.5)
        await line.press("8")
        await engine.told(DigitPressed, leg=session.arrival.leg, digit="8")
        await session.stop()
        assert await playing == Played(stopped=True)
        await nothing_is_left(session)


@story
async def test_keys_of_who_waits_are_told_and_mean_nothing_to_the_next_verb(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        await session.wait()
        await line.press("1")
        await engine.told(DigitPressed, leg=session.arrival.leg, digit="1")
        await nothing_is_left(session)


@story
async def test_keys_pressed_in_a_talk_are_no_answer_afterwards(world: World) -> None:
    async with BareEngine(world) as engine:
        await engine.phones_there()
        line, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(DialRequest([PhoneAddress("1001")], 10, Party.AGENT, agent="1001")))
        at_desk = await world.handsets["1001"].next_call()
        await at_desk.answer()
        await asyncio.sleep(0.5)
        await line.press("8")
        await engine.told(DigitPressed, leg=session.arrival.leg, digit="8")
        await at_desk.hang_up()
        await dialling
        await nothing_is_left(session)


@story
async def test_keys_pressed_while_no_engine_lives_count_for_the_next(world: World) -> None:
    """Who rates his talk in the second in which the engine dies has rated it."""
    async with BareEngine(world) as first:
        line, session, call = await first.citizen_in()
        await session.play(["notice"], stop_on="12")
    await asyncio.sleep(0.3)
    await typed(line, "2")
    await typed(line, "#")
    async with BareEngine(world) as second:
        again = await second.session()
        assert again.arrival.call == call
        assert await again.play(["greeting"], stop_on="12") == Played(digit="2")
        assert await again.collect(["greeting"], longest=8) == Collected("", timed_out=False)
        await nothing_is_left(again)
    async with BareEngine(world) as third:
        await nothing_is_left(await third.session())


async def typed(line: Line, keys: str) -> None:
    await line.press(keys)
    await asyncio.sleep(KEYS_TOLD)


@story
async def test_keys_typed_until_now_can_be_forgotten(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        await typed(line, "45")
        session.forget_keys()
        await nothing_is_left(session)
        await typed(line, "6")
        assert await session.collect(["greeting"], longest=1) == Collected("6", timed_out=False)
