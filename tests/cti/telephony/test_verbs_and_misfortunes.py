"""Each verb of a talk with each misfortune, at three moments of it, on the scripted switch.

Whatever meets whatever: nobody is engaged twice or owned by two at any moment, everybody is free at the end, each call
ends once, and nothing of it is left in the switch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from cti.base.call import Call
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import CallArrived, CallEnded, Event
from cti.telephony.conference import MOST
from cti.telephony.engagement import guests
from cti.telephony.supervise import Mode
from cti.telephony.switch.port import SwitchUnavailable
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from tests.core_house import Shelf, check_story
from tests.matched_house import MatchedHouse, left_over

FIRST, OTHER, BOSS, SECOND_BOSS = "1001", "1002", "8001", "8002"
GUESTS = ("1003", "1004", "1005", BOSS, SECOND_BOSS)
AGENTS = (FIRST, OTHER, *GUESTS)
CITIZEN = "13800000001"
MOMENTS = (0.0, 0.25, 1.5)
"""Seconds after a verb began: at once, while telephones ring, and when it is done."""


class Talk:
    """A citizen and an agent who talk; a colleague and two supervisors are there."""

    def __init__(self) -> None:
        self.exchange = ScriptedExchange(LoopClock(), patience=10, prompts={"notice": 1.0}, writes_recordings=False)
        for agent in AGENTS:
            self.exchange.add_phone(ScriptedPhone(agent, agent, answer_after=0.5))
        self.shelf, self.story, self.faults = Shelf(), list[Event](), list[str]()
        self.house = self._engine()

    def _engine(self) -> MatchedHouse:
        house = MatchedHouse(
            ScriptedSwitch(self.exchange), {agent: agent for agent in AGENTS}, agents=(FIRST,), shelf=self.shelf,
            books=self.exchange, ring_seconds=4.0,
        )  # fmt: skip
        house.faults = self.faults
        house.bus.subscribe(Event, self.story.append)
        return house

    @property
    def call(self) -> Call:
        """The citizen's."""
        return self.house.call

    async def begin(self) -> None:
        """Until they talk."""
        await self.house.__aenter__()
        self.exchange.call(CITIZEN, "12345")
        await self.house.until(lambda: bool(self.house.calls.open) and self.call.talk is not None, 10)
        await asyncio.sleep(1)

    async def next_engine(self) -> None:
        """The engine dies, and another one takes over."""
        await self.house.__aexit__()
        await asyncio.sleep(0.5)
        self.house = self._engine()
        await self.house.__aenter__()

    def hang_up(self, *names: str) -> None:
        """These put down, whatever they do."""
        for line in self.exchange.lines:
            if line.name in names and not line.is_over:
                line.hang_up()

    async def end(self) -> None:
        """Everybody goes; nothing is left."""
        self.hang_up(CITIZEN, *AGENTS)
        for agent in AGENTS:
            self.exchange.register(agent, True)
        await asyncio.sleep(40)
        assert self.faults == []
        assert left_over(self.house) == []
        assert not self.house.calls.open
        await self.house.__aexit__()
        assert not self.exchange.legs
        check_story(self.story)
        for kind in (CallArrived, CallEnded):
            assert len([one for one in self.story if isinstance(one, kind)]) == 1

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def asked(self) -> None:
        """The colleague is asked, and has answered."""
        await self.consult()
        await asyncio.sleep(1)

    async def consult(self) -> None:
        """The colleague is asked."""
        await self.house.consultations.consult(self.call, OTHER, self.house.registrar.addresses(OTHER))

    async def invite(self) -> None:
        """The colleague comes into the talk."""
        self.house.conferences.invite(self.call, OTHER, self.house.registrar.addresses(OTHER)[0])

    async def supervise(self, mode: Mode, boss: str = BOSS) -> None:
        """A supervisor is in it; his telephone rings first."""
        self.house.calls.background(self._join(mode, boss), "supervise")

    async def _join(self, mode: Mode, boss: str) -> None:
        try:
            await self.house.supervision.join(FIRST, boss, mode)
        except (LookupError, SwitchUnavailable):
            return

    async def both(self) -> None:
        """Two supervisors intercept at once."""
        await self.supervise(Mode.INTERCEPT)
        await self.supervise(Mode.INTERCEPT, SECOND_BOSS)


async def nothing(talk: Talk) -> None:
    """No step before."""


async def held(talk: Talk) -> None:
    """On hold."""
    await talk.house.handover.hold(talk.call)
    await asyncio.sleep(1)


async def asked(talk: Talk) -> None:
    """A colleague is asked."""
    await talk.asked()


async def together(talk: Talk) -> None:
    """Three in a conference."""
    await talk.asked()
    await talk.house.consultations.conference(talk.call)
    await asyncio.sleep(1)


async def eight(talk: Talk) -> None:
    """As many as may be in a talk."""
    for guest in (OTHER, *GUESTS):
        talk.house.conferences.invite(talk.call, guest, talk.house.registrar.addresses(guest)[0])
    await asyncio.sleep(2)
    assert talk.house.conferences.count(talk.call) == MOST == len(guests(talk.call, up=True)) + 2


