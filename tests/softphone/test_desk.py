"""What an agent may do with his talk: where nobody is sent, and 110 whichever way it is dialled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from cti.base.call import Call
from cti.base.clock import run_virtual
from cti.base.events import CallTransferred, EmergencyCalled, EmergencyNotReached, GuestNotReached, TalkEnded
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid
from cti.telephony.emergency import Department, Emergencies, Matter, Need, NeedState
from cti.telephony.outgoing import Outgoing
from cti.telephony.switch.port import DialResult
from cti.telephony.switch.scripted_phone import ScriptedPhone
from cti.telephony.ways_out import WaysOut
from ivr.workshop.library import FlowLibrary
from softphone.desk import Desk
from softphone.dial_out import DialOut
from softphone.in_talk import together
from tests.acd.house import CITIZEN, Callers, Town
from tests.ivr.trying import FewFlows
from tests.office import visitor
from tests.softphone.own_call import own_call

AGENT = replace(visitor("王芳", "city", "agent.work"), agent_no="8001")
NEEDY = """
flow: needy
title: 工单查询
start: a
arguments: {ticket: text}
nodes:
  a: {say: {digits: ticket}, next: b}
  b: {end: told}
"""
SILENT = """
flow: silent
title: 归类
start: a
nodes:
  a: {set: {n: "1"}, next: b}
  b: {end: sorted}
variables: {n: 0}
"""
GOOD = """
flow: good
start: a
nodes:
  a: {say: m, next: b}
  b: {end: said}
"""


SURVEY = """
flow: survey
start: a
nodes:
  a: {rate: m, scores: {"1": 100}, next: b}
  b: {end: rated}
