"""Agents' states: what they ask for, what happens to them."""

from __future__ import annotations

import asyncio
import itertools
import json

import pytest

from acd.matching.states import AGENT_WAYS, AgentState, IllegalMove, WorkState, check_agent, check_work
from acd.service import Overflow, Place, RequestRefused, WorkItem
from acd.settings.schema import AgentSettings
from cti.base.clock import run_virtual
from cti.base.events import AgentStateChanged, AlarmCleared, AlarmRaised
from cti.telephony.switch.port import DialResult
from tests.acd.live import Live, nothing, offered


def test_a_way_that_is_not_in_the_table_is_refused() -> None:
    for before, after in itertools.product(AgentState, AgentState):
        if after in AGENT_WAYS[before]:
            check_agent(before, after)
        else:
            with pytest.raises(IllegalMove):
                check_agent(before, after)
    with pytest.raises(IllegalMove):
        check_work(WorkState.OVER, WorkState.WAITING)


def test_a_day_of_an_agent() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        live.acd.request_state("8001", "break", "lunch")
        live.acd.request_state("8001", "ready")
        talk = await live.talk(live.call("c1"))
        talk.talk_ended()
        live.acd.end_wrapup("8001")
        live.acd.request_state("8001", "signed_out")
        live.acd.sign_in("8001", "break", "training")
        told = [(event.state, event.reason, event.call) for event in live.told(AgentStateChanged)]
        assert told == [
            ("ready", "", ""),
            ("break", "lunch", ""),
            ("ready", "", ""),
            ("reserved", "", "c1"),
            ("ringing", "", "c1"),
            ("talking", "", "c1"),
            ("wrapup", "", "c1"),
            ("ready", "", ""),
            ("signed_out", "", ""),
            ("break", "training", ""),
        ]

    run_virtual(story())


def test_the_state_of_an_agent_is_told_as_his_organisations() -> None:
    """Whoever hears events of one county heard of nobody's state: each agent's was told as the house's."""

    async def story() -> None:
        live = Live()
        live.acd.owner_of = {"8001": "wujin"}.get  # type: ignore[assignment]
        live.acd.sign_in("8001")
        live.acd.sign_in("8002")
        assert [(event.agent, event.organisation) for event in live.told(AgentStateChanged)] == [
            ("8001", "wujin"),
            ("8002", "city"),
        ]

    run_virtual(story())


def test_a_request_during_the_talk_can_be_taken_back() -> None:
    async def story() -> None:
        live = Live(queues={"general": {"wrapup": 0}})
        live.acd.sign_in("8001")
        talk = await live.talk(live.call("c1"))
        live.acd.request_state("8001", "signed_out")
        assert live.state("8001") == ("talking", "", "signed_out")
        live.acd.request_state("8001", "ready")
        assert live.state("8001") == ("talking", "", "")
        talk.talk_ended()
        assert live.state("8001") == ("ready", "", "")

    run_virtual(story())


def test_what_a_supervisor_asks_for_is_not_overwritten_by_the_agent() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        talk = await live.talk(live.call("c1"))
        live.acd.request_state("8001", "break", "forced", by="s1")
        with pytest.raises(RequestRefused, match="s1 has asked for break before"):
            live.acd.request_state("8001", "ready")
        live.acd.request_state("8001", "signed_out", by="s2")
        talk.talk_ended()
        assert live.state("8001") == ("signed_out", "", "")
        with pytest.raises(RequestRefused, match="not signed in"):
            live.acd.request_state("8001", "ready", by="s1")
        with pytest.raises(RequestRefused, match="cannot be asked for"):
            live.acd.request_state("8001", "signed_out")
            live.acd.sign_in("8001")
            live.acd.request_state("8001", "talking")

    run_virtual(story())


def test_breaks_have_limits() -> None:
    async def story() -> None:
        live = Live(breaks={"lunch": {"limit": 1800, "at_once": 1}})
        for agent in ("8001", "8002"):
            live.acd.sign_in(agent)
        live.acd.request_state("8001", "break", "lunch")
        with pytest.raises(RequestRefused, match="1 have the break lunch already"):
            live.acd.request_state("8002", "break", "lunch")
        live.acd.request_state("8002", "break", "rest")
        await asyncio.sleep(1801)
        assert [alarm.name for alarm in live.told(AlarmRaised)] == ["acd.break.8001"]
        live.acd.request_state("8001", "ready")
        assert [alarm.name for alarm in live.told(AlarmCleared)] == ["acd.break.8001"]
        live.acd.request_state("8002", "break", "lunch")

    run_virtual(story())