async def handed_over(talk: Talk) -> None:
    """To the colleague, who talks with him."""
    await talk.house.handover.transfer(talk.call, f"agent:{OTHER}")
    await talk.house.until(lambda: talk.call.talk is not None and talk.call.talk.agent == OTHER, 10)
    await asyncio.sleep(1)


def a_guest(talk: Talk) -> str:
    """The leg of one who was invited."""
    return guests(talk.call, up=True)[-1].id


Step = Callable[[Talk], Awaitable[object]]
VERBS: dict[str, tuple[Step, Step]] = {
    "hold": (nothing, lambda talk: talk.house.handover.hold(talk.call)),
    "retrieve": (held, lambda talk: talk.house.handover.retrieve(talk.call)),
    "consult": (nothing, Talk.consult),
    "consult, cancelled": (asked, lambda talk: talk.house.consultations.cancel(talk.call)),
    "consult, completed": (asked, lambda talk: talk.house.consultations.complete(talk.call)),
    "consult, conference": (asked, lambda talk: talk.house.consultations.conference(talk.call)),
    "conference, invited": (nothing, Talk.invite),
    "conference, left": (together, lambda talk: talk.house.consultations.leave(talk.call, FIRST)),
    "conference, put out": (together, lambda talk: talk.house.consultations.put_out(talk.call)),
    "consult, from hold": (held, Talk.consult),
    "conference of eight, left": (eight, lambda talk: talk.house.conferences.leave(talk.call, FIRST)),
    "conference of eight, one put out": (eight, lambda talk: talk.house.conferences.put_out(talk.call, a_guest(talk))),
    "conference of eight, hung up": (eight, lambda talk: talk.house.talks.hang_up(talk.call)),
    "transfer back again": (handed_over, lambda talk: talk.house.handover.transfer(talk.call, f"agent:{FIRST}")),
    "transfer to an agent": (nothing, lambda talk: talk.house.handover.transfer(talk.call, f"agent:{OTHER}")),
    "transfer to oneself": (nothing, lambda talk: talk.house.handover.transfer(talk.call, f"agent:{FIRST}")),
    "transfer to the queue": (nothing, lambda talk: talk.house.handover.transfer(talk.call, "queue:general")),
    "to a flow and back": (nothing, lambda talk: talk.house.handover.to_flow(talk.call, "notice")),
    "to the survey": (nothing, lambda talk: talk.house.handover.to_survey(talk.call, "notice")),
    "hang up": (nothing, lambda talk: talk.house.talks.hang_up(talk.call)),
    "the phone reloads": (nothing, lambda talk: talk.house.interruptions.interrupt(talk.call, "reload")),
    "listen": (nothing, lambda talk: talk.supervise(Mode.LISTEN)),
    "whisper": (nothing, lambda talk: talk.supervise(Mode.WHISPER)),
    "barge": (nothing, lambda talk: talk.supervise(Mode.BARGE)),
    "intercept": (nothing, lambda talk: talk.supervise(Mode.INTERCEPT)),
    "two intercept at once": (nothing, Talk.both),
}
"""What comes before each, and the verb."""


async def _cut(talk: Talk) -> None:
    switch = talk.house.switch
    assert isinstance(switch, ScriptedSwitch)
    switch.cut(1.0)


async def _switch(talk: Talk) -> None:
    switch = talk.house.switch
    assert isinstance(switch, ScriptedSwitch)
    switch.lose_switch(1.0)


async def _phone(talk: Talk) -> None:
    talk.exchange.register(FIRST, False)
    talk.exchange.clock.call_later(5, lambda: talk.exchange.register(FIRST, True))


async def _puts_down(talk: Talk, *names: str) -> None:
    talk.hang_up(*names)


MISFORTUNES: dict[str, Step] = {
    "the citizen hangs up": lambda talk: _puts_down(talk, CITIZEN),
    "the agent hangs up": lambda talk: _puts_down(talk, FIRST),
    "both hang up": lambda talk: _puts_down(talk, CITIZEN, FIRST),
    "the colleague hangs up": lambda talk: _puts_down(talk, OTHER),
    "the supervisor is gone": lambda talk: _puts_down(talk, BOSS),
    "the engine is killed": Talk.next_engine,
    "the switch is killed": _switch,
    "the connection to it is cut": _cut,
    "the agent's phone is lost": _phone,
}


@pytest.mark.parametrize("misfortune", MISFORTUNES)
@pytest.mark.parametrize("verb", VERBS)
def test_each_meets_each(verb: str, misfortune: str) -> None:
    before, act = VERBS[verb]

    async def story(moment: float) -> None:
        talk = Talk()
        await talk.begin()
        await before(talk)
        try:
            doing = asyncio.ensure_future(act(talk))
            await asyncio.sleep(moment)
            await MISFORTUNES[misfortune](talk)
            await asyncio.wait_for(doing, 30)
        except (LookupError, SwitchUnavailable):
            pass  # It does not fit what became of the talk, and said so.
        await asyncio.sleep(3)
        await talk.end()

    for moment in MOMENTS:
        run_virtual(story(moment))