"""


class Library(FewFlows):
    @property
    def names(self) -> list[str]:
        return sorted(self.flows)


class Place:
    """An agent who talks with a citizen, his desk, and the police beyond the trunk."""

    def __init__(self, town: Town, house: Callers) -> None:
        self.town, self.house, core = town, house, house.core
        ways = house.service(WaysOut)
        self.emergencies = Emergencies(core.calls, core.talks, ways)
        flows = cast(FlowLibrary, cast(Any, Library(NEEDY, SILENT, GOOD, SURVEY)))
        self.desk = Desk(
            house.acd, core.calls, core.talks, core.handover, core.consultations, ways, flows, core.interruptions,
            self.emergencies, core.conferences,
        )  # fmt: skip
        self.police = town.exchange.add_phone(ScriptedPhone("110@carrier", "police", answer_after=3.0))

    @property
    def call(self) -> Call:
        (found,) = self.house.core.calls.open
        return found

    async def act(self, verb: str, to: str = "") -> None:
        await self.desk.act(AGENT, verb, to)

    @property
    def hearing(self) -> dict[str, set[str]]:
        """Whom each of them hears."""
        lines = {"citizen": self.town.line(), "8001": self.town.line("8001"), "police": self.police.line}
        return {name: set(line.hears) for name, line in lines.items() if line is not None}


Story = Callable[[Place], Coroutine[Any, Any, None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Story], None]:
    """Play a story on virtual time that begins in the talk."""

    async def whole(story: Story) -> None:
        town = Town(tmp_path)
        async with town.engine() as house:
            place = Place(town, house)
            house.acd.sign_in("8001")
            DialOut(house.acd, house.core.calls, house.service(Outgoing), house.service(WaysOut), own_call(house)).dial(
                AGENT, CITIZEN
            )
            await asyncio.sleep(10)
            await story(place)

    return lambda story: run_virtual(whole(story))


@pytest.mark.parametrize("verb", ["transfer", "to_flow"])
def test_nobody_is_sent_into_a_flow_that_does_not_take_him(play: Callable[[Story], None], verb: str) -> None:
    """A flow that needs arguments began without them and threw the citizen out; one that says nothing ended at once."""

    async def story(place: Place) -> None:
        for name, why in (("needy", "“工单查询”需要参数 ticket"), ("silent", "“归类”对来电不起作用")):
            with pytest.raises(Conflict, match=why):
                await place.act(verb, f"flow:{name}")
        with pytest.raises(Invalid, match="没有这个流程"):
            await place.act(verb, "flow:none")
        assert place.house.all(CallTransferred) == [] and place.call.state == "talking"
        assert [one["flow"] for _, one in place.desk.flows()] == ["good", "survey"], "they are not offered either"
        await place.act(verb, "flow:good")
        assert len(place.house.all(CallTransferred)) == 1

    play(story)


@pytest.mark.parametrize("verb", ["consult", "transfer", "emergency"])
def test_110_is_one_act_whichever_way_it_is_dialled(play: Callable[[Story], None], verb: str) -> None:
    """By `consult` the citizen heard music while the police were dialled, by `transfer` he was left alone with a line
    that rang, and nobody was told that it was an emergency."""

    async def story(place: Place) -> None:
        await place.act(verb, "110" if verb == "emergency" else "outside:110")
        assert place.emergencies.need(place.call) == Need("110", NeedState.DIALLING), "told at once"
        for apart in ("hold", "transfer", "consult", "to_flow"):
            with pytest.raises(Conflict, match="市民不能离开"):
                await place.act(apart, "agent:8002")
        with pytest.raises(Conflict, match="正在呼叫或已接通"):
            await place.act("emergency", "119")
        with pytest.raises(Conflict):
            await place.act("leave")
        await asyncio.sleep(1)
        assert place.hearing["citizen"] == {"8001"}, "they talk on meanwhile"
        await asyncio.sleep(5)
        assert place.emergencies.need(place.call) == Need("110", NeedState.CONNECTED)
        three = {"citizen", "8001", "police"}
        assert place.hearing == {name: three - {name} for name in three}
        await place.act("leave")
        await asyncio.sleep(1)
        assert place.hearing == {"citizen": {"police"}, "police": {"citizen"}, "8001": set()}
        (told,) = place.house.all(EmergencyCalled)
        assert (told.number, told.agent) == ("110", "8001")
        assert place.house.all(CallTransferred) == []

    play(story)


def test_a_line_that_was_not_reached_is_told_until_another_is_called(play: Callable[[Story], None]) -> None:
    """The agent's desk was told nothing of the line that he had called."""

    async def story(place: Place) -> None:
        place.police.refuses = 17
        await place.act("hold")
        await asyncio.sleep(1)
        await place.act("emergency", "110")
        await asyncio.sleep(5)
        need = place.emergencies.need(place.call)
        assert need is not None and (need.line, need.state, need.result) == ("110", "not_reached", "busy")
        assert len(place.house.all(EmergencyNotReached)) == 1
        assert place.hearing["citizen"] == {"8001"}, "he came off hold for it"
        place.police.refuses = 0
        await place.act("emergency", "110")
        assert place.emergencies.need(place.call) == Need("110", NeedState.DIALLING)
        await asyncio.sleep(6)
        assert place.emergencies.need(place.call) == Need("110", NeedState.CONNECTED)
        police = place.police.line
        assert police is not None
        police.hang_up()
        await asyncio.sleep(1)
        assert place.emergencies.need(place.call) is None
        assert place.hearing["citizen"] == {"8001"}

    play(story)


def test_what_was_asked_of_one_call_is_not_done_to_another(play: Callable[[Story], None]) -> None:
    """A key or dialog of the call before names that call; who names none means the one he has."""

    async def story(place: Place) -> None:
        with pytest.raises(Conflict, match="上一通电话"):
            await place.desk.act(AGENT, "hangup", named="01EARLIER")
        assert place.call.talk is not None
        call = place.call.id
        await place.desk.act(AGENT, "hold", named=call)

    play(story)


