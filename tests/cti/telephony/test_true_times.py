"""What nobody saw has the time at which it happened: the switch's, not that of the engine's return."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cti.base.call import CallState, EndReason
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import CallArrived, CallEnded, Event, LegEnded, TalkEnded, TalkStarted
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_phone import ScriptedPhone
from tests.core_house import CoreHouse, FolderPlan, NoBooks, Shelf, check_story

CITIZEN = "13800000001"
DEAD = 30.0


class Place:
    """A switch with 1001's phone, and the story that its engines told."""

    def __init__(self, answer_after: float | None = 1.0) -> None:
        self.exchange = ScriptedExchange(LoopClock(), patience=90, writes_recordings=False)
        self.phone = self.exchange.add_phone(ScriptedPhone("1001", "1001", answer_after=answer_after))
        self.shelf = Shelf()
        self.story: list[Event] = []

    def house(self) -> CoreHouse:
        switch = ScriptedSwitch(self.exchange)
        house = CoreHouse(switch, {"1001": "1001"}, shelf=self.shelf, books=self.exchange, ring_seconds=20)
        house.bus.subscribe(Event, self.story.append)
        return house

    def one(self, kind: type[Event]) -> Event:
        (found,) = [event for event in self.story if isinstance(event, kind)]
        return found

    def now(self) -> datetime:
        return self.exchange.clock.wall()


async def talking(place: Place, house: CoreHouse) -> None:
    await house.until(lambda: house.calls.open != () and house.call.state is CallState.TALKING, 30)


@pytest.mark.parametrize("who", ["agent", "citizen"])
def test_a_talk_that_ended_while_no_engine_lived_is_as_long_as_the_switch_knows(who: str) -> None:
    """A talk of 21 s stood in the books with 44 s in a call of 40: it ended when the engine came back."""

    async def live() -> None:
        place = Place()
        async with place.house() as first:
            line = place.exchange.call(CITIZEN, "12345")
            await talking(place, first)
            begun = place.now()
            await asyncio.sleep(2)
        await asyncio.sleep(5)
        over = place.now()
        assert place.phone.line is not None
        (place.phone.line if who == "agent" else line).hang_up()
        await asyncio.sleep(DEAD)
        async with place.house() as second:
            await second.until(lambda: not second.calls.open, 30)
        ended = place.one(TalkEnded)
        assert isinstance(ended, TalkEnded)
        assert abs(ended.seconds - (over - begun).total_seconds()) < 0.3
        assert abs((ended.at - over).total_seconds()) < 0.3
        check_story(place.story)
        call = place.one(CallEnded)
        assert isinstance(call, CallEnded)
        if who == "citizen":
            assert abs((call.at - over).total_seconds()) < 0.3
            assert all(one.at == call.at for one in place.story if isinstance(one, LegEnded) and one.call == call.call)

    run_virtual(live())


def test_a_recording_is_complete_when_the_end_of_its_talk_is_told() -> None:
    """The switch keeps up to a second of sound to itself: a recording was 0.5 s shorter than its talk when the engine
    came back before its control connection did.
    """

    async def live() -> None:
        place = Place()
        complete: list[bool] = []
        async with place.house() as first:
            first.talks.books.recording = FolderPlan(Path())
            line = place.exchange.call(CITIZEN, "12345")
            await talking(place, first)
            leg = place.exchange.legs[first.call.caller_leg]
            await asyncio.sleep(2)
        assert place.phone.line is not None
        place.phone.line.hang_up()
        await asyncio.sleep(5)
        assert leg.recording is not None
        second = place.house()
        second.bus.subscribe(TalkEnded, lambda _: complete.append(leg.recording is None))
        async with second:
            assert isinstance(second.switch, ScriptedSwitch)
            second.switch.cut(20.0)
            await second.told(TalkEnded)
            line.hang_up()
            await second.until(lambda: not second.calls.open, 30)
        assert complete == [True]

    run_virtual(live())


