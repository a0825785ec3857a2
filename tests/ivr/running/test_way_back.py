"""An agent's transfer that nobody takes: the citizen comes back to him."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from cti.base.call import Call, Party
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import TalkStarted
from cti.base.settings import TrunkSettings
from cti.telephony.switch.port import CallSession, DialResult
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import WaysOut
from ivr.conversation.port import Target, TargetKind
from ivr.telephone.phone import PhoneConversation, PhoneRoom
from tests.core_house import CoreHouse

CITIZEN = "13800000001"
AGENTS = ("1001", "1002")
FRIEND = "13900000002"


async def _no_detour(flow: str) -> None:
    raise AssertionError(f"nobody was sent to {flow}")


class Place:
    """A house whose callers are dialled to 1001 and then go wherever their agents send them, as a flow's node does."""

    def __init__(self) -> None:
        self.exchange = ScriptedExchange(LoopClock(), writes_recordings=False)
        self.phones = {one: self.exchange.add_phone(ScriptedPhone(one, one, answer_after=1.0)) for one in AGENTS}
        self.friend = self.exchange.add_phone(ScriptedPhone(f"{FRIEND}@carrier", "friend", answer_after=None))
        self.house = CoreHouse(ScriptedSwitch(self.exchange), {one: one for one in AGENTS})
        core = self.house
        ways = WaysOut(Trunks({"carrier": TrunkSettings(host="10.0.0.1")}, core.bus, core.clock), "0519")
        rest: Any = None
        self.room = PhoneRoom(
            core.calls, core.talks, rest, ways, rest, rest, Path(), rest, rest, rest, rest, rest, rest, rest
        )
        self.results: list[DialResult] = []
        self.afterwards: Target | None = None
        """Where the flow itself sends the caller when his talk is over."""
        core.calls.sessions.serve(Party.CALLER, self._conduct)

    async def _conduct(self, call: Call, session: CallSession) -> None:
        conversation = PhoneConversation(self.room, call, session, _no_detour)
        await conversation.answer()
        target = Target(TargetKind.AGENT, "1001")
        while True:
            outcome = await conversation.transfer(target)
            self.results.append(outcome.result)
            if outcome.result is not DialResult.ANSWERED or not (outcome.then or self.afterwards):
                break
            if not outcome.then and self.afterwards is not None:
                target, self.afterwards = self.afterwards, None
                continue
            kind, _, name = outcome.then.partition(":")
            target = Target(TargetKind(kind), name, timeout=10, by_agent=True)
        await session.play(["thrown out"])

    def talks(self) -> list[str]:
        return [one.agent for one in self.house.story if isinstance(one, TalkStarted)]


@pytest.mark.parametrize("to", ["agent:1002", f"outside:{FRIEND}", "outside:not a number"])
def test_whom_nobody_took_comes_back_to_the_agent_who_sent_him(to: str) -> None:
    """A colleague who did not answer, or a number that could not be dialled: the citizen heard a goodbye."""

    async def live() -> None:
        place = Place()
        async with place.house as house:
            line = place.exchange.call(CITIZEN, "12345")
            await house.told(TalkStarted, agent="1001")
            place.phones["1002"].answer_after = None
            await house.handover.transfer(house.call, to)
            await house.until(lambda: place.talks() == ["1001", "1001"], 40)
            assert line.hears == {"1001"} and not line.is_over
            again = place.phones["1001"].line
            assert again is not None and len(place.phones["1001"].lines) == 2, "his phone rang anew"
            again.hang_up()
            await asyncio.sleep(1)
            assert place.results == [DialResult.ANSWERED, DialResult.ANSWERED]

    run_virtual(live())


def test_whom_a_flow_sends_to_nobody_comes_back_to_no_agent() -> None:
    """Only an agent's own transfer has a sender: what a flow tries goes on by the flow's ways."""

    async def live() -> None:
        place = Place()
        place.phones["1002"].answer_after = None
        place.afterwards = Target(TargetKind.AGENT, "1002", timeout=5)
        async with place.house as house:
            place.exchange.call(CITIZEN, "12345")
            await house.told(TalkStarted, agent="1001")
            talking = place.phones["1001"].line
            assert talking is not None
            talking.hang_up()
            await house.until(lambda: len(place.results) == 2, 40)
            assert place.results == [DialResult.ANSWERED, DialResult.NO_ANSWER] and place.talks() == ["1001"]

    run_virtual(live())


def test_a_sender_who_has_left_is_not_waited_for() -> None:
    """Then the citizen's way goes on as after any transfer that failed."""

    async def live() -> None:
        place = Place()
        async with place.house as house:
            place.exchange.call(CITIZEN, "12345")
            await house.told(TalkStarted, agent="1001")
            for phone in place.phones.values():
                phone.answer_after = None
            await house.handover.transfer(house.call, "agent:1002")
            await house.until(lambda: len(place.results) == 2, 90)
            assert place.results == [DialResult.ANSWERED, DialResult.NO_ANSWER] and place.talks() == ["1001"]

    run_virtual(live())