@pytest.mark.parametrize("held", [False, True])
def test_a_citizen_is_asked_to_rate_at_once(play: Callable[[Story], None], held: bool) -> None:
    """For the books it is no transfer; who has rated is not asked again; the agent goes to his wrap-up."""

    async def story(place: Place) -> None:
        if held:
            await place.act("hold")
            await asyncio.sleep(1)
        call = place.call
        call.satisfaction = "1"
        with pytest.raises(Conflict, match="已经评价过"):
            await place.act("survey")
        assert call.talk is not None and call.talk.then == ""
        call.satisfaction = ""
        await place.act("survey")
        await asyncio.sleep(0.5)
        (ended,) = place.house.all(TalkEnded)
        assert ended.ended_by == "survey" and place.house.all(CallTransferred) == []
        assert place.house.acd.agent("8001").state in ("wrapup", "ready") and not call.is_over

    play(story)


def test_who_holds_a_citizen_hands_him_over_or_asks_somebody(play: Callable[[Story], None]) -> None:
    """The buttons were there, and said that there was no talk."""

    async def story(place: Place) -> None:
        place.town.exchange.add_phone(ScriptedPhone("02112345678@carrier", "office", answer_after=1.0))
        await place.act("hold")
        await asyncio.sleep(1)
        await place.act("consult", "outside:02112345678")
        await asyncio.sleep(1)
        talk = place.call.talk
        assert talk is not None and talk.away == "consult"
        await place.act("consult/cancel")
        await asyncio.sleep(35)
        assert place.hearing["citizen"] == {"8001"}
        await place.act("hold")
        await asyncio.sleep(1)
        await place.act("transfer", "flow:good")
        await asyncio.sleep(1)
        (transferred,) = place.house.all(CallTransferred)
        assert transferred.target == "flow:good"

    play(story)


def test_more_come_into_the_talk_and_each_is_listed(play: Callable[[Story], None]) -> None:
    """A number outside and a colleague come in beside the talk; one is put out, the agent leaves, the other goes on."""

    async def story(place: Place) -> None:
        core, exchange = place.house.core, place.town.exchange
        office = exchange.add_phone(ScriptedPhone("02112345678@carrier", "office", answer_after=2.0))

        def listed() -> list[tuple[str, str, str]]:
            call = place.call
            rows = together(call, core.conferences.missed(call), {"8001": "王芳", "8002": "李强"})
            return [(one["who"], one["number"], one["state"]) for one in rows]

        assert listed() == [], "two are no conference"
        with pytest.raises(Conflict, match="不能转接或咨询自己"):
            await place.act("invite", "agent:8001")
        await place.act("invite", "outside:02112345678")
        await asyncio.sleep(1)
        assert listed() == [
            ("citizen", "", "talking"),
            ("agent", "8001", "talking"),
            ("outside", "02112345678", "ringing"),
        ]
        assert place.hearing["citizen"] == {"8001"}, "they talk on meanwhile"
        with pytest.raises(Conflict, match="通话中还有其他人"):
            await place.act("transfer", "flow:good")
        await asyncio.sleep(3)
        assert place.hearing["citizen"] == {"8001", "office"}
        await place.act("invite", "agent:8002")
        await asyncio.sleep(5)
        assert [one[:2] for one in listed()][2:] == [("outside", "02112345678"), ("agent", "8002")]
        assert core.calls.engagements.in_call("8002").role == "conference"  # type: ignore[union-attr] # he is in it
        assert place.house.acd.agent("8002").state != "ready", "nobody else is put through to him"
        with pytest.raises(Conflict, match="不在通话中"):
            await place.desk.act(AGENT, "put_out", "no-such-leg")
        rows = together(place.call, None, {})
        await place.act("put_out", next(one["leg"] for one in rows if one["number"] == "02112345678"))
        await asyncio.sleep(1)
        assert office.line is None or office.line.is_over
        await place.act("leave")
        await asyncio.sleep(1)
        assert listed() == [] and place.call.talk is not None and place.call.talk.agent == "8002"
        assert place.town.line("8002").hears == {"citizen"}

    play(story)


