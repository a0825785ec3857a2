"""What agents and work can be, and every way from one state to another, as tables.

A way that is not in a table raises `IllegalMove` and changes nothing. Every state can be left.
"""

from __future__ import annotations

from enum import StrEnum

from cti.telephony.switch.port import DialResult


class IllegalMove(Exception):
    """A way that the table does not have."""


class AgentState(StrEnum):
    """Where an agent is."""

    SIGNED_OUT = "signed_out"
    OFFLINE = "offline"  # would be ready, but no phone of his can ring
    READY = "ready"
    BREAK = "break"
    RESERVED = "reserved"  # some work is his, his phone is dialled
    RINGING = "ringing"
    TALKING = "talking"  # in a call, or in at least one chat
    WRAPUP = "wrapup"


_S = AgentState

AGENT_WAYS: dict[AgentState, frozenset[AgentState]] = {
    _S.SIGNED_OUT: frozenset({_S.READY, _S.OFFLINE, _S.BREAK, _S.TALKING, _S.WRAPUP}),
    _S.OFFLINE: frozenset({_S.READY, _S.BREAK, _S.SIGNED_OUT, _S.TALKING}),
    _S.READY: frozenset({_S.RESERVED, _S.BREAK, _S.OFFLINE, _S.SIGNED_OUT, _S.TALKING}),
    _S.BREAK: frozenset({_S.READY, _S.OFFLINE, _S.SIGNED_OUT, _S.TALKING}),
    _S.RESERVED: frozenset({_S.RINGING, _S.TALKING, _S.READY, _S.BREAK, _S.OFFLINE, _S.SIGNED_OUT, _S.WRAPUP}),
    _S.RINGING: frozenset({_S.TALKING, _S.READY, _S.BREAK, _S.OFFLINE, _S.SIGNED_OUT, _S.WRAPUP}),
    _S.TALKING: frozenset({_S.RESERVED, _S.WRAPUP, _S.READY, _S.BREAK, _S.OFFLINE, _S.SIGNED_OUT}),
    _S.WRAPUP: frozenset({_S.READY, _S.BREAK, _S.OFFLINE, _S.SIGNED_OUT, _S.TALKING}),
}
"""TALKING → RESERVED is an agent with chats who is offered another."""

REQUESTABLE = frozenset({_S.READY, _S.BREAK, _S.SIGNED_OUT})
"""What an agent or a supervisor may ask for."""

DEFERRED = frozenset({_S.RESERVED, _S.RINGING, _S.TALKING})
"""In these a request takes effect afterwards; in all others at once."""

ON_DUTY = frozenset({_S.READY, _S.RESERVED, _S.RINGING, _S.TALKING, _S.WRAPUP})
"""States of agents who serve, or will when they have done."""


class WorkState(StrEnum):
    """Where a call, chat or callback is."""

    HELD = "held"  # keeps its place, but nobody is there to be connected: after a restart, or its session fell silent
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    OVER = "over"


_W = WorkState

WORK_WAYS: dict[WorkState, frozenset[WorkState]] = {
    _W.HELD: frozenset({_W.WAITING, _W.OVER}),
    _W.WAITING: frozenset({_W.OFFERED, _W.HELD, _W.OVER}),
    _W.OFFERED: frozenset({_W.WAITING, _W.HELD, _W.TALKING, _W.OVER}),
    _W.TALKING: frozenset({_W.OVER}),
    _W.OVER: frozenset(),
}

UNANSWERED = frozenset({_W.HELD, _W.WAITING, _W.OFFERED})
"""In which nobody has answered yet."""


class Consequence(StrEnum):
    """What a failed offer does to the agent."""

    BREAK = "break"  # not ready, with the failure as the reason
    SKIP = "skip"  # stays ready; this work is not offered to him for a while
    OFFLINE = "offline"  # his phone cannot ring
    NONE = "none"  # not his doing, and the work is over or its session is another one
    SETTING = "setting"  # the queue's settings say which


FAILURES: dict[DialResult, Consequence] = {
    DialResult.NO_ANSWER: Consequence.BREAK,
    DialResult.REJECTED: Consequence.SETTING,
    DialResult.BUSY: Consequence.SETTING,
    DialResult.UNREACHABLE: Consequence.OFFLINE,
    DialResult.FAILED: Consequence.SKIP,
    DialResult.CANCELLED: Consequence.SKIP,
}

FAILURE_REASONS: dict[DialResult, str] = {DialResult.NO_ANSWER: "ring_no_answer"}
"""The agent's reason where it is not the result's own name."""


class Medium(StrEnum):
    """The kinds of work that are matched with agents."""

    CALL = "call"
    CHAT = "chat"
    CALLBACK = "callback"


class Lane(StrEnum):
    """What work takes of an agent: his voice, whole, or one of his chats."""

    VOICE = "voice"
    CHAT = "chat"


LANES: dict[Medium, Lane] = {Medium.CALL: Lane.VOICE, Medium.CALLBACK: Lane.VOICE, Medium.CHAT: Lane.CHAT}


def check_agent(before: AgentState, after: AgentState) -> None:
    """Raise IllegalMove when an agent cannot go from one to the other."""
    if after not in AGENT_WAYS[before]:
        raise IllegalMove(f"agent: {before} → {after}")


def check_work(before: WorkState, after: WorkState) -> None:
    """Raise IllegalMove when work cannot go from one to the other."""
    if after not in WORK_WAYS[before]:
        raise IllegalMove(f"work: {before} → {after}")
