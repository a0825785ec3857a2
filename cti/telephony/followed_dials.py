"""Dials that stand on disk before they are made: an engine that dies between makes none of them twice.

A module's rows have an attempt that is under way, written before the dial, and the call that was begun for it. How it
ended is told by whoever dials, by the end of the call, or by the next engine, which asks the calls.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import ClassVar

from cti.base.events import CallEnded, Event
from cti.store.journal.following import Following
from cti.telephony.redialling import ANSWERED

UNKNOWN = "unknown"
"""How a dial ended of which no call tells."""


class FollowedDials(Following):
    """Follows the ends of calls. What it writes is the module's own; each may be told twice."""

    types: ClassVar[tuple[type[Event], ...]] = (CallEnded,)

    @abstractmethod
    async def under_way(self, calls: Collection[str] | None = None) -> Sequence[tuple[str, str]]:
        """Attempts that are under way, with their calls (empty before there is one); of these calls, or all."""

    @abstractmethod
    async def was_over(self, attempt: str, result: str, call: str) -> None:
        """An attempt ended so: a key of `redialling.ENDS`."""

    async def take_up(self) -> None:
        """What the last engine was about to dial, or let ring, and of which no call tells any more: an attempt."""
        left = await self.under_way()
        calls = await self._calls.load_some({call for _, call in left if call})
        for attempt, call in left:
            found = calls.get(call)
            if found is None:
                await self.was_over(attempt, UNKNOWN, call)
            elif found.ended_at is not None:
                await self.was_over(attempt, ANSWERED if found.answered_at is not None else UNKNOWN, call)

    async def heard(self, events: Sequence[Event]) -> None:
        """Calls ended: those of attempts are over."""
        found = await self.under_way({event.call for event in events if isinstance(event, CallEnded)})
        calls = await self._calls.load_some({call for _, call in found}) if found else {}
        for attempt, call in found:
            answered = call in calls and calls[call].answered_at is not None
            await self.was_over(attempt, ANSWERED if answered else UNKNOWN, call)
