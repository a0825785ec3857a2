"""Today's figures of queues and agents for the board, counted from events; they begin anew at midnight (Shanghai)."""

from __future__ import annotations

from dataclasses import dataclass

from cti.events import CallArrived, CallEnded, CallLeftQueue, Event, SatisfactionGiven, TalkEnded, TalkStarted
from softphone.messages import CallsToday

THRESHOLD_SECONDS = 15.0
"""Answered within: GB/T 33358-2016."""


@dataclass(slots=True)
class QueueFigures:
    """A queue today."""

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
    """An agent today."""

    answered: int = 0
    talk_seconds: float = 0.0


class DayFigures:
    """Counts what is told."""

    def __init__(self) -> None:
        self._day = ""
        self._begin("")

    def _begin(self, day: str) -> None:
        self._day = day
        self._queues: dict[str, QueueFigures] = {}
        self._agents: dict[str, AgentFigures] = {}
        self._arrived = self._ended = self._answered = self._rated = 0

    def hear(self, event: Event, day: str) -> None:
        """Count an event of the business day `day`."""
        if day > self._day:
            self._begin(day)
        match event:
            case CallArrived():
                self._arrived += 1
            case CallEnded():
                self._ended += 1
            case SatisfactionGiven():
                self._rated += 1
            case TalkStarted():
                self._answered += 1
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
        """A queue's figures."""
        return self._queues.setdefault(name, QueueFigures())

    def agent(self, number: str) -> AgentFigures:
        """An agent's figures."""
        return self._agents.setdefault(number, AgentFigures())

    def today(self) -> CallsToday:
        """The whole hotline's."""
        return {
            "arrived": self._arrived,
            "ended": self._ended,
            "answered": self._answered,
            "rated": self._rated,
        }
