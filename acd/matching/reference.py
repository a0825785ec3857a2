"""The matcher as one would write it first: it looks at everybody at every question.

Slow and obvious; the index must choose as it does. Masks, bits and lines are not used: what is asked and offered is
worked out from the settings each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from acd.matching.abilities import Abilities
from acd.matching.agents import Agent
from acd.matching.stages import both
from acd.matching.states import Lane, WorkState
from acd.matching.work import Work
from acd.settings.schema import QueueSettings
from acd.settings.skills import Need, parse

Standing = tuple[float, float, int, str]


class Scan:
    """A matcher that scans."""

    def __init__(self) -> None:
        self._agents: dict[Lane, dict[str, Agent]] = {lane: {} for lane in Lane}
        self._works: dict[str, Work] = {}
        self._abilities = Abilities()

    def prepare(self, wanted: Iterable[QueueSettings]) -> Iterator[None]:
        """Nothing to prepare."""
        return iter(())

    def forget(self, kept: Iterable[QueueSettings]) -> None:
        """Nothing was prepared."""

    def use(self, abilities: Abilities) -> None:
        """Only asked for who there is."""
        self._abilities = abilities

    def refitted(self) -> Iterator[None]:
        """Masks are not used."""
        return iter(())

    def share(self, work: Work) -> float:
        """Of the agents who meet what its queue asks now, the share who meet what the work itself asks for."""
        asked = replace(work, item=replace(work.item, need=""), bound_to="", refused={})
        both = replace(asked, item=work.item)
        able = [agent for agent in self._abilities.agents(self._abilities.everybody) if may_take(agent, asked)]
        return sum(may_take(agent, both) for agent in able) / len(able) if able else float(not work.item.need)

    def agent_in(self, agent: Agent, lane: Lane) -> None:
        """The agent can take work of this lane."""
        self._agents[lane][agent.number] = agent

    def agent_out(self, agent: Agent, lane: Lane) -> None:
        """The agent can no longer."""
        del self._agents[lane][agent.number]

    def work_in(self, work: Work, now: float) -> None:
        """The work waits for an agent."""
        self._works[work.item.id] = work

    def work_out(self, work: Work) -> None:
        """The work no longer waits."""
        del self._works[work.item.id]

    def best_agent(self, work: Work, now: float) -> Agent | None:
        """The free agent for this work, by its queue's strategy."""
        able = [agent for agent in self._agents[work.lane].values() if may_take(agent, work)]
        return min(able, key=lambda agent: preference(agent, work), default=None)

    def is_free(self, work: Work, now: float) -> bool:
        """Whether a free agent may take the work."""
        return self.best_agent(work, now) is not None

    def best_work(self, agent: Agent, lane: Lane, now: float) -> Work | None:
        """The first work in order that this agent may take."""
        able = [
            work
            for work in self._works.values()
            if work.lane is lane and work.state is WorkState.WAITING and may_take(agent, work)
        ]
        return min(able, key=lambda work: standing(work, now), default=None)

    def position(self, work: Work, now: float) -> int:
        """Its place among those who wait in its queue; 1 is next."""
        if work.item.id not in self._works:
            return 1
        return 1 + self.ahead(work, work.item.queue, now)

    def ahead(self, work: Work, queue: str, now: float) -> int:
        """How many who wait in a queue are before it, be it in the index or not."""
        own = standing(work, now)
        return sum(standing(one, now) < own for one in self._works.values() if one.item.queue == queue)


@lru_cache(maxsize=4096)
def _need(text: str) -> Need:
    return parse(text)


def may_take(agent: Agent, work: Work) -> bool:
    """Whether the agent may be offered the work now, were he free."""
    if agent.number in work.refused:
        return False
    if work.bound_to:
        return work.bound_to == agent.number
    settings, about = work.queue.settings, agent.settings
    text, groups = settings.need, set(settings.groups)
    for step in settings.steps[: work.stage]:
        text = text if step.need is None else step.need
        groups |= set(step.groups) if groups else set()
    if groups and not groups & set(about.groups):
        return False
    if about.queues and work.queue.name not in about.queues:
        return False
    return _need(text).holds(about.skills) and _need(work.item.need).holds(about.skills)


def preference(agent: Agent, work: Work) -> tuple[object, ...]:
    """Whom the strategy prefers: the smallest."""
    settings, number, idle = work.queue.settings, agent.number, agent.idle_since
    text = settings.need
    for step in settings.steps[: work.stage]:
        text = text if step.need is None else step.need
    score = _need(both(text, work.item.need)).score(agent.settings.skills)
    if settings.strategy == "most_skilled":
        return (-score, idle, number)
    if settings.strategy == "least_skilled":
        return (score, idle, number)
    if settings.strategy == "fewest_calls":
        return (agent.calls_today, idle, number)
    if settings.strategy == "rank":
        return (agent.settings.rank, idle, number)
    if settings.strategy == "weighted":
        weights, today = settings.weights, agent.calls_today
        lost = weights.idle * idle + weights.calls * today + weights.rank * agent.settings.rank
        return (lost - weights.skill * score if weights.skill else lost, idle, number)
    if settings.strategy == "round_robin":
        return (number <= work.queue.cursor, number)
    return (idle, number)


def standing(work: Work, now: float) -> Standing:
    """Where work stands in the order: smaller is earlier."""
    ageing, base = work.queue.settings.priority, work.ageing.base
    priority = base
    if base < ageing.limit and ageing.acceleration:
        aged = max(now - work.since - ageing.start, 0.0) * ageing.acceleration
        priority = min(base + aged, ageing.limit)
    return (-priority, work.since, work.order, work.item.id)
