"""What users of other call centres suffer from, one test each: it must be impossible here."""

from __future__ import annotations

import asyncio
import json

import pytest

from acd.callbacks.callback import Attempt, CallbackOrder
from acd.service import Acd, Offer, PlaceOver, WorkItem
from acd.settings.schema import AgentSettings, QueueSettings
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import AgentStateChanged, CallLeftQueue, CallQueued, QueueChanged
from cti.base.numbers.number import Number
from cti.telephony.switch.port import DialResult
from tests.acd.live import MOBILE, Live, nothing, offered
from tests.acd.worlds import play


# 1. freeswitch#2540, opensips#3123, #2530
def test_an_agent_does_not_stay_reserved_for_ever_when_the_session_dies() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        place = live.call("c1")
        await offered(place)
        await asyncio.sleep(24)
        assert live.state("8001")[0] == "reserved"
        await asyncio.sleep(2)
        assert live.state("8001")[0] == "ready"
        # The silent session's work is not matched again until somebody speaks for it.
        other = live.call("c2")
        assert (await offered(other)).agent == "8001"

    run_virtual(story())


def test_an_agent_does_not_stay_in_a_call_for_ever_when_the_switch_knows_none() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        await live.talk(live.call("c1"))
        live.acd.reconcile({})
        assert live.state("8001")[0] == "wrapup"
        await asyncio.sleep(11)
        assert live.state("8001")[0] == "ready"

    run_virtual(story())


def test_every_state_of_an_agent_can_be_left() -> None:
    from acd.matching.states import AGENT_WAYS, WORK_WAYS, AgentState, WorkState

    assert all(AGENT_WAYS[state] for state in AgentState)
    assert all(WORK_WAYS[state] for state in WorkState if state is not WorkState.OVER)


# 2. freeswitch#1641
def test_the_matching_survives_a_listener_that_fails() -> None:
    async def story() -> None:
        live = Live()

        def broken(_: object) -> None:
            raise RuntimeError("listener")

        live.acd.on_decision(broken)
        live.acd.sign_in("8001")
        place = live.call("c1")
        assert (await offered(place)).agent == "8001"

    run_virtual(story())


# 3. freeswitch#2529, #1973
def test_the_phone_stops_ringing_when_the_caller_is_gone() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        place = live.call("c1", caller=MOBILE)
        offer = await offered(place)
        offer.ringing()
        place.withdraw("abandoned")
        assert await asyncio.wait_for(offer.taken_back(), 0.001) == "abandoned"
        assert live.state("8001")[0] == "ready"
        assert live.told(CallLeftQueue)[-1].reason == "abandoned"

    run_virtual(story())


def test_a_caller_who_is_gone_cannot_be_answered() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        place = live.call("c1")
        offer = await offered(place)
        live.acd.call_ended("c1")
        assert offer.answered() is False
        assert offer.ringing() is False
        assert live.state("8001")[0] == "ready"
        with pytest.raises(PlaceOver):
            await place.next()

    run_virtual(story())


# 4. freeswitch#1148, asterisk#1568
def test_an_announcement_does_not_delay_the_connection() -> None:
    async def story() -> None:
        live = Live()
        place = live.call("c1")
        announcement = asyncio.ensure_future(asyncio.sleep(30))
        decided = asyncio.ensure_future(place.next())
        loop = asyncio.get_running_loop()
        loop.call_later(7, live.acd.sign_in, "8001")
        await asyncio.wait({announcement, decided}, return_when=asyncio.FIRST_COMPLETED)
        assert decided.done() and loop.time() == 7
        announcement.cancel()

    run_virtual(story())


# 5. opensips#2679, asterisk#1006, #607
def test_wrapup_holds_across_queues_and_ends_in_its_own_time() -> None:
    async def story() -> None:
        live = Live(queues={"a": {"wrapup": 30}, "b": {"wrapup": 5}})
        live.acd.sign_in("8001")
        live.acd.sign_in("8002")
        first, second = live.call("a1", "a"), live.call("b1", "b")
        talk_a, talk_b = await live.talk(first), await live.talk(second)
        talk_a.talk_ended()
        talk_b.talk_ended()
        waiting = live.call("b2", "b")
        await nothing(waiting, 4.9)
        offer = await offered(waiting, 0.2)
        assert offer.agent == "8002" and offer.answered()
        last = live.call("b3", "b")
        await nothing(last, 24)
        assert live.state("8001")[0] == "wrapup"
        assert (await offered(last, 1.5)).agent == "8001"

    run_virtual(story())


