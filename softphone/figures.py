"""Today's figures of queues and agents for the board, counted from events; they begin anew at midnight (Shanghai).

An engine that starts counts what the store has of the day (`day_so_far`) before it goes on with what it hears.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from cti.base.call import EndReason
from cti.base.events import (
    CallArrived,
    CallEnded,
    CallEvent,
    CallLeftQueue,
    CallOffered,
    Event,
    SatisfactionGiven,
    TalkEnded,
    TalkStarted,
)
from cti.base.scope import Scope
from cti.base.times.business_time import day_of
from softphone.messages import CallsToday

COUNTED = frozenset({CallArrived, CallEnded, CallLeftQueue, SatisfactionGiven, TalkEnded, TalkStarted})
"""A call has four times as many others: they are passed over at once."""

THRESHOLD_SECONDS = 15.0
"""Answered within: GB/T 33358-2016."""


@dataclass(slots=True)
class QueueFigures:
    """What happened in a queue today."""

    answered: int = 0
    abandoned: int = 0
    in_time: int = 0

    @property
    def service_level(self) -> float | None:
        """Share of all calls, abandoned ones too, that were answered in time; None before the first."""
        total = self.answered + self.abandoned
        return self.in_time / total if total else None


@dataclass(slots=True)
class AgentFigures:
    """What an agent did today."""

    answered: int = 0
    talk_seconds: float = 0.0


class DayFigures:
    """Counts what is told."""

    def __init__(self) -> None:
        self._held: list[Event] | None = None
        """What was heard while the store is read."""
        self._day = ""
        self._talked: set[str] = set()
        """Open calls that an agent has answered, those of yesterday too."""
        self._begin("")

    def _begin(self, day: str) -> None:
        self._day = day
        self._queues: dict[str, QueueFigures] = {}
        self._agents: dict[str, AgentFigures] = {}
        self._calls: dict[tuple[str, str], CallsToday] = {}

    def hold(self) -> None:
        """Count nothing that is heard until `go_on`."""
        self._held = []

    def go_on(self, counted: Container[int]) -> None:
        """Count what was held, but for those whose `id` says that `count` had them from the store."""
        held, self._held = self._held or [], None
        for event in held:
            if id(event) not in counted:
                self.count(event, day_of(event.at))

    def hear(self, event: Event, day: str) -> None:
        """Count an event of the business day `day`."""
        if self._held is not None:
            self._held.append(event)
        else:
            self.count(event, day)

    def count(self, event: Event, day: str) -> None:
        """Count an event of the business day `day` at once."""
        if day > self._day:
            self._begin(day)
        if type(event) not in COUNTED:
            return
        if isinstance(event, CallEvent):
            owner = event.organisation, event.region
            nothing: CallsToday = {"arrived": 0, "ended": 0, "answered": 0, "abandoned": 0, "rated": 0}
            self._count(event, self._calls.setdefault(owner, nothing))
        match event:
            case TalkStarted():
                self.agent(event.agent).answered += 1
            case TalkEnded():
                self.agent(event.agent).talk_seconds += event.seconds
            case CallLeftQueue(reason="answered"):
                figures = self.queue(event.queue)
                figures.answered += 1
                figures.in_time += event.waited <= THRESHOLD_SECONDS
            case CallLeftQueue(reason="abandoned"):
                self.queue(event.queue).abandoned += 1

    def queue(self, name: str) -> QueueFigures:
        """A queue's figures of today, all 0 for one that had no call."""
        return self._queues.setdefault(name, QueueFigures())

    def agent(self, number: str) -> AgentFigures:
        """An agent's figures of today, all 0 for one who had no call."""
        return self._agents.setdefault(number, AgentFigures())

    def _count(self, event: CallEvent, figures: CallsToday) -> None:
        match event:
            case CallArrived():
                figures["arrived"] += 1
            case CallEnded():
                figures["ended"] += 1
                figures["abandoned"] += event.reason == EndReason.ABANDONED
                self._talked.discard(event.call)
            case SatisfactionGiven():
                figures["rated"] += 1
            case TalkStarted() if event.call not in self._talked:
                # A call that is handed on, or comes back, has been answered once.
                self._talked.add(event.call)
                figures["answered"] += 1

    def today(self, scope: Scope) -> CallsToday:
        """The calls within a scope together; they are not counted for each agent, who sees none here."""
        reached = [
            one
            for (organisation, region), one in self._calls.items()
            if scope.agent is None and scope.covers(organisation, region)
        ]
        return {
            "arrived": sum(one["arrived"] for one in reached),
            "ended": sum(one["ended"] for one in reached),
            "answered": sum(one["answered"] for one in reached),
            "abandoned": sum(one["abandoned"] for one in reached),
            "rated": sum(one["rated"] for one in reached),
        }


class Waits:
    """How long each open call has waited in queues, as the call log counts it: the desk says the same."""

    def __init__(self) -> None:
        self._left: dict[str, float] = {}
        self._offered: dict[str, float] = {}

    def know(self, call: str, seconds: float) -> None:
        """What the books say of a call that was there before."""
        self._left[call] = seconds

    def hear(self, event: Event) -> None:
        """Follow how long the call of an event has waited so far."""
        match event:
            case CallOffered():
                self._offered[event.call] = event.waited
            case CallLeftQueue():
                self._offered.pop(event.call, None)
                self._left[event.call] = self._left.get(event.call, 0.0) + event.waited
            case CallEnded():
                self._offered.pop(event.call, None)
                self._left.pop(event.call, None)

    def of(self, call: str) -> float:
        """Seconds until the offer, or until the queue was left."""
        return self._left.get(call, 0.0) + self._offered.get(call, 0.0)
