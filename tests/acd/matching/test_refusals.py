"""What goes along to another queue, and what refusals, sign-outs and those who wait cost."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from hypothesis import given
from hypothesis import strategies as st

from acd.matching.lines import Line
from acd.matching.work import Ageing, Present, Queue, Work, WorkItem
from acd.service import Overflow
from acd.settings.schema import AcdSettings, QueueSettings
from acd.simulator.played import PlayedCall
from acd.simulator.world import World
from cti.base.clock import run_virtual
from cti.telephony.switch.port import DialResult
from tests.acd.live import MOBILE, Live, nothing, offered


def test_what_a_caller_brings_along_survives_an_overflow() -> None:
    """A repeat caller's points were judged anew in the next queue: 5 became 0, and a first caller's 0 became 5."""

    async def story() -> None:
        limit = {"overflow": {"longest_wait": {"limit": 20, "to": "queue:other"}}}
        live = Live(
            queues={"general": {"need": "mandarin", **limit}, "other": {"need": "mandarin", "priority": {"base": 3}}}
        )
        live.acd.sign_in("8001")
        await live.talk(live.call("busy"))
        live.call("early", caller=MOBILE).withdraw("key")
        await asyncio.sleep(10)
        again, first = live.call("again", caller=MOBILE), live.call("first", caller="+8613900000002")
        await asyncio.sleep(10)
        live.call("first-2", caller="+8613900000002")
        await asyncio.sleep(11)
        points = {}
        for place in (again, first):
            assert isinstance(await place.next(), Overflow)
            moved = live.acd.enqueue(WorkItem(place.item.id, "call", "other", caller=place.item.caller))
            points[place.item.id] = dict(moved.work.reasons)
        assert points == {"again": {"queue": 3.0, "repeat": 5.0}, "first": {"queue": 3.0}}

    run_virtual(story())


def test_an_agent_who_refused_is_not_asked_again_where_the_caller_overflows_to() -> None:
    """`skip` was forgotten at overflow: the agent who had just refused the call was offered it at once."""

    async def story() -> None:
        queues = {
            "general": {
                "rejected": "skip",
                "skip": 30,
                "overflow": {"longest_wait": {"limit": 10, "to": "queue:other"}},
            },
            "other": {},
        }
        live = Live(queues=queues)
        live.acd.sign_in("8001")
        place = live.call("c1")
        (await offered(place)).failed(DialResult.REJECTED)
        await asyncio.sleep(11)
        assert isinstance(await place.next(), Overflow)
        place = live.call("c1", "other")
        await nothing(place, 18)
        assert (await offered(place, 2)).agent == "8001"

    run_virtual(story())


def test_an_agent_who_signs_out_while_others_serve_costs_no_look_at_those_who_wait() -> None:
    """Each sign-out walked through everybody who waited: 755 µs with 10,000 instead of 82."""

    class Untouchable(dict[str, Work]):
        def values(self) -> NoReturn:
            raise AssertionError("those who wait are walked through")

    world = World(AcdSettings.model_validate({"queues": {"q": {"overflow": {"no_agents": "voicemail"}}}}))
    for agent in ("a1", "a2", "a3"):
        world.agent_state(agent, "ready")
    for at in range(5):
        world.arrive(PlayedCall(world, WorkItem(f"c{at}", "call", "q"), None, 1000))
    world.clock.advance(5)
    queue = world.acd.matching.queues["q"]
    queue.works = Untouchable(queue.works)
    world.agent_state("a1", "break")
    world.agent_state("a2", "signed_out")
    world.clock.advance(2000)
    assert world.acd.agent("a2").state == "signed_out"


def test_who_refused_a_thousand_callers_passes_them_over_at_once() -> None:
    """An agent whose phone is busy refuses all who wait; each of his next steps looked at all of them again."""
    looked: list[str] = []

    class Refused(dict[str, float]):
        def __contains__(self, agent: object) -> bool:
            looked.append(str(agent))
            return super().__contains__(agent)

    line, queue = Line(), Queue("q", QueueSettings(), Present())
    works = []
    for at in range(1000):
        refused = Refused({"busy": 9.0} if at != 700 else {"other": 9.0})
        work = Work(WorkItem(f"c{at}", "call", "q"), queue, at, at, Ageing(0, at, queue.settings.priority), at)
        work.refused = refused
        work.settle(0)
        line.add(work, 1)
        works.append(work)
    assert line.best(1, 1000, "busy") is works[700]
    assert line.best(1, 1000, "other") is works[0]
    assert not looked
    assert line.ahead(works[700], 1000) == 700


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sets(st.sampled_from("abcdefgh"))), max_size=120),
    st.sampled_from("abcdefgh"),
)
def test_refusals_of_any_kind_are_heeded(kinds: list[tuple[int, set[str]]], agent: str) -> None:
    """With many kinds of refusals some share a tree; the first whom the agent has not refused is found all the same."""
    line, queue, works = Line(), Queue("q", QueueSettings(), Present()), []
    for at, (points, refused) in enumerate(kinds):
        work = Work(WorkItem(f"c{at}", "call", "q"), queue, at, at, Ageing(points, at, queue.settings.priority), at)
        work.refused = dict.fromkeys(sorted(refused), 9.0)
        work.settle(0)
        line.add(work, 1)
        works.append(work)
    able = [work for work in works if agent not in work.refused]
    assert line.best(1, 0.0, agent) is min(able, key=lambda work: work.standing(0.0), default=None)
    for work in works:
        assert line.ahead(work, 0.0) == sum(one.standing(0.0) < work.standing(0.0) for one in works)
    for work in works:
        line.remove(work)
    assert not len(line)
