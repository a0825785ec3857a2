"""Dialling: how it ends, who hears whom, what is recorded."""

import asyncio

import pytest

from cti.base.call import Party
from cti.telephony.switch.address import Address, PhoneAddress, TrunkAddress
from cti.telephony.switch.port import (
    Dialled,
    DialRequest,
    DialResult,
    DigitPressed,
    HoldChanged,
    LegDialled,
    LegGone,
    LegHungUp,
    LegPickedUp,
    LegRang,
    Played,
)
from tests.contract.switch.engine import BareEngine, over
from tests.contract.switch.world import (
    CITIZEN,
    MUSIC,
    REFUSING_TRUNK,
    SILENT_TRUNK,
    World,
    hears,
    story,
    until_together,
)


def to(
    *addresses: Address, timeout: float = 10.0, agent: str = "1001", answer_after: float | None = None
) -> DialRequest:
    return DialRequest(addresses, timeout, party=Party.AGENT, agent=agent, answer_after=answer_after)


DESK = PhoneAddress("1001")


@story
async def test_caller_and_agent_talk_and_the_session_goes_on(world: World) -> None:
    async with BareEngine(world) as engine:
        await engine.phones_there()
        line, session, call = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK)))
        at_desk = await world.handsets["1001"].next_call()
        dialled = await engine.told(LegDialled, by=session.arrival.leg, call=call, party=Party.AGENT, agent="1001")
        assert dialled.address == "1001"
        await engine.told(LegRang, leg=dialled.leg)
        await hears(world, {CITIZEN: {MUSIC}})
        began = world.clock.now()
        await at_desk.answer()
        await engine.told(LegPickedUp, leg=dialled.leg)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}}, seconds=1.5)
        await line.press("8")
        await engine.told(DigitPressed, leg=session.arrival.leg, digit="8")
        await at_desk.hang_up()
        outcome = await asyncio.wait_for(dialling, 5)
        assert outcome.result is DialResult.ANSWERED and 1 <= outcome.seconds <= world.clock.now() - began + 1
        await engine.told(LegGone, leg=dialled.leg, call=call)
        assert await session.play(["notice"]) == Played()


@story
async def test_the_caller_ends_the_talk(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, call = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK)))
        at_desk = await world.handsets["1001"].next_call()
        await at_desk.answer()
        await line.hang_up()
        with pytest.raises(LegHungUp):
            await asyncio.wait_for(dialling, 5)
        await at_desk.ended()
        await engine.told(LegGone, leg=session.arrival.leg, call=call)


@story
async def test_the_phone_answers_by_itself_when_asked(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK, answer_after=0)))
        at_desk = await world.handsets["1001"].next_call()
        await at_desk.answered(3)
        await line.hang_up()
        with pytest.raises(LegHungUp):
            await dialling


@story
async def test_busy(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK)))
        await (await world.handsets["1001"].next_call()).reject()
        assert await asyncio.wait_for(dialling, 5) == Dialled(DialResult.BUSY)
        assert await session.play(["notice"]) == Played()


@story
async def test_rejected(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        outcome = await session.dial(to(TrunkAddress(REFUSING_TRUNK, "13900000009"), agent=""))
        assert outcome == Dialled(DialResult.REJECTED)


@story
async def test_one_who_does_not_answer_after_one_who_was_busy_has_not_answered(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK)))
        await (await world.handsets["1001"].next_call()).reject()
        assert await asyncio.wait_for(dialling, 5) == Dialled(DialResult.BUSY)
        dialling = asyncio.create_task(session.dial(to(DESK, timeout=2.0)))
        await world.handsets["1001"].next_call()
        assert await asyncio.wait_for(dialling, 5) == Dialled(DialResult.NO_ANSWER)


@story
async def test_no_answer(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, call = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK, timeout=2.0)))
        at_desk = await world.handsets["1001"].next_call()
        assert await asyncio.wait_for(dialling, 5) == Dialled(DialResult.NO_ANSWER)
        await at_desk.ended()
        dialled = await engine.dialled("1001")
        await engine.told(LegGone, leg=dialled.leg, call=call)


@story
async def test_unreachable(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        assert await session.dial(to(world.unreachable())) == Dialled(DialResult.UNREACHABLE)
        assert await session.dial(to()) == Dialled(DialResult.UNREACHABLE)
        outcome = await session.dial(to(TrunkAddress(SILENT_TRUNK, "13900000009"), agent=""))
        assert outcome == Dialled(DialResult.UNREACHABLE)


@story
async def test_the_caller_leaves_while_it_rings(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK)))
        at_desk = await world.handsets["1001"].next_call()
        await line.hang_up()
        with pytest.raises(LegHungUp):
            await asyncio.wait_for(dialling, 5)
        await at_desk.ended()
        assert isinstance(await over(session), LegHungUp)


