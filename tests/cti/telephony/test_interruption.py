"""A phone is lost in the middle of a talk: the citizen hears why, waits, and comes back to his agent, or goes first."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cti.base.call import Call, CallState
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import CallOffered, CallReturned, LegRinging, OfferFailed, TalkEnded, TalkInterrupted, TalkStarted
from cti.telephony.interruption import LOST_SECONDS, PROMPT
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_leg import MUSIC, ScriptedLine
from cti.telephony.switch.scripted_phone import ScriptedPhone
from cti.telephony.talk import GRACE_SECONDS
from tests.core_house import FolderPlan, Shelf, check_story
from tests.cti.telephony.test_engagement import CITIZEN, SECOND, on_virtual_time
from tests.cti.telephony.test_engagement import Place as Desks
from tests.matched_house import MatchedHouse


class Place(Desks):
    """Agents at browsers; only 1001 is signed in, until somebody else is needed."""

    signed_in = ("1001",)
    suffix = "-web"

    def citizen(self, caller: str = CITIZEN) -> ScriptedLine:
        return next(line for line in self.exchange.lines if line.name == caller)

    def register(self, agent: str, there: bool) -> None:
        self.exchange.register(f"{agent}-web", there)

    async def waits(self, call: Call) -> None:
        """The citizen has heard why, and waits."""
        await self.house.told(TalkInterrupted)
        await self.house.until(lambda: self.citizen().hears == {PROMPT})
        await self.house.until(lambda: self.citizen().hears == {MUSIC})
        assert self.role("1001") == "returning" and call.talk is not None and call.talk.answered_at is None


@on_virtual_time(Place)
async def test_a_lost_phone_comes_back_and_the_citizen_talks_on(place: Place) -> None:
    """When a browser's connection was lost for eight seconds, the citizen was sent to the survey."""
    place.house.talks.books.recording = FolderPlan(Path("/nowhere"))
    call = await place.talk()
    place.register("1001", False)
    await place.waits(call)
    (ended,) = place.house.all(TalkEnded)
    assert call.talk is not None and call.talk.recording == "", "the recording of what was said is complete"
    assert ended.ended_by == "phone_lost" and ended.seconds == pytest.approx(LOST_SECONDS, abs=0.1)
    place.exchange.call(SECOND, "12345")
    await asyncio.sleep(10)
    place.register("1001", True)
    await place.house.until(lambda: len(place.house.all(TalkStarted)) == 2)
    assert place.line("1001").hears == {CITIZEN} and place.role("1001") == "talking"
    assert [one.agent for one in place.house.all(TalkStarted)] == ["1001", "1001"]
    assert call.talk is not None and call.talk.began_at == place.house.all(TalkStarted)[0].at, "its time goes on"
    assert len(place.house.all(CallOffered)) == 1, "nobody was offered to him while the citizen waited for him"
    assert place.house.surveyed == []
    place.line("1001").hang_up()
    await place.house.until(lambda: place.house.surveyed == [call.id])
    await place.finish()


@on_virtual_time(Place)
async def test_a_short_stumble_leaves_the_talk_alone(place: Place) -> None:
    """A page whose socket is back within a moment had its sound all the time."""
    await place.talk()
    place.register("1001", False)
    await asyncio.sleep(LOST_SECONDS - 1)
    place.register("1001", True)
    await asyncio.sleep(LOST_SECONDS)
    assert place.house.all(TalkInterrupted) == [] and place.line("1001").hears == {CITIZEN}
    await place.finish()


@on_virtual_time(Place)
async def test_who_is_not_back_in_time_leaves_the_citizen_to_the_queue(place: Place) -> None:
    """Nobody comes back: the citizen waits `GRACE_SECONDS`, then goes where he stood in the queue."""
    call = await place.talk()
    place.register("1001", False)
    await place.waits(call)
    await place.house.until(lambda: place.house.requeued == [call.id], GRACE_SECONDS + 1)
    assert call.state is CallState.QUEUED and place.house.surveyed == []
    assert place.role("1001") == ""
    place.house.acd.sign_in("1002")
    await place.house.told(TalkStarted, agent="1002")
    assert place.house.all(CallReturned)[0].position == 1
    await place.finish()


@on_virtual_time(Place)
async def test_the_returned_citizen_stands_before_who_came_later_with_his_points(place: Place) -> None:
    """Who was sent back to the queue was a new arrival, behind all others, without the points of a repeat caller."""
    await place.talk()
    place.citizen().hang_up()
    await place.house.until(lambda: not place.house.calls.open)
    place.exchange.call(CITIZEN, "12345")
    await place.house.until(lambda: len(place.house.all(TalkStarted)) == 2)
    call = place.house.call
    base = call.progress["acd_served"]["base"]
    assert base > 0, "he is a repeat caller"
    place.exchange.call(SECOND, "12345")
    place.register("1001", False)
    await place.house.until(lambda: place.house.requeued == [call.id], GRACE_SECONDS + 10)
    await asyncio.sleep(0.1)
    waiting = place.house.acd.waiting("general")
    assert [one.caller for one in waiting] == [f"+86{CITIZEN}", f"+86{SECOND}"]
    assert place.house.acd.matching.works[call.id].ageing.base == base
    figures = place.house.acd.queue_figures("general")
    assert (figures.entered, figures.answered) == (3, 2), "he did not arrive a second time"
    await place.finish()


