"""Figures of a queue and of an agent: counts and seconds, and what is worked out from them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from acd.matching.states import AgentState


@dataclass(slots=True)
class QueueFigures:
    """What became of those who entered a queue in one interval, or on one day. Seconds are sums unless said.

    `abandoned` leaves out those who hung up within the queue's `short_abandon`, who stand in `short_abandoned`.
    Always: entered = answered + abandoned + short_abandoned + overflowed + left + those who still wait.
    `messages` are those left after this queue, in the interval in which they were left: no part of that sum,
    since whoever leaves one has overflowed, or left by a key.
    """

    entered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short_abandoned: int = 0
    overflowed: int = 0
    left: int = 0
    messages: int = 0
    answered_wait: float = 0.0
    abandoned_wait: float = 0.0
    longest_wait: float = 0.0
    talks: int = 0
    talk: float = 0.0

    @property
    def waiting(self) -> int:
        """How many of them still wait."""
        gone = self.answered + self.abandoned + self.short_abandoned + self.overflowed + self.left
        return self.entered - gone

    @property
    def service_level(self) -> float | None:
        """Answered within the threshold, of all answered (the first formula of app_queue); None without any."""
        return self.answered_in_time / self.answered if self.answered else None

    @property
    def service_level_with_abandons(self) -> float | None:
        """Answered or given up within the threshold, of all answered or given up (the second formula)."""
        whole = self.answered + self.abandoned
        return (self.answered_in_time + self.abandoned_in_time) / whole if whole else None

    @property
    def connect_rate(self) -> float | None:
        """Answered of all answered or given up (接通率)."""
        whole = self.answered + self.abandoned
        return self.answered / whole if whole else None

    @property
    def average_wait(self) -> float | None:
        """Average seconds of waiting until the answer."""
        return self.answered_wait / self.answered if self.answered else None

    @property
    def average_talk(self) -> float | None:
        """Average seconds of a talk."""
        return self.talk / self.talks if self.talks else None

    def add(self, other: QueueFigures) -> None:
        """Take another's figures in."""
        for one in fields(self):
            if one.name != "longest_wait":
                setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        self.longest_wait = max(self.longest_wait, other.longest_wait)

    def as_data(self) -> dict[str, Any]:
        """As JSON, with what is worked out."""
        data: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in (
            "waiting",
            "service_level",
            "service_level_with_abandons",
            "connect_rate",
            "average_wait",
            "average_talk",
        ):
            data[name] = getattr(self, name)
        return data


SERVING = (AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING, AgentState.WRAPUP)
"""States in which an agent is occupied."""


@dataclass(slots=True)
class AgentFigures:
    """An agent's day: seconds in each state and for each break's reason, offers and talks."""

    offered: int = 0
    answered: int = 0
    not_answered: int = 0
    talk: float = 0.0
    states: dict[str, float] = field(default_factory=dict)
    breaks: dict[str, float] = field(default_factory=dict)

    def add(self, other: AgentFigures) -> None:
        """Take another day's figures in."""
        for name in ("offered", "answered", "not_answered", "talk"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for own, more in ((self.states, other.states), (self.breaks, other.breaks)):
            for name, seconds in more.items():
                own[name] = own.get(name, 0.0) + seconds

    @property
    def occupancy(self) -> float | None:
        """Seconds occupied, of those occupied or ready."""
        occupied = sum(self.states.get(state, 0.0) for state in SERVING)
        whole = occupied + self.states.get(AgentState.READY, 0.0)
        return occupied / whole if whole else None

    @property
    def signed_in(self) -> float:
        """How many seconds he was signed in, in whatever state."""
        return sum(seconds for state, seconds in self.states.items() if state != AgentState.SIGNED_OUT)

    def as_data(self) -> dict[str, Any]:
        """As JSON, with what is worked out."""
        data: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        return data | {"occupancy": self.occupancy, "signed_in": self.signed_in}
