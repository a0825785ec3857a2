"""The index chooses as the scan does, and the world is always as it must be."""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd.matching.agents import Agent
from acd.matching.index import Index
from acd.matching.states import Lane, WorkState
from acd.matching.work import Work, WorkItem
from acd.settings.schema import AcdSettings
from acd.simulator.played import PlayedCall
from acd.simulator.replay import Replay
from acd.simulator.scenario import read
from acd.simulator.world import World
from tests.acd.worlds import Both, faults, play, random_rows, strained_rows

WORLDS = int(os.environ.get("ACD_WORLDS", "80"))
"""Random worlds in which every choice is compared; `scripts/bench/acd worlds` compares 10,000."""


def test_the_index_chooses_as_the_scan_in_every_step_of_random_worlds() -> None:
    questions = 0
    for seed in range(WORLDS):
        witness, world = play(random_rows(random.Random(seed)))
        index = world.acd.matching.index
        assert isinstance(index, Both)
        questions += index.questions
        assert not witness.faults, (seed, witness.faults[:3])
    assert questions > WORLDS * 10


def test_whoever_is_first_in_order_is_served_first_in_random_worlds() -> None:
    """An agent whose ringing came to nothing freed the callers bound to him, and they went before an older caller.

    The judge hears lines and decisions and shares no code with the matching: what both got wrong alike shows here.
    """
    compared = 0
    for seed in range(WORLDS * 2):
        rng = random.Random(seed)
        rows = strained_rows(rng) if seed % 2 else random_rows(rng, bound=0.5)
        witness, _ = play(rows, both=False)
        assert not witness.order.faults, (seed, witness.order.faults[:3])
        compared += witness.order.passed
    assert compared > WORLDS * 20


