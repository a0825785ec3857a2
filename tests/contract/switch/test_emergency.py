"""110 by one act of the agent, on every switch: three talk, the agent leaves, the citizen talks on."""

import asyncio
from typing import Any, cast

import pytest

from cti.base.events import CallEnded, EmergencyCalled, EmergencyHandedOver, EmergencyNotReached, TalkEnded
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict
from cti.telephony.emergency import Emergencies, Matter, Need, NeedState
from cti.telephony.switch.address import Address, TrunkAddress
from cti.telephony.switch.port import DialResult
from cti.telephony.ways_out import WayOut, WaysOut
from tests.contract.switch.test_house import house_in, survey, talk
from tests.contract.switch.world import CITIZEN, World, hears, story
from tests.core_house import CoreHouse

POLICE = "1003"
"""Whose telephone is the police's in these stories."""


class Ways:
    """The ways to 110, given by the story."""

    def __init__(self, *addresses: Address) -> None:
        self._addresses = addresses
        self.asked: list[tuple[str, str]] = []

    def find(self, number: Number, *, citizen: Number, **_: object) -> list[WayOut]:
        if not self._addresses:
            raise Conflict("no_trunk", "没有可用的外线中继")
        self.asked.append((number.digits, citizen.national))
        return [WayOut(cast(TrunkAddress, address), citizen) for address in self._addresses]


class Station:
    """Takes data, or fails."""

    def __init__(self, fails: bool = False) -> None:
        self.matters: list[Matter] = []
        self._fails = fails

    async def hand_over(self, matter: Matter) -> str:
        if self._fails:
            raise ConnectionError("no answer")
        self.matters.append(matter)
        return "receipt-1"


def emergencies(house: CoreHouse, *addresses: Address) -> tuple[Emergencies, Ways]:
    ways = Ways(*addresses)
    return Emergencies(house.calls, house.talks, cast(WaysOut, cast(Any, ways))), ways


@story
async def test_the_agent_calls_the_police_into_the_talk_and_leaves(world: World) -> None:
    """No act of an agent brought a citizen together with 110: a consultation put him on hold meanwhile."""
    async with house_in(world) as house:
        needed, ways = emergencies(house, world.address(POLICE))
        station, broken = Station(), Station(fails=True)
        needed.hand_by("station", station)
        needed.hand_by("broken", broken)
        line, desk = await talk(world, house)
        needed.call(house.call, "110", "1001")
        with pytest.raises(LookupError, match="already"):
            needed.call(house.call, "119", "1001")
        assert needed.need(house.call) == Need("110", NeedState.DIALLING)
        police = await world.handsets[POLICE].next_call()
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}}, 0.3)
        await police.answer()
        three = {CITIZEN, "1001", POLICE}
        await hears(world, {name: three - {name} for name in three})
        assert needed.need(house.call) == Need("110", NeedState.CONNECTED)
        assert ways.asked == [("110", CITIZEN)], "the citizen's number is shown"
        await desk.hang_up()
        await house.told(TalkEnded, agent="1001")
        await hears(world, {CITIZEN: {POLICE}, POLICE: {CITIZEN}})
        await police.hang_up()
        await survey(house, line)
        (told,) = house.all(EmergencyCalled)
        assert (told.number, told.agent) == ("110", "1001")
        given = {one.to: (one.receipt, one.failure) for one in house.all(EmergencyHandedOver)}
        assert given == {"station": ("receipt-1", ""), "broken": ("", "ConnectionError")}
        assert [(one.line, one.agent, one.citizen.national) for one in station.matters] == [("110", "1001", CITIZEN)]


@story
async def test_the_police_hang_up_first_and_the_talk_goes_on(world: World) -> None:
    async with house_in(world) as house:
        needed, _ = emergencies(house, world.address(POLICE))
        line, desk = await talk(world, house)
        needed.call(house.call, "110", "1001")
        police = await world.handsets[POLICE].next_call()
        await police.answer()
        three = {CITIZEN, "1001", POLICE}
        await hears(world, {name: three - {name} for name in three})
        await police.hang_up()
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await desk.hang_up()
        await survey(house, line)


@story
async def test_no_trunk_reaches_the_police_and_the_agent_is_told(world: World) -> None:
    async with house_in(world) as house:
        needed, _ = emergencies(house, world.unreachable())
        none, _ = emergencies(house)
        line, desk = await talk(world, house)
        with pytest.raises(Conflict):
            none.call(house.call, "110", "1001")
        with pytest.raises(ValueError, match="no emergency line"):
            needed.call(house.call, "10086", "1001")
        needed.call(house.call, "120", "1001")
        failed = await house.told(EmergencyNotReached)
        assert (failed.number, failed.agent) == ("120", "1001")
        assert needed.need(house.call) == Need("120", NeedState.NOT_REACHED, DialResult(failed.result))
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await desk.hang_up()
        await survey(house, line)


@story
async def test_the_citizen_hangs_up_and_nobody_is_left_on_a_line(world: World) -> None:
    async with house_in(world) as house:
        needed, _ = emergencies(house, world.address(POLICE))
        line, desk = await talk(world, house)
        needed.call(house.call, "110", "1001")
        police = await world.handsets[POLICE].next_call()
        await police.answer()
        await asyncio.sleep(0.5)
        await line.hang_up()
        await desk.ended()
        await police.ended()
        await house.until(lambda: bool(house.all(CallEnded)))
