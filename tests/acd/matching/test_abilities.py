"""Sets of agents by what they can answer as their settings do, and what a caller's own need costs."""

from __future__ import annotations

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from acd.matching.abilities import Abilities
from acd.matching.agents import Agent
from acd.matching.matching import Matching
from acd.matching.stages import Stage
from acd.matching.work import WorkItem
from acd.settings.schema import AcdSettings, AgentSettings
from acd.settings.skills import parse
from acd.simulator.played import PlayedCall
from acd.simulator.world import World

SKILLS = ("a", "b", "c")


def expressions() -> st.SearchStrategy[str]:
    compared = st.builds(
        "{} {} {}".format,
        st.sampled_from(SKILLS),
        st.sampled_from([">=", "<=", "==", "!=", ">", "<"]),
        st.integers(0, 5),
    )
    return st.recursive(
        st.one_of(compared, st.sampled_from([*SKILLS, "anyone"])),
        lambda inner: st.one_of(
            st.builds("({} and {})".format, inner, inner),
            st.builds("({} or {})".format, inner, inner),
            st.builds("not {}".format, inner),
        ),
        max_leaves=5,
    )


def described() -> st.SearchStrategy[AgentSettings]:
    return st.builds(
        AgentSettings,
        skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5)),
        groups=st.lists(st.sampled_from(["north", "south"]), unique=True),
        queues=st.lists(st.sampled_from(["q", "r"]), unique=True),
    )


@settings(max_examples=150, deadline=None)
@given(expressions(), st.lists(st.lists(described(), min_size=1, max_size=3), max_size=8), st.booleans())
def test_sets_answer_as_each_agents_settings_do(text: str, people: list[list[AgentSettings]], grouped: bool) -> None:
    abilities, need = Abilities(), parse(text)
    agents: list[Agent] = []
    for at, versions in enumerate(people):
        agent = Agent(str(at), versions[0], 0.0, 0.0)
        agents.append(agent)
        for version in versions:
            agent.settings = version
            abilities.put(agent)
    stage = Stage(0.0, need, frozenset({"north"} if grouped else ()), 1, {})
    able = [
        one for one in agents if stage.allows(one.settings) and (not one.settings.queues or "q" in one.settings.queues)
    ]
    found = abilities.meet("q", stage)
    assert abilities.agents(found) == able
    scores = abilities.by_score(SKILLS, found)
    for score, of_score in scores.items():
        assert all(sum(one.settings.skills.values()) == score for one in abilities.agents(of_score))
    assert sum(one.bit_count() for one in scores.values()) == len(able)


def cost(agents: int) -> float:
    """Seconds of processor time that 60 callers take, each with a need that no other has."""
    rng = random.Random(agents)  # people, not secrets
    skills = [f"s{at}" for at in range(12)]
    people = {str(at): {"skills": {one: rng.randint(1, 5) for one in rng.sample(skills, 5)}} for at in range(agents)}
    world = World(AcdSettings.model_validate({"skills": skills, "queues": {"q": {}}, "agents": people}))
    for number in people:
        world.agent_state(number, "ready")
    pairs = [(one, other) for one in skills for other in skills if one != other][:60]
    begin = time.thread_time()
    for at, (one, other) in enumerate(pairs):
        need = f"{one} >= 3 and not {other} >= 4"
        world.arrive(PlayedCall(world, WorkItem(f"c{at}", "call", "q", need=need), None, 60))
    return time.thread_time() - begin


def test_a_callers_own_need_costs_no_more_with_many_agents_and_needs() -> None:
    """Each need that no other caller had was worked out for every agent: 15 ms an arrival with 1,000 of them."""
    assert cost(3000) < 8 * cost(100)


def test_who_has_a_need_of_his_own_is_told_a_longer_wait_when_few_can_serve_him() -> None:
    people = {str(at): {"skills": {"a": 3, "b": 3} if at < 2 else {"a": 3}} for at in range(20)}
    world = World(AcdSettings.model_validate({"skills": ["a", "b"], "queues": {"q": {"need": "a"}}, "agents": people}))
    matching: Matching = world.acd.matching
    for number in people:
        world.agent_state(number, "ready")
    for at in range(20):
        world.arrive(PlayedCall(world, WorkItem(f"c{at}", "call", "q"), None, 1000))
    world.clock.advance(10)
    for id, need in (("own", "b"), ("any", "")):
        world.arrive(PlayedCall(world, WorkItem(id, "call", "q", need=need), None, 60))
    own, anybody = (matching.works[id].estimate for id in ("own", "any"))
    assert own is not None and anybody is not None
    assert own.seconds > 4 * anybody.seconds
