"""Who is busy with whom: asked colleagues, conferences, what the matching offers and the books say of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from cti.base.call import Call, Leg, Party
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import AgentEngaged, AgentReleased, CallOffered, TalkEnded, TalkStarted
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_leg import ScriptedLine
from cti.telephony.switch.scripted_phone import ScriptedPhone
from tests.core_house import check_story
from tests.matched_house import MatchedHouse, left_over

CITIZEN, SECOND = "13800000001", "13800000002"
AGENTS = ("1001", "1002", "1003")


class Place:
    """A switch, the core with the matching, and three phones; 1001 and 1002 are signed in."""

    signed_in: tuple[str, ...] = ("1001", "1002")
    suffix = ""

    def __init__(self) -> None:
        self.exchange = ScriptedExchange(LoopClock(), writes_recordings=False)
        self.phones = {
            agent: self.exchange.add_phone(ScriptedPhone(agent + self.suffix, agent, answer_after=1.0))
            for agent in AGENTS
        }
        addresses = {agent: phone.address for agent, phone in self.phones.items()}
        self.house = MatchedHouse(ScriptedSwitch(self.exchange), addresses, agents=self.signed_in)

    async def talk(self) -> Call:
        """A citizen and 1001, talking."""
        self.exchange.call(CITIZEN, "12345")
        await self.house.told(TalkStarted, agent="1001")
        return self.house.call

    async def consult(self, call: Call) -> None:
        """1001 asks 1002, whose phone begins to ring."""
        await self.house.consultations.consult(call, "1002", self.house.registrar.addresses("1002"))

    async def confer(self, call: Call) -> None:
        """1001, 1002 and the citizen, together."""
        await self.consult(call)
        await self.house.until(lambda: bool(call.talk and call.talk.consulted_leg))
        await self.house.consultations.conference(call)
        await self.house.until(lambda: self.line("1002").hears == {CITIZEN, "1001"})

    def line(self, agent: str) -> ScriptedLine:
        """What the agent's phone is in."""
        line = self.phones[agent].line
        assert line is not None
        return line

    def state(self, agent: str) -> str:
        return self.house.acd.agent(agent).state

    def role(self, agent: str) -> str:
        part = self.house.calls.engagements.on_the_phone(agent)
        return part.role.value if part is not None else ""

    async def finish(self) -> None:
        """Everybody puts down: everybody is free, and the story is whole."""
        for line in self.exchange.lines:
            line.hang_up()
        await self.house.until(lambda: not self.house.calls.open and not self.exchange.legs)
        await self.house.until(lambda: not left_over(self.house))
        assert self.house.faults == []
        check_story(self.house.story)


P = TypeVar("P", bound=Place)


def on_virtual_time(kind: type[P]) -> Callable[[Callable[[P], Awaitable[None]]], Callable[[], None]]:
    """A test of what happens at such a place."""

    def decorate(body: Callable[[P], Awaitable[None]]) -> Callable[[], None]:
        def test() -> None:
            async def live() -> None:
                place = kind()
                async with place.house:
                    await body(place)

            run_virtual(live())

        test.__doc__ = body.__doc__
        return test

    return decorate


@on_virtual_time(Place)
async def test_who_is_asked_is_engaged_from_the_first_ring_and_offered_nobody(place: Place) -> None:
    """An agent whom a colleague asked stayed ready: the board said so, and the next citizen was put through to him."""
    call = await place.talk()
    place.phones["1002"].answer_after = None
    await place.consult(call)
    assert (place.role("1001"), place.role("1002")) == ("consulting", "consulted")
    assert place.state("1002") == "talking", "before his phone has even rung"
    place.exchange.call(SECOND, "12345")
    await place.house.until(lambda: len(place.house.calls.open) == 2)
    place.line("1002").answer()
    await place.house.until(lambda: bool(call.talk and call.talk.consulted_leg))
    assert [one.agent for one in place.house.all(CallOffered)] == ["1001"]
    await place.house.consultations.cancel(call)
    # He did not talk with a citizen, so there is nothing to wrap up: he is free for the one who waits.
    await place.house.told(CallOffered, agent="1002")
    told = [(one.agent, one.role) for one in place.house.all(AgentEngaged)]
    assert told == [("1001", "consulting"), ("1002", "consulted"), ("1001", "talking")]
    assert [(one.agent, one.role) for one in place.house.all(AgentReleased)] == [("1002", "consulted")]
    await place.finish()


@on_virtual_time(Place)
async def test_who_is_asked_and_takes_the_citizen_over_wraps_up_by_the_queue(place: Place) -> None:
    """After an attended transfer the new agent's talk is one of the queue's."""
    call = await place.talk()
    await place.consult(call)
    await place.house.until(lambda: bool(call.talk and call.talk.consulted_leg))
    await place.house.consultations.complete(call)
    await place.house.told(TalkStarted, agent="1002", queue="general")
    assert (place.role("1002"), place.role("1001")) == ("talking", "")
    place.line("1002").hang_up()
    await place.house.until(lambda: place.state("1002") == "wrapup")
    assert [(one.agent, one.role.value) for one in place.house.calls.engagements.of("1002")] == [("1002", "wrapup")]
    await place.finish()


