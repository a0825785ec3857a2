"""One of ours is rung at a telephone outside, and waits there for a citizen."""

import asyncio
from pathlib import Path

import pytest

from cti.base.call import Party
from cti.base.ids import new_id
from cti.base.numbers.number import Number, NumberKind
from cti.telephony.switch.address import TrunkAddress
from cti.telephony.switch.port import Connected, DialResult, LegDialled, LegGone
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.world import CITIZEN, MUSIC, OPEN_TRUNK, OUTSIDE, Driver, World, hears, story, until_together

SHOWN = Number("051912345", NumberKind.SERVICE, "051912345")
OWN = TrunkAddress(OPEN_TRUNK, OUTSIDE)


def ring(engine: BareEngine, call: str, seconds: float = 10) -> asyncio.Task[DialResult]:
    """Dial him, for a call that begins with him."""
    dial = engine.switch.originate(OWN, call=call, party=Party.AGENT, agent="", caller=SHOWN, timeout=seconds)
    return asyncio.ensure_future(dial)


@story
async def test_he_hears_music_and_then_the_citizen(world: World) -> None:
    async with BareEngine(world) as engine:
        _, citizen, call = await engine.citizen_in()
        dial = ring(engine, call)
        line = await world.outside.next_call()
        await line.answer()
        assert await dial is DialResult.ANSWERED
        waits = await engine.session()
        assert (waits.arrival.call, waits.arrival.party, waits.arrival.agent) == (call, Party.AGENT, "")
        await waits.wait()
        await citizen.wait()
        await hears(world, {CITIZEN: {MUSIC}, OUTSIDE: {MUSIC}})
        talk = asyncio.create_task(citizen.connect(waits.arrival.leg))
        await until_together(engine.switch, waits.arrival.leg)
        await hears(world, {CITIZEN: {OUTSIDE}, OUTSIDE: {CITIZEN}})
        await line.hang_up()
        assert await asyncio.wait_for(talk, 8) > 0
        await citizen.hang_up()


@pytest.mark.parametrize("end", ["refused", "not answered", "given up", "puts down"])
def test_he_does_not_wait(driver: Driver, tmp_path: Path, end: str) -> None:
    """Each tells how it ended, and nothing is left of it on the switch."""

    async def body(world: World) -> None:
        async with BareEngine(world) as engine:
            dial = ring(engine, new_id(), seconds=2 if end == "not answered" else 10)
            line = await world.outside.next_call()
            leg = (await engine.told(LegDialled)).leg
            if end == "refused":
                await line.reject()
            elif end == "given up":
                await engine.switch.hang_up(leg)
            elif end == "puts down":
                await line.answer()
                await engine.session()
                await line.hang_up()
            found = await asyncio.wait_for(dial, 8)
            await line.ended()
            await engine.told(LegGone, leg=leg)
            told = {
                "refused": {DialResult.REJECTED, DialResult.BUSY},
                "not answered": {DialResult.NO_ANSWER},
                "puts down": {DialResult.ANSWERED},
                # Whoever hangs up himself knows why: each switch has another word for it.
                "given up": set(DialResult) - {DialResult.ANSWERED, DialResult.REJECTED, DialResult.BUSY},
            }
            assert found in told[end]

    driver.run(body, tmp_path, ipv6=False)


@story
async def test_the_next_engine_finds_his_telephone_ringing(world: World) -> None:
    async with BareEngine(world) as engine:
        call = new_id()
        dial = ring(engine, call)
        line = await world.outside.next_call()
    dial.cancel()
    await asyncio.gather(dial, return_exceptions=True)
    # No engine is there sooner, and FreeSWITCH's own table has the leg a moment late.
    await asyncio.sleep(1)
    async with BareEngine(world) as engine:
        (found,) = (await engine.told(Connected)).legs
        assert (found.call, found.party, found.answered) == (call, Party.AGENT, False)
        await engine.switch.hang_up(found.leg)
        await line.ended()
