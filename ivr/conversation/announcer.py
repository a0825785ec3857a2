"""What is said in a queue and when, by telephone and in a chat alike; and what a queue's own rule means for a flow."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

from acd.service import Overflow
from ivr.conversation.port import QueueEnd, QueueOutcome, QueueRequest
from ivr.speech.spoken_pieces import Piece

_ENDS = {"no agent signed in": QueueEnd.NO_AGENTS, "closed": QueueEnd.CLOSED, "full": QueueEnd.FULL}


class Announcer:
    """When which announcement is due, and when the longest wait is over."""

    def __init__(self, request: QueueRequest, now: Callable[[], float]) -> None:
        self._now = now
        self._began = now()
        self._limit = request.limit
        self._order = itertools.count()
        self._due = [(step.after, next(self._order), step) for step in request.steps]
        heapq.heapify(self._due)

    def due(self) -> float | None:
        """Seconds until the next announcement or the end."""
        times = [self._due[0][0]] if self._due else []
        if self._limit is not None:
            times.append(self._limit)
        return max(min(times) - (self._now() - self._began), 0.0) if times else None

    def is_over(self) -> bool:
        """Whether the longest wait is over."""
        return self._limit is not None and self._now() - self._began >= self._limit

    def take(self) -> tuple[Piece, ...]:
        """The pieces that are due; a step that repeats is set anew."""
        if not self._due or self._due[0][0] > self._now() - self._began + 0.001:
            return ()
        at, _, step = heapq.heappop(self._due)
        if step.every:
            heapq.heappush(self._due, (at + step.every, next(self._order), step))
        return tuple(step.pieces)


def overflowed(overflow: Overflow) -> QueueOutcome:
    """Where the queue sent somebody, as the flow is told."""
    # A plain `message` leaves it to the flow what is said, by the reason.
    end = _ENDS.get(overflow.why.partition(":")[0]) if overflow.to == "message" else None
    return QueueOutcome(end) if end else QueueOutcome(QueueEnd.OVERFLOW, to=overflow.to)
