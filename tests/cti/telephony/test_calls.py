"""The open calls on the scripted switch: arrival, refusal, failure, loss, return, the switch's own records."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from structlog.testing import capture_logs

from cti.base.call import Call, CallState, EndReason, Leg, Party
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import (
    CallAnswered,
    CallArrived,
    CallEnded,
    CallerRecognised,
    CallRefused,
    CallResumed,
    LegEnded,
    LegMeasured,
    LegStarted,
    SwitchDown,
    SwitchUp,
)
from cti.base.numbers.number import Number
from cti.telephony.doorway import Welcome, facts_of
from cti.telephony.quality import LegQuality
from cti.telephony.switch.port import CallSession, LegGone, LegHungUp, SwitchRecord
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from tests.core_house import CoreHouse, Shelf

CITIZEN = "13800000001"


class Place:
    """A switch, its core, and 1001's phone."""

    def __init__(self, answer_after: float | None = 1.0) -> None:
        self.exchange = ScriptedExchange(LoopClock(), patience=5, writes_recordings=False)
        self.phone = self.exchange.add_phone(ScriptedPhone("1001", "1001", answer_after=answer_after))
        self.shelf = Shelf()

    def house(self) -> CoreHouse:
        return CoreHouse(
            ScriptedSwitch(self.exchange), {"1001": "1001"}, shelf=self.shelf, books=self.exchange, ring_seconds=5.0
        )


def on_virtual_time(body: Callable[[Place], Awaitable[None]]) -> Callable[[], None]:
    """A test that lives on virtual time."""

    def test() -> None:
        async def live() -> None:
            await body(Place())

        run_virtual(live())

    return test


def ended(house: CoreHouse) -> str:
    (event,) = house.all(CallEnded)
    return event.reason


@on_virtual_time
async def test_a_caller_who_is_refused_at_the_door_is_never_answered(place: Place) -> None:
    async def keeper(call: Call) -> Welcome:
        return Welcome({"listed": False}, "black_list" if call.caller.national == CITIZEN else "")

    async with place.house() as house:
        house.calls.sessions.doorway.keep("test", keeper)
        line = place.exchange.call(CITIZEN, "12345")
        await house.until(lambda: line.is_over)
        assert line.cause == 21 and not line.is_answered
        await house.finish()
        assert ended(house) == EndReason.REJECTED
        assert [event.reason for event in house.all(CallRefused)] == ["black_list"]
        assert house.all(CallAnswered) == []


@on_virtual_time
async def test_who_calls_is_known_before_the_answer_and_once(place: Place) -> None:
    async def keeper(call: Call) -> Welcome:
        return Welcome({"vip": True, "citizen": "01CITIZEN"})

    async with place.house() as house:
        house.calls.sessions.doorway.keep("test", keeper)
        line = place.exchange.call(CITIZEN, "12345")
        await house.told(CallAnswered)
        assert facts_of(house.call) == {"vip": True, "citizen": "01CITIZEN"}
        kinds = [type(event) for event in house.story]
        assert kinds.index(CallerRecognised) < kinds.index(CallAnswered)
        line.hang_up()
        await house.finish()
        (known,) = house.all(CallerRecognised)
        assert (known.citizen, known.vip, known.listed) == ("01CITIZEN", True, False)


@on_virtual_time
async def test_a_number_that_is_not_ours_is_refused_unanswered(place: Place) -> None:
    async with place.house() as house:
        line = place.exchange.call(CITIZEN, "95588")
        await house.until(lambda: line.is_over)
        assert line.cause == 1 and not line.is_answered
        assert house.all(CallArrived) == []


@on_virtual_time
async def test_a_caller_without_a_number_is_served(place: Place) -> None:
    async with place.house() as house:
        place.exchange.call("anonymous", "12345", hang_up_after=3.0)
        await house.finish()
        assert ended(house) == "caller_hung_up"
        assert house.all(CallArrived)[0].caller.digits == ""


@on_virtual_time
async def test_a_caller_who_hangs_up_in_the_queue_has_abandoned(place: Place) -> None:
    place.phone.answer_after = None
    async with place.house() as house:
        place.exchange.call(CITIZEN, "12345", hang_up_after=2.0)
        await house.finish()
        assert ended(house) == "abandoned"


