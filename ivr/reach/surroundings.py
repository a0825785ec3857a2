"""What nodes reach besides the citizen: time, calendars, services, understanding, the web."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cti.base.clock import Clock
from cti.base.times.business_time import ZONE
from cti.base.times.calendars import Calendars
from ivr.reach.lookups import Lookups
from ivr.reach.messengers import Messengers
from ivr.reach.turns import Turns
from ivr.reach.web import Web
from ivr.understanding.rules import KeywordUnderstanding
from ivr.understanding.understanding import Understanding

"""Business time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What no call may exceed: `idle_steps` without an act of the citizen, `steps` in all, `depth` of sub-flows."""

    idle_steps: int = 200
    steps: int = 10_000
    depth: int = 8
    falls: int = 3


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The world around a flow; `human_queue` is where a call goes when its flow cannot go on.

    `sorry` is the prompt said when there is no human either; `reached` is the seconds after which a slow service is
    covered by music.
    """

    clock: Clock
    calendars: Calendars = field(default_factory=Calendars)
    lookups: Lookups = field(default_factory=Lookups)
    messengers: Messengers = field(default_factory=Messengers)
    understanding: Understanding = field(default_factory=KeywordUnderstanding)
    web: Web = field(default_factory=Web)
    turns: Turns = field(default_factory=Turns)
    human_queue: str = "general"
    sorry: str = "error"
    reached: float = 1.5
    limits: Limits = Limits()

    def now(self) -> datetime:
        """Business time."""
        return self.clock.wall().astimezone(ZONE)


def at(text: str) -> datetime:
    """The moment that `2026-10-01 10:00` means in business time, as UTC; ValueError when it means none."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)
