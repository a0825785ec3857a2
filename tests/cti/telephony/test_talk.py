"""Talks and supervision on the scripted switch: what the contract's stories do not reach."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from cti.base.call import Call, LegState, Party
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import CallTransferred, LegAnswered, LegRinging, LegStarted, SupervisorJoined, TalkStarted
from cti.telephony.supervise import Mode
from cti.telephony.switch.port import (
    CallSession,
    Dialled,
    DialRequest,
    DialResult,
    EventHandler,
    LegGone,
    LegPickedUp,
    LegTransferred,
    SessionHandler,
    SwitchEvent,
)
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from cti.telephony.talk import SIGN_OF_LIFE_SECONDS
from cti.telephony.talk_ending import TalkEnd
from tests.core_house import CoreHouse, FolderPlan

CITIZEN = "13800000001"


class Place:
    """A switch, its core, and three phones."""

    def __init__(self) -> None:
        self.exchange = ScriptedExchange(LoopClock(), writes_recordings=False)
        self.phones = {
            agent: self.exchange.add_phone(ScriptedPhone(agent, agent, answer_after=1.0))
            for agent in ("1001", "1002", "1003")
        }
        self.house = CoreHouse(ScriptedSwitch(self.exchange), {agent: agent for agent in self.phones}, ring_seconds=30)

    async def talk(self) -> Call:
        """A citizen and 1001, talking."""
        self.exchange.call(CITIZEN, "12345")
        await self.house.told(TalkStarted)
        return self.house.call


def on_virtual_time(body: Callable[[Place], Awaitable[None]]) -> Callable[[], None]:
    def test() -> None:
        async def live() -> None:
            place = Place()
            async with place.house:
                await body(place)

        run_virtual(live())

    return test


async def end_of_dial(place: Place) -> TalkEnd:
    place.exchange.call(CITIZEN, "12345")
    await place.house.until(lambda: bool(place.house.ends), 60)
    return place.house.ends[0]


@on_virtual_time
async def test_a_phone_without_a_sign_of_life_is_given_up_early(place: Place) -> None:
    place.phones["1001"].silent = True
    began = place.house.clock.now()
    end = await end_of_dial(place)
    assert end.result is DialResult.UNREACHABLE
    assert place.house.clock.now() - began == pytest.approx(SIGN_OF_LIFE_SECONDS, abs=0.2)


@on_virtual_time
async def test_a_phone_that_rings_is_left_ringing(place: Place) -> None:
    place.phones["1001"].answer_after = 12.0
    assert (await end_of_dial_by_agent(place)).result is DialResult.ANSWERED


async def end_of_dial_by_agent(place: Place) -> TalkEnd:
    place.exchange.call(CITIZEN, "12345")
    await place.house.told(TalkStarted, timeout=30)
    line = place.phones["1001"].line
    assert line is not None
    line.hang_up()
    await place.house.until(lambda: bool(place.house.ends))
    return place.house.ends[0]


@on_virtual_time
async def test_dialling_is_cancelled(place: Place) -> None:
    place.phones["1001"].answer_after = None
    place.exchange.call(CITIZEN, "12345")
    await place.house.until(lambda: place.phones["1001"].line is not None)
    await place.house.talks.cancel_dial(place.house.call)
    await place.house.until(lambda: bool(place.house.ends))
    assert place.house.ends[0].result is DialResult.CANCELLED


@on_virtual_time
async def test_whoever_dials_is_told_of_ringing_and_answer_once(place: Place) -> None:
    told: list[str] = []

    async def conduct(call: Call, session: CallSession) -> None:
        await place.house.calls.answer(call, session)
        await place.house.talks.dial(
            call,
            session,
            place.house.registrar.addresses("1001"),
            agent="1001",
            on_ringing=lambda: told.append("ringing"),
            on_answered=lambda: told.append("answered"),
        )

    place.house.calls.sessions.serve(Party.CALLER, conduct)
    await place.talk()
    assert told == ["ringing", "answered"]


@on_virtual_time
async def test_one_that_is_handed_on_before_its_answer_is_told_was_a_talk(place: Place) -> None:
    house = place.house
    place.phones["1001"].answer_after = None
    place.exchange.call(CITIZEN, "12345")
    rings = await house.told(LegRinging)
    house.calls.switch_events.hear(LegTransferred(leg=house.call.caller_leg, by=rings.leg, target="1002"))
    assert [one.agent for one in house.all(TalkStarted)] == ["1001"]
    (told,) = house.all(CallTransferred)
    assert (told.agent, told.target, told.kind) == ("1001", "number:1002", "blind")
    house.calls.switch_events.hear(LegPickedUp(rings.leg))
    assert len(house.all(TalkStarted)) == 1


@on_virtual_time
async def test_the_recording_of_a_talk_that_did_not_come_about_is_forgotten(place: Place) -> None:
    plan = place.house.talks.books.recording = FolderPlan(Path("/nowhere"))
    place.phones["1001"].refuses = 17
    await end_of_dial(place)
    assert len(plan.forgotten) == 1
    await place.house.finish()
    (call,) = place.house.shelf.calls.values()
    assert call.recordings == []


@on_virtual_time
async def test_verbs_that_do_not_fit_are_refused_and_change_nothing(place: Place) -> None:
    house = place.house
    place.phones["1001"].answer_after = None
    place.exchange.call(CITIZEN, "12345")
    await house.until(lambda: place.phones["1001"].line is not None)
    call = house.call
    for verb in (
        lambda: house.handover.transfer(call, "agent:1002"),
        lambda: house.handover.to_flow(call, "notice"),
        lambda: house.consultations.consult(call, "1002", house.registrar.addresses("1002")),
        lambda: house.consultations.complete(call),
        lambda: house.consultations.cancel(call),
        lambda: house.consultations.conference(call),
        lambda: house.supervision.join("1001", "1003", Mode.LISTEN),
        lambda: house.supervision.hang_up("1001"),
    ):
        with pytest.raises(LookupError):
            await verb()
    assert call.talk is not None and not call.talk.then and not call.talk.away


@on_virtual_time
async def test_no_second_consultation_while_one_is_under_way(place: Place) -> None:
    house = place.house
    call = await place.talk()
    await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
    with pytest.raises(LookupError, match="not_talking"):
        await house.consultations.consult(call, "1003", house.registrar.addresses("1003"))
    with pytest.raises(LookupError, match="not_talking"):
        await house.handover.to_flow(call, "notice")
    assert call.talk is not None and call.talk.consulted == "1002"


@on_virtual_time
async def test_a_supervisor_without_a_phone_is_told_so(place: Place) -> None:
    await place.talk()
    place.exchange.register("1003", False)
    with pytest.raises(LookupError, match="no_phone"):
        await place.house.supervision.join("1001", "1003", Mode.LISTEN)


@on_virtual_time
async def test_a_supervisor_whose_session_comes_before_his_dial_was_told_is_rung_once(place: Place) -> None:
    house, told = place.house, place.exchange.tell
    await place.talk()

    def late(event: SwitchEvent) -> None:
        """Events are half a second behind sessions."""
        asyncio.get_running_loop().call_later(0.5, told, event)

    place.exchange.tell = late  # type: ignore[method-assign] # a slow way of events
    for _ in range(2):
        assert await house.supervision.join("1001", "1003", Mode.LISTEN) is DialResult.ANSWERED
        await asyncio.sleep(0.1)
    (leg,) = [leg for leg in house.call.legs.values() if leg.agent == "1003"]
    assert (leg.party, leg.address, leg.state, leg.mode) == (Party.SUPERVISOR, "1003", LegState.UP, "listen")
    await asyncio.sleep(2)
    assert [one.mode for one in house.all(SupervisorJoined)] == ["listen"]
    assert [one.leg for one in house.all(LegStarted)].count(leg.id) == 1
    assert [one.leg for one in house.all(LegAnswered)].count(leg.id) == 1
    assert house.call.legs[leg.id] is leg and leg.mode == "listen"


@on_virtual_time
async def test_a_supervisor_who_does_not_answer_changes_nothing(place: Place) -> None:
    await place.talk()
    place.phones["1003"].refuses = 17
    assert await place.house.supervision.join("1001", "1003", Mode.BARGE) is DialResult.BUSY
    assert place.exchange.lines[0].hears == {"1001"}


@on_virtual_time
async def test_two_who_intercept_at_once_one_has_the_talk_and_the_other_is_told_so(place: Place) -> None:
    """Whoever picked up a moment later was told that he was in the talk, and heard nothing."""
    call = await place.talk()
    both = [place.house.supervision.join("1001", one, Mode.INTERCEPT) for one in ("1002", "1003")]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert [str(one) for one in results if isinstance(one, LookupError)] == ["not_talking"]
    assert [one for one in results if not isinstance(one, LookupError)] == [DialResult.ANSWERED]
    await place.house.until(lambda: sum(leg.state is not LegState.ENDED for leg in call.legs.values()) == 2, 10)
    assert call.talk is not None and place.exchange.lines[0].hears == {call.talk.agent}


@on_virtual_time
async def test_nobody_joins_while_agent_and_citizen_are_apart_and_his_phone_stays_silent(place: Place) -> None:
    house = place.house
    call = await place.talk()
    await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
    with pytest.raises(LookupError, match="apart"):
        await house.supervision.join("1001", "1003", Mode.LISTEN)
    assert not [leg for leg in call.legs.values() if leg.agent == "1003"]


@on_virtual_time
async def test_a_talk_that_ends_while_the_supervisors_phone_rings_is_told_and_he_is_free(place: Place) -> None:
    call = await place.talk()
    place.phones["1003"].answer_after = 5.0
    asked = asyncio.create_task(place.house.supervision.join("1001", "1003", Mode.BARGE, auto_answer=False))
    await asyncio.sleep(2.0)
    place.exchange.lines[0].hang_up()
    (told,) = await asyncio.gather(asked, return_exceptions=True)
    assert told is not DialResult.ANSWERED, "he is in no talk"
    await place.house.until(lambda: call.ended_at is not None, 20)
    assert place.house.calls.engagements.on_the_phone("1003") is None


class LateSwitch(ScriptedSwitch):
    """A switch that is so busy that what becomes of legs is known late."""

    def __init__(self, exchange: ScriptedExchange, *, gone: float = 0.0, dial_over: float = 0.0) -> None:
        super().__init__(exchange)
        self.clock, self.gone, self.dial_over = LoopClock(), gone, dial_over

    async def start(self, on_session: SessionHandler, on_event: EventHandler) -> None:
        """Ends of legs are told after `gone` seconds, and dials are over `dial_over` seconds late."""

        def told(event: SwitchEvent) -> None:
            if isinstance(event, LegGone) and self.gone:
                self.clock.call_later(self.gone, lambda: on_event(event))
            else:
                on_event(event)

        async def session(one: CallSession) -> None:
            dial = one.dial

            async def late(request: DialRequest) -> Dialled:
                over = await dial(request)
                if request.party is Party.CONSULTED:
                    await asyncio.sleep(self.dial_over)
                return over

            one.dial = late  # type: ignore[method-assign] # of this one only
            await on_session(one)

        await super().start(session, told)


def on_late_switch(body: Callable[[Place], Awaitable[None]], **late: float) -> None:
    async def live() -> None:
        place = Place()
        switch = LateSwitch(place.exchange, **late)
        place.house = CoreHouse(switch, {agent: agent for agent in place.phones}, ring_seconds=30)
        async with place.house:
            await body(place)

    run_virtual(live())


async def asked(place: Place) -> Call:
    """1002 is asked while the citizen waits."""
    call, house = await place.talk(), place.house
    await house.consultations.consult(call, "1002", house.registrar.addresses("1002"))
    await house.until(lambda: call.talk is not None and bool(call.talk.consulted_leg), 10)
    return call


def test_who_is_put_out_before_the_citizen_is_there_leaves_him_to_the_agent_however_late_that_is_told() -> None:
    """The agent's talk was over, and the citizen in the survey: a busy switch took longer than a second and a half."""

    async def body(place: Place) -> None:
        call, house = await asked(place), place.house
        await house.consultations.conference(call)
        await house.consultations.put_out(call)
        await house.until(lambda: call.talk is not None and not call.talk.conference, 10)
        await asyncio.sleep(6)
        assert not house.ends and call.talk is not None and call.talk.agent == "1001"
        caller, leg = place.exchange.legs[call.caller_leg], place.exchange.legs[call.talk.leg]
        assert caller.bridge is not None and caller.bridge is leg.bridge

    on_late_switch(body, dial_over=4.0)


def test_who_leaves_before_the_citizen_is_there_leaves_him_to_the_third_however_late_that_is_told() -> None:
    async def body(place: Place) -> None:
        call, house = await asked(place), place.house
        await house.consultations.conference(call)
        await house.consultations.leave(call, "1001")
        await house.until(lambda: call.talk is not None and call.talk.agent == "1002", 10)
        await asyncio.sleep(3)
        assert not house.ends and call.talk is not None
        caller, leg = place.exchange.legs[call.caller_leg], place.exchange.legs[call.talk.leg]
        assert caller.bridge is not None and caller.bridge is leg.bridge

    on_late_switch(body, gone=3.0)
