"""Whom to give which queue, so that all wait alike (客服分配机制): each agent serves one of those he can serve.

One agent after the other goes to the queue whose callers wait longest by formula; when nobody is free who can serve it,
somebody who can leaves his queue to another who can serve that. What sets of agents can be given is a polymatroid, and
the wait falls less with each agent more, so the greedy way ends where the longest wait is as short as it can be
(Federgruen, Groenevelt 1986, "The greedy procedure for resource allocation problems").
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from acd.staffing.erlang import ErlangA


@dataclass(frozen=True, slots=True)
class Load:
    """What comes to a queue: calls a second, and mean seconds that one takes of an agent, and of patience."""

    rate: float
    handling: float
    patience: float

    def wait(self, agents: int) -> float:
        """Average seconds of waiting over all calls with so many agents; without any, all wait until they give up."""
        if self.rate <= 0:
            return 0.0
        return ErlangA(self.rate, self.handling, self.patience, agents).average_wait() if agents else self.patience

    def level(self, agents: int, within: float) -> float | None:
        """The share of all calls that are answered within so many seconds; None where none come."""
        if self.rate <= 0:
            return None
        return ErlangA(self.rate, self.handling, self.patience, agents).level(within) if agents else 0.0


def shared(loads: Mapping[str, Load], able: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Each queue's agents, by what they can serve (`able`: queues by agent).

    Who can serve only queues to which no calls come is in none. The same input gives the same answer.
    """
    giving = _Giving({agent: sorted(loads.keys() & set(queues)) for agent, queues in sorted(able.items())})
    open_: list[tuple[float, float, str]] = []

    def ask(queue: str, agents: int) -> None:
        # Of those who wait alike first where one more helps most.
        heappush(open_, (-loads[queue].wait(agents), loads[queue].wait(agents + 1), queue))

    for queue, load in loads.items():
        if load.rate > 0:
            ask(queue, 0)
    while open_ and giving.free:
        *_, queue = heappop(open_)
        if giving.give_one(queue):
            ask(queue, len(giving.of[queue]))
    return {queue: sorted(giving.of.get(queue, ())) for queue in loads}


@dataclass(slots=True)
class _Giving:
    """Who serves what so far."""

    able: Mapping[str, Collection[str]]
    of: dict[str, set[str]] = field(default_factory=dict)
    free: dict[str, None] = field(default_factory=dict)
    who: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for agent, queues in self.able.items():
            self.free[agent] = None
            for queue in queues:
                self.who.setdefault(queue, []).append(agent)
                self.of.setdefault(queue, set())

    def give_one(self, queue: str) -> bool:
        """One agent more for the queue, and none less for any other; False when that cannot be."""
        came: dict[str, tuple[str, str]] = {}
        """Of a queue that would give an agent: whom, and to which queue."""
        todo, seen = [queue], {queue}
        for wanting in todo:
            for agent in self.who.get(wanting, ()):
                if agent in self.free:
                    self._take(agent, wanting, came)
                    return True
            for other in sorted(self.of):
                if other in seen:
                    continue
                moving = next((one for one in sorted(self.of[other]) if wanting in self.able[one]), None)
                if moving is not None:
                    came[other] = (moving, wanting)
                    seen.add(other)
                    todo.append(other)
        return False

    def _take(self, agent: str, queue: str, came: Mapping[str, tuple[str, str]]) -> None:
        del self.free[agent]
        self.of[queue].add(agent)
        while queue in came:
            moving, to = came[queue]
            self.of[queue].remove(moving)
            self.of[to].add(moving)
            queue = to