# 6. asterisk#176, OpenACD#5
def test_two_agents_never_answer_one_call() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        place = live.call("c1")
        old = await offered(place)
        old.failed(DialResult.NO_ANSWER)
        live.acd.sign_in("8002")
        new = await offered(place)
        assert new.agent == "8002"
        assert new.answered() is True
        assert old.answered() is False
        assert live.state("8001") == ("break", "ring_no_answer", "")

    run_virtual(story())


def test_a_burst_does_not_offer_one_agent_to_everyone() -> None:
    async def story() -> None:
        live = Live()
        for number in range(5):
            live.acd.sign_in(f"80{number:02}")
        places = [live.call(f"c{at}") for at in range(50)]
        offers = [await offered(place) for place in places[:5]]
        assert len({offer.agent for offer in offers}) == 5
        for place in places[5:]:
            assert place.position <= 45
            await nothing(place, 0.01)

    run_virtual(story())


# 7. asterisk#1736
def test_counters_do_not_double_when_much_happens_at_once() -> None:
    rows = ['{"at": 0, "config": {"queues": {"q": {"wrapup": 0}}}}']
    rows += [f'{{"at": 1, "agent": "a{at}", "state": "ready", "answers": "after 1"}}' for at in range(10)]
    rows += [f'{{"at": 2, "call": "c{at}", "queue": "q", "talk": 3, "patience": 4}}' for at in range(40)]
    _, world = play(rows)
    figures = world.acd.statistics.day("q", world.acd.statistics.today(0.0))
    assert (figures.entered, figures.answered, figures.abandoned, figures.short_abandoned) == (40, 10, 0, 30)
    assert world.acd.queues()[0].waiting == 0


# 8. FreePBX#621, #525
class Dialler:
    def __init__(self) -> None:
        self.orders: list[CallbackOrder] = []
        self.attempts: list[Attempt] = []

    def can_dial(self, number: Number) -> bool:
        return True

    def call_back(self, order: CallbackOrder, attempt: Attempt) -> None:
        self.orders.append(order)
        self.attempts.append(attempt)

    def give_up(self, order: CallbackOrder) -> None:
        self.orders.remove(order)


def test_a_callback_keeps_its_place_and_does_not_jump_the_line() -> None:
    async def story() -> None:
        live, dialler = Live(), Dialler()
        live.acd.callbacks.find_dialler = lambda: dialler
        first = live.call("c1", caller="+8613800000009")
        await asyncio.sleep(1)
        live.call("c2", caller=MOBILE)
        await asyncio.sleep(1)
        third = live.call("c3", caller="+8613800000003")
        assert await live.acd.request_callback("general", Number.parse("13800000001"), call="c2")
        assert third.position == 3
        live.acd.sign_in("8001")
        live.acd.sign_in("8002")
        assert (await offered(first)).agent == "8001"
        assert [order.agent for order in dialler.orders] == ["8002"]
        await nothing(third)

    run_virtual(story())


def test_a_callback_is_dialled_once() -> None:
    async def story() -> None:
        live, dialler = Live(), Dialler()
        live.acd.callbacks.find_dialler = lambda: dialler
        number = Number.parse("13800000001")
        assert await live.acd.request_callback("general", number, call="c1")
        assert await live.acd.request_callback("general", number, call="c1")
        for agent in ("8001", "8002", "8003"):
            live.acd.sign_in(agent)
        assert len(dialler.orders) == 1
        attempt = dialler.attempts[0]
        assert attempt.agent_rings() and attempt.citizen_dialled() and attempt.connected()
        # The engine dies in the talk: he is not rung again.
        again = Live()
        again.acd.callbacks.find_dialler = lambda: dialler
        data = live.kept["callback", attempt.order.id]
        again.acd.restore_snapshot(json.loads(json.dumps({"callbacks": {"k": data}})))
        again.acd.sign_in("8001")
        await asyncio.sleep(1000)
        assert len(dialler.orders) == 1

    run_virtual(story())


