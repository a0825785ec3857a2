"""An engine is killed before it has written down what it did: the next one believes the switch, not the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pytest

from acd.matching.decisions import Decision
from acd.matching.states import AgentState
from cti.base.call import Call, Talk
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import CallEnded, CallLeftQueue, CallTransferred, Event, TalkEnded, TalkStarted
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_leg import ScriptedLine
from cti.telephony.switch.scripted_phone import ScriptedPhone
from tests.core_house import LateShelf, check_story
from tests.matched_house import MatchedHouse

E = TypeVar("E", bound=Event)
A, B = "1001", "1002"
CITIZEN = "13800000001"
DEAD = 3.0


class Place:
    """A switch with two agents' phones, and engines that are killed."""

    def __init__(self, answer_after: float | None = 1.0) -> None:
        self.exchange = ScriptedExchange(LoopClock(), patience=60, prompts={"notice": 1.0}, writes_recordings=False)
        for agent in (A, B):
            self.exchange.add_phone(ScriptedPhone(agent, agent, answer_after=answer_after if agent == B else 0.5))
        self.shelf, self.faults = LateShelf(), list[str]()
        self.house = self._engine((A,))

    def _engine(self, agents: tuple[str, ...]) -> MatchedHouse:
        house = MatchedHouse(
            ScriptedSwitch(self.exchange), {agent: agent for agent in (A, B)}, agents=agents, shelf=self.shelf,
            books=self.exchange, ring_seconds=8.0,
        )  # fmt: skip
        house.faults = self.faults
        house.bus.subscribe(Event, self.shelf.append)
        return house

    async def begin(self) -> ScriptedLine:
        """Until citizen and A talk, which is written down; B is free then."""
        await self.house.__aenter__()
        line = self.exchange.call(CITIZEN, "12345")
        await self.house.until(lambda: self.talk is not None and self.talk.answered_at is not None, 10)
        await asyncio.sleep(1)
        self.house.acd.sign_in(B)
        return line

    @property
    def call(self) -> Call:
        """The citizen's."""
        return self.house.call

    @property
    def talk(self) -> Talk | None:
        """His talk."""
        return self.call.talk if self.house.calls.open else None

    async def kill(self, dead: float = DEAD, meanwhile: Callable[[], object] = lambda: None) -> None:
        """The engine dies with what it had not written; another one takes over after `dead` seconds."""
        self.shelf.die()
        await self.house.__aexit__()
        await asyncio.sleep(dead / 2)
        meanwhile()
        await asyncio.sleep(dead / 2)
        self.shelf.live()
        self.house = self._engine((A, B))
        for call in self.shelf.calls.values():
            if (kept := call.progress.get("acd")) is not None and not call.is_over:
                self.house.restore_place(call, kept)
        await self.house.__aenter__()

    def hang_up(self, *names: str) -> None:
        """These put down, whatever they do."""
        for line in self.exchange.lines:
            if line.name in names and not line.is_over:
                line.hang_up()

    def all(self, kind: type[E]) -> list[E]:
        """What every engine told of a kind, and wrote down."""
        self.shelf.commit()
        return [event for event in self.shelf.story if isinstance(event, kind)]

    def now(self) -> datetime:
        return self.exchange.clock.wall()

    def state(self, agent: str) -> AgentState:
        """What the matching says of an agent."""
        return self.house.acd.matching.agent(agent).state

    async def end(self) -> None:
        """The citizen hangs up, and everybody is free."""
        self.hang_up(CITIZEN)
        await asyncio.sleep(10)
        assert self.faults == [] and not self.house.calls.open and not self.exchange.legs
        await self.house.__aexit__()
        self.shelf.commit()
        check_story(self.shelf.story)


