"""Eight in a talk on the scripted switch, and one after the other leaves, whoever it is."""

from __future__ import annotations

import asyncio
import random
from typing import cast

import pytest

from cti.base.clock import LoopClock, run_virtual
from cti.telephony.conference import MOST
from cti.telephony.engagement import guests
from cti.telephony.switch.address import Address
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from tests.core_house import CoreHouse, check_story

AGENTS = tuple(f"10{number:02d}" for number in range(1, MOST + 1))


@pytest.mark.parametrize("seed", range(12))
def test_eight_are_together_and_leave_in_any_order(seed: int) -> None:
    """Each hears all others at every moment; a ninth is refused; the citizen rates whoever hangs up last."""

    async def play() -> None:
        exchange = ScriptedExchange(LoopClock(), prompts={"notice": 1.0}, writes_recordings=False)
        for agent in AGENTS:
            exchange.add_phone(ScriptedPhone(agent, agent, answer_after=0.5))
        async with CoreHouse(ScriptedSwitch(exchange), {agent: agent for agent in AGENTS}) as house:
            await house.phones_there(*AGENTS)
            exchange.call("13800000001", "12345", hang_up_after=None)
            await asyncio.sleep(2)
            call = house.call
            for agent in AGENTS[1 : MOST - 1]:
                house.conferences.invite(call, agent, cast(Address, agent))
            with pytest.raises(LookupError, match="full"):
                house.conferences.invite(call, AGENTS[-1], cast(Address, AGENTS[-1]))
            await asyncio.sleep(2)
            assert house.conferences.count(call) == MOST == 1 + len(guests(call, up=True)) + 1
            chance, there = random.Random(seed), [*AGENTS[: MOST - 1]]
            while there:
                lines = {line.name: line for line in exchange.lines if not line.is_over}
                assert set(lines) == {*there, "13800000001"}
                for name, line in lines.items():
                    assert line.hears == lines.keys() - {name}, f"{name} of {sorted(lines)}"
                gone = chance.choice(there)
                there.remove(gone)
                if chance.random() < 0.5 or not await house.conferences.leave(call, gone):
                    lines[gone].hang_up()
                await asyncio.sleep(1)
                assert call.talk is None or call.talk.agent in there
            await asyncio.sleep(5)
            assert house.surveyed == [call.id] and not exchange.legs
            check_story(house.story)

    run_virtual(play())
