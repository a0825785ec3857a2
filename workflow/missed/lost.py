"""From the stories of calls to callers who must be called back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from cti.base.call import Call
from cti.base.events import CallEnded, CallLeftQueue, Event, MessageLeft, NodeLeft, Stored
from cti.store.calls import StoredCalls
from cti.store.journal import Journal

log = structlog.get_logger(__name__)

KEPT, LAST = "missed", "sequence"
"""Where it is kept until which event all is taken in."""
HEARD = (CallEnded.__name__, MessageLeft.__name__)
"""Types of the events that tell of a lost caller; a call has thirty others, which are not read again."""
CLOSED_WAYS = frozenset({"closed", "holiday"})
RETRY_SECONDS = 5.0


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


class Gathered:
    """Follows the journal: each stored event once, also those that were stored when no engine lived to hear them."""

    def __init__(
        self,
        calls: StoredCalls,
        journal: Journal,
        take_in: Callable[[Lost], Awaitable[None]],
        reached: Callable[[str, datetime], Awaitable[None]],
        patience: float,
    ) -> None:
        self._calls = calls
        self._journal = journal
        self._take_in = take_in
        self._reached = reached
        self._patience = patience
        self._sequence = 0
        self._news = asyncio.Event()

    async def begin(self) -> None:
        """From where the last engine stood; at the very first from now on."""
        kept = (await self._calls.kept(KEPT)).get(LAST)
        self._sequence = kept if kept is not None else await self._calls.last_sequence()
        if kept is None:
            self._journal.put(KEPT, LAST, self._sequence)

    def stored(self, events: Sequence[Stored]) -> None:
        """Something was stored; see `Journal.on_stored`."""
        if any(isinstance(one.event, CallEnded | MessageLeft) for one in events):
            self._news.set()

    async def run(self) -> None:
        """Until cancelled. What cannot be written is tried again: nobody is forgotten."""
        while True:
            self._news.clear()
            try:
                await self.catch_up()
            except Exception:
                log.exception("missed callers are not written down; tried again")
                await asyncio.sleep(RETRY_SECONDS)
                continue
            await self._news.wait()

    async def catch_up(self) -> None:
        """Take in all that is stored."""
        while events := await self._calls.events_after(self._sequence, types=HEARD):
            for one in events:
                await self._heard(one.event)
            self._sequence = events[-1].sequence
            self._journal.put(KEPT, LAST, self._sequence)

    async def _heard(self, event: Event) -> None:
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