@on_virtual_time(Place)
async def test_the_agent_leaves_the_conference_and_is_free_the_other_owns_the_talk(place: Place) -> None:
    """Who left a conference stayed `talking` until the citizen hung up, and who stayed with him was ready, offered a
    second citizen, and had no talk in the books."""
    call = await place.talk()
    await place.confer(call)
    assert (place.role("1001"), place.role("1002")) == ("conference", "conference")
    await place.house.consultations.leave(call, "1001")
    await place.house.told(TalkStarted, agent="1002", queue="general")
    assert place.state("1001") == "wrapup" and place.state("1002") == "talking"
    assert call.talk is not None and call.talk.agent == "1002" and not call.talk.conference
    await place.house.until(lambda: place.state("1001") == "ready")
    assert place.line("1002").hears == {CITIZEN}
    place.line("1002").hang_up()
    await place.house.until(lambda: place.state("1002") == "wrapup")
    await place.finish()
    assert [one.agent for one in place.house.all(TalkEnded)] == ["1001", "1002"]


@on_virtual_time(Place)
async def test_the_third_leaves_or_is_put_out_and_the_talk_goes_on(place: Place) -> None:
    """Who has a conference can go on with the citizen alone; who was put out is free, with nothing to wrap up."""
    call = await place.talk()
    await place.confer(call)
    await place.house.consultations.put_out(call)
    await place.house.until(lambda: place.state("1002") == "ready")
    assert place.line("1001").hears == {CITIZEN} and place.role("1001") == "talking"
    await place.confer(call)
    await place.house.consultations.leave(call, "1002")
    await place.house.until(lambda: place.state("1002") == "ready")
    assert place.line("1001").hears == {CITIZEN}
    assert len(place.house.all(TalkStarted)) == 1
    await place.finish()


@on_virtual_time(Place)
async def test_the_third_is_put_out_before_the_citizen_is_in(place: Place) -> None:
    """Whoever conferred and at once put out the third lost the citizen: he was on his way, and found nobody."""
    call = await place.talk()
    await place.consult(call)
    await place.house.until(lambda: bool(call.talk and call.talk.consulted_leg))
    await place.house.consultations.conference(call)
    await place.house.consultations.put_out(call)
    await place.house.until(lambda: place.state("1002") == "ready")
    await place.house.until(lambda: place.line("1001").hears == {CITIZEN})
    assert place.role("1001") == "talking" and len(place.house.all(TalkStarted)) == 1
    place.line("1001").hang_up()
    await place.house.told(TalkEnded, agent="1001")
    await place.finish()


@on_virtual_time(Place)
async def test_the_citizen_hangs_up_on_his_way_into_a_conference_that_is_over(place: Place) -> None:
    """The agent who waits for him is let go."""
    call = await place.talk()
    await place.consult(call)
    await place.house.until(lambda: bool(call.talk and call.talk.consulted_leg))
    await place.house.consultations.conference(call)
    await place.house.consultations.put_out(call)
    next(line for line in place.exchange.lines if line.name == CITIZEN).hang_up()
    await place.house.until(lambda: not place.exchange.legs)
    await place.finish()


@on_virtual_time(Place)
async def test_the_citizen_leaves_a_conference_and_both_are_free(place: Place) -> None:
    """When the citizen hung up in a conference, the two agents went on with each other in no call at all."""
    call = await place.talk()
    await place.confer(call)
    next(line for line in place.exchange.lines if line.name == CITIZEN).hang_up()
    await place.house.until(lambda: not place.exchange.legs)
    await place.finish()


@on_virtual_time(Place)
async def test_nobody_asks_himself_or_somebody_on_the_telephone(place: Place) -> None:
    """An agent could consult himself, and one who talked with another citizen."""
    call = await place.talk()
    addresses = place.house.registrar.addresses("1002")
    with pytest.raises(LookupError, match="oneself"):
        await place.house.consultations.consult(call, "1001", addresses)
    with pytest.raises(LookupError, match="oneself"):
        await place.house.handover.transfer(call, "agent:1001")
    place.exchange.call(SECOND, "12345")
    await place.house.told(CallOffered, agent="1002")
    for _ in range(2):
        with pytest.raises(LookupError, match="engaged"):
            await place.house.consultations.consult(call, "1002", addresses)
        with pytest.raises(LookupError, match="engaged"):
            await place.house.handover.transfer(call, "agent:1002")
        await place.house.told(TalkStarted, agent="1002")
    await place.finish()


@on_virtual_time(Place)
async def test_who_took_a_citizen_over_can_ask_somebody_himself(place: Place) -> None:
    """After an attended transfer the new agent's own consultation dialled nobody: his leg was still that of somebody
    who had been asked."""
    call = await place.talk()
    await place.consult(call)
    await place.house.until(lambda: bool(call.talk and call.talk.consulted_leg))
    await place.house.consultations.complete(call)
    await place.house.told(TalkStarted, agent="1002")
    await place.house.until(lambda: place.line("1002").hears == {CITIZEN})
    await place.house.consultations.consult(call, "1003", place.house.registrar.addresses("1003"))
    await place.house.until(lambda: place.line("1002").hears == {"1003"})
    await place.finish()


class NobodySignedIn(Place):
    """1001 is ready only when the story says so."""

    signed_in = ()


@on_virtual_time(NobodySignedIn)
async def test_whose_phone_rings_by_a_dead_engines_dial_is_offered_no_other_call(place: NobodySignedIn) -> None:
    """The engine died between its dial and the book of its offer: the next one knows of a leg, and of no talk."""
    place.exchange.call(CITIZEN, "12345")
    await place.house.until(lambda: bool(place.house.calls.open))
    call = place.house.call
    place.house.calls.add_leg(call, Leg("left", Party.AGENT, "1001", agent="1001"))
    assert place.role("1001") == "ringing"
    place.house.acd.sign_in("1001")
    await asyncio.sleep(5)
    assert not place.house.all(CallOffered)
    place.house.calls.end_leg(call, call.legs["left"], 16)
    await place.house.told(TalkStarted, agent="1001")
    assert place.role("1001") == "talking"
    await place.finish()
