"""The core's stories on a switch: talks, consultations, conferences, detours, supervision, an engine's death."""

import asyncio

import pytest

from cti.base.call import CallState
from cti.base.events import (
    CallEnded,
    CallHeld,
    CallRetrieved,
    CallTransferred,
    LegAnswered,
    SupervisorJoined,
    TalkEnded,
    TalkStarted,
)
from cti.telephony.supervise import Mode
from cti.telephony.switch.port import DialResult
from softphone.phones.phone_events import CallEnded as PhoneCallEnded
from tests.contract.switch.sip_world import SipLine
from tests.contract.switch.world import AGENTS, CITIZEN, MUSIC, Line, World, hears, story, until, until_together
from tests.core_house import CoreHouse, FolderPlan, Shelf, check_story

NOBODY: frozenset[str] = frozenset()


def house_in(world: World, shelf: Shelf | None = None) -> CoreHouse:
    house = CoreHouse(world.engine(), {agent: str(world.address(agent)) for agent in AGENTS}, shelf=shelf)
    house.talks.books.recording = FolderPlan(world.folder)
    house.interruptions.prompts = lambda call: ("notice",)
    return house


async def talk(world: World, house: CoreHouse) -> tuple[Line, Line]:
    """A citizen and the desk of 1001, talking."""
    await house.phones_there(*AGENTS)
    line = await world.citizen()
    desk = await world.handsets["1001"].next_call()
    await desk.answer()
    started = await house.told(TalkStarted, agent="1001")
    await until_together(house.switch, started.leg)
    return line, desk


async def survey(house: CoreHouse, line: Line) -> None:
    """The talk is over and the caller hears the survey to its end."""
    await line.ended()
    await house.finish()
    assert len(house.surveyed) == 1
    (ended,) = house.all(CallEnded)
    assert ended.reason == "completed"


