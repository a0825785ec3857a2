"""What counts as watched or read: by the server's clock, beat by beat. No database.

A page tells every few seconds where it is. Between two beats somebody can have watched no more than the time that the
server saw go by, at the speed that is allowed: what lies further away was skipped and counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BEAT = 10
"""Seconds between two beats of a page."""
LONGEST = 60.0
"""Seconds that one beat may count: a page that slept, or was cut off for longer, was not watched."""
SLACK = 2.0
"""Seconds that a player may be ahead of the clock: it tells whole pictures, and answers are on their way."""
WHOLE = 0.95
"""The part of a video that must have been watched; nobody needs its last title."""

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Watched:
    """Where somebody is in a video, what of it he watched (`spans` from-to, apart and in order), and for how long."""

    position: float = 0.0
    spans: tuple[Span, ...] = ()
    seconds: float = 0.0

    @property
    def covered(self) -> float:
        """Seconds of the video that were watched, each once."""
        return sum(end - begin for begin, end in self.spans)


def beat(state: Watched, position: float, elapsed: float, speed: float, length: float) -> Watched:
    """A page tells where it plays, `elapsed` seconds of the server's clock after the last beat."""
    position = min(max(position, 0.0), length)
    passed = min(max(elapsed, 0.0), LONGEST)
    moved = position - state.position
    if not 0 < moved <= passed * speed + SLACK:
        return Watched(position, state.spans, state.seconds)
    # The slack lets a beat be early; it gives no time away.
    credited = min(moved, passed * speed)
    spans = merged((*state.spans, (position - credited, position)))
    return Watched(position, spans, state.seconds + min(passed, moved))


def read(seconds: float, elapsed: float) -> float:
    """Seconds that somebody has read, with a beat of a page that is in sight."""
    return seconds + min(max(elapsed, 0.0), LONGEST)


def is_whole(state: Watched, length: float) -> bool:
    """Whether enough of a video was watched."""
    return length > 0 and state.covered >= length * WHOLE - 1e-6


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order; those that touch are one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1] + 1e-6:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)
