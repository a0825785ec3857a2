"""What a switch counts of a leg's sound is told when the leg ends."""

from __future__ import annotations

import asyncio

import pytest

from cti.base.call import Party
from cti.base.ids import new_id
from cti.telephony.quality import LegQuality
from cti.telephony.switch.port import LegGone
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.world import HOTLINE, World, story
from tests.lossy_caller import LossyCaller
from tests.silent_caller import SilentCaller

NEEDS_SIP = True
LATE = 0.015
EVEN = 0.008


async def measured(engine: BareEngine, server: str, *, loses: int = 0, late: float = 0.0) -> LegQuality:
    """What is told of a caller who spoke for longer than five seconds, after which FreeSWITCH works out its loss."""
    async with LossyCaller(server, HOTLINE, "13800000077", loses=loses, late=late) as caller:
        session = await engine.session()
        await session.claim(new_id(), Party.CALLER)
        await session.answer()
        await caller.answered
        await session.wait()
        await asyncio.sleep(6)
    gone = await engine.told(LegGone, leg=session.arrival.leg)
    assert gone.quality is not None
    return gone.quality


@story
async def test_loss_and_jitter(world: World) -> None:
    async with BareEngine(world) as engine:
        server = world.server  # type: ignore[attr-defined]  # of worlds that speak SIP
        good = await measured(engine, server)
        assert (good.codec, good.lost, good.far) == ("alaw", 0, "127.0.0.1")
        assert good.packets > 200 and good.mos is not None and good.mos > 4.2
        lossy = await measured(engine, server, loses=10)
        assert lossy.loss == pytest.approx(0.1, abs=0.03)
        assert lossy.mos is not None and lossy.mos < 3.7
        uneven = await measured(engine, server, late=LATE)
        if uneven.jitter is not None:
            assert uneven.jitter == pytest.approx(LATE, abs=0.008)
            clean = [good.jitter]
            while len(clean) < 3 and (clean[-1] is None or clean[-1] >= EVEN):
                # A busy machine sends unevenly itself: it gets another chance.
                clean.append((await measured(engine, server)).jitter)
            assert clean[-1] is not None and clean[-1] < EVEN


@story
async def test_whoever_sends_nothing_is_silent(world: World) -> None:
    async with BareEngine(world) as engine:
        server = world.server  # type: ignore[attr-defined]  # of worlds that speak SIP
        async with SilentCaller(server, HOTLINE, "13800000078") as caller:
            session = await engine.session()
            await session.claim(new_id(), Party.CALLER)
            await session.answer()
            await caller.answered
            await session.wait()
            await asyncio.sleep(6.5)
        gone = await engine.told(LegGone, leg=session.arrival.leg)
        assert gone.quality is not None and gone.quality.is_silent, gone
