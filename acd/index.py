"""The index: from work to its agent and from an agent to his work, in logarithmic time.

Free agents stand in trees, one for each order that a strategy wants; their masks are the needs they meet. Waiting
works stand in lines; their masks are the need that holds for them. Neither is ever scanned.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from acd.agents import Agent
from acd.lines import Line
from acd.states import Lane, WorkState
from acd.tree import Key, Tree
from acd.work import Queue, Work


@dataclass(frozen=True, slots=True)
class Strategy:
    """In which order agents are asked; `score` is +1 for the most skilled first, -1 for the least."""

    order: str
    score: int = 0
    cyclic: bool = False


STRATEGIES: dict[str, Strategy] = {
    "longest_idle": Strategy("idle"),
    "most_skilled": Strategy("idle", score=1),
    "least_skilled": Strategy("idle", score=-1),
    "fewest_calls": Strategy("calls"),
    "round_robin": Strategy("number", cyclic=True),
    "rank": Strategy("rank"),
}


def order_key(order: str, agent: Agent) -> Key:
    """Where an agent stands in an order; equals by idle time, then by number."""
    if order == "idle":
        return (agent.idle_since, agent.number)
    if order == "calls":
        return (agent.calls_today, agent.idle_since, agent.number)
    if order == "rank":
        return (agent.settings.rank, agent.idle_since, agent.number)
    return (agent.number,)


class Matcher(Protocol):
    """What the matching asks of an index."""

    def prepare(self, queues: Iterable[Queue]) -> None:
        """These queues exist from now on."""

    def agent_in(self, agent: Agent, lane: Lane) -> None:
        """The agent can take work of this lane."""

    def agent_out(self, agent: Agent, lane: Lane) -> None:
        """The agent can no longer."""

    def work_in(self, work: Work, now: float) -> None:
        """The work waits for an agent."""

    def work_out(self, work: Work) -> None:
        """The work no longer waits."""

    def best_agent(self, work: Work, now: float) -> Agent | None:
        """The free agent for this work, by its queue's strategy."""

    def best_work(self, agent: Agent, lane: Lane, now: float) -> Work | None:
        """The first work in order that this agent may take."""

    def position(self, work: Work, now: float) -> int:
        """Its place among those who wait in its queue; 1 is next."""

    def ahead(self, work: Work, queue: str, now: float) -> int:
        """How many who wait in a queue are before it, be it in the index or not."""


class Index:
    """The matcher of the room."""

    def __init__(self) -> None:
        self._orders: tuple[str, ...] = ("idle",)
        self._free: dict[Lane, dict[str, Tree[Agent]]] = {lane: {"idle": Tree()} for lane in Lane}
        self._agents: dict[Lane, dict[str, tuple[Agent, list[Key]]]] = {lane: {} for lane in Lane}
        self._lines: dict[Lane, Line] = {lane: Line() for lane in Lane}
        self._bound: dict[tuple[str, Lane], Line] = {}
        self._queues: dict[str, Line] = {}
        self._places: dict[Work, Line] = {}
        self._due: list[tuple[float, int, Work]] = []

    def prepare(self, queues: Iterable[Queue]) -> None:
        """Keep the orders that the queues' strategies want."""
        wanted = tuple(sorted({"idle"} | {STRATEGIES[queue.settings.strategy].order for queue in queues}))
        if wanted == self._orders:
            return
        self._orders = wanted
        for lane, agents in self._agents.items():
            found = [agent for agent, _ in agents.values()]
            agents.clear()
            self._free[lane] = {order: Tree() for order in self._orders}
            for agent in found:
                self.agent_in(agent, lane)

    def agent_in(self, agent: Agent, lane: Lane) -> None:
        """The agent can take work of this lane."""
        keys = [order_key(order, agent) for order in self._orders]
        for order, key in zip(self._orders, keys, strict=True):
            self._free[lane][order].add(key, agent.mask, agent)
        self._agents[lane][agent.number] = (agent, keys)

    def agent_out(self, agent: Agent, lane: Lane) -> None:
        """The agent can no longer."""
        _, keys = self._agents[lane].pop(agent.number)
        for order, key in zip(self._orders, keys, strict=True):
            self._free[lane][order].remove(key)

    def work_in(self, work: Work, now: float) -> None:
        """The work waits for an agent, or for one only when it is bound."""
        work.settle(now)
        line = self._lines[work.lane]
        if work.bound_to:
            line = self._bound.setdefault((work.bound_to, work.lane), Line())
        line.add(work, _visible(work))
        self._queues.setdefault(work.item.queue, Line()).add(work, 0)
        self._places[work] = line
        if work.due < float("inf"):
            heapq.heappush(self._due, (work.due, work.order, work))

    def work_out(self, work: Work) -> None:
        """The work no longer waits."""
        line = self._places.pop(work)
        line.remove(work)
        self._queues[work.item.queue].remove(work)
        if work.bound_to and not len(line):
            del self._bound[work.bound_to, work.lane]

    def best_agent(self, work: Work, now: float) -> Agent | None:
        """The free agent for this work, by its queue's strategy."""
        if work.bound_to:
            found = self._agents[work.lane].get(work.bound_to)
            return None if found is None or work.bound_to in work.refused else found[0]
        stage = work.stages[work.stage]
        strategy = STRATEGIES[work.queue.settings.strategy]
        tree = self._free[work.lane][strategy.order]
        masks = [stage.bit]
        if strategy.score:
            masks = [stage.scores[score] for score in sorted(stage.scores, reverse=strategy.score > 0)]
        for mask in masks:
            start: Key | None = (work.queue.cursor,) if strategy.cyclic else None
            agent = _first(tree, mask, start, strategy.order, work)
            if agent is None and start is not None:
                agent = _first(tree, mask, None, strategy.order, work)
            if agent is not None:
                return agent
        return None

    def best_work(self, agent: Agent, lane: Lane, now: float) -> Work | None:
        """The first work in order that this agent may take."""
        self._settle(now)
        best = self._lines[lane].best(agent.mask, now, agent.number)
        own = self._bound.get((agent.number, lane))
        if own is not None:
            bound = own.best(-1, now, agent.number)
            if bound is not None and (best is None or bound.standing(now) < best.standing(now)):
                return bound
        return best

    def position(self, work: Work, now: float) -> int:
        """Its place among those who wait in its queue; 1 is next."""
        return 1 if work not in self._places else self.ahead(work, work.item.queue, now) + 1

    def ahead(self, work: Work, queue: str, now: float) -> int:
        """How many who wait in a queue are before it, be it in the index or not."""
        self._settle(now)
        line = self._queues.get(queue)
        return 0 if line is None else line.ahead(work, now)

    def _settle(self, now: float) -> None:
        while self._due and self._due[0][0] <= now:
            due, _, work = heapq.heappop(self._due)
            line = self._places.get(work)
            if line is None or work.due != due:
                continue
            queue = self._queues[work.item.queue]
            line.remove(work)
            queue.remove(work)
            work.settle(now)
            line.add(work, _visible(work))
            queue.add(work, 0)
            if work.due < float("inf"):
                heapq.heappush(self._due, (work.due, work.order, work))


def _visible(work: Work) -> int:
    return 0 if work.state is WorkState.HELD else work.bit()


def _first(tree: Tree[Agent], mask: int, start: Key | None, order: str, work: Work) -> Agent | None:
    agent = tree.first(mask) if start is None else tree.first_after(start, mask)
    while agent is not None and agent.number in work.refused:
        agent = tree.first_after(order_key(order, agent), mask)
    return agent