@story
async def test_ringing_is_stopped_by_us(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK)))
        at_desk = await world.handsets["1001"].next_call()
        dialled = await engine.dialled("1001")
        await engine.switch.hang_up(dialled.leg)
        outcome = await asyncio.wait_for(dialling, 5)
        assert outcome.result is not DialResult.ANSWERED
        await at_desk.ended()
        assert await session.play(["notice"]) == Played()


@story
async def test_of_several_phones_the_first_to_answer_gets_the_talk(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK, PhoneAddress("1002"))))
        first, second = await world.handsets["1001"].next_call(), await world.handsets["1002"].next_call()
        await second.answer()
        await first.ended()
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        await second.hang_up()
        assert (await asyncio.wait_for(dialling, 5)).result is DialResult.ANSWERED


@story
async def test_the_recording_has_the_sides_in_two_channels(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        path = world.folder / "talk.raw"
        await session.record(path)
        dialling = asyncio.create_task(session.dial(to(DESK)))
        at_desk = await world.handsets["1001"].next_call()
        await at_desk.answer()
        await world.hearing(2.0)
        await at_desk.hang_up()
        outcome = await asyncio.wait_for(dialling, 5)
        await session.stop_recording()
        await asyncio.sleep(0.2)
        seconds, (says, hears) = await world.channels(path)
        assert seconds == pytest.approx(outcome.seconds, abs=1.2)
        assert (says, hears) == ({CITIZEN}, {"1001"})


@story
async def test_a_paused_recording_is_silent(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        path = world.folder / "talk.raw"
        await session.record(path)
        dialling = asyncio.create_task(session.dial(to(DESK)))
        at_desk = await world.handsets["1001"].next_call()
        await at_desk.answer()
        await engine.switch.pause_recording(session.arrival.leg, True)
        await world.hearing(1.5)
        await at_desk.hang_up()
        await dialling
        await session.stop_recording()
        await asyncio.sleep(0.2)
        seconds, channels = await world.channels(path)
        assert seconds > 1
        assert channels == (frozenset(), frozenset())


@story
async def test_the_phone_holds_and_retrieves(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK)))
        at_desk = await world.handsets["1001"].next_call()
        await at_desk.answer()
        dialled = await engine.dialled("1001")
        # A hold in the very moment of the answer, before the legs are joined, is not passed on by Asterisk 22.
        await until_together(engine.switch, dialled.leg)
        await at_desk.hold()
        await engine.told(HoldChanged, leg=dialled.leg, held=True)
        for _ in range(5):
            # As everywhere: sound lags on a machine that is busy.
            if (heard := await world.hearing())[CITIZEN] == {MUSIC}:
                break
        assert heard[CITIZEN] == {MUSIC}
        await at_desk.retrieve()
        await engine.told(HoldChanged, leg=dialled.leg, held=False)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await at_desk.hang_up()
        await dialling


@story
async def test_forced_hang_up_leaves_the_caller_in_his_session(world: World) -> None:
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK)))
        at_desk = await world.handsets["1001"].next_call()
        await at_desk.answer()
        leg = (await engine.dialled("1001")).leg
        await engine.told(LegPickedUp, leg=leg)
        await engine.switch.hang_up(leg)
        await at_desk.ended()
        assert (await asyncio.wait_for(dialling, 5)).result is DialResult.ANSWERED
        assert await session.play(["notice"]) == Played()


@story
async def test_forced_hang_up_in_the_moment_of_the_answer(world: World) -> None:
    """FreeSWITCH tells of an answer up to half a second late: a dial that had been answered counted as failed."""
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(to(DESK)))
        at_desk = await world.handsets["1001"].next_call()
        leg = (await engine.dialled("1001")).leg
        await at_desk.answer()
        await engine.switch.hang_up(leg)
        await at_desk.ended()
        outcome = await asyncio.wait_for(dialling, 5)
        await engine.told(LegGone, leg=leg)
        # Where the switch was told to hang up before the answer reached it, nobody was picked up.
        answered = not engine.never_told(LegPickedUp, leg=leg)
        assert (outcome.result is DialResult.ANSWERED) is answered
        assert await session.play(["notice"]) == Played()


@story
async def test_a_leg_that_is_gone_is_no_error(world: World) -> None:
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        await line.hang_up()
        await over(session)
        await engine.switch.hang_up(session.arrival.leg)


@story
async def test_a_phone_that_dials_is_known_as_its_agents(world: World) -> None:
    """FreeSWITCH asked for the password in the realm of the called address, in which no digest of ours holds: whatever
    an agent's phone dialled was refused.
    """
    async with BareEngine(world) as engine:
        await engine.phones_there()
        line = await world.handsets["1001"].call("1002")
        session = await engine.session()
        arrival = session.arrival
        assert (arrival.party, arrival.agent, arrival.called.digits) == (Party.AGENT, "1001", "1002")
        await session.answer()
        await line.answered()
        await session.hang_up()
        await line.ended()
