"""A talk of more than two on every switch: colleagues come in beside it, leave, and own it when they stay."""

import asyncio

import pytest

from cti.base.events import GuestNotReached, TalkEnded, TalkStarted
from cti.telephony.conference import Missed
from cti.telephony.engagement import Role, guests
from cti.telephony.switch.port import DialResult
from tests.contract.switch.test_house import house_in, survey, talk
from tests.contract.switch.world import CITIZEN, World, hears, story


@story
async def test_four_talk_and_whoever_stays_owns_the_talk(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        call, model = house.call, house.calls.engagements
        house.conferences.invite(call, "1002", world.address("1002"))
        second = await world.handsets["1002"].next_call()
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}}, 0.3)
        with pytest.raises(LookupError, match="there"):
            house.conferences.invite(call, "1002", world.address("1002"))
        with pytest.raises(LookupError, match="in_conference"):
            await house.handover.hold(call)
        await second.answer()
        three = {CITIZEN, "1001", "1002"}
        await hears(world, {name: three - {name} for name in three})
        house.conferences.invite(call, "1003", world.address("1003"))
        third = await world.handsets["1003"].next_call()
        await third.answer()
        four = {*three, "1003"}
        await hears(world, {name: four - {name} for name in four})
        assert {one.agent: one.role for one in model.with_call(call.id)} == dict.fromkeys(
            ("1001", "1002", "1003"), Role.CONFERENCE
        )
        await house.conferences.put_out(call, next(leg.id for leg in guests(call) if leg.agent == "1003"))
        await third.ended()
        await hears(world, {name: three - {name} for name in three})
        assert await house.conferences.leave(call, "1001")
        await desk.ended()
        started = await house.told(TalkStarted, agent="1002")
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        assert call.talk is not None and (call.talk.agent, call.talk.leg) == ("1002", started.leg)
        assert not await house.conferences.leave(call, "1002"), "who talks with the citizen alone hangs up"
        await second.hang_up()
        await house.told(TalkEnded, agent="1002")
        await survey(house, line)


@story
async def test_who_does_not_come_is_told_and_who_is_rung_in_vain_is_rung_no_longer(world: World) -> None:
    async with house_in(world) as house:
        line, desk = await talk(world, house)
        call = house.call
        house.conferences.invite(call, "1002", world.address("1002"))
        await (await world.handsets["1002"].next_call()).reject()
        told = await house.told(GuestNotReached)
        assert (told.agent, told.target) == ("1001", "1002")
        missed = house.conferences.missed(call)
        assert missed == Missed("1002", DialResult(told.result)) and missed.result is not DialResult.ANSWERED
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        house.conferences.invite(call, "1003", world.address("1003"))
        assert house.conferences.missed(call) is None
        rung = await world.handsets["1003"].next_call()
        await desk.hang_up()
        await rung.ended()
        await asyncio.sleep(0.1)
        await survey(house, line)
