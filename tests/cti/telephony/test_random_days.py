"""Random walks of people on the scripted switch: whatever they do, everything that begins ends, once.

Agents are offered callers by the matching, ask and join colleagues, supervise, lose their phones and change tabs, while
engines, connections and switches die. At every moment (`tests.matched_house.faults`) nobody is engaged twice, ready or
offered while engaged, and each talk is owned by one; at the end everybody is free, and no citizen fell into the survey
by the loss of a phone.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from cti.base.call import Call
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import CallArrived, CallEnded, Event, TalkStarted
from cti.telephony.supervise import Mode
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from tests.core_house import Shelf, check_story
from tests.matched_house import MatchedHouse, left_over

AGENTS = ("1001", "1002", "1003")


def address(agent: str) -> str:
    """His browser's; 1003 has a telephone, whose registration says nothing of its sound."""
    return agent if agent == "1003" else f"{agent}-web"


CALLS = 6


class Day:
    """A day of `CALLS` calls on which people, engines and connections do something at random moments."""

    def __init__(self, seed: int, *, engines_die: bool) -> None:
        self.chance = random.Random(seed)
        self.exchange = ScriptedExchange(LoopClock(), patience=30, prompts={"notice": 1.5}, writes_recordings=False)
        for agent in AGENTS:
            self.exchange.add_phone(ScriptedPhone(address(agent), agent, answer_after=self._patience()))
        self.shelf = Shelf()
        self.story: list[Event] = []
        self.house: MatchedHouse | None = None
        self.faults: list[str] = []
        self._engines_die = engines_die

    def _patience(self) -> float | None:
        return self.chance.choice([0.1, 0.5, 2.0, None])

    def _engine(self) -> MatchedHouse:
        house = MatchedHouse(
            ScriptedSwitch(self.exchange),
            {agent: address(agent) for agent in AGENTS},
            agents=AGENTS,
            shelf=self.shelf,
            books=self.exchange,
            ring_seconds=4.0,
        )
        house.faults = self.faults
        house.bus.subscribe(Event, self.story.append)
        return house

    async def run(self) -> None:
        """Live through it."""
        self.house = await self._engine().__aenter__()
        arrivals = [asyncio.create_task(self._citizen(n)) for n in range(CALLS)]
        for _ in range(40):
            await asyncio.sleep(self.chance.uniform(0.05, 1.2))
            await self._something()
        await asyncio.gather(*arrivals)
        for line in self.exchange.lines:
            line.hang_up()
        for agent in AGENTS:
            self.exchange.register(address(agent), True)
        await asyncio.sleep(30)
        assert self.faults == []
        assert left_over(self.house) == []
        await self.house.__aexit__()
        assert not self.exchange.legs
        assert not self.house.calls.open, "calls without end"
        check_story(self.story)
        arrived = [event.call for event in self.story if isinstance(event, CallArrived)]
        ended = [event.call for event in self.story if isinstance(event, CallEnded)]
        assert sorted(arrived) == sorted(ended)

    async def _citizen(self, number: int) -> None:
        await asyncio.sleep(self.chance.uniform(0, 20))
        patience = self.chance.choice([None, None, 0.05, self.chance.uniform(0.1, 25)])
        self.exchange.call(f"1380000000{number}", "12345", hang_up_after=patience)

    async def _something(self) -> None:
        acts: list[Callable[[], Awaitable[None]]] = [self._person] * 4 + [self._agent_verb] * 7 + [self._phone] * 2
        if self._engines_die:
            acts += [self._new_engine, self._cut, self._switch_dies]
        try:
            await self.chance.choice(acts)()
        except LookupError:
            return  # the verb does not fit the moment, and said so

    async def _person(self) -> None:
        lines = [line for line in self.exchange.lines if not line.is_over]
        if not lines:
            return
        line = self.chance.choice(lines)
        at_desk = line.name in AGENTS
        verbs: list[Callable[[], object]] = [line.hang_up, lambda: line.press("1"), line.hold, line.retrieve]
        if at_desk:
            verbs += [line.answer, line.answer, line.reject, lambda: line.refer("1002")]
        self.chance.choice(verbs)()

    async def _phone(self) -> None:
        """A phone is lost for a while, or only stumbles."""
        agent = self.chance.choice(AGENTS)
        self.exchange.register(address(agent), False)
        seconds = self.chance.choice([0.5, 3.0, 8.0, 20.0, 50.0])
        self.exchange.clock.call_later(seconds, lambda: self.exchange.register(address(agent), True))

    async def _agent_verb(self) -> None:
        assert self.house is not None
        house = self.house
        if not house.calls.open or not house.switch.is_up:
            return
        call = self.chance.choice(house.calls.open)
        other = self.chance.choice(AGENTS)
        agent = call.talk.agent if call.talk else other
        await self.chance.choice(
            [
                lambda: house.handover.transfer(call, f"agent:{other}"),
                lambda: house.handover.to_flow(call, "notice"),
                lambda: house.handover.to_survey(call, "notice"),
                lambda: house.handover.hold(call),
                lambda: house.handover.retrieve(call),
                lambda: house.talks.hang_up(call),
                lambda: house.talks.cancel_dial(call),
                lambda: house.consultations.consult(call, other, house.registrar.addresses(other)),
                lambda: house.consultations.complete(call),
                lambda: house.consultations.cancel(call),
                lambda: house.consultations.conference(call),
                lambda: house.consultations.conference(call),
                lambda: house.consultations.put_out(call),
                lambda: house.consultations.leave(call, agent),
                lambda: house.consultations.leave(call, other),
                lambda: self._invite(call, other),
                lambda: self._invite(call, other),
                lambda: house.conferences.put_out(call, self.chance.choice([*call.legs])),
                lambda: house.conferences.leave(call, other),
                lambda: house.interruptions.interrupt(call, "reload"),
                lambda: house.interruptions.interrupt(call, "moved", anew=True),
                lambda: self._supervise(agent, other),
                lambda: house.supervision.hang_up(agent),
            ]
        )()

    async def _invite(self, call: Call, agent: str) -> None:
        assert self.house is not None
        if addresses := self.house.registrar.addresses(agent):
            self.house.conferences.invite(call, agent, addresses[0])

    async def _supervise(self, agent: str, supervisor: str) -> None:
        assert self.house is not None
        if agent != supervisor:
            mode = self.chance.choice(list(Mode))
            self.house.calls.background(self._join(agent, supervisor, mode), "supervise")

    async def _join(self, agent: str, supervisor: str, mode: Mode) -> None:
        assert self.house is not None
        try:
            await self.house.supervision.join(agent, supervisor, mode)
        except LookupError:
            return

    async def _new_engine(self) -> None:
        assert self.house is not None
        await self.house.__aexit__()
        await asyncio.sleep(self.chance.uniform(0, 4))
        self.house = await self._engine().__aenter__()

    async def _cut(self) -> None:
        assert self.house is not None and isinstance(self.house.switch, ScriptedSwitch)
        if self.house.switch.is_up:
            self.house.switch.cut(self.chance.uniform(0.1, 3))

    async def _switch_dies(self) -> None:
        assert self.house is not None and isinstance(self.house.switch, ScriptedSwitch)
        if self.house.switch.is_up:
            self.house.switch.lose_switch(self.chance.uniform(0.5, 3))


def live(seed: int, *, engines_die: bool) -> None:
    """A whole day, in which nothing fails."""

    async def day() -> None:
        await Day(seed, engines_die=engines_die).run()

    with capture_logs() as logs:
        run_virtual(day())
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []


@pytest.mark.parametrize("seed", range(60))
def test_people_do_what_they_like(seed: int) -> None:
    live(seed, engines_die=False)


@pytest.mark.parametrize("seed", range(1000, 1060))
def test_engines_and_switches_die_as_well(seed: int) -> None:
    live(seed, engines_die=True)


def test_the_walks_do_reach_talks() -> None:
    talks = 0
    for seed in range(5):

        async def day(seed: int = seed) -> int:
            one = Day(seed, engines_die=False)
            await one.run()
            return sum(isinstance(event, TalkStarted) for event in one.story)

        talks += run_virtual(day())
    assert talks >= 5
