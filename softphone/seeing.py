"""Who sees which row of the live pictures: whose reach has it. What nobody says of is the house's.

A call is its organisation's, an agent the one's he works in, a queue those' that it serves (`acd.settings.owners`), and
alarms, the switch's state and whatever else happens the house's. Who reaches but himself sees his own seat and calls.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from acd.settings.owners import Owners, reaches
from cti.base.call import Call
from cti.base.events import AgentEvent, CallEvent, Event, PersonChanged, QueueChanged, SwitchDown, SwitchUp
from cti.base.scope import Scope


@dataclass(frozen=True, slots=True)
class CallOwner:
    """Whose a call is, and the agents who have part in it."""

    organisation: str
    region: str
    agents: frozenset[str]

    @classmethod
    def of(cls, call: Call) -> CallOwner:
        """A call that is open."""
        agents = {leg.agent for leg in call.legs.values() if leg.agent} | ({call.talk.agent} if call.talk else set())
        return cls(call.organisation, call.region, frozenset(agents))

    def is_seen(self, scope: Scope) -> bool:
        """Whether the call lies within a scope."""
        mine = scope.agent is None or scope.agent in self.agents
        return mine and scope.covers(self.organisation, self.region)


@dataclass(frozen=True, slots=True)
class SeatOwner:
    """Whose an agent is; nobody's people know him: the organisation is empty, and only who reaches all sees him."""

    organisation: str
    agent: str

    def is_seen(self, scope: Scope) -> bool:
        """Whether the agent lies within a scope."""
        return scope.has(self.organisation) and scope.agent in (None, self.agent)


@dataclass(frozen=True, slots=True)
class QueueOwner:
    """Whose a queue is."""

    owners: Owners

    def is_seen(self, scope: Scope) -> bool:
        """Whether the queue lies within a scope."""
        return reaches(scope, self.owners)


@dataclass(frozen=True, slots=True)
class Everybody:
    """What is nobody's secret: whether the switch is up."""

    def is_seen(self, scope: Scope) -> bool:
        """Always."""
        return True


Owner = CallOwner | SeatOwner | QueueOwner | Everybody


class Seeing:
    """Finds owners. `house` is the organisation at the top."""

    def __init__(self, house: str) -> None:
        self.house = QueueOwner(frozenset({house}))
        self._organisations: dict[str, str] = {}

    def know(self, agents: Iterable[tuple[str, str]]) -> None:
        """The organisation of each agent number, read anew."""
        self._organisations = dict(agents)

    def seat(self, agent: str) -> SeatOwner:
        """Whose an agent is."""
        return SeatOwner(self._organisations.get(agent, ""), agent)

    def event(self, event: Event, queues: dict[str, Owners]) -> Owner:
        """Whose an event is; `queues` are the owners of the queues there are."""
        match event:
            case CallEvent():
                agent = getattr(event, "agent", "")
                return CallOwner(event.organisation, event.region, frozenset({agent} - {""}))
            case AgentEvent(agent=agent):
                return self.seat(agent)
            case PersonChanged(organisation=organisation, agent=agent):
                return SeatOwner(organisation, agent)
            case QueueChanged(queue=queue) if queue in queues:
                return QueueOwner(queues[queue])
            case SwitchUp() | SwitchDown():
                return Everybody()
        return self.house