def test_who_waits_for_an_agent_does_not_pass_an_older_caller_when_that_agent_is_lost() -> None:
    """c1 rang the agent in vain; c2, who waited for that very agent, took the next free one before c1 was looked at."""
    rows = [
        '{"at": 0, "config": {"queues": {"q": {"wrapup": 0, "ring": 10, "dedicated": 60}}}}',
        '{"at": 0, "agent": "a1", "state": "ready", "answers": "never"}',
        '{"at": 1, "call": "c1", "queue": "q"}',
        '{"at": 5, "call": "c2", "queue": "q", "dedicated_agent": "a1"}',
        '{"at": 6, "agent": "a2", "state": "break", "reason": "rest"}',
        '{"at": 11, "agent": "a2", "state": "ready"}',
    ]
    for late in (rows, [*rows[:-1], '{"at": 10.5, "agent": "a2", "state": "ready"}']):
        witness, _ = play(late)
        assert not witness.order.faults
    offers = [(told.at, told.work, told.agent) for told in witness.decisions if told.event == "offered"]
    assert offers[:2] == [(1, "c1", "a1"), (11, "c1", "a2")]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_no_caller_waits_while_an_agent_who_may_take_him_is_free(rng: random.Random) -> None:
    witness, _ = play(random_rows(rng))
    assert not witness.faults


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_conservation_of_calls(rng: random.Random) -> None:
    """Everybody who entered was answered, left, or still waits; nobody was answered twice; the statistics agree, but
    for chats, which they leave out.
    """
    witness, world = play(random_rows(rng, restarts=False))
    entered = [told.work for told in witness.decisions if told.event == "queued"]
    left = [told.work for told in witness.decisions if told.event in ("answered", "abandoned", "overflowed", "left")]
    waiting = [id for queue in world.acd.matching.queues.values() for id in queue.works]
    assert sorted(entered) == sorted(left + waiting)
    answered = [told.work for told in witness.decisions if told.event == "answered"]
    assert len(answered) == len(set(answered))
    today = world.acd.statistics.today(world.clock.now())
    figures = [world.acd.statistics.day(name, today) for name in world.acd.matching.queues]
    chats = {told.work for told in witness.decisions if told.medium == "chat"}
    assert sum(one.entered for one in figures) == len([one for one in entered if one not in chats])
    assert sum(one.answered for one in figures) == len([one for one in answered if one not in chats])
    assert sum(one.waiting for one in figures) == len([one for one in waiting if one not in chats])


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_every_reservation_ends_and_every_agent_can_be_left(rng: random.Random) -> None:
    """Long after everybody has hung up, no agent is reserved, talks or wraps up."""
    _, world = play(random_rows(rng))
    for call in list(world.calls.values()):
        call.hang_up()
    for callback in list(world.acd.callbacks.all):
        world.acd.callbacks.cancel(callback, "test")
    world.clock.advance(600)
    states = {agent.state for agent in world.acd.agents()}
    assert states <= {"ready", "break", "offline", "signed_out"}
    assert all(agent.reservation is None for agent in world.acd.matching.roster.agents.values())


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_a_replay_gives_the_same_decisions(rng: random.Random) -> None:
    rows = random_rows(rng)
    first, _ = play(rows)
    again: list[dict[str, object]] = []
    Replay(read(rows, "again"), again.append, longest=300).run()
    assert again == first.lines


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_order_is_respected_among_equals(rng: random.Random) -> None:
    """Calls of one queue with one priority and one need are offered in the order in which they came."""
    rows = [
        '{"at": 0, "config": {"queues": {"q": {"wrapup": 2, "priority": {"acceleration": 0.5}}}}}',
        *(
            f'{{"at": 0, "agent": "a{at}", "state": "ready", "answers": "after {rng.randint(0, 3)}"}}'
            for at in range(3)
        ),
        *(
            f'{{"at": {rng.randrange(200) / 4}, "call": "c{at}", "queue": "q", "talk": {rng.randint(1, 30)}}}'
            for at in range(20)
        ),
    ]
    witness, _ = play(rows)
    entered = [told.work for told in witness.decisions if told.event == "queued"]
    offered = [told.work for told in witness.decisions if told.event == "offered"]
    assert offered == entered


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_changed_settings_keep_everybody_at_his_place(rng: random.Random) -> None:
    """A change sends away only whom a limit sends away; all others keep since when they wait, their order, their agent.

    Who was neither in a queue nor an agent that changed is not even looked at: see the index's own counts.
    """
    replay = Replay(read(random_rows(rng, restarts=False, changes=1.0), "random"), lambda line: None, Both, longest=300)
    world, faulty = replay.world, list[str]()

    def change(settings: AcdSettings) -> None:
        matching = world.acd.matching
        works = {
            id: (work, work.state, work.since, work.order, work.entered, work.reservation)
            for id, work in matching.works.items()
        }
        talks = {agent.number: set(agent.engaged) for agent in matching.roster.agents.values()}
        World.configure(world, settings)
        for id, (work, state, since, order, entered, held) in works.items():
            if work.state is WorkState.OVER:
                if state is not WorkState.WAITING or not work.queue.settings.overflow.model_fields_set:
                    faulty.append(f"{id} was {state} and is gone")
            elif (since, order, entered) != (work.since, work.order, work.entered) or matching.works[id] is not work:
                faulty.append(f"{id} lost its place")
            if held is not None and work.reservation is not held:
                faulty.append(f"{id} lost the agent who was promised to it")
        for agent in matching.roster.agents.values():
            if not talks.get(agent.number, set()) <= set(agent.engaged):
                faulty.append(f"{agent.number} lost a talk")
        faulty.extend(faults(world))

    replay.world.configure = change  # type: ignore[method-assign]
    replay.run()
    assert not faulty


def test_what_did_not_change_is_left_alone() -> None:
    """200 wait in each of two queues; a change of the one touches no work and no agent of the other."""
    touched: list[str] = []

    class Counting(Index):
        def work_out(self, work: Work) -> None:
            touched.append(work.item.queue)
            super().work_out(work)

        def agent_out(self, agent: Agent, lane: Lane) -> None:
            touched.append(agent.number)
            super().agent_out(agent, lane)

    def queues(need: str) -> AcdSettings:
        agents = {name: {"skills": {name: 3}} for name in ("social", "english")}
        return AcdSettings.model_validate(
            {
                "skills": ["social", "english"],
                "queues": {"one": {"need": need}, "other": {"need": "english >= 4"}},
                "agents": agents,
            }
        )

    world = World(queues("social >= 4"), make_index=Counting)
    for name in ("social", "english"):
        world.agent_state(name, "ready")
    for at in range(400):
        item = WorkItem(f"c{at}", "call", "other" if at % 2 else "one")
        world.arrive(PlayedCall(world, item, patience=None, talk=60))
    assert not touched
    world.configure(queues("social >= 3"))
    assert "other" not in touched and "english" not in touched
    assert touched.count("one") == 201, "all out of the index for the new need, and the first one to his agent"
    assert world.acd.agent("social").state == "reserved"
    touched.clear()
    world.configure(queues("social >= 3"))
    assert not touched, "nothing changed"
