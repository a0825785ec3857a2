"""A whole call over IPv6."""

import asyncio

import pytest

from cti.telephony.switch.port import DialRequest, DialResult, Played
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.world import CITIZEN, MUSIC, World, hears, story_over_ipv6


@story_over_ipv6
async def test_a_whole_call_over_ipv6(world: World) -> None:
    async with BareEngine(world) as engine:
        await engine.phones_there()
        line, session, _ = await engine.citizen_in()
        assert session.arrival.trunk == "carrier"
        await session.wait()
        await hears(world, {CITIZEN: {MUSIC}})
        path = world.folder / "talk.raw"
        await session.record(path)
        dialling = asyncio.create_task(session.dial(DialRequest([world.address("1001")], 10, agent="1001")))
        desk = await world.handsets["1001"].next_call()
        await desk.answer()
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}}, seconds=1.5)
        await desk.hang_up()
        assert (await asyncio.wait_for(dialling, 5)).result is DialResult.ANSWERED
        await session.stop_recording()
        collecting = asyncio.create_task(session.collect(["notice"], longest=1))
        await asyncio.sleep(0.3)
        await line.press("5")
        assert (await asyncio.wait_for(collecting, 3)).digits == "5"
        assert await session.play(["notice"]) == Played()
        seconds, sides = await world.channels(path)
        assert seconds == pytest.approx(2.0, abs=1.2)
        assert sides == ({CITIZEN}, {"1001"})