# 9. amazon-connect-streams#241, #613
@pytest.mark.parametrize(("state", "reason"), [("break", "lunch"), ("signed_out", "")])
@pytest.mark.parametrize("result", [DialResult.NO_ANSWER, DialResult.REJECTED, DialResult.BUSY, DialResult.UNREACHABLE])
def test_a_requested_state_is_not_overwritten_by_a_failed_offer(state: str, reason: str, result: DialResult) -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        offer = await offered(live.call("c1"))
        offer.ringing()
        live.acd.request_state("8001", state, reason)
        assert live.state("8001") == ("ringing", "", state)
        offer.failed(result)
        assert live.state("8001") == (state, reason, "")

    run_virtual(story())


@pytest.mark.parametrize("after", ["talk", "wrapup"])
def test_a_requested_break_takes_effect_after_the_talk_whatever_happens_to_the_phone(after: str) -> None:
    async def story() -> None:
        live = Live(queues={"general": {"requested_after": after}})
        live.acd.sign_in("8001")
        offer = await live.talk(live.call("c1"))
        live.acd.request_state("8001", "break", "lunch")
        live.acd.phones_changed("8001", False)
        live.acd.phones_changed("8001", True)
        offer.talk_ended()
        assert live.state("8001") == (("break", "lunch", "") if after == "talk" else ("wrapup", "", "break"))
        await asyncio.sleep(11)
        assert live.state("8001") == ("break", "lunch", "")
        told = [event.requested for event in live.told(AgentStateChanged)]
        assert "break" in told

    run_virtual(story())


# 10. mikopbx/Core#741, #316
def test_a_transfer_loses_no_talk_no_figure_and_no_wrapup() -> None:
    async def story() -> None:
        live = Live(queues={"general": {"need": "mandarin", "wrapup": 10}})
        live.acd.sign_in("8001")
        live.acd.sign_in("8002")
        place = live.call("c1")
        offer = await live.talk(place)
        first, second = offer.agent, "8002" if offer.agent == "8001" else "8001"
        await asyncio.sleep(60)
        live.acd.talk_ended(first, "c1")
        live.acd.talk_started(second, "c1", "general")
        assert live.state(first)[0] == "wrapup" and live.state(second)[0] == "talking"
        await asyncio.sleep(30)
        live.acd.talk_ended(second, "c1")
        assert live.state(second)[0] == "wrapup"
        talks = {agent: live.acd.agent_figures(agent).talk for agent in (first, second)}
        assert talks == {first: pytest.approx(60), second: pytest.approx(30)}
        figures = live.acd.queue_figures("general")
        assert (figures.entered, figures.answered, figures.talks) == (1, 1, 1)
        await asyncio.sleep(11)
        assert {live.state(agent)[0] for agent in (first, second)} == {"ready"}

    run_virtual(story())


# 11. freeswitch#2061, #2143; kazoo 6609, wazo-calld 184
def test_an_agent_is_not_paused_or_signed_out_by_a_restart() -> None:
    async def story() -> None:
        live = Live()
        for number in ("8001", "8002", "8003", "8004", "8005"):
            live.acd.sign_in(number)
        live.acd.request_state("8002", "break", "lunch")
        talk = live.call("c1")
        await live.talk(talk)
        ringing = await offered(live.call("c2"))
        ringing.ringing()
        live.acd.phones_changed("8005", False)
        assert [live.state(f"800{at}")[0] for at in range(1, 6)] == ["talking", "break", "ringing", "ready", "offline"]
        data = json.loads(json.dumps(live.acd.snapshot()))
        again = Live()
        again.acd.restore_snapshot(data)
        again.acd.reconcile({"8001": "c1"})
        assert [again.state(f"800{at}")[0] for at in range(1, 6)] == ["talking", "break", "ready", "ready", "ready"]

    run_virtual(story())


def test_every_decision_about_a_call_is_told_in_order() -> None:
    async def story() -> None:
        live = Live()
        place = live.call("c1")
        live.acd.sign_in("8001")
        offer = await live.talk(place)
        offer.talk_ended()
        await asyncio.sleep(20)
        names = [type(event).__name__ for event in live.events if not isinstance(event, QueueChanged)]
        assert names[0] == "CallQueued"
        assert [name for name in names if name != "AgentStateChanged"] == ["CallQueued", "CallOffered", "CallLeftQueue"]
        states = [event.state for event in live.told(AgentStateChanged)]
        assert states == ["ready", "reserved", "ringing", "talking", "wrapup", "ready"]

    run_virtual(story())