@on_virtual_time
async def test_a_flow_that_fails_hands_the_caller_to_the_emergency_queue(place: Place) -> None:
    async with place.house() as house:

        async def fails(call: Call, session: CallSession) -> None:
            await house.calls.answer(call, session)
            raise ZeroDivisionError

        house.calls.sessions.serve(Party.CALLER, fails)
        with capture_logs() as logs:
            line = place.exchange.call(CITIZEN, "12345")
            await house.until(lambda: line.leg.place == "talk")
        assert line.hears == {"1001"}
        assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["session failed"]
        line.hang_up()
        await house.until(lambda: not house.calls.open)
        assert len(house.all(CallEnded)) == 1


@on_virtual_time
async def test_a_lost_switch_ends_its_calls_as_such(place: Place) -> None:
    async with place.house() as house:
        line = place.exchange.call(CITIZEN, "12345")
        await house.until(lambda: house.calls.open != () and house.call.state is CallState.TALKING)
        assert isinstance(house.switch, ScriptedSwitch)
        house.switch.lose_switch(2.0)
        assert line.is_over
        await house.finish()
        assert ended(house) == EndReason.SWITCH_LOST
        assert len(house.all(SwitchDown)) == 1 and len(house.all(SwitchUp)) == 2


@on_virtual_time
async def test_a_call_that_ended_while_no_engine_lived_ends_with_the_switchs_time(place: Place) -> None:
    async with place.house() as first:
        line = place.exchange.call(CITIZEN, "12345")
        await first.until(lambda: first.calls.open != () and first.call.state is CallState.TALKING)
    await asyncio.sleep(1)
    line.hang_up()
    at = first.clock.wall()
    await asyncio.sleep(1)
    async with place.house() as second:
        assert ended(second) == "caller_hung_up"
        (call,) = place.shelf.calls.values()
        assert call.ended_at == at


@on_virtual_time
async def test_a_leg_that_ended_unseen_is_told(place: Place) -> None:
    async with place.house() as house:
        place.exchange.call(CITIZEN, "12345")
        await house.until(lambda: house.calls.open != () and house.call.state is CallState.TALKING)
        assert isinstance(house.switch, ScriptedSwitch)
        house.switch.cut(2.0)
        line = place.phone.line
        assert line is not None
        line.hang_up()
        await house.finish()
        assert ended(house) == "completed"
        started = {event.leg for event in house.all(LegStarted)}
        assert {event.leg for event in house.all(LegEnded)} == started


@on_virtual_time
async def test_how_the_sound_of_each_leg_was_is_told_also_after_the_calls_end(place: Place) -> None:
    async with place.house() as house:
        line = place.exchange.call(CITIZEN, "12345")
        await house.until(lambda: house.calls.open != () and house.call.state is CallState.TALKING)
        call, at_desk = house.call, place.phone.line
        assert at_desk is not None
        line.leg.quality = LegQuality("alaw", packets=900, lost=100, sent=1000, jitter=0.004, far="192.0.2.7")
        at_desk.leg.quality = LegQuality("opus", packets=10, lost=0, sent=20)
        line.hang_up()
        await house.finish()
        (told,) = house.all(LegMeasured)
        assert (told.call, told.organisation, told.leg) == (call.id, call.organisation, line.leg.id)
        assert (told.party, told.line, told.far) == ("caller", call.trunk, "192.0.2.7")
        assert (told.loss, told.jitter, told.far_loss) == (0.1, 0.004, None) and told.mos < 3.5


@on_virtual_time
async def test_what_a_browser_counted_of_its_leg_is_told_beside_what_the_switch_did(place: Place) -> None:
    async with place.house() as house:
        line = place.exchange.call(CITIZEN, "12345")
        await house.until(lambda: house.calls.open != () and house.call.state is CallState.TALKING)
        at_desk = place.phone.line
        assert at_desk is not None
        at_desk.leg.quality = LegQuality("opus", packets=900, lost=0, sent=900)
        house.calls.measured.by_browser(at_desk.leg.id, LegQuality("opus", packets=90, lost=0, sent=100))
        house.calls.measured.by_browser(
            at_desk.leg.id, LegQuality("opus", packets=800, lost=200, sent=1000, jitter=0.03)
        )
        house.calls.measured.by_browser("of no call", LegQuality("opus", packets=800, lost=200, sent=1000))
        line.hang_up()
        await house.finish()
        told = {one.party: one for one in house.all(LegMeasured)}
        assert set(told) == {"agent", "browser"}
        assert told["browser"].leg == f"{at_desk.leg.id}/browser" and told["browser"].agent == "1001"
        assert (told["browser"].loss, told["browser"].jitter, told["browser"].packets) == (0.2, 0.03, 800)
        assert told["browser"].mos < told["agent"].mos


