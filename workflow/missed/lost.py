"""From the stories of calls to callers who must be called back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cti.base.call import Call
from cti.base.events import CallEnded, CallLeftQueue, Event, MessageLeft, NodeLeft
from cti.store.calls import StoredCalls
from cti.store.following import Following
from cti.store.journal import Journal

CLOSED_WAYS = frozenset({"closed", "holiday"})


@dataclass(frozen=True, slots=True)
class Lost:
    """A caller whom nobody talked to: why (voicemail, abandoned, closed), by which call, from where."""

    call: str
    organisation: str
    region: str
    number: str
    reason: str
    queue: str
    at: datetime
    recording: str | None = None
    seconds: float | None = None


def lost_by(call: Call, story: Sequence[Event], *, patience: float) -> Lost | None:
    """What an ended call was lost by; None when somebody talked, or he left a message, or wanted nothing.

    Who gave up within `patience` seconds in the queue has changed his mind.
    """
    if call.outgoing or call.talks or not call.caller.digits:
        return None
    if any(isinstance(event, MessageLeft) for event in story):
        return None
    reason = ""
    for event in story:
        match event:
            case CallLeftQueue(reason="abandoned", waited=waited) if waited >= patience:
                reason = "abandoned"
            case CallLeftQueue(reason="callback"):
                # A callback is promised: the queue itself owes it.
                return None
            case NodeLeft(way=way) if way in CLOSED_WAYS:
                reason = reason or "closed"
    return _lost(call, reason, call.arrived_at) if reason else None


def _lost(call: Call, reason: str, at: datetime, recording: str | None = None, seconds: float | None = None) -> Lost:
    queue = call.queues[-1] if call.queues else ""
    return Lost(
        call.id, call.organisation, call.region, call.caller.digits, reason, queue, at, recording, seconds
    )  # fmt: skip


class Gathered(Following):
    """Follows the journal for callers who were lost, and for those who were reached after all."""

    kept: ClassVar[str] = "missed"
    types: ClassVar[tuple[type[Event], ...]] = (CallEnded, MessageLeft)

    def __init__(
        self,
        calls: StoredCalls,
        journal: Journal,
        take_in: Callable[[Lost], Awaitable[None]],
        reached: Callable[[str, datetime], Awaitable[None]],
        patience: float,
    ) -> None:
        super().__init__(calls, journal)
        self._take_in = take_in
        self._reached = reached
        self._patience = patience

    async def heard(self, event: Event) -> None:
        """A call ended, or somebody left a message."""
        if not isinstance(event, CallEnded | MessageLeft) or (call := await self._calls.load(event.call)) is None:
            return
        if isinstance(event, MessageLeft):
            await self._take_in(_lost(call, "voicemail", event.at, event.recording, event.seconds))
        elif call.talks and not call.outgoing:
            await self._reached(call.caller.digits, event.at)
        else:
            story = [one.event for one in await self._calls.events_of(call.id)]
            if (lost := lost_by(call, story, patience=self._patience)) is not None:
                await self._take_in(lost)
