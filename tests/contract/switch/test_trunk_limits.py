"""A carrier's line takes no more calls of ours than it may, whatever the engine believes."""

import asyncio
import time

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.switch.address import TrunkAddress
from cti.telephony.switch.port import DialRequest, DialResult, LegDialled
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.world import NARROW_TRUNK, SLOW_TRUNK, World, story

NEEDS_SIP = True
RINGS = 3.0
SOON = 1.5
"""Within so many seconds a call is refused that the switch does not even begin."""


def narrow(*, urgent: bool = False) -> TrunkAddress:
    return TrunkAddress(NARROW_TRUNK, "13900000009", urgent)


async def call(engine: BareEngine, address: TrunkAddress) -> DialResult:
    return await engine.switch.originate(
        address, call="", party=Party.CALLER, agent="", caller=Number.parse(""), timeout=RINGS
    )


@story
async def test_a_trunk_that_is_full_takes_no_further_call(world: World) -> None:
    """The engine alone counted: one that had begun anew knew nothing of the calls that its trunks carried."""
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        first = asyncio.create_task(call(engine, narrow()))
        await asyncio.sleep(0.3)
        assert await asyncio.wait_for(call(engine, narrow()), SOON) is DialResult.FAILED
        dial = session.dial(DialRequest([narrow()], RINGS, party=Party.OUTSIDE))
        assert (await asyncio.wait_for(dial, SOON)).result is DialResult.FAILED
        emergency = asyncio.create_task(call(engine, narrow(urgent=True)))
        await asyncio.wait((emergency,), timeout=SOON)
        assert not emergency.done(), "110 is called over a full trunk too"
        await asyncio.gather(first, emergency)
        # Those are over: there is room again.
        again = asyncio.create_task(session.dial(DialRequest([narrow()], RINGS, party=Party.OUTSIDE)))
        await engine.told(LegDialled, by=session.arrival.leg)
        await asyncio.wait((again,), timeout=SOON)
        assert not again.done()
        assert (await again).result is not DialResult.ANSWERED


@story
async def test_a_trunk_takes_so_many_calls_a_second(world: World) -> None:
    """A carrier that is sent too many at once refuses all for a while."""
    request = DialRequest([TrunkAddress(SLOW_TRUNK, "13900000009")], RINGS, party=Party.OUTSIDE)
    async with BareEngine(world) as engine:
        sessions = [(await engine.citizen_in())[1] for _ in range(4)]
        # The switches count in whole seconds, by a clock that may be some milliseconds late.
        await asyncio.sleep(1.1 - time.time() % 1)
        dials = [asyncio.create_task(session.dial(request)) for session in sessions]
        await asyncio.wait(dials, timeout=SOON)
        assert [one.result().result for one in dials if one.done()] == [DialResult.FAILED] * 2
        assert all(one.result is not DialResult.ANSWERED for one in await asyncio.gather(*dials))


@story
async def test_of_calls_at_one_moment_a_line_takes_no_more_than_it_may(world: World) -> None:
    """Calls that the engine dials asked for the count before any of them was counted: all of them passed."""
    request = DialRequest([narrow()], RINGS, party=Party.OUTSIDE)
    async with BareEngine(world) as engine:
        _, session, _ = await engine.citizen_in()
        calls = [asyncio.create_task(call(engine, narrow())) for _ in range(4)]
        dial = asyncio.create_task(session.dial(request))
        await asyncio.wait((dial, *calls), timeout=SOON)
        assert sum(not one.done() for one in (dial, *calls)) <= 1
        await asyncio.gather(dial, *calls)
        # Nothing stays held.
        again = asyncio.create_task(call(engine, narrow()))
        await asyncio.wait((again,), timeout=SOON)
        assert not again.done()
        await again
