"""The engine dies and another comes: nobody is dropped."""

import asyncio

import pytest

from cti.base.call import Party
from cti.telephony.switch.address import PhoneAddress
from cti.telephony.switch.port import Connected, DialRequest, LegGone, LegLeft, LegSnapshot, Played
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.world import CITIZEN, MUSIC, PATIENCE, World, hears, story


def place(event: Connected, leg: str) -> LegSnapshot:
    """The leg as the switch told it to a new engine."""
    return next(found for found in event.legs if found.leg == leg)


@story
async def test_a_waiting_caller_comes_back_with_his_call(world: World) -> None:
    async with BareEngine(world) as first:
        line, session, call = await first.citizen_in()
        await session.wait()
        await asyncio.sleep(0.2)
        leg = session.arrival.leg
    await asyncio.sleep(0.5)
    await hears(world, {CITIZEN: {MUSIC}})
    await asyncio.sleep(0.7)
    async with BareEngine(world) as second:
        told = await second.told(Connected)
        assert place(told, leg).call == call
        assert place(told, leg).place in ("retry", "session")
        arrival = (again := await second.session()).arrival
        assert (arrival.leg, arrival.call, arrival.party) == (leg, call, Party.CALLER)
        assert arrival.answered and arrival.caller.national == CITIZEN
        assert await again.play(["notice"]) == Played()
        assert not line.is_over


@story
async def test_a_talk_goes_on_and_then_comes_back(world: World) -> None:
    async with BareEngine(world) as first:
        await first.phones_there()
        line, session, call = await first.citizen_in()
        dialling = asyncio.create_task(session.dial(DialRequest([PhoneAddress("1001")], 10, agent="1001")))
        desk = await world.handsets["1001"].next_call()
        await desk.answer()
        agent_leg = (await first.dialled("1001")).leg
        leg = session.arrival.leg
    dialling.cancel()
    await asyncio.gather(dialling, return_exceptions=True)
    await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
    await asyncio.sleep(1.5)
    async with BareEngine(world) as second:
        told = await second.told(Connected)
        caller, agent = place(told, leg), place(told, agent_leg)
        assert (caller.call, caller.place, caller.peer, caller.answered) == (call, "talk", agent_leg, True)
        assert (agent.call, agent.party, agent.agent, agent.peer) == (call, Party.AGENT, "1001", leg)
        assert "1001" in told.phones
        await desk.hang_up()
        await second.told(LegGone, leg=agent_leg, call=call)
        again = await second.session()
        assert (again.arrival.leg, again.arrival.call) == (leg, call)
        assert await again.play(["notice"]) == Played()
        assert not line.is_over


@story
async def test_a_phone_that_rings_goes_on_ringing(world: World) -> None:
    async with BareEngine(world) as first:
        await first.phones_there()
        _, session, call = await first.citizen_in()
        dialling = asyncio.create_task(session.dial(DialRequest([PhoneAddress("1001")], 10, agent="1001")))
        desk = await world.handsets["1001"].next_call()
        leg = session.arrival.leg
    dialling.cancel()
    await asyncio.gather(dialling, return_exceptions=True)
    await asyncio.sleep(0.5)
    await desk.answer()
    await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
    async with BareEngine(world) as second:
        told = await second.told(Connected)
        assert (place(told, leg).call, place(told, leg).place) == (call, "talk")
        await desk.hang_up()
        assert (await second.session()).arrival.call == call


@story
async def test_a_caller_who_is_not_served_goes_to_the_emergency_queue_and_is_taken_back(world: World) -> None:
    async with BareEngine(world) as first:
        await first.phones_there()
        line, session, call = await first.citizen_in()
        await session.wait()
        leg = session.arrival.leg
    began = world.clock.now()
    desk = await world.next_ringing(PATIENCE + 8)
    assert world.clock.now() - began >= PATIENCE - 1
    async with BareEngine(world) as second:
        told = await second.told(Connected)
        assert (place(told, leg).call, place(told, leg).place) == (call, "emergency")
        await second.switch.pull(leg)
        again = await second.session()
        assert (again.arrival.leg, again.arrival.call, again.arrival.answered) == (leg, call, True)
        await desk.ended()
        assert await again.play(["notice"]) == Played()
        assert not line.is_over


@story
async def test_an_agent_serves_the_emergency_queue_without_an_engine(world: World) -> None:
    line = await world.citizen()
    desk = await world.next_ringing(PATIENCE + 8)
    await desk.answer()
    await hears(world, {CITIZEN: {desk.name}, desk.name: {CITIZEN}})
    async with BareEngine(world) as engine:
        told = await engine.told(Connected)
        caller = next(found for found in told.legs if found.party is Party.CALLER)
        assert (caller.place, caller.call) == ("talk", "")
        await desk.hang_up()
        await line.ended()
        await engine.told(LegGone, leg=caller.leg)


@story
async def test_an_engine_that_cannot_serve_hands_to_the_emergency_queue(world: World) -> None:
    async with BareEngine(world) as engine:
        await engine.phones_there()
        line, session, _ = await engine.citizen_in()
        began = world.clock.now()
        await session.give_up()
        desk = await world.next_ringing(6)
        assert world.clock.now() - began < PATIENCE + 2
        await desk.answer()
        await hears(world, {CITIZEN: {desk.name}, desk.name: {CITIZEN}})
        await line.hang_up()
        await desk.ended()


@story
async def test_two_sessions_of_a_leg_never_live_together(world: World) -> None:
    async with BareEngine(world) as engine:
        await engine.phones_there()
        _, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(DialRequest([PhoneAddress("1001")], 10, agent="1001")))
        await world.handsets["1001"].next_call()
        await engine.switch.pull(session.arrival.leg)
        with pytest.raises(LegLeft):
            await dialling
        again = await engine.session()
        with pytest.raises(LegLeft):
            await session.play(["notice"])
        assert await again.play(["notice"]) == Played()