# 12. cskefu#442, #463, #248
def test_no_agent_is_idle_while_callers_wait() -> None:
    async def story() -> None:
        live = Live(
            skills=["social"],
            queues={"q": {"need": "social >= 3", "steps": [{"after": 30, "need": "social"}], "wrapup": 0}},
            everyone={"skills": {"social": 1}},
        )
        live.acd.sign_in("8001")
        place = live.call("c1", "q")
        await nothing(place, 29.9)
        offer = await offered(place, 0.2)
        assert asyncio.get_running_loop().time() == 30
        waiting = live.call("c2", "q")
        offer.answered()
        await asyncio.sleep(40)
        offer.talk_ended()
        assert (await offered(waiting)).agent == "8001"

    run_virtual(story())


def test_an_agent_who_gets_the_skill_is_given_those_who_wait_already() -> None:
    async def story() -> None:
        live = Live(skills=["social"], queues={"q": {"need": "social >= 3"}}, everyone={"skills": {}})
        live.acd.sign_in("8001")
        place = live.call("c1", "q")
        await nothing(place)
        live.acd.describe_agent("8001", AgentSettings(skills={"social": 3}))
        assert (await offered(place)).agent == "8001"

    run_virtual(story())


def test_settings_that_relax_a_need_hold_for_those_who_wait_already() -> None:
    async def story() -> None:
        live = Live(skills=["social"], queues={"q": {"need": "social >= 3"}}, everyone={"skills": {"social": 1}})
        live.acd.sign_in("8001")
        place = live.call("c1", "q")
        await nothing(place)
        live.acd.configure(live.settings.model_copy(update={"queues": {"q": QueueSettings(need="social")}}))
        assert (await offered(place)).agent == "8001"

    run_virtual(story())


# "A caller keeps his place after a drop": nobody but one peer does it.
def test_a_caller_who_was_cut_off_gets_his_place_back() -> None:
    async def story() -> None:
        live = Live()
        first = live.call("c1", caller=MOBILE)
        await asyncio.sleep(20)
        live.call("c2")
        first.withdraw("cut_off")
        await asyncio.sleep(30)
        again = live.call("c3", caller=MOBILE)
        assert again.position == 1
        assert again.waited == 50
        await asyncio.sleep(1)
        again.withdraw("abandoned")
        await asyncio.sleep(301)
        assert live.call("c4", caller=MOBILE).position == 2

    run_virtual(story())


def test_after_a_crash_the_queue_stands_as_before_order_included() -> None:
    async def story() -> None:
        live = Live()
        items = [WorkItem(f"c{at}", "call", "general", priority=float(at % 3 == 2)) for at in range(6)]
        places = []
        for item in items:
            places.append(live.acd.enqueue(item))
        before = [one.work for one in live.acd.waiting("general")]
        kept = [json.loads(json.dumps(place.kept())) for place in places]
        await asyncio.sleep(3)
        again = Acd(LoopClock(), live.settings)
        for item, place in reversed(list(zip(items, kept, strict=True))):
            again.restore(place, item)
        assert [one.work for one in again.waiting("general")] == before
        again.sign_in("8001")
        assert again.agent("8001").state == "ready", "nobody is there yet to be connected"
        new = again.enqueue(WorkItem("c9", "call", "general"))
        assert isinstance(await new.next(), Offer)
        back = [again.enqueue(item) for item in items]
        again.sign_in("8002")
        assert [place.item.id for place in back if place.work.state == "offered"] == [before[0]]
        assert [one.work for one in again.waiting("general") if one.state == "waiting"] == before[1:]

    run_virtual(story())


def test_the_queue_tells_its_figures_at_most_twice_a_second() -> None:
    async def story() -> None:
        live = Live()
        for at in range(100):
            live.call(f"c{at}")
            await asyncio.sleep(0.01)
        await asyncio.sleep(1)
        assert len(live.told(CallQueued)) == 100
        assert len(live.told(QueueChanged)) <= 3
        assert live.told(QueueChanged)[-1].waiting == 100

    run_virtual(story())