def test_wrapup_can_be_extended_within_a_limit_and_ended_early() -> None:
    async def story() -> None:
        live = Live(queues={"general": {"wrapup": 10, "wrapup_extension": 60}})
        live.acd.sign_in("8001")
        talk = await live.talk(live.call("c1"))
        with pytest.raises(RequestRefused):
            live.acd.extend_wrapup("8001", 30)
        talk.talk_ended()
        await asyncio.sleep(5)
        assert live.acd.extend_wrapup("8001", 30) == 35
        assert live.acd.extend_wrapup("8001", 300) == 65
        await asyncio.sleep(64)
        assert live.state("8001")[0] == "wrapup"
        await asyncio.sleep(2)
        assert live.state("8001")[0] == "ready"
        (await live.talk(live.call("c2"))).talk_ended()
        live.acd.end_wrapup("8001")
        assert live.state("8001")[0] == "ready"

    run_virtual(story())


def test_an_agent_without_a_phone_is_offline_and_ready_by_himself_when_it_is_back() -> None:
    async def story() -> None:
        live = Live()
        live.acd.can_ring = lambda agent: agent != "8001"
        live.acd.sign_in("8001")
        assert live.state("8001") == ("offline", "unreachable", "")
        place = live.call("c1")
        await nothing(place)
        live.acd.phones_changed("8001", True)
        assert (await offered(place)).agent == "8001"

    run_virtual(story())


def test_who_went_home_without_a_word_keeps_nobody_waiting() -> None:
    async def story() -> None:
        live = Live(offline_limit=60, queues={"general": {"need": "mandarin", "overflow": {"no_agents": "message"}}})
        live.acd.sign_in("8001")
        live.acd.phones_changed("8001", False)
        place = live.call("c1")
        await nothing(place, 59)
        assert live.state("8001") == ("offline", "unreachable", "")
        assert isinstance(await asyncio.wait_for(place.next(), 2), Overflow)
        assert live.state("8001") == ("signed_out", "unreachable", "")
        # His phone alone does not sign him in.
        live.acd.phones_changed("8001", True)
        assert live.state("8001")[0] == "signed_out"

    run_virtual(story())


def test_a_phone_that_is_back_in_time_signs_nobody_out() -> None:
    async def story() -> None:
        live = Live(offline_limit=60)
        live.acd.sign_in("8001")
        for _ in range(3):
            live.acd.phones_changed("8001", False)
            await asyncio.sleep(50)
            live.acd.phones_changed("8001", True)
            await asyncio.sleep(50)
            assert live.state("8001")[0] == "ready"

    run_virtual(story())


def test_a_phone_that_failed_and_then_is_gone_signs_its_agent_out_too() -> None:
    async def story() -> None:
        live = Live(offline_limit=60, unreachable_retry=30)
        live.acd.sign_in("8001")
        (await offered(live.call("c1"))).failed(DialResult.UNREACHABLE)
        live.acd.phones_changed("8001", False)
        await asyncio.sleep(59)
        assert live.state("8001")[0] == "offline"
        await asyncio.sleep(2)
        assert live.state("8001")[0] == "signed_out"

    run_virtual(story())


def test_an_agent_whose_registered_phone_failed_is_tried_again() -> None:
    async def story() -> None:
        live = Live(unreachable_retry=30)
        live.acd.sign_in("8001")
        place = live.call("c1")
        (await offered(place)).failed(DialResult.UNREACHABLE)
        assert live.state("8001")[0] == "offline"
        await nothing(place, 29)
        assert (await offered(place, 2)).agent == "8001"

    run_virtual(story())


def test_a_chat_agent_needs_no_phone() -> None:
    async def story() -> None:
        live = Live(agents={"8001": {"calls": 0, "chats": 1, "skills": {"mandarin": 1}}})
        live.acd.phones_changed("8001", False)
        live.acd.sign_in("8001")
        assert live.state("8001")[0] == "ready"
        await nothing(live.call("c1"))

    run_virtual(story())


def test_an_outbound_talk_keeps_the_agent_busy() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        live.acd.talk_started("8001", "out1")
        place = live.call("c1")
        await nothing(place)
        live.acd.talk_ended("8001", "out1")
        live.acd.talk_ended("8001", "out1")
        assert (await offered(place)).agent == "8001"

    run_virtual(story())