@on_virtual_time(Place)
async def test_the_sound_moves_to_another_tab(place: Place) -> None:
    """Taking the phone over in a second tab ended the talk, and the citizen landed in the survey."""
    call = await place.talk()
    await place.house.interruptions.interrupt(call, "moved", anew=True)
    await place.waits(call)
    await asyncio.sleep(1)
    assert len(place.house.all(LegRinging)) == 1, "the old tab is not rung again"
    place.register("1001", False)
    place.register("1001", True)
    await place.house.until(lambda: len(place.house.all(TalkStarted)) == 2)
    assert place.line("1001").hears == {CITIZEN}
    await place.finish()


@on_virtual_time(Place)
async def test_the_agent_does_not_want_to_come_back(place: Place) -> None:
    """Who refuses the ring, or gives up waiting for his own phone, sends the citizen to the queue at once."""
    call = await place.talk()
    place.register("1001", False)
    await place.waits(call)
    place.phones["1001"].refuses = 21
    place.register("1001", True)
    await place.house.until(lambda: place.house.requeued == [call.id])
    place.phones["1001"].refuses = 0
    await place.house.until(lambda: len(place.house.all(TalkStarted)) == 2)
    place.register("1001", False)
    await place.house.until(lambda: len(place.house.all(TalkInterrupted)) == 2)
    await place.house.talks.hang_up(call)
    await place.house.until(lambda: place.house.requeued == [call.id] * 2)
    await place.finish()


@on_virtual_time(Place)
async def test_a_phone_whose_sound_the_switch_misses_is_lost_too(place: Place) -> None:
    """A telephone that sends no sound any more is hung up by the switch (Q.850 44): that is no end of the talk."""
    call = await place.talk()
    place.exchange.end(place.line("1001").leg, 44)
    await place.house.told(TalkInterrupted)
    await place.house.until(lambda: len(place.house.all(TalkStarted)) == 2)
    assert place.line("1001").hears == {CITIZEN} and call.state is CallState.TALKING
    await place.finish()


@pytest.mark.parametrize("away", ["hold", "consult"])
def test_the_phone_is_lost_while_the_citizen_hears_music(away: str) -> None:
    """On hold, or while a colleague was asked, the loss of the agent's phone was the end of the visit."""

    @on_virtual_time(Place)
    async def body(place: Place) -> None:
        call = await place.talk()
        if away == "hold":
            await place.house.handover.hold(call)
        else:
            await place.consult(call)
            await place.house.until(lambda: bool(call.talk and call.talk.consulted_leg))
        await asyncio.sleep(1)
        place.register("1001", False)
        await place.waits(call)
        assert place.role("1002") == ""
        place.register("1001", True)
        await place.house.until(lambda: len(place.house.all(TalkStarted)) == 2)
        await place.finish()

    body()


@on_virtual_time(Place)
async def test_who_stays_in_a_conference_goes_on(place: Place) -> None:
    """With a colleague on the line nobody need wait for the agent whose phone is lost."""
    call = await place.talk()
    await place.confer(call)
    place.register("1001", False)
    await place.house.told(TalkStarted, agent="1002")
    assert place.line("1002").hears == {CITIZEN} and place.house.all(TalkInterrupted) == []
    await place.finish()


@on_virtual_time(Place)
async def test_a_phone_that_vanishes_while_it_rings_ends_the_offer_at_once(place: Place) -> None:
    """It rang on for its twenty seconds, and then the agent was blamed with a break for not answering."""
    place.phones["1001"].answer_after = None
    place.exchange.call(CITIZEN, "12345")
    await place.house.told(LegRinging)
    place.register("1001", False)
    failed = await place.house.told(OfferFailed, timeout=0.1)
    assert failed.reason == "unreachable"
    assert (place.state("1001"), place.house.acd.agent("1001").reason) == ("offline", "unreachable")
    await place.house.until(lambda: place.phones["1001"].line is None)
    place.phones["1001"].answer_after = 0.5
    place.register("1001", True)
    await place.house.told(TalkStarted, agent="1001")
    await place.finish()


@pytest.mark.parametrize("back", [True, False])
def test_another_engine_goes_on_with_it(back: bool) -> None:
    """The engine dies while the citizen waits for the agent: the next one knows of it, and how long he waits."""

    async def live() -> None:
        exchange, shelf = ScriptedExchange(LoopClock(), writes_recordings=False), Shelf()
        exchange.add_phone(ScriptedPhone("1001-web", "1001", answer_after=1.0))

        def engine() -> MatchedHouse:
            return MatchedHouse(ScriptedSwitch(exchange), {"1001": "1001-web"}, agents=("1001",), shelf=shelf)

        async with engine() as first:
            exchange.call(CITIZEN, "12345")
            await first.told(TalkStarted)
            exchange.register("1001-web", False)
            await first.told(TalkInterrupted)
            await asyncio.sleep(3)
        await asyncio.sleep(2)
        async with engine() as second:
            if back:
                exchange.register("1001-web", True)
                await second.told(TalkStarted, agent="1001", timeout=20)
            else:
                await second.until(lambda: second.requeued == [second.call.id], GRACE_SECONDS)
            for line in exchange.lines:
                line.hang_up()
            await second.until(lambda: not second.calls.open)
            check_story([*first.story, *second.story])
            assert second.faults == []

    run_virtual(live())
