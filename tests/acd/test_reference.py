"""The index chooses as the scan does, and the world is always as it must be."""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd.replay import Replay
from acd.scenario import read
from tests.acd.worlds import Both, play, random_rows

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


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_no_caller_waits_while_an_agent_who_may_take_him_is_free(rng: random.Random) -> None:
    witness, _ = play(random_rows(rng))
    assert not witness.faults


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_conservation_of_calls(rng: random.Random) -> None:
    """Everybody who entered was answered, left, or still waits; nobody was answered twice; the statistics agree."""
    witness, world = play(random_rows(rng, restarts=False))
    entered = [told.work for told in witness.decisions if told.event == "queued"]
    left = [told.work for told in witness.decisions if told.event in ("answered", "abandoned", "overflowed", "left")]
    waiting = [id for queue in world.acd.matching.queues.values() for id in queue.works]
    assert sorted(entered) == sorted(left + waiting)
    answered = [told.work for told in witness.decisions if told.event == "answered"]
    assert len(answered) == len(set(answered))
    today = world.acd.statistics.today(world.clock.now())
    figures = [world.acd.statistics.day(name, today) for name in world.acd.matching.queues]
    assert sum(one.entered for one in figures) == len(entered)
    assert sum(one.answered for one in figures) == len(answered)
    assert sum(one.waiting for one in figures) == len(waiting)


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
