"""The end of each step: what it touched is settled, and who waits is matched, in order, in one place.

Before a step no work waits that a free agent may take. What the step changed is marked in the room: agents touched,
works that may find somebody. Whatever order the changes had, the first in order is served first: each work in turn
gets, of all who are free, the agent whom its queue's strategy prefers.
"""

from __future__ import annotations

import itertools
from heapq import heappop, heappush

from acd.matching import limits
from acd.matching.agents import Agent
from acd.matching.offers import Offers
from acd.matching.room import Room
from acd.matching.states import ON_DUTY, Lane, WorkState
from acd.matching.waiting import Waiting
from acd.matching.work import Key, Queue, Work

_W = WorkState

Candidate = tuple[Key, int, Work, Agent | None]
"""Where the work stands, a number for equals, and the free agent whose first it is, if that is how it came."""


class Match:
    """Settles who is offered to whom after each step."""

    def __init__(self, room: Room, waiting: Waiting, offers: Offers) -> None:
        self._room = room
        self._waiting = waiting
        self._offers = offers
        self._free: dict[Agent, frozenset[Lane]] = {}
        """Those who can be offered work since this step began, in which lanes; they are in no index yet."""

    def settle(self) -> None:
        """Until nothing is marked any more."""
        room = self._room
        while room.touched or room.emptied or room.fresh or room.arrived or self._free:
            self._look_at_agents()
            if room.emptied:
                self._look_at_emptied()
            elif not room.touched:
                if len(room.fresh) + len(self._free) > 1:
                    self._match()
                elif room.fresh:
                    self._match_work(room.fresh.popitem()[0])
                elif self._free:
                    self._match_agent(*self._free.popitem())
                self._turn_away()

    def _look_at_agents(self) -> None:
        room = self._room
        touched, room.touched = room.touched, {}
        for agent in touched:
            lanes = agent.lanes()
            room.serve(agent, agent.state in ON_DUTY and agent.request is None)
            self._free.pop(agent, None)
            if lanes:
                self._free[agent] = lanes
            elif agent.state not in ON_DUTY:
                for work in list(room.bound.get(agent.number, {}).values()):
                    self._waiting.unbind(work, "he is not there")

    def _look_at_emptied(self) -> None:
        """Send those elsewhere who wait where nobody is signed in, if the queue wants it.

        One whose agent's phone rings waits for that.
        """
        emptied, self._room.emptied = self._room.emptied, {}
        for queue in emptied:
            if not queue.signed_in and queue.settings.overflow.no_agents:
                self._desert(queue)

    def _desert(self, queue: Queue) -> None:
        for work in list(queue.works.values()):
            if work.state is not _W.OFFERED and (found := limits.deserted(work)):
                self._waiting.overflow(work, found)

    def _match_work(self, work: Work) -> None:
        """One work may find somebody, and nobody became free."""
        now = self._room.clock.now()
        if work.state is _W.WAITING:
            self._seek(work, None, now)

    def _seek(self, work: Work, agent: Agent | None, now: float) -> None:
        """Find an agent for waiting work, perhaps the one whose first it is; else it stands in the index."""
        found = self._room.index.best_agent(work, now)
        if found is not None:
            self._offers.reserve(work, found, self._reason(work, found, agent, now))
        elif not work.stands:
            self._room.stand(work)

    def _match_agent(self, agent: Agent, lanes: frozenset[Lane]) -> None:
        """One agent became free and no work came: he takes the first whom he may take.

        Nobody else may: who waits since before this step is there because nobody who was free then may take him.
        """
        room, now = self._room, self._room.clock.now()
        found = [work for lane in lanes if (work := room.index.best_work(agent, lane, now)) is not None]
        if found:
            work = min(found, key=lambda one: one.standing(now))
            self._offers.reserve(work, agent, self._reason(work, agent, agent, now))
        else:
            self._stand_in_index(agent, lanes)

    def _stand_in_index(self, agent: Agent, lanes: frozenset[Lane]) -> None:
        agent.open = lanes
        for lane in lanes:
            self._room.index.agent_in(agent, lane)

    def _match(self) -> None:
        room, now, order = self._room, self._room.clock.now(), itertools.count()
        heap: list[Candidate] = []
        free = self._free
        for work in room.fresh:
            heappush(heap, (work.standing(now), next(order), work, None))
        for one, lanes in free.items():
            self._stand_in_index(one, lanes)
            for lane in sorted(lanes):
                self._push_best(heap, order, one, lane)
        room.fresh, self._free = {}, {}
        while heap:
            _, _, work, agent = heappop(heap)
            if work.state is _W.WAITING and (agent is None or agent.open):
                self._seek(work, agent, now)
            if agent is not None and work.state is not _W.WAITING and work.lane in agent.open:
                self._push_best(heap, order, agent, work.lane)

    def _push_best(self, heap: list[Candidate], order: itertools.count[int], agent: Agent, lane: Lane) -> None:
        """The first of all whom this agent may take, while he is free."""
        now = self._room.clock.now()
        work = self._room.index.best_work(agent, lane, now)
        if work is not None:
            heappush(heap, (work.standing(now), next(order), work, agent))

    def _reason(self, work: Work, found: Agent, agent: Agent | None, now: float) -> str:
        if work.bound_why:
            return work.bound_why
        if found is agent:
            return f"first in order: priority {work.ageing.priority(now):.2f}, waited {now - work.since:.1f} s"
        return f"{work.queue.settings.strategy.replace('_', ' ')}: idle {now - found.idle_since:.1f} s"

    def _turn_away(self) -> None:
        """Who entered and found nobody may not wait here: too many do, or it would take too long."""
        arrived, self._room.arrived = self._room.arrived, []
        for work in arrived:
            if work.state is _W.WAITING and (found := limits.when_not_matched(work)):
                self._waiting.overflow(work, found)
