"""A call that goes round in circles: A to B to A, to the queue and through a flow and back, to oneself.

However long people do it, there is one talk at a time, each telephone is answered once for each talk, and the call ends
once with everything that belongs to it.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from itertools import pairwise

import pytest

from cti.base.clock import LoopClock, run_virtual
from cti.base.events import CallEnded, LegAnswered, TalkEnded, TalkStarted
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from tests.matched_house import MatchedHouse, left_over

AGENTS = ("1001", "1002")
ROUNDS = 25


class Circle:
    """A citizen whom two agents hand to and fro."""

    def __init__(self) -> None:
        self.exchange = ScriptedExchange(LoopClock(), prompts={"notice": 0.5}, writes_recordings=False)
        for agent in AGENTS:
            self.exchange.add_phone(ScriptedPhone(agent, agent, answer_after=0.2))
        self.house = MatchedHouse(ScriptedSwitch(self.exchange), {agent: agent for agent in AGENTS}, agents=AGENTS)
        self.moves = 0

    async def talked(self, times: int) -> str:
        """Wait for the talk of this number; returns its agent."""
        await self.house.until(lambda: len(self.house.all(TalkStarted)) >= times, 30)
        # Its legs are together a moment after it is told.
        await asyncio.sleep(0.1)
        return self.house.all(TalkStarted)[-1].agent

    async def over(self) -> None:
        """The citizen puts down; nothing is left, and nobody was answered twice."""
        for line in self.exchange.lines:
            line.hang_up()
        await self.house.until(lambda: not self.house.calls.open, 15)
        await asyncio.sleep(10)
        assert left_over(self.house) == []
        assert self.house.faults == []
        assert not self.exchange.legs
        assert len(self.house.all(CallEnded)) == 1
        answered = Counter(event.leg for event in self.house.all(LegAnswered))
        assert max(answered.values()) == 1
        assert len(self.house.all(TalkStarted)) == len(self.house.all(TalkEnded))


def test_from_one_agent_to_the_other_and_back_again_and_again() -> None:
    async def story() -> None:
        circle = Circle()
        async with circle.house as house:
            circle.exchange.call("13800000001", "12345")
            agent = await circle.talked(1)
            for turn in range(ROUNDS):
                other = next(one for one in AGENTS if one != agent)
                await house.handover.transfer(house.call, f"agent:{other}")
                assert await circle.talked(turn + 2) == other
                agent = other
            talks = [event.agent for event in house.all(TalkStarted)]
            assert len(talks) == ROUNDS + 1
            assert all(before != after for before, after in pairwise(talks))
            assert len(house.calls.open) == 1
            assert len([leg for leg in house.call.legs.values() if house.call.is_alive(leg.id)]) == 2
            await circle.over()

    run_virtual(story())


def test_nobody_takes_over_from_himself_and_the_talk_goes_on() -> None:
    async def story() -> None:
        circle = Circle()
        async with circle.house as house:
            circle.exchange.call("13800000001", "12345")
            agent = await circle.talked(1)
            for _ in range(3):
                with pytest.raises(LookupError, match="oneself"):
                    house.handover.can_take(house.call, agent)
                with pytest.raises(LookupError, match="oneself"):
                    await house.consultations.consult(house.call, agent, house.registrar.addresses(agent))
            assert house.call.talk is not None and house.call.talk.agent == agent
            assert len(house.all(TalkStarted)) == 1
            await circle.over()

    run_virtual(story())


@pytest.mark.parametrize("seed", range(20))
def test_agent_queue_and_flow_in_any_order(seed: int) -> None:
    chance = random.Random(seed)

    async def story() -> None:
        circle = Circle()
        async with circle.house as house:
            circle.exchange.call("13800000001", "12345")
            agent, talks = await circle.talked(1), 1
            for _ in range(12):
                other = next(one for one in AGENTS if one != agent)
                match chance.choice(["agent", "queue", "flow", "hold"]):
                    case "agent":
                        await house.handover.transfer(house.call, f"agent:{other}")
                        talks += 1
                    case "queue":
                        await house.handover.transfer(house.call, "queue:general")
                        talks += 1
                    case "flow":
                        await house.handover.to_flow(house.call, "notice")
                        await house.until(lambda: house.call.talk is not None and not house.call.talk.away, 15)
                    case _:
                        await house.handover.hold(house.call)
                        await asyncio.sleep(chance.uniform(0.3, 2))
                        await house.handover.retrieve(house.call)
                await asyncio.sleep(chance.uniform(0.3, 2))
                agent = await circle.talked(talks)
                assert len(house.calls.open) == 1
            await circle.over()

    run_virtual(story())
