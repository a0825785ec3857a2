"""From the stories of calls to callers who must be called back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import ClassVar

from cti.base.call import Call
from cti.base.events import CallEnded, CallLeftQueue, Event, MessageLeft, NodeLeft
from cti.store.calls import StoredCalls
from cti.store.journal.following import Following
from cti.store.journal.journal import Journal

CLOSED_WAYS = frozenset({"closed", "holiday"})
UNSERVED_WAYS = frozenset({"no_agents", "full", "voicemail", "message"})
"""How a queue lets go of whom nobody can take. Who is asked for a message and leaves none is called back, too."""
_TELLING = (CallLeftQueue.__name__, MessageLeft.__name__, NodeLeft.__name__)
"""Events of a story that say what a call was lost by."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A caller whom nobody talked to: why (voicemail, abandoned, unserved, closed, message), by which call, from where.

    `said` is what somebody wrote in a chat in which nobody was there; `call` is the chat's id then.
    """

    call: str
    organisation: str
    region: str
    number: str
    reason: str
    queue: str
    at: datetime
    recording: str | None = None
    seconds: float | None = None
    said: str = ""

    @property
    def is_message(self) -> bool:
        """Whether he left one: it stands for itself."""
        return self.recording is not None or self.said != ""


@dataclass(frozen=True, slots=True)
class Reached:
    """A caller whom somebody talked to, in a call that ended then."""

    number: str
    at: datetime


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
            case CallLeftQueue(reason="overflowed"):
                reason = reason or "unserved"
            case NodeLeft(way=way) if way in UNSERVED_WAYS:
                reason = reason or "unserved"
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
        take_in: Callable[[Sequence[Lost]], Awaitable[None]],
        reached: Callable[[Sequence[Reached]], Awaitable[None]],
        patience: float,
    ) -> None:
        super().__init__(calls, journal)
        self._take_in = take_in
        self._reached = reached
        self._patience = patience

    async def heard(self, events: Sequence[Event]) -> None:
        """Calls ended, and people left messages: in this order some were lost, and others were reached."""
        told = [one for one in events if isinstance(one, CallEnded | MessageLeft)]
        calls = await self._calls.load_some({one.call for one in told})
        silent = {call.id for call in calls.values() if not _was_reached(call)}
        stories = await self._calls.stories(silent, _TELLING) if silent else {}
        happened = [
            one
            for event in told
            if event.call in calls
            and (one := self._came_of(event, calls[event.call], stories.get(event.call, ()))) is not None
        ]
        for kind, group in groupby(happened, key=type):
            if kind is Lost:
                await self._take_in([one for one in group if isinstance(one, Lost)])
            else:
                await self._reached([one for one in group if isinstance(one, Reached)])

    def _came_of(self, event: CallEnded | MessageLeft, call: Call, story: Sequence[Event]) -> Lost | Reached | None:
        if isinstance(event, MessageLeft) and call.outgoing:
            # He answers a call of ours, such as a revisit: whoever had him called hears it.
            return None
        if isinstance(event, MessageLeft):
            return _lost(call, "voicemail", event.at, event.recording, event.seconds)
        if _was_reached(call):
            return Reached(call.caller.digits, event.at)
        return lost_by(call, story, patience=self._patience)


def _was_reached(call: Call) -> bool:
    return bool(call.talks) and not call.outgoing
