"""Decisions of the matching as events of the house; a queue's figures are told a few times a second at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from acd.live.views import queue_view
from acd.matching.decisions import Decision
from acd.matching.matching import Matching
from acd.matching.states import Medium
from cti.base.clock import Timer
from cti.base.events import (
    AgentStateChanged,
    AlarmCleared,
    AlarmRaised,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallReturned,
    Event,
    OfferFailed,
    QueueChanged,
)

FEWEST_SECONDS = 0.5
"""How long figures of queues gather before they are told."""

FAILED = frozenset({"no_answer", "rejected", "busy", "unreachable", "failed", "cancelled", "expired"})
LEFT = {"answered": "answered", "abandoned": "abandoned", "overflowed": "overflowed"}
AGENT = frozenset({"state", "wrapup", "requested"})


class Telling:
    """Publishes what the matching decides."""

    def __init__(self, matching: Matching, publish: Callable[[Event], None], owner_of: Callable[[str], str]) -> None:
        self._matching = matching
        self._publish = publish
        self._owner_of = owner_of
        self._changed: set[str] = set()
        self._bits = 0
        """Of agents who changed: queues that they serve have one of these."""
        self._timer: Timer | None = None
        self._overdue: set[str] = set()

    def hear(self, decision: Decision) -> None:
        """Publish the events of a decision."""
        for event in self._events(decision):
            self._publish(event)
        if decision.queue:
            self._queues_changed((decision.queue,))
        elif decision.event in AGENT or decision.event == "skills":
            self._bits |= self._matching.agent(decision.agent).mask
            self._queues_changed(())

    def stop(self) -> None:
        """Tell no more figures."""
        if self._timer is not None:
            self._timer.cancel()

    def tell_all(self) -> None:
        """Tell all figures soon."""
        self._queues_changed(self._matching.queues)

    def _events(self, told: Decision) -> Iterable[Event]:
        clock = self._matching.clock
        at = clock.wall() - timedelta(seconds=max(clock.now() - told.at, 0.0))
        seconds = told.seconds or 0.0
        if told.event in AGENT:
            yield AgentStateChanged(
                at=at,
                agent=told.agent,
                organisation=self._owner_of(told.agent),
                state=told.state,
                reason=told.reason,
                call=told.work,
                requested=told.requested,
            )
            if told.agent in self._overdue and told.state != "break":
                self._overdue.discard(told.agent)
                yield AlarmCleared(at=at, name=f"acd.break.{told.agent}")
        elif told.event == "overdue":
            self._overdue.add(told.agent)
            yield AlarmRaised(
                at=at, name=f"acd.break.{told.agent}", text=f"座席 {told.agent} 小休超时（{told.reason}）"
            )
        if told.medium == Medium.CHAT:
            # What follows is told of calls, and counted so; chats tell of themselves.
            return
        about: dict[str, Any] = {"at": at, "call": told.work, "organisation": told.organisation, "region": told.region}
        if told.event == "queued":
            yield CallQueued(
                **about,
                queue=told.queue,
                position=told.position or 1,
                estimate=told.estimate,
                priority=told.priority or 0.0,
            )
        elif told.event == "readmitted":
            yield CallReturned(**about, queue=told.queue, position=told.position or 1)
        elif told.event == "offered":
            yield CallOffered(**about, queue=told.queue, agent=told.agent, waited=seconds, why=told.why)
        elif told.event in FAILED:
            yield OfferFailed(**about, queue=told.queue, agent=told.agent, reason=told.event)
        elif told.event in LEFT or told.event == "left":
            yield CallLeftQueue(**about, queue=told.queue, reason=LEFT.get(told.event, told.why), waited=seconds)

    def _queues_changed(self, names: Iterable[str]) -> None:
        self._changed.update(names)
        if self._timer is None and (self._changed or self._bits):
            self._timer = self._matching.clock.call_later(FEWEST_SECONDS, self._tell_figures)

    def _tell_figures(self) -> None:
        self._timer = None
        changed, self._changed = self._changed, set()
        bits, self._bits = self._bits, 0
        changed.update(name for name, queue in self._matching.queues.items() if queue.bits & bits)
        for name in sorted(changed):
            queue = self._matching.queues.get(name)
            if queue is None:
                continue
            view = queue_view(self._matching, queue)
            self._publish(
                QueueChanged(
                    at=self._matching.clock.wall(),
                    queue=name,
                    waiting=view.waiting,
                    longest_wait_since=view.longest_wait_since,
                    ready=view.ready,
                    talking=view.talking,
                    estimate=view.estimate,
                )
            )
