"""Each verb of a talk, and an engine that is killed at several instants after it with what it had not written down.

A verb that was done is written down, as its answer promises; whatever came after is what the switch says.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from cti.base.clock import run_virtual
from cti.base.events import Event
from cti.telephony.switch.port import SwitchUnavailable
from tests.core_house import LateShelf
from tests.cti.telephony.test_verbs_and_misfortunes import AGENTS, CITIZEN, VERBS, Talk
from tests.matched_house import MatchedHouse

INSTANTS = (0.0, 0.03, 0.1, 0.3, 0.8, 1.6)
"""Seconds after the verb was done."""


class Killed(Talk):
    """A talk whose engine writes late."""

    def __init__(self) -> None:
        self.late = LateShelf()
        super().__init__()

    def _engine(self) -> MatchedHouse:
        self.shelf, self.story = self.late, []
        house = super()._engine()
        house.bus.subscribe(Event, self.late.append)
        return house

    async def kill(self) -> None:
        """The engine dies, and another one takes over."""
        self.late.die()
        await self.house.__aexit__()
        await asyncio.sleep(1.5)
        self.late.live()
        self.house = self._engine()
        for call in self.late.calls.values():
            if (kept := call.progress.get("acd")) is not None and not call.is_over:
                self.house.restore_place(call, kept)
        await self.house.__aenter__()

    def agree(self) -> list[str]:
        """Where phones and books say something else."""
        wrong = []
        for call in self.house.calls.open:
            citizen = self.exchange.legs[call.caller_leg]
            with_him = {one.agent for one in citizen.bridge.members if one is not citizen} if citizen.bridge else set()
            talk = call.talk
            owner = talk.agent if talk is not None and talk.answered_at is not None and not talk.away else ""
            if with_him and owner not in with_him:
                wrong.append(f"the citizen talks with {with_him}, and the talk is {owner or 'nobody'}'s")
            if owner and talk is not None and talk.leg not in self.exchange.legs:
                wrong.append(f"{owner} talks without a leg")
            for agent in with_him & set(AGENTS):
                if self.house.calls.engagements.in_call(agent) is None:
                    wrong.append(f"{agent} talks, and is free")
        return wrong


@pytest.mark.parametrize("verb", VERBS)
def test_the_next_engine_agrees_with_the_phones(verb: str) -> None:
    before, act = VERBS[verb]

    async def story(instant: float) -> None:
        talk = Killed()
        await talk.begin()
        await before(talk)
        await asyncio.sleep(0.3)
        # What does not fit says so.
        with suppress(LookupError, SwitchUnavailable):
            await asyncio.wait_for(act(talk), 10)
        talk.late.commit()
        await asyncio.sleep(instant)
        await talk.kill()
        await asyncio.sleep(3)
        assert talk.agree() == [], f"killed {instant} s after it"
        talk.hang_up(CITIZEN)
        await asyncio.sleep(1)
        talk.late.commit()
        talk.story = talk.late.story
        await talk.end()

    for instant in INSTANTS:
        run_virtual(story(instant))
