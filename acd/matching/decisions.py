"""What the matching decided or learned, told in order: the live service makes events of it, the replay lines."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

DECISIONS: dict[str, str] = {
    "queued": "work waits, at `position`, about `estimate` seconds, for `agent` only when one is named",
    "restored": "work keeps its place after a restart, but is not connected yet",
    "returned": "restored work is back and can be matched",
    "readmitted": "work whose talk was cut off waits again at the place that it had before, at `position`",
    "offered": "an agent is reserved for the work, which waited `seconds`",
    "ringing": "the agent's phone rings",
    "answered": "agent and caller are connected, after `seconds` of waiting",
    "no_answer": "the agent did not answer in time",
    "rejected": "the agent refused",
    "busy": "the agent's phone was busy",
    "unreachable": "the agent's phone could not be reached",
    "failed": "dialling the agent failed",
    "cancelled": "the offer was called off, by nobody's fault",
    "expired": "the reservation reached its deadline and nobody said how it ended",
    "relaxed": "another need holds for the work now",
    "raised": "somebody gave the work other points, for `why`'s reason",
    "unbound": "the work waits no longer for one agent",
    "overflowed": "the work leaves the queue for `why`'s reason, to `target`",
    "abandoned": "the caller hung up while waiting, after `seconds`",
    "left": "the work left the queue for another reason",
    "message": "a caller of the queue left a message; `seconds` long",
    "ended": "the talk is over, after `seconds`",
    "freed": "the agent is not kept busy by a call any longer in which he had no talk of his own",
    "wrapup": "the agent works on the talk just ended, for up to `seconds`",
    "state": "an agent's state changed",
    "requested": "an agent's state was asked for and takes effect after the talk",
    "overdue": "an agent's break is longer than it may be",
    "skills": "an agent's skills changed",
    "callback": "a callback changed its state",
}


class Decision(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One of `DECISIONS`, at the clock's second `at`. What does not concern it is empty.

    `why` is the reason in words; `state`, `reason` and `requested` are the agent's. `seconds` as `DECISIONS` says; in 8
    of 10 cases the wait is between `estimate_low` and `estimate_high`. `priority` is the work's now, `points` what it
    is before ageing, `since` the clock's second since when it waits.
    """

    at: float
    event: str
    work: str = ""
    medium: str = ""
    queue: str = ""
    agent: str = ""
    why: str = ""
    state: str = ""
    reason: str = ""
    requested: str = ""
    target: str = ""
    position: int | None = None
    estimate: float | None = None
    estimate_low: float | None = None
    estimate_high: float | None = None
    seconds: float | None = None
    priority: float | None = None
    points: float | None = None
    since: float | None = None
    organisation: str = ""
    region: str = ""


Tell = Callable[[Decision], None]