@on_virtual_time
async def test_the_number_of_somebody_outside_is_not_told_with_how_he_sounded(place: Place) -> None:
    async with place.house() as house:
        line = place.exchange.call(CITIZEN, "12345")
        await house.until(lambda: house.calls.open != () and house.call.state is CallState.TALKING)
        leg = Leg("outside-leg", Party.CONSULTED, "13900000009@carrier", agent="13900000009")
        house.calls.add_leg(house.call, leg)
        quality = LegQuality("alaw", packets=900, lost=0, sent=900)
        house.calls.switch_events.hear(LegGone(leg.id, house.call.id, 16, quality))
        line.hang_up()
        await house.finish()
        (told,) = house.all(LegMeasured)
        assert (told.agent, told.line) == ("", "carrier")


@on_virtual_time
async def test_a_returning_engine_takes_back_who_waits_in_the_emergency_queue(place: Place) -> None:
    place.phone.answer_after = None
    async with place.house():
        line = place.exchange.call(CITIZEN, "12345")
        await asyncio.sleep(1)
    await asyncio.sleep(12)
    assert line.leg.place == "emergency"
    place.phone.answer_after = 1.0
    async with place.house() as second:
        await second.calls.after_gap.take_back()
        await second.told(CallResumed)
        await second.until(lambda: not second.calls.open, 15)
        assert ended(second) == "completed"
        assert len(second.surveyed) == 1


@on_virtual_time
async def test_a_leg_of_nobody_is_ended(place: Place) -> None:
    async with place.house() as house:
        line = place.exchange.call_from("1001", "12345")
        await house.until(lambda: line.is_over)
        assert house.all(CallArrived) == []


@on_virtual_time
async def test_a_visit_of_the_emergency_queue_is_entered_after_the_fact(place: Place) -> None:
    async with place.house() as house:
        now = house.clock.wall()
        house.calls.after_gap.enter_past(
            SwitchRecord(
                leg="old-1",
                first_leg="old-1",
                caller=CITIZEN,
                called="12345",
                started_at=now - timedelta(minutes=5),
                answered_at=now - timedelta(minutes=4),
                ended_at=now - timedelta(minutes=1),
                disposition="ANSWERED",
                in_emergency=True,
                other="1001",
                fields={},
            )
        )
        assert ended(house) == "emergency_queue"
        assert house.all(CallEnded)[0].seconds == 240
        assert house.all(CallArrived)[0].caller == Number.parse(CITIZEN)


@on_virtual_time
async def test_events_come_after_calls_and_legs_know_them_and_a_failing_listener_is_isolated(place: Place) -> None:
    async with place.house() as house:
        seen: list[bool] = []

        def fails(event: object) -> None:
            raise ZeroDivisionError

        house.calls.switch_events.listen(fails)
        undo = house.calls.switch_events.listen(lambda event: seen.append(True))
        with capture_logs() as logs:
            place.exchange.call(CITIZEN, "12345", hang_up_after=3.0)
            await house.finish()
        assert seen
        assert {entry["event"] for entry in logs if entry["log_level"] == "error"} == {"switch listener failed"}
        undo()


def test_a_session_of_a_caller_that_is_gone_says_so() -> None:
    async def live() -> None:
        place = Place()
        async with place.house() as house:
            found: list[CallSession] = []

            async def keep(call: Call, session: CallSession) -> None:
                found.append(session)
                raise await session.over

            house.calls.sessions.serve(Party.CALLER, keep)
            place.exchange.call(CITIZEN, "12345", hang_up_after=1.0)
            await house.finish()
            assert isinstance(await found[0].over, LegHungUp)
            assert not house.calls.sessions.has(found[0].arrival.leg)

    run_virtual(live())