def test_the_events_of_the_talk_say_the_same_as_the_offer() -> None:
    """The switch's word may come before the session's: nothing is counted twice."""

    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        offer = await offered(live.call("c1"))
        live.acd.talk_started("8001", "c1")
        assert offer.is_over and offer.answered() is False
        assert live.state("8001")[0] == "talking"
        live.acd.talk_ended("8001", "c1")
        offer.talk_ended()
        assert live.state("8001")[0] == "wrapup"
        figures = live.acd.statistics.day("general", live.acd.statistics.today(0.0))
        assert (figures.answered, figures.talks) == (1, 1)

    run_virtual(story())


def test_what_was_asked_for_in_a_talk_takes_effect_after_a_restart() -> None:
    async def story() -> None:
        live = Live()
        for agent in ("8001", "8002", "8003"):
            live.acd.sign_in(agent)
        talks = [await live.talk(live.call(f"c{at}")) for at in range(3)]
        live.acd.request_state("8001", "break", "lunch")
        live.acd.request_state("8002", "signed_out")
        talks[2].talk_ended()
        await asyncio.sleep(4)
        live.acd.describe_agent("8003", AgentSettings(skills={"mandarin": 5}, chats=1))
        again = Live()
        again.acd.restore_snapshot(
            json.loads(json.dumps({"agents": {id: data for (_, id), data in live.kept.items()}}))
        )
        assert again.state("8001") == ("talking", "", "break")
        assert again.state("8003")[0] == "wrapup"
        assert again.acd.agent("8003").skills == {"mandarin": 5}
        again.acd.reconcile({"8001": "c0"})
        assert again.state("8002")[0] == "signed_out"
        again.acd.talk_ended("8001", "c0")
        assert again.state("8001") == ("break", "lunch", "")
        await asyncio.sleep(7)
        assert again.state("8003")[0] == "ready"

    run_virtual(story())


def test_a_place_that_nobody_comes_back_to_is_given_up_in_the_end() -> None:
    async def story() -> None:
        live = Live()
        kept = live.call("c1").kept()
        again = Live(restored_wait=60)
        again.acd.restore(kept, WorkItem("c1", "call", "general"))
        again.acd.restore(kept, WorkItem("c1", "call", "general"))
        again.acd.restore({**kept, "queue": "gone"}, WorkItem("c2", "call", "gone"))
        assert [one.state for one in again.acd.waiting("general")] == ["held"]
        await asyncio.sleep(61)
        assert again.acd.waiting("general") == ()

    run_virtual(story())


def test_a_failed_chat_does_not_go_round_in_circles_while_another_chat_goes_on() -> None:
    async def story() -> None:
        live = Live(queues={"general": {"busy": "break", "rejected": "break", "wrapup": 0}})
        live.acd.sign_in("8001")

        def chat(id: str) -> Place:
            return live.acd.enqueue(WorkItem(id, "chat", "general"))

        first = await live.talk(chat("x1"))
        second = chat("x2")
        (await offered(second)).failed(DialResult.BUSY)
        assert live.state("8001") == ("talking", "", "break")
        await nothing(second)
        first.talk_ended()
        assert live.state("8001") == ("break", "busy", "")
        live.acd.request_state("8001", "ready")
        (await offered(second)).answered()
        third = chat("x3")
        (await offered(third)).failed(DialResult.UNREACHABLE)
        assert live.state("8001") == ("talking", "", "")
        await nothing(third, 29)
        assert (await offered(third, 2)).agent == "8001"

    run_virtual(story())


def test_a_phone_that_vanishes_while_it_rings_is_not_the_agents_fault() -> None:
    """The reservation ran to its deadline, and then the agent was put into a break for not answering."""

    async def story() -> None:
        live = Live(queues={"general": {}})
        live.acd.sign_in("8001")
        place = live.call("c1")
        offer = await offered(place)
        assert offer.ringing()
        live.acd.sign_in("8002")
        live.acd.phones_changed("8001", False)
        assert await asyncio.wait_for(offer.taken_back(), 0.001) == "the phone is gone"
        assert live.state("8001") == ("offline", "unreachable", "")
        assert (await offered(place)).agent == "8002", "and nobody waits for a phone that is gone"
        live.acd.phones_changed("8001", True)
        assert live.state("8001")[0] == "ready"

    run_virtual(story())
