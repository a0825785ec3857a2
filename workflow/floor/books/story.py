"""From the story of a call that is over to its talks and its visits to queues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.base.events import (
    CallEnded,
    CallHeld,
    CallLeftQueue,
    CallRetrieved,
    CallTransferred,
    Event,
    SatisfactionGiven,
    TalkEnded,
    TalkStarted,
)

TELLING: tuple[type[Event], ...] = (
    TalkStarted, TalkEnded, CallHeld, CallRetrieved, CallTransferred, CallLeftQueue, SatisfactionGiven, CallEnded,
)  # fmt: skip
"""The events that it reads."""


@dataclass(slots=True)
class ToldTalk:
    """A talk with an agent; `seconds` from answer to end, `held` of them on hold."""

    agent: str
    queue: str
    began_at: datetime
    waited: float
    seconds: float | None = None
    holds: int = 0
    held: float = 0.0
    held_since: datetime | None = None
    transferred: str = ""
    rating: str = ""

    def retrieved(self, at: datetime) -> None:
        """The citizen is off hold, or the talk is over."""
        if self.held_since is not None:
            self.held += max((at - self.held_since).total_seconds(), 0.0)
            self.held_since = None


@dataclass(frozen=True, slots=True)
class ToldVisit:
    """A wait in a queue: how it ended is answered, abandoned, overflowed or what the matching says."""

    queue: str
    entered_at: datetime
    waited: float
    reason: str


def read(story: Sequence[Event]) -> tuple[list[ToldTalk], list[ToldVisit]]:
    """Talks and visits in order. A talk whose end nobody told of ends with the call."""
    talks: list[ToldTalk] = []
    visits: list[ToldVisit] = []
    for event in story:
        match event:
            case TalkStarted():
                talks.append(ToldTalk(event.agent, event.queue, event.at, event.waited))
            case CallLeftQueue():
                entered = event.at - timedelta(seconds=event.waited)
                visits.append(ToldVisit(event.queue, entered, event.waited, event.reason))
            case CallEnded():
                for one in talks:
                    if one.seconds is None:
                        one.retrieved(event.at)
                        one.seconds = max((event.at - one.began_at).total_seconds(), 0.0)
            case TalkEnded() | CallHeld() | CallRetrieved() | CallTransferred() | SatisfactionGiven():
                if (talk := _last(talks, event.agent)) is not None:
                    _happened(talk, event)
    return talks, visits


def _happened(talk: ToldTalk, event: Event) -> None:
    match event:
        case TalkEnded():
            talk.retrieved(event.at)
            talk.seconds = event.seconds
        case CallHeld() if talk.held_since is None:
            talk.holds, talk.held_since = talk.holds + 1, event.at
        case CallRetrieved():
            talk.retrieved(event.at)
        case CallTransferred():
            talk.transferred = event.kind
        case SatisfactionGiven():
            talk.rating = event.key


def _last(talks: Sequence[ToldTalk], agent: str) -> ToldTalk | None:
    return next((one for one in reversed(talks) if one.agent == agent), None)