def test_who_did_not_come_is_listed_until_another_is_invited(play: Callable[[Story], None]) -> None:
    async def story(place: Place) -> None:
        place.town.exchange.add_phone(ScriptedPhone("02112345678@carrier", "office", answer_after=None))
        await place.act("invite", "outside:02112345678")
        await asyncio.sleep(35)
        (told,) = place.house.all(GuestNotReached)
        assert told.target.startswith("outside:") and "02112345678" not in told.target, "masked in the story"
        rows = together(place.call, place.house.core.conferences.missed(place.call), {})
        assert [(one["number"], one["state"], one["result"]) for one in rows][2:] == [
            ("02112345678", "not_reached", told.result)
        ]
        assert place.hearing["citizen"] == {"8001"}

    play(story)


WATER = "line:01JWATER"


@pytest.mark.parametrize("first", ["citizen", "agent", "department"])
def test_a_departments_line_is_called_into_the_talk(play: Callable[[Story], None], first: str) -> None:
    """Nobody is put on hold, three talk, and whoever leaves first, the two others talk on or nobody is left alone."""

    async def story(place: Place) -> None:
        water = place.town.exchange.add_phone(ScriptedPhone("051988880001@carrier", "water", answer_after=3.0))
        known = {WATER: Department("供水热线", Number.parse("0519-88880001"))}
        place.emergencies.department = known.get
        given: list[Matter] = []

        class Station:
            async def hand_over(self, matter: Matter) -> str | None:
                given.append(matter)
                return "收到"

        place.emergencies.hand_by("station", Station())
        with pytest.raises(Invalid, match="部门专线"):
            await place.act("emergency", "line:unknown")
        await place.act("hold")
        await asyncio.sleep(1)
        await place.act("emergency", WATER)
        assert place.emergencies.need(place.call) == Need(WATER, NeedState.DIALLING, title="供水热线")
        with pytest.raises(Conflict):
            await place.act("transfer", "agent:8002")
        await asyncio.sleep(1)
        assert place.hearing["citizen"] == {"8001"}, "they talk on meanwhile"
        await asyncio.sleep(5)
        assert place.emergencies.need(place.call) == Need(WATER, NeedState.CONNECTED, title="供水热线")
        assert place.hearing["citizen"] == {"8001", "water"}
        (called,) = place.house.all(EmergencyCalled)
        assert (called.number, called.department, called.agent) == ("051988880001", "供水热线", "8001")
        assert [(one.line, one.department, one.citizen.national) for one in given] == [
            ("051988880001", "供水热线", CITIZEN)
        ]
        assert water.line is not None
        line, call = water.line, place.call
        match first:
            case "citizen":
                place.town.line().hang_up()
                await asyncio.sleep(1)
                assert line.is_over and call.is_over, "nobody is left on a line"
            case "agent":
                await place.act("leave")
                await asyncio.sleep(1)
                assert place.hearing["citizen"] == {"water"} and not call.is_over
            case "department":
                line.hang_up()
                await asyncio.sleep(1)
                assert place.hearing["citizen"] == {"8001"}
                assert place.emergencies.need(place.call) is None

    play(story)


@pytest.mark.parametrize(("cause", "result"), [(17, "busy"), (21, "rejected"), (None, "no_answer")])
def test_a_department_that_was_not_reached_is_told(
    play: Callable[[Story], None], cause: int | None, result: str
) -> None:
    async def story(place: Place) -> None:
        water = ScriptedPhone("051988880001@carrier", "water", answer_after=None)
        water.refuses = cause or 0
        place.town.exchange.add_phone(water)
        place.emergencies.department = {WATER: Department("供水热线", Number.parse("0519-88880001"))}.get
        await place.act("emergency", WATER)
        await asyncio.sleep(50)
        need = place.emergencies.need(place.call)
        assert need == Need(WATER, NeedState.NOT_REACHED, DialResult(result), "供水热线")
        (missed,) = place.house.all(EmergencyNotReached)
        assert (missed.number, missed.department, missed.result) == ("051988880001", "供水热线", result)
        assert place.hearing["citizen"] == {"8001"}

    play(story)