@story
async def test_a_talk_and_its_survey(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        assert house.call.state is CallState.TALKING
        await asyncio.sleep(0.5)
        await desk.hang_up()
        await survey(house, line)
        (ended,) = house.all(TalkEnded)
        assert (ended.agent, ended.ended_by) == ("1001", "agent") and ended.seconds > 0.4


@story
async def test_the_agent_has_the_citizen_rate_at_once(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.handover.to_survey(house.call, "")
        await desk.ended()
        await survey(house, line)
        (ended,) = house.all(TalkEnded)
        assert (ended.agent, ended.ended_by) == ("1001", "survey")


@story
async def test_a_citizen_on_hold_rates_at_once(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.handover.hold(house.call)
        await until(lambda: house.call.state is CallState.HELD, 5)
        await house.handover.to_survey(house.call, "")
        await desk.ended()
        await survey(house, line)
        assert [one.ended_by for one in house.all(TalkEnded)] == ["survey"]


@story
async def test_the_caller_hangs_up_in_the_talk(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await line.hang_up()
        await desk.ended()
        await house.finish()
        assert house.all(TalkEnded)[0].ended_by == "caller"
        assert house.all(CallEnded)[0].reason == "caller_hung_up"


@story
async def test_nobody_answers_and_the_agent_is_told_why(world: World) -> None:
    async with house_in(world) as house:
        await house.phones_there(*AGENTS)
        line = await world.citizen()
        await (await world.handsets["1001"].next_call()).reject()
        await survey_without_talk(house, line)
        assert house.ends[0].result is DialResult.BUSY


async def survey_without_talk(house: CoreHouse, line: Line) -> None:
    await line.ended()
    await house.finish()
    assert house.all(TalkStarted) == []


@story
async def test_the_agent_transfers_blindly(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.handover.transfer(house.call, "agent:1002")
        await desk.ended()
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await house.told(TalkStarted, agent="1002")
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        await expert.hang_up()
        await survey(house, line)
        assert [(one.agent, one.ended_by) for one in house.all(TalkEnded)] == [("1001", "transfer"), ("1002", "agent")]


@story
async def test_the_phone_transfers_blindly(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await desk.refer("1002")
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await house.told(TalkStarted, agent="1002")
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        await expert.hang_up()
        await survey(house, line)
        assert house.all(CallTransferred)[0].kind == "blind"


@story
async def test_consult_and_complete(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        call = house.call
        await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        assert call.state is CallState.HELD
        await house.told(CallHeld, agent="1001")
        await expert.answer()
        await until(lambda: bool(call.talk and call.talk.consulted_leg))
        await hears(world, {CITIZEN: {MUSIC}, "1001": {"1002"}, "1002": {"1001"}})
        await house.consultations.complete(call)
        await desk.ended()
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        assert call.state is CallState.TALKING
        await expert.hang_up()
        await survey(house, line)
        assert [one.agent for one in house.all(TalkEnded)] == ["1001", "1002"]
        assert house.all(CallTransferred)[0].kind == "attended"


@story
async def test_consult_and_cancel(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        call = house.call
        await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await until(lambda: bool(call.talk and call.talk.consulted_leg))
        await house.consultations.cancel(call)
        await expert.ended()
        await house.told(CallRetrieved, agent="1001")
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await desk.hang_up()
        await survey(house, line)
        assert [one.agent for one in house.all(TalkStarted)] == ["1001"]


@story
async def test_cancel_while_it_rings(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.consultations.consult(house.call, "1002", house.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        await house.consultations.cancel(house.call)
        await expert.ended()
        await house.told(CallRetrieved)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await desk.hang_up()
        await survey(house, line)


@story
async def test_the_consulted_party_does_not_take_it(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.consultations.consult(house.call, "1002", house.registrar.addresses("1002"))
        await (await world.handsets["1002"].next_call()).reject()
        await house.told(CallRetrieved)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await desk.hang_up()
        await survey(house, line)


@story
async def test_the_consulted_party_leaves(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        call = house.call
        await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await until(lambda: bool(call.talk and call.talk.consulted_leg))
        await expert.hang_up()
        await house.told(CallRetrieved)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await desk.hang_up()
        await survey(house, line)


@story
async def test_the_agent_leaves_a_consultation_and_so_hands_over(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        call = house.call
        await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await until(lambda: bool(call.talk and call.talk.consulted_leg))
        await until_together(house.switch, call.talk.consulted_leg if call.talk else "")
        await desk.hang_up()
        await house.told(TalkStarted, agent="1002")
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        await expert.hang_up()
        await survey(house, line)


@story
async def test_the_agent_leaves_while_it_rings_and_the_caller_is_surveyed(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.consultations.consult(house.call, "1002", house.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        await desk.hang_up()
        await expert.ended()
        await survey(house, line)


@story
async def test_the_caller_leaves_during_a_consultation(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        call = house.call
        await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await until(lambda: bool(call.talk and call.talk.consulted_leg))
        await line.hang_up()
        await desk.ended()
        await expert.ended()
        await house.finish()
        assert house.all(CallEnded)[0].reason == "caller_hung_up"


@story
async def test_conference_goes_on_without_the_agent(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        call = house.call
        await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await until(lambda: bool(call.talk and call.talk.consulted_leg))
        await house.consultations.conference(call)
        await asyncio.sleep(0.3)
        await hears(
            world,
            {
                CITIZEN: {"1001", "1002"},
                "1001": {CITIZEN, "1002"},
                "1002": {CITIZEN, "1001"},
            },
        )
        await desk.hang_up()
        await desk.ended()
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        await expert.hang_up()
        await survey(house, line)


async def confer(world: World, house: CoreHouse) -> tuple[Line, Line, Line]:
    """A citizen, 1001 and 1002, together."""
    line, desk = await talk(world, house)
    call = house.call
    await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
    expert = await world.handsets["1002"].next_call()
    await expert.answer()
    await until(lambda: bool(call.talk and call.talk.consulted_leg))
    await house.consultations.conference(call)
    await asyncio.sleep(0.3)
    await hears(world, {CITIZEN: {"1001", "1002"}, "1001": {CITIZEN, "1002"}, "1002": {CITIZEN, "1001"}})
    return line, desk, expert


@story
async def test_the_agent_leaves_the_conference_and_the_other_owns_the_talk(world: World) -> None:
    async with house_in(world) as house:
        line, desk, expert = await confer(world, house)
        await house.consultations.leave(house.call, "1001")
        await desk.ended()
        await house.told(TalkStarted, agent="1002")
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        assert [one.agent for one in house.all(TalkEnded)] == ["1001"]
        # He has the talk with all that belongs to it: another colleague can be asked.
        await house.consultations.consult(house.call, "1003", house.registrar.addresses("1003"))
        third = await world.handsets["1003"].next_call()
        await third.answer()
        await hears(world, {CITIZEN: {MUSIC}, "1002": {"1003"}, "1003": {"1002"}})
        await house.consultations.cancel(house.call)
        await third.ended()
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        await expert.hang_up()
        await survey(house, line)


@story
async def test_the_third_is_put_out_of_the_conference(world: World) -> None:
    async with house_in(world) as house:
        line, desk, expert = await confer(world, house)
        await house.consultations.put_out(house.call)
        await expert.ended()
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        assert len(house.all(TalkStarted)) == 1 and house.all(TalkEnded) == []
        await desk.hang_up()
        await survey(house, line)


@story
async def test_the_citizen_leaves_the_conference_and_nobody_goes_on(world: World) -> None:
    async with house_in(world) as house:
        line, desk, expert = await confer(world, house)
        await line.hang_up()
        await desk.ended()
        await expert.ended()
        await house.finish()


@story
async def test_a_talk_is_interrupted_and_goes_on_at_the_agents_next_ring(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.interruptions.interrupt(house.call, "reload")
        await desk.ended()
        again = await world.handsets["1001"].next_call()
        assert (await world.hearing())[CITIZEN] == {MUSIC}
        await again.answer()
        await until(lambda: len(house.all(TalkStarted)) == 2)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        assert house.surveyed == []
        await again.hang_up()
        await survey(house, line)
        assert [one.ended_by for one in house.all(TalkEnded)] == ["reload", "agent"]


@story
async def test_the_sound_is_lost_during_a_consultation(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        call = house.call
        await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await until(lambda: bool(call.talk and call.talk.consulted_leg))
        await house.interruptions.interrupt(call, "reload")
        await desk.ended()
        await expert.ended()
        again = await world.handsets["1001"].next_call()
        await again.answer()
        await until(lambda: len(house.all(TalkStarted)) == 2)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await again.hang_up()
        await survey(house, line)


@story
async def test_another_engine_brings_agent_and_citizen_together_again(world: World) -> None:
    shelf = Shelf()
    async with house_in(world, shelf) as first:
        line, desk = await talk(world, first)
        await first.interruptions.interrupt(first.call, "reload", anew=True)
        await desk.ended()
        await asyncio.sleep(0.5)
    await asyncio.sleep(0.8)
    async with house_in(world, shelf) as second:
        again = await world.handsets["1001"].next_call(12)
        await again.answer()
        await second.told(TalkStarted, agent="1001")
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await again.hang_up()
        await line.ended()
        await second.until(lambda: not second.calls.open)
        check_story([*first.story, *second.story])


@story
async def test_through_a_flow_and_back_to_the_agent(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.handover.to_flow(house.call, "greeting")
        await asyncio.sleep(0.6)
        heard = await world.hearing()
        assert heard[CITIZEN] == {"greeting"}
        assert heard["1001"] == {MUSIC}
        await until(lambda: house.call.talk is not None and not house.call.talk.away, 5)
        await asyncio.sleep(0.3)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await desk.hang_up()
        await survey(house, line)
        assert len(house.all(TalkEnded)) == 1


@story
async def test_the_agent_does_not_wait_for_the_flow(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.handover.to_flow(house.call, "greeting")
        await asyncio.sleep(0.6)
        await desk.hang_up()
        await survey(house, line)
        assert len(house.all(TalkEnded)) == 1


@pytest.mark.parametrize("mode", [Mode.LISTEN, Mode.WHISPER, Mode.BARGE])
def test_a_supervisor_takes_part(mode: Mode, driver: object, tmp_path: object) -> None:
    expected = {
        Mode.LISTEN: {CITIZEN: {"1001"}, "1001": {CITIZEN}, "1003": {CITIZEN, "1001"}},
        Mode.WHISPER: {CITIZEN: {"1001"}, "1001": {CITIZEN, "1003"}, "1003": {CITIZEN, "1001"}},
        Mode.BARGE: {CITIZEN: {"1001", "1003"}, "1001": {CITIZEN, "1003"}, "1003": {CITIZEN, "1001"}},
    }

    @story
    async def take_part(world: World) -> None:
        async with house_in(world) as house:
            line, desk = await talk(world, house)
            assert await house.supervision.join("1001", "1003", mode) is DialResult.ANSWERED
            told = await house.told(SupervisorJoined)
            assert (told.agent, told.supervisor, told.mode) == ("1001", "1003", mode.value)
            supervisor = await world.handsets["1003"].next_call()
            await asyncio.sleep(0.3)
            await hears(world, expected[mode])
            await house.supervision.leave("1003")
            await supervisor.ended()
            await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
            await desk.hang_up()
            await survey(house, line)

    take_part(driver, tmp_path)  # type: ignore[arg-type]


@story
async def test_a_supervisor_changes_how_he_takes_part_while_he_does(world: World) -> None:
    """Listening, then whispering, then barging in, and back: the leg stays, only what it does changes."""
    both, told = {CITIZEN: {"1001"}, "1001": {CITIZEN}}, []
    expected = {
        Mode.LISTEN: {**both, "1003": {CITIZEN, "1001"}},
        Mode.WHISPER: {CITIZEN: {"1001"}, "1001": {CITIZEN, "1003"}, "1003": {CITIZEN, "1001"}},
        Mode.BARGE: {CITIZEN: {"1001", "1003"}, "1001": {CITIZEN, "1003"}, "1003": {CITIZEN, "1001"}},
    }
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        assert await house.supervision.join("1001", "1003", Mode.LISTEN) is DialResult.ANSWERED
        supervisor = await world.handsets["1003"].next_call()
        await house.told(SupervisorJoined)
        for mode in (Mode.LISTEN, Mode.WHISPER, Mode.BARGE, Mode.WHISPER, Mode.BARGE, Mode.LISTEN):
            assert await house.supervision.join("1001", "1003", mode) is DialResult.ANSWERED
            told += [mode.value] if mode.value not in told[-1:] else []
            await until(lambda: [one.mode for one in house.all(SupervisorJoined)] == told)  # noqa: B023 # at once
            await asyncio.sleep(0.3)
            await hears(world, expected[mode])
        await house.supervision.join("1001", "1003", Mode.INTERCEPT)
        await desk.ended()
        await hears(world, {CITIZEN: {"1003"}, "1003": {CITIZEN}})
        assert [one.agent for one in house.all(TalkStarted)] == ["1001", "1003"]
        await supervisor.hang_up()
        await survey(house, line)


@story
async def test_who_barged_in_stays_with_the_citizen_and_owns_the_talk(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        assert await house.supervision.join("1001", "1003", Mode.BARGE) is DialResult.ANSWERED
        supervisor = await world.handsets["1003"].next_call()
        await house.told(SupervisorJoined)
        await asyncio.sleep(0.3)
        await hears(world, {CITIZEN: {"1001", "1003"}, "1001": {CITIZEN, "1003"}, "1003": {CITIZEN, "1001"}})
        await desk.hang_up()
        await house.told(TalkStarted, agent="1003")
        await hears(world, {CITIZEN: {"1003"}, "1003": {CITIZEN}})
        await supervisor.hang_up()
        await survey(house, line)


@story
async def test_a_supervisor_intercepts(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        assert await house.supervision.join("1001", "1003", Mode.INTERCEPT) is DialResult.ANSWERED
        await desk.ended()
        supervisor = await world.handsets["1003"].next_call()
        await hears(world, {CITIZEN: {"1003"}, "1003": {CITIZEN}})
        await supervisor.hang_up()
        await survey(house, line)
        assert [(one.agent, one.ended_by) for one in house.all(TalkEnded)] == [
            ("1001", "supervisor"),
            ("1003", "agent"),
        ]


@story
async def test_a_supervisor_ends_the_talk(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        await house.supervision.hang_up("1001")
        await desk.ended()
        await survey(house, line)
        assert house.all(TalkEnded)[0].ended_by == "supervisor"


@story
async def test_another_engine_takes_up_a_talk_and_surveys(world: World) -> None:
    shelf = Shelf()
    async with house_in(world, shelf) as first:
        line, desk = await talk(world, first)
    await asyncio.sleep(1.5)
    async with house_in(world, shelf) as second:
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        assert second.call.talk is not None
        await desk.hang_up()
        await line.ended()
        await second.until(lambda: not second.calls.open)
        check_story([*first.story, *second.story])
        assert len(second.surveyed) == 1
        check_story([*first.story, *second.story])
        assert [one.agent for one in second.all(TalkEnded)] == ["1001"]
        assert second.all(CallEnded)[0].reason == "completed"


@story
async def test_an_answer_while_no_engine_lives_begins_a_talk(world: World) -> None:
    shelf = Shelf()
    async with house_in(world, shelf) as first:
        await first.phones_there(*AGENTS)
        line = await world.citizen()
        desk = await world.handsets["1001"].next_call()
    await desk.answer()
    await asyncio.sleep(1.0)
    async with house_in(world, shelf) as second:
        await second.told(LegAnswered)
        await second.told(TalkStarted, agent="1001")
        await desk.hang_up()
        await line.ended()
        await second.until(lambda: not second.calls.open)
        check_story([*first.story, *second.story])
        assert len(second.surveyed) == 1


@story
async def test_another_engine_finds_a_consultation_under_way(world: World) -> None:
    shelf = Shelf()
    async with house_in(world, shelf) as first:
        line, desk = await talk(world, first)
        call = first.call
        await first.consultations.consult(call, "1002", first.registrar.addresses("1002"))
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await until(lambda: bool(call.talk and call.talk.consulted_leg))
        await first.told(CallHeld)
    await asyncio.sleep(0.8)
    async with house_in(world, shelf) as second:
        assert (await world.hearing())["1002"] == {"1001"}
        await asyncio.sleep(1.2)
        await second.consultations.complete(second.call)
        await desk.ended()
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        await expert.hang_up()
        await line.ended()
        await second.until(lambda: not second.calls.open)
        check_story([*first.story, *second.story])
        assert len(second.surveyed) == 1


@story
async def test_a_desk_phone_that_dials_the_hotline_is_refused(world: World) -> None:
    """On FreeSWITCH it heard 480, as if nobody were there."""
    async with house_in(world) as house:
        await house.phones_there(*AGENTS)
        line = await world.handsets["1001"].call("12345")
        await line.ended()
        assert not house.calls.open
        if isinstance(line, SipLine):
            ended = line.call.told(PhoneCallEnded)
            assert ended is not None and ended.status in (403, 603), ended
