"""Whom the strategies prefer, in which order callers are served, and when they go elsewhere."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from acd.service import Overflow, UnknownQueue, WorkItem
from acd.settings.schema import AgentSettings
from cti.base.clock import run_virtual
from cti.telephony.switch.port import DialResult
from tests.acd.live import MOBILE, Live, nothing, offered

AGENTS = {
    "a": {"skills": {"social": 5, "english": 1}, "rank": 3},
    "b": {"skills": {"social": 2}, "rank": 1},
    "c": {"skills": {"social": 3, "english": 4}, "rank": 2},
}


@pytest.mark.parametrize(
    ("strategy", "order"),
    [
        ("longest_idle", "cab"),
        ("most_skilled", "cab"),
        ("least_skilled", "bac"),
        ("fewest_calls", "bac"),
        ("round_robin", "abc"),
        ("rank", "bca"),
    ],
)
def test_strategies(strategy: str, order: str) -> None:
    async def story() -> None:
        live = Live(
            skills=["social", "english"],
            queues={"q": {"need": "social and english < 5", "strategy": strategy, "wrapup": 0}, "warm": {}},
            agents=AGENTS,
        )
        # Idle since: c, then a, then b. Calls today: b none, a one, c two.
        for agent, talks in (("c", 2), ("a", 1), ("b", 0)):
            live.acd.sign_in(agent)
            for talk in range(talks):
                (await live.talk(live.call(f"{agent}{talk}", "warm", dedicated_agent=agent))).talk_ended()
                live.acd.end_wrapup(agent)
            await asyncio.sleep(1)
        assert [(await offered(live.call(f"x{at}", "q"))).agent for at in range(3)] == list(order)

    run_virtual(story())


def test_round_robin_goes_on_where_it_was() -> None:
    async def story() -> None:
        live = Live(queues={"q": {"strategy": "round_robin", "wrapup": 0}})
        for agent in "abc":
            live.acd.sign_in(agent)
        asked = []
        for at in range(5):
            offer = await live.talk(live.call(f"x{at}", "q"))
            offer.talk_ended()
            asked.append(offer.agent)
        assert asked == ["a", "b", "c", "a", "b"]

    run_virtual(story())


def test_longest_idle_is_fair_across_queues() -> None:
    async def story() -> None:
        live = Live(queues={"q": {"wrapup": 0}, "r": {"wrapup": 0}})
        live.acd.sign_in("a")
        await asyncio.sleep(1)
        live.acd.sign_in("b")
        talk = await live.talk(live.call("r1", "r"))
        assert talk.agent == "a"
        await asyncio.sleep(1)
        talk.talk_ended()
        assert (await offered(live.call("q1", "q"))).agent == "b"

    run_virtual(story())


@pytest.mark.parametrize(
    ("first", "second", "served"),
    [
        ({}, {"vip": True}, "second"),
        ({}, {"listed": True}, "second"),
        ({}, {"priority": 5.0}, "first"),  # it ages: 60 s at 0.1 a second are 6 points
        ({}, {"priority": 7.0}, "second"),
        ({"priority": 1.0}, {"called": "12345-9"}, "second"),
        ({}, {}, "first"),
    ],
)
def test_priority_and_ageing(first: dict[str, Any], second: dict[str, Any], served: str) -> None:
    async def story() -> None:
        live = Live(queues={"q": {}}, bonus={"called": {"12345-9": 8}})
        places = {"first": live.call("c1", "q", **first)}
        await asyncio.sleep(60)
        places["second"] = live.call("c2", "q", **second)
        live.acd.sign_in("a")
        assert [name for name, place in places.items() if place.work.state == "offered"] == [served]

    run_virtual(story())


def test_ageing_begins_late_and_is_limited() -> None:
    from acd.matching.work import Ageing
    from acd.settings.schema import PrioritySettings

    ageing = Ageing(2.0, 100.0, PrioritySettings(start=10, acceleration=0.5, limit=5))
    assert [ageing.priority(at) for at in (100, 110, 112, 116, 500)] == [2, 2, 3, 5, 5]
    assert Ageing(9.0, 100.0, PrioritySettings(acceleration=0.5, limit=5)).priority(500) == 9


def test_a_repeat_caller_and_one_who_is_owed_a_callback_come_first() -> None:
    async def story() -> None:
        live = Live(queues={"q": {"place_kept": 0, "priority": {"acceleration": 0}}})
        live.call("c1", "q", caller=MOBILE).withdraw("abandoned")
        await asyncio.sleep(10)
        other = live.call("c2", "q", caller="+8613800000002")
        again = live.call("c3", "q", caller=MOBILE)
        assert (again.position, other.position) == (1, 2)
        again.withdraw("key")
        await asyncio.sleep(3601)
        assert live.call("c4", "q", caller=MOBILE).position == 2

    run_virtual(story())


def test_the_last_agent_is_waited_for_when_he_is_in() -> None:
    async def story() -> None:
        live = Live(queues={"q": {"last_agent": 20, "wrapup": 0}})
        live.acd.sign_in("a")
        talk = await live.talk(live.call("c1", "q"))
        live.acd.sign_in("b")
        place = live.call("c2", "q", last_agent="a")
        await nothing(place, 10)
        talk.talk_ended()
        offer = await offered(place)
        assert (offer.agent, offer.why) == ("a", "last agent")
        offer.answered()
        late = live.call("c3", "q", last_agent="a")
        await nothing(late, 19)
        assert (await offered(late, 2)).agent == "b"

    run_virtual(story())


def test_nobody_waits_for_a_last_agent_who_is_away_or_leaves() -> None:
    async def story() -> None:
        live = Live(queues={"q": {"last_agent": 20, "wrapup": 0}})
        live.acd.sign_in("b")
        assert (await offered(live.call("c1", "q", last_agent="a"))).agent == "b"
        live.acd.sign_in("a")
        talk = await live.talk(live.call("c2", "q"))
        assert talk.agent == "a"
        live.acd.sign_in("c")
        place = live.call("c3", "q", last_agent="a")
        live.acd.request_state("a", "break", "lunch")
        talk.talk_ended()
        assert (await offered(place)).agent == "c"

    run_virtual(story())


def test_a_dedicated_agent_takes_the_call_though_the_queue_asks_for_more() -> None:
    async def story() -> None:
        live = Live(skills=["social"], queues={"q": {"need": "social", "dedicated": 30}}, everyone={"skills": {}})
        live.acd.sign_in("a")
        offer = await offered(live.call("c1", "q", dedicated_agent="a"))
        assert (offer.agent, offer.why) == ("a", "dedicated agent")

    run_virtual(story())


def test_steps_relax_the_need_and_ask_other_groups() -> None:
    async def story() -> None:
        live = Live(
            skills=["social"],
            queues={
                "q": {
                    "need": "social >= 3",
                    "groups": ["north"],
                    "steps": [{"after": 30, "need": "social >= 2"}, {"after": 60, "groups": ["south"]}],
                }
            },
            agents={
                "s": {"skills": {"social": 2}, "groups": ["south"]},
                "n": {"skills": {"social": 2}, "groups": ["north"]},
            },
        )
        live.acd.sign_in("s")
        place = live.call("c1", "q")
        await nothing(place, 59)
        assert (await offered(place, 2)).agent == "s"
        other = live.call("c2", "q")
        live.acd.sign_in("n")
        await nothing(other, 29)
        assert (await offered(other, 2)).agent == "n"

    run_virtual(story())


@pytest.mark.parametrize(
    ("overflow", "to"),
    [
        ({"full": {"limit": 1, "to": "callback"}}, "callback"),
        ({"estimated_wait": {"limit": 10, "to": "flow:busy"}}, "flow:busy"),
    ],
)
def test_overflow_at_the_door(overflow: dict[str, Any], to: str) -> None:
    async def story() -> None:
        live = Live(queues={"q": {"overflow": overflow}})
        live.acd.sign_in("a")
        await live.talk(live.call("c0", "q"))
        if "full" in overflow:
            live.call("c1", "q")
        assert await live.call("c2", "q").next() == Overflow(to, live.told_overflow())

    run_virtual(story())


def test_overflow_when_nobody_is_signed_in_also_for_those_who_wait() -> None:
    async def story() -> None:
        live = Live(queues={"q": {"overflow": {"no_agents": "message:later"}}})
        found = await live.call("c1", "q").next()
        assert isinstance(found, Overflow) and found.to == "message:later"
        live.acd.sign_in("a")
        await live.talk(live.call("c2", "q"))
        waiting = live.call("c3", "q")
        await nothing(waiting)
        live.acd.request_state("a", "signed_out")
        live.acd.talk_ended("a", "c2")
        found = await waiting.next()
        assert isinstance(found, Overflow) and found.why == "no agent signed in"

    run_virtual(story())


def test_overflow_by_calendar() -> None:
    async def story() -> None:
        closed = {"overflow": {"closed": "voicemail"}, "calendar": "never"}
        live = Live(queues={"q": closed}, calendars={"never": {"week": {}}})
        live.acd.sign_in("a")
        assert await live.call("c1", "q").next() == Overflow("voicemail", "closed")

    run_virtual(story())


def test_overflow_to_another_queue_takes_the_wait_along_and_goes_in_no_circle() -> None:
    async def story() -> None:
        live = Live(
            queues={
                "q": {"overflow": {"longest_wait": {"limit": 30, "to": "queue:r"}}},
                "r": {"overflow": {"longest_wait": {"limit": 30, "to": "queue:q"}}},
            }
        )
        found = await live.call("c1", "q").next()
        assert isinstance(found, Overflow) and found.to == "queue:r"
        live.call("other", "r")
        place = live.call("c1", "r")
        assert (place.position, place.waited) == (1, 30)
        await nothing(place, 100)
        assert place.position == 1

    run_virtual(story())


def test_an_unknown_queue_is_refused() -> None:
    async def story() -> None:
        with pytest.raises(UnknownQueue):
            Live().call("c1", "nowhere")

    run_virtual(story())


def test_an_agent_who_refused_is_not_asked_again_for_a_while() -> None:
    async def story() -> None:
        live = Live(queues={"q": {"rejected": "skip", "skip": 15}})
        live.acd.sign_in("a")
        place = live.call("c1", "q")
        (await offered(place)).failed(DialResult.REJECTED)
        await nothing(place, 14)
        assert live.state("a")[0] == "ready"
        assert (await offered(live.call("c2", "q"))).agent == "a"
        live.acd.call_ended("c2")
        assert (await offered(place, 2)).agent == "a"

    run_virtual(story())


def test_skills_change_while_the_agent_is_free() -> None:
    async def story() -> None:
        live = Live(skills=["social"], queues={"q": {"need": "social"}}, everyone={"skills": {"social": 1}})
        live.acd.sign_in("a")
        live.acd.describe_agent("a", AgentSettings())
        place = live.call("c1", "q")
        await nothing(place)
        live.acd.describe_agent("a", AgentSettings(skills={"social": 1}))
        assert (await offered(place)).agent == "a"

    run_virtual(story())


def test_whoever_served_a_caller_last_is_remembered_also_over_a_restart() -> None:
    async def story() -> None:
        live = Live(queues={"general": {"need": "mandarin", "last_agent": 20, "wrapup": 0}})
        for agent in ("8001", "8002"):
            live.acd.sign_in(agent)
        offer = await live.talk(live.call("c1", caller=MOBILE))
        offer.talk_ended()
        other = "8002" if offer.agent == "8001" else "8001"
        # Though the other was idle longer.
        assert (await live.talk(live.call("c2", caller=MOBILE))).agent == offer.agent
        again = Live(queues={"general": {"need": "mandarin", "last_agent": 20, "wrapup": 0}})
        again.acd.restore_snapshot(json.loads(json.dumps(live.acd.snapshot())))
        again.acd.reconcile({}, ())
        assert {again.state(one)[0] for one in (offer.agent, other)} == {"ready"}
        assert (await again.talk(again.call("c3", caller=MOBILE))).why == "last agent"

    run_virtual(story())


def test_work_may_ask_for_more_than_its_queue_does_at_each_of_its_steps() -> None:
    async def story() -> None:
        steps = [{"after": 30, "need": "social >= 1"}]
        live = Live(
            queues={"general": {"need": "social >= 3", "steps": steps}},
            agents={"8001": {"skills": {"social": 5}}, "8002": {"skills": {"social": 1, "english": 2}}},
        )
        for agent in live.settings.agents:
            live.acd.sign_in(agent)
        narrow = live.call("c1", need="english >= 2")
        assert (await offered(live.call("c2"))).agent == "8001"
        await nothing(narrow, 29)
        assert (await offered(narrow, 2)).agent == "8002"
        again = Live(queues={"general": {"need": "social"}}, agents={"8001": {"skills": {"social": 5}}})
        again.acd.restore(json.loads(json.dumps(narrow.kept())), WorkItem("c1", "call", "general"))
        again.acd.sign_in("8001")
        place = again.call("c1", need="english >= 2")
        await nothing(place, 10)
        again.acd.describe_agent("8001", AgentSettings(skills={"social": 5, "english": 2}))
        assert (await offered(place)).agent == "8001"

    run_virtual(story())


def test_a_need_of_its_own_that_cannot_be_used_is_passed_over() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        with capture_logs() as logs:
            assert (await offered(live.call("c1", need="klingon >= 2"))).agent == "8001"
        assert "klingon" in logs[0]["reason"]

    run_virtual(story())
