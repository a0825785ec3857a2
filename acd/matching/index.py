"""The index: from work to its agent and from an agent to his work, in logarithmic time.

Free agents stand in trees, one for each order that a strategy wants; their masks are the needs they meet. Waiting
works stand in lines; their masks are the need that holds for them. Neither is ever scanned.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from acd.matching.abilities import Abilities
from acd.matching.agents import Agent
from acd.matching.lines import Line
from acd.matching.states import Lane, WorkState
from acd.matching.tree import Key, Tree
from acd.matching.work import Work
from acd.settings.schema import QueueSettings, WeightSettings
from acd.settings.skills import Need

Order = tuple[str, WeightSettings | None]
"""By what free agents are ordered, and what weighs how much when several things are."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """In which order agents are asked. `score` is +1 for the most skilled first, −1 for the least.

    With `per_level` an agent who is one level more skilled stands so many points further to the front.
    """

    order: Order
    score: int = 0
    cyclic: bool = False
    per_level: float = 0.0


STRATEGIES: dict[str, Strategy] = {
    "longest_idle": Strategy(("idle", None)),
    "most_skilled": Strategy(("idle", None), score=1),
    "least_skilled": Strategy(("idle", None), score=-1),
    "fewest_calls": Strategy(("calls", None)),
    "round_robin": Strategy(("number", None), cyclic=True),
    "rank": Strategy(("rank", None)),
}


def strategy_of(settings: QueueSettings) -> Strategy:
    """How a queue chooses."""
    if settings.strategy != "weighted":
        return STRATEGIES[settings.strategy]
    weights = settings.weights
    return Strategy(("weighted", weights.model_copy(update={"skill": 0.0})), per_level=weights.skill)


def order_key(order: Order, agent: Agent) -> Key:
    """Where an agent stands in an order; equals by idle time, then by number."""
    name, weights = order
    if weights is not None:
        lost = weights.points_lost(agent.idle_since, agent.calls_today, agent.settings.rank)
        return (lost, agent.idle_since, agent.number)
    if name == "idle":
        return (agent.idle_since, agent.number)
    if name == "calls":
        return (agent.calls_today, agent.idle_since, agent.number)
    if name == "rank":
        return (agent.settings.rank, agent.idle_since, agent.number)
    return (agent.number,)


Narrow = tuple[int, str]
"""The bit of what a queue asks, and what works ask for besides."""

FEW = 32
"""So many candidates are compared one by one; among more the first in order is met soon."""


class Matcher(Protocol):
    """What the matching asks of an index."""

    def prepare(self, wanted: Iterable[QueueSettings]) -> Iterator[None]:
        """Such queues will be there soon, besides those that are: a slice at a time."""

    def forget(self, kept: Iterable[QueueSettings]) -> None:
        """Only such queues are there now."""

    def use(self, abilities: Abilities) -> None:
        """Who can do what is kept there."""

    def refitted(self) -> Iterator[None]:
        """Agents who are in have other masks; where they stand in their orders is as before. A slice at a time."""

    def share(self, work: Work) -> float:
        """Of the agents who meet what its queue asks now, the share who meet what the work itself asks for."""

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

    def is_free(self, work: Work, now: float) -> bool:
        """Whether a free agent may take the work."""

    def best_work(self, agent: Agent, lane: Lane, now: float) -> Work | None:
        """The first work in order that this agent may take."""

    def position(self, work: Work, now: float) -> int:
        """Its place among those who wait in its queue; 1 is next."""

    def ahead(self, work: Work, queue: str, now: float) -> int:
        """How many who wait in a queue are before it, be it in the index or not."""


IDLE: Order = ("idle", None)
MOVED, LEAVES = 100, 40
"""So many agents are put in a new order, or so many leaves of an order are looked through, in one slice."""


class Index:
    """The matcher of the room."""

    def __init__(self) -> None:
        self._orders: tuple[Order, ...] = (IDLE,)
        self._free: dict[Lane, dict[Order, Tree[Agent]]] = {lane: {IDLE: Tree()} for lane in Lane}
        self._agents: dict[Lane, dict[str, tuple[Agent, dict[Order, Key]]]] = {lane: {} for lane in Lane}
        self._lines: dict[Lane, Line] = {lane: Line() for lane in Lane}
        self._narrow: dict[Lane, dict[Narrow, tuple[Need, Line]]] = {lane: {} for lane in Lane}
        self._abilities = Abilities()
        self._free_bits: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self._bound: dict[tuple[str, Lane], Line] = {}
        self._queues: dict[str, Line] = {}
        self._places: dict[Work, Line] = {}
        self._due: list[tuple[float, int, Work]] = []

    def prepare(self, wanted: Iterable[QueueSettings]) -> Iterator[None]:
        """Keep the orders that the queues' strategies want, too; who comes in meanwhile stands in them at once."""
        for order in dict.fromkeys(strategy_of(one).order for one in wanted):
            if order in self._orders:
                continue
            self._orders = (*self._orders, order)
            for lane in Lane:
                self._free[lane][order] = Tree()
            for lane in Lane:
                tree, waiting = self._free[lane][order], list(self._agents[lane])
                for at in range(0, len(waiting), MOVED):
                    for number in waiting[at : at + MOVED]:
                        agent, keys = self._agents[lane].get(number, (None, {}))
                        if agent is not None and order not in keys:
                            keys[order] = order_key(order, agent)
                            tree.add(keys[order], agent.mask, agent)
                    yield

    def forget(self, kept: Iterable[QueueSettings]) -> None:
        """Orders that no queue's strategy wants are kept no longer."""
        wanted = {IDLE, *(strategy_of(one).order for one in kept)}
        for order in [one for one in self._orders if one not in wanted]:
            self._orders = tuple(one for one in self._orders if one != order)
            for lane in Lane:
                del self._free[lane][order]
                for _, keys in self._agents[lane].values():
                    keys.pop(order, None)

    def agent_in(self, agent: Agent, lane: Lane) -> None:
        """The agent can take work of this lane."""
        self._free_bits[lane] |= agent.bit
        keys = {order: order_key(order, agent) for order in self._orders}
        for order, key in keys.items():
            self._free[lane][order].add(key, agent.mask, agent)
        self._agents[lane][agent.number] = (agent, keys)

    def agent_out(self, agent: Agent, lane: Lane) -> None:
        """The agent can no longer."""
        self._free_bits[lane] ^= agent.bit
        _, keys = self._agents[lane].pop(agent.number)
        for order, key in keys.items():
            self._free[lane][order].remove(key)

    def work_in(self, work: Work, now: float) -> None:
        """The work waits for an agent, or for one only when it is bound."""
        work.settle(now)
        if work.bound_to:
            line = self._bound.setdefault((work.bound_to, work.lane), Line())
        elif work.own is not None:
            _, line = self._narrow[work.lane].setdefault(_narrow(work), (work.own, Line()))
        else:
            line = self._lines[work.lane]
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
        if len(line):
            return
        if work.bound_to:
            del self._bound[work.bound_to, work.lane]
        elif work.own is not None:
            del self._narrow[work.lane][_narrow(work)]

    def best_agent(self, work: Work, now: float) -> Agent | None:
        """The free agent for this work, by its queue's strategy."""
        if work.bound_to:
            found = self._agents[work.lane].get(work.bound_to)
            return None if found is None or work.bound_to in work.refused else found[0]
        strategy, stage = strategy_of(work.queue.settings), work.asked()
        if work.own is not None:
            return self._best_of_able(work, strategy, work.own)
        tree, refused = self._free[work.lane][strategy.order], work.refused
        wanted = (lambda agent: agent.number not in refused) if refused else None
        if strategy.per_level:
            firsts = [
                (_moved(strategy, agent, score), agent)
                for score, mask in stage.scores.items()
                if (agent := _first(tree, mask, strategy, "", wanted)) is not None
            ]
            return min(firsts, key=lambda one: one[0])[1] if firsts else None
        masks = [stage.bit]
        if strategy.score:
            masks = [stage.scores[score] for score in sorted(stage.scores, reverse=strategy.score > 0)]
        for mask in masks:
            if (agent := _first(tree, mask, strategy, work.queue.cursor, wanted)) is not None:
                return agent
        return None

    def is_free(self, work: Work, now: float) -> bool:
        """Whether a free agent may take the work."""
        if work.bound_to or work.refused or work.own is not None:
            return self.best_agent(work, now) is not None
        return self._free[work.lane][IDLE].has(work.asked().bit)

    def _best_of_able(self, work: Work, strategy: Strategy, own: Need) -> Agent | None:
        """For work with a need of its own: the strategy's first of the set of those who are free and able."""
        abilities, stage = self._abilities, work.asked()
        able = abilities.meet(work.queue.name, stage) & abilities.hold(own) & self._free_bits[work.lane]
        for number in work.refused:
            if (found := self._agents[work.lane].get(number)) is not None:
                able &= ~found[0].bit
        if not able:
            return None
        skills = tuple(dict.fromkeys((*stage.need.skills, *own.skills)))
        if strategy.per_level:
            return min(
                (
                    (_moved(strategy, agent, score), agent)
                    for score, them in abilities.by_score(skills, able).items()
                    for agent in [self._first_of(them, work, strategy)]
                ),
                key=lambda one: one[0],
            )[1]
        if strategy.score:
            scores = abilities.by_score(skills, able)
            able = scores[max(scores) if strategy.score > 0 else min(scores)]
        return self._first_of(able, work, strategy)

    def _first_of(self, able: int, work: Work, strategy: Strategy) -> Agent:
        """The first of a set of free agents, who is not empty."""
        abilities, stage = self._abilities, work.asked()
        if able.bit_count() <= FEW:
            cursor = work.queue.cursor if strategy.cyclic else None
            return min(abilities.agents(able), key=lambda one: _preference(strategy.order, one, cursor))
        places = able.to_bytes((able.bit_length() + 7) // 8, "little")

        def wanted(agent: Agent) -> bool:
            place = abilities.place(agent)
            return place >> 3 < len(places) and bool(places[place >> 3] >> (place & 7) & 1)

        found = _first(self._free[work.lane][strategy.order], stage.bit, strategy, work.queue.cursor, wanted)
        assert found is not None, "the set and the tree of free agents differ"
        return found

    def share(self, work: Work) -> float:
        """Of the agents who meet what its queue asks now, the share who meet what the work itself asks for."""
        if work.own is None:
            return 1.0
        able = self._abilities.meet(work.queue.name, work.asked())
        return (able & self._abilities.hold(work.own)).bit_count() / able.bit_count() if able else 0.0

    def use(self, abilities: Abilities) -> None:
        """Who can do what is kept there."""
        self._abilities = abilities

    def refitted(self) -> Iterator[None]:
        """Agents who are in have other masks; where they stand in their orders is as before.

        Who comes in between two slices stands there with the mask that he has then: who stands behind all who were
        there at the beginning is not waited for, or there would be no end.
        """
        for tree in [tree for trees in self._free.values() for tree in trees.values()]:
            behind, last = None, tree.last
            while last is not None and (behind is None or behind < last):
                behind = tree.mask_anew(behind, LEAVES, _mask)
                yield
                if behind is None:
                    break

    def best_work(self, agent: Agent, lane: Lane, now: float) -> Work | None:
        """The first work in order that this agent may take."""
        self._settle(now)
        found = [self._lines[lane].best(agent.mask, now, agent.number)]
        if (bound := self._bound.get((agent.number, lane))) is not None:
            found.append(bound.best(-1, now, agent.number))
        skills = agent.settings.skills
        for (bit, _), (need, line) in self._narrow[lane].items():
            if agent.mask & bit and need.holds(skills):
                found.append(line.best(-1, now, agent.number))
        works = [work for work in found if work is not None]
        return works[0] if len(works) == 1 else min(works, key=lambda work: work.standing(now), default=None)

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


def _mask(agent: Agent) -> int:
    return agent.mask


def _visible(work: Work) -> int:
    return 0 if work.state is WorkState.HELD else work.asked().bit


def _narrow(work: Work) -> Narrow:
    assert work.own is not None
    return work.asked().bit, work.own.text


def _first(
    tree: Tree[Agent], mask: int, strategy: Strategy, cursor: str, wanted: Callable[[Agent], bool] | None
) -> Agent | None:
    if strategy.cyclic and (agent := tree.first_after((cursor,), mask, wanted)) is not None:
        return agent
    return tree.first(mask) if wanted is None else tree.first_after(None, mask, wanted)


def _moved(strategy: Strategy, agent: Agent, score: int) -> Key:
    lost, *equals = order_key(strategy.order, agent)
    return (lost - strategy.per_level * score, *equals)


def _preference(order: Order, agent: Agent, cursor: str | None) -> Key:
    key = order_key(order, agent)
    return key if cursor is None else (agent.number <= cursor, *key)