@pytest.mark.parametrize("ends", ["not", "agent", "citizen"])
def test_a_talk_that_began_while_no_engine_lived_is_in_the_books_whole(ends: str) -> None:
    """It began when the engine came back, or, when it had ended by then, it had never been."""

    async def live() -> None:
        place = Place(answer_after=3.0)
        async with place.house() as first:
            line = place.exchange.call(CITIZEN, "12345")
            await first.until(lambda: place.phone.line is not None, 30)
            await asyncio.sleep(0.1)
        begun = place.now() + timedelta(seconds=2.9)
        await asyncio.sleep(10)
        over = place.now()
        assert place.phone.line is not None and place.phone.line.is_answered
        if ends != "not":
            (place.phone.line if ends == "agent" else line).hang_up()
        await asyncio.sleep(DEAD)
        async with place.house() as second:
            if ends == "not":
                await talking(place, second)
                over = place.now()
                line.hang_up()
            await second.until(lambda: not second.calls.open, 30)
        check_story(place.story)
        started, ended = place.one(TalkStarted), place.one(TalkEnded)
        assert isinstance(started, TalkStarted) and isinstance(ended, TalkEnded)
        assert abs((started.at - begun).total_seconds()) < 0.3
        assert started.waited < 5
        assert abs((ended.at - over).total_seconds()) < 0.3

    run_virtual(live())


def test_a_call_that_came_while_no_engine_lived_arrived_when_it_came() -> None:
    """Arrivals stood in the books with the time of the engine's return, 22 s late."""

    async def live() -> None:
        place = Place(answer_after=None)
        line = place.exchange.call(CITIZEN, "12345")
        came = place.now()
        await asyncio.sleep(20)
        async with place.house() as house:
            await house.told(CallArrived)
            line.hang_up()
            await house.finish()
        arrived, ended = place.one(CallArrived), place.one(CallEnded)
        assert isinstance(ended, CallEnded)
        assert arrived.at == came
        assert ended.seconds >= 20

    run_virtual(live())


@pytest.mark.parametrize("recorded", [True, False])
def test_a_talk_of_a_switch_that_died_with_the_engine_ends_with_its_recording_or_the_engine(recorded: bool) -> None:
    """Where nobody lived to write it, the talk and the call went on until the engine's return."""

    class Heard(FolderPlan):
        def length(self, recording: str) -> float:
            return 6.5

    async def live() -> None:
        place = Place()
        async with place.house() as first:
            if recorded:
                first.talks.books.recording = Heard(Path())
            place.exchange.call(CITIZEN, "12345")
            await talking(place, first)
            begun = place.now()
            await asyncio.sleep(6)
        died = place.now()
        place.exchange.engine = None
        for leg in list(place.exchange.legs.values()):
            place.exchange.end(leg)
        await asyncio.sleep(DEAD)
        switch = ScriptedSwitch(place.exchange)
        second = CoreHouse(switch, {"1001": "1001"}, shelf=place.shelf, books=NoBooks(), last_alive=died)
        second.bus.subscribe(Event, place.story.append)
        if recorded:
            second.talks.books.recording = Heard(Path())
        async with second:
            pass
        check_story(place.story)
        ended, call = place.one(TalkEnded), place.one(CallEnded)
        assert isinstance(ended, TalkEnded) and isinstance(call, CallEnded)
        assert call.reason == EndReason.SWITCH_LOST.value
        assert ended.seconds == pytest.approx(6.5 if recorded else (died - begun).total_seconds(), abs=0.01)
        assert call.at == max(ended.at, died)

    run_virtual(live())


def test_a_talk_of_a_switch_that_is_lost_ends_when_it_was_lost() -> None:
    """It ended when the connection was back, seconds later."""

    async def live() -> None:
        place = Place()
        async with place.house() as house:
            place.exchange.call(CITIZEN, "12345")
            await talking(place, house)
            await asyncio.sleep(3)
            assert isinstance(house.switch, ScriptedSwitch)
            over = place.now()
            house.switch.lose_switch(8.0)
            await house.until(lambda: not house.calls.open, 30)
        check_story(place.story)
        for kind in (TalkEnded, CallEnded):
            assert abs((place.one(kind).at - over).total_seconds()) < 0.3

    run_virtual(live())


def test_seconds_of_a_call_end_when_it_ended() -> None:
    """`wait ≤ call` and `talk ≤ call` hold for a call that ended unseen, whatever ended first."""

    async def live() -> None:
        place = Place(answer_after=None)
        async with place.house() as first:
            line = place.exchange.call(CITIZEN, "12345")
            await first.until(lambda: first.calls.open != () and first.call.state is CallState.QUEUED, 30)
        await asyncio.sleep(4)
        line.hang_up()
        over = place.now()
        await asyncio.sleep(DEAD)
        async with place.house() as second:
            await second.until(lambda: not second.calls.open, 30)
        ended = place.one(CallEnded)
        assert isinstance(ended, CallEnded)
        assert ended.reason == EndReason.ABANDONED.value
        assert ended.at == over

    run_virtual(live())