@pytest.mark.parametrize("answer_after", [1.0, 3.7], ids=["answered while dead", "answered after the return"])
@pytest.mark.parametrize("after", [0.02, 0.1, 0.2, 0.5])
def test_who_was_handed_to_a_queue_talks_with_whoever_answered(after: float, answer_after: float) -> None:
    """A stayed `talking` without a phone, B was `signed_out` while he talked, and every second was A's."""

    async def story() -> None:
        place = Place(answer_after)
        await place.begin()
        place.house.acd.request_state(A, "break")
        await place.house.handover.transfer(place.call, "queue:general")
        place.shelf.commit()
        left = place.now()
        await asyncio.sleep(after)
        await place.kill()
        await asyncio.sleep(3)
        talk = place.talk
        assert talk is not None and talk.agent == B and talk.answered_at is not None
        assert place.state(B) is AgentState.TALKING and place.state(A) is not AgentState.TALKING
        parts = place.house.calls.engagements.in_calls()
        assert [one.agent for one in parts] == [B]
        (of_a,) = place.all(TalkEnded)
        assert of_a.agent == A and of_a.ended_by == "transfer" and abs((of_a.at - left).total_seconds()) < 0.3
        begun = [one for one in place.all(TalkStarted) if one.agent == B]
        assert len(begun) == 1 and 0.9 < (begun[0].at - left).total_seconds() < 4.2
        assert len(place.all(CallTransferred)) == 1
        await place.end()

    run_virtual(story())


@pytest.mark.parametrize("verb", ["hangs up", "completes"])
def test_the_colleague_who_was_asked_talks_with_the_citizen(verb: str) -> None:
    """A left in a consultation while the engine was dead: B's talk was told as over as soon as it had begun."""

    async def story() -> None:
        place = Place(0.5)
        line = await place.begin()
        house = place.house
        await house.consultations.consult(place.call, B, house.registrar.addresses(B))
        await asyncio.sleep(2)
        if verb == "completes":
            await house.consultations.complete(place.call)
            place.shelf.commit()
            await place.kill()
        else:
            await place.kill(meanwhile=lambda: place.hang_up(A))
        await asyncio.sleep(4)
        talk = place.talk
        assert talk is not None and talk.agent == B
        assert line.hears == {B}, line.hears
        ended = place.all(TalkEnded)
        assert [(one.agent, one.ended_by) for one in ended] == [(A, "transfer")]
        if verb == "hangs up":
            assert abs((place.now() - ended[0].at).total_seconds() - DEAD / 2 - 4) < 0.5
        assert place.state(B) is AgentState.TALKING
        await asyncio.sleep(3)
        await place.end()
        ended = place.all(TalkEnded)
        assert [(one.agent, one.ended_by) for one in ended] == [(A, "transfer"), (B, "caller")]

    run_virtual(story())


@pytest.mark.parametrize("after", [0.05, 0.3])
def test_who_was_answered_while_no_engine_lived_gave_nobody_up(after: float) -> None:
    """He counted as one who gave up, after a wait that lasted until he hung up."""

    async def story() -> None:
        place = Place()
        place.exchange.phones[A].answer_after = 2.0
        decided: list[Decision] = []
        await place.house.__aenter__()
        place.exchange.call(CITIZEN, "12345")
        await place.house.until(lambda: place.talk is not None, 10)
        began = place.now()
        await asyncio.sleep(after)
        place.shelf.commit()
        await place.kill(10)
        place.house.acd.on_decision(decided.append)
        await asyncio.sleep(5)
        place.hang_up(CITIZEN)
        await asyncio.sleep(5)
        left = place.all(CallLeftQueue)
        assert [one.reason for one in left] == ["answered"]
        assert abs(left[0].waited - 2.0) < 0.5 and abs((left[0].at - began).total_seconds() - 2.0) < 0.5
        (ended,) = place.all(TalkEnded)
        assert ended.agent == A and 12 < ended.seconds < 14
        assert [one.reason for one in place.all(CallEnded)] == ["caller_hung_up"]
        figures = place.house.acd.queue_figures("general")
        assert (figures.answered, figures.abandoned) == (1, 0)
        await place.house.__aexit__()

    run_virtual(story())
