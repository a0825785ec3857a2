"""Call and Leg: a citizen's whole visit, and one party's connection to the switch.

A call survives transfers, consultations and its return from an engine's death; its legs come and go. What it may do
in which state stands in two tables; a step that is not in them raises `IllegalStep` and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cti.base.numbers.number import Number

FOLLOWS = "follows"
"""The key of `Call.progress` under which stands which call is gone on with."""


class CallState(StrEnum):
    """Where a call is."""

    ARRIVED = "arrived"  # reached us, not answered
    IN_FLOW = "in_flow"  # hears a flow
    QUEUED = "queued"  # waits for an agent, music plays
    TALKING = "talking"  # talks with an agent or somebody dialled
    HELD = "held"  # waits for an agent who consults
    ENDED = "ended"


class CallStep(StrEnum):
    """What moves a call from state to state."""

    ANSWER = "answer"
    QUEUE = "queue"
    LEAVE_QUEUE = "leave_queue"
    TALK = "talk"
    HOLD = "hold"
    RETRIEVE = "retrieve"
    END_TALK = "end_talk"
    END = "end"


CALL_TRANSITIONS: dict[CallState, dict[CallStep, CallState]] = {
    CallState.ARRIVED: {CallStep.ANSWER: CallState.IN_FLOW, CallStep.END: CallState.ENDED},
    CallState.IN_FLOW: {
        CallStep.QUEUE: CallState.QUEUED,
        CallStep.TALK: CallState.TALKING,
        CallStep.END: CallState.ENDED,
    },
    CallState.QUEUED: {
        CallStep.LEAVE_QUEUE: CallState.IN_FLOW,
        CallStep.TALK: CallState.TALKING,
        CallStep.END: CallState.ENDED,
    },
    CallState.TALKING: {
        CallStep.HOLD: CallState.HELD,
        CallStep.END_TALK: CallState.IN_FLOW,
        CallStep.END: CallState.ENDED,
    },
    CallState.HELD: {
        CallStep.RETRIEVE: CallState.TALKING,
        CallStep.END_TALK: CallState.IN_FLOW,
        CallStep.END: CallState.ENDED,
    },
    CallState.ENDED: {},
}


class LegState(StrEnum):
    """Where a leg is."""

    STARTED = "started"
    RINGING = "ringing"
    UP = "up"
    ENDED = "ended"


LEG_TRANSITIONS: dict[LegState, frozenset[LegState]] = {
    LegState.STARTED: frozenset({LegState.RINGING, LegState.UP, LegState.ENDED}),
    LegState.RINGING: frozenset({LegState.UP, LegState.ENDED}),
    LegState.UP: frozenset({LegState.ENDED}),
    LegState.ENDED: frozenset(),
}


class Party(StrEnum):
    """Who is at the end of a leg."""

    CALLER = "caller"
    AGENT = "agent"
    CONSULTED = "consulted"
    SUPERVISOR = "supervisor"
    GUEST = "guest"  # a colleague who was invited into a talk
    OUTSIDE_GUEST = "outside_guest"
    OUTSIDE = "outside"


class EndReason(StrEnum):
    """Why a call ended."""

    COMPLETED = "completed"  # the flow came to its end
    CALLER_HUNG_UP = "caller_hung_up"
    ABANDONED = "abandoned"  # the caller hung up while waiting in a queue
    NOT_REACHED = "not_reached"  # we dialled the citizen, who did not answer
    REJECTED = "rejected"  # refused before the answer (black list, engine draining)
    SWITCH_LOST = "switch_lost"  # the switch died under the call
    EMERGENCY_QUEUE = "emergency_queue"  # served by the switch's own queue while no engine answered
    FAILED = "failed"  # an error of ours; the log has it


class IllegalStep(Exception):
    """A step that the transition table does not allow."""


@dataclass(slots=True)
class Leg:
    """One party's connection. `id` is the switch's own unique id; `mode` how a supervisor takes part by it.

    `unasked`: an agent's that nobody here dialled, since the engine that did died before it had written that down.
    """

    id: str
    party: Party
    address: str
    state: LegState = LegState.STARTED
    agent: str = ""
    rang: bool = False
    mode: str = ""
    unasked: bool = False

    def become(self, state: LegState) -> None:
        """Move to `state`; raises IllegalStep when the table has no such way."""
        if state not in LEG_TRANSITIONS[self.state]:
            raise IllegalStep(f"leg {self.id}: {self.state} → {state}")
        self.state = state
        self.rang = self.rang or state is LegState.RINGING


@dataclass(slots=True)
class Talk:
    """The talk that a call is in, or is being offered: kept with the call so that any engine can take it up.

    `answered_at` is None while the phone rings. `recording` is the id of the talk's recording. `then` is what the
    agent decided to come after it (a blind transfer): `queue:NAME`, `flow:NAME`, `agent:NUMBER`, `outside:NUMBER`.
    `away` says why caller and agent are apart now: `consult`, `hold`, `flow`, or `dial` while the agent waits for the
    citizen whom we dial, or `return` while the citizen waits for an agent whose phone was lost, until `return_by`.
    `consulted` is the colleague's agent number, or a number if he is `consulted_outside`; with `conference` he, the
    agent and the citizen are together. `began_at` is when he first talked with this citizen, where that was before
    `answered_at` since his phone was lost in between.
    """

    agent: str
    queue: str = ""
    leg: str = ""
    offered_at: datetime | None = None
    answered_at: datetime | None = None
    recording: str = ""
    then: str = ""
    away: str = ""
    consulted_leg: str = ""
    consulted: str = ""
    consulted_outside: bool = False
    conference: bool = False
    return_by: datetime | None = None
    began_at: datetime | None = None

    def owns(self, leg: Leg) -> bool:
        """Whether it is one by which its agent, or the number outside that talks in his place, is dialled or talks."""
        return leg.party in (Party.AGENT, Party.OUTSIDE) and leg.agent == self.agent


@dataclass(slots=True)
class Call:
    """A citizen's whole visit, from the first ring to the last word. `outgoing`: we dialled him."""

    id: str
    organisation: str
    region: str
    switch: str
    trunk: str
    caller: Number
    called: Number
    arrived_at: datetime
    state: CallState = CallState.ARRIVED
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    reason: EndReason | None = None
    caller_leg: str = ""
    legs: dict[str, Leg] = field(default_factory=dict)
    talk: Talk | None = None
    talks: int = 0
    agents: list[str] = field(default_factory=list)
    queues: list[str] = field(default_factory=list)
    recordings: list[str] = field(default_factory=list)
    satisfaction: str = ""
    progress: dict[str, Any] = field(default_factory=dict)
    """What comes next, one entry a room (`ivr`: flow, revision, node, variables, stack; `acd`: place in the queue)."""
    outgoing: bool = False

    def step(self, step: CallStep) -> None:
        """Take a step; raises IllegalStep and changes nothing when the table has no such way."""
        following = CALL_TRANSITIONS[self.state].get(step)
        if following is None:
            raise IllegalStep(f"call {self.id}: {step} in {self.state}")
        self.state = following

    def is_alive(self, leg: str) -> bool:
        """Whether it has this leg, and it has not ended."""
        return leg in self.legs and self.legs[leg].state is not LegState.ENDED

    @property
    def follows(self) -> str:
        """The call that broke off and is gone on with in this one; empty for all others."""
        return str(self.progress.get(FOLLOWS, ""))

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.state is CallState.ENDED
