"""Planned against real: how much of a shift somebody was at work, its breaks apart. Pure.

At work is who is signed in and on no break: ready, with a caller or writing up. A break counts as kept where the shift
has one, and as lost anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from acd.matching.states import AgentState
from workflow.roster.rules import moment

Span = tuple[datetime, datetime]
"""From when until when."""
ABSENT = frozenset({AgentState.SIGNED_OUT, AgentState.OFFLINE, AgentState.BREAK})
"""States in which nobody works."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Seconds that were planned, and those of them in which somebody was at work."""

    planned: float = 0.0
    kept: float = 0.0

    def __add__(self, other: Kept) -> Kept:
        return Kept(self.planned + other.planned, self.kept + other.kept)

    @property
    def share(self) -> float | None:
        """0 to 1; None where nothing was planned."""
        return self.kept / self.planned if self.planned > 0 else None


def works(state: str) -> bool:
    """Whether an agent in this state is at work."""
    return state not in ABSENT


def planned_spans(begins: datetime, ends: datetime, day: date, pauses: Sequence[tuple[int, int]]) -> list[Span]:
    """A shift without its breaks; `pauses` are minutes of its `day`, past 1440 on the next."""
    found: list[Span] = []
    since = begins
    for first, last in sorted(pauses):
        until = min(moment(day, first), ends)
        if until > since:
            found.append((since, until))
        since = max(since, moment(day, last))
    return [*found, (since, ends)] if ends > since else found


def cut(spans: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """What of spans lies between two moments."""
    found = [(max(begin, since), min(end, until)) for begin, end in spans]
    return [(begin, end) for begin, end in found if end > begin]


def compared(planned: Sequence[Span], present: Sequence[Span]) -> Kept:
    """Planned spans against those in which somebody was at work; neither overlap among themselves."""
    both = sum(
        (min(end, gone) - max(begin, came)).total_seconds()
        for begin, end in planned
        for came, gone in present
        if min(end, gone) > max(begin, came)
    )
    return Kept(sum((end - begin).total_seconds() for begin, end in planned), both)
