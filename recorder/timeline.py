"""When of a call which recording has which sound, as the events of the call tell it.

A recording has only what was said while the caller was together with somebody: while he is on hold, in a flow or waits
during a consultation nothing is written. So it is a row of parts, each with its place in the call and in the sound; a
talk that is handed over goes on in the same one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cti.base.events import (
    AgentEngaged,
    AgentReleased,
    CallHeld,
    CallRetrieved,
    CallTransferred,
    Event,
    FlowReturned,
    RecordingStarted,
    TalkEnded,
    TalkStarted,
)

Stories = Callable[[Collection[str], Collection[str]], Awaitable[Mapping[str, list[Event]]]]
"""Calls and types of events → each call's; usually `StoredCalls.stories`."""
TYPES = [
    one.__name__
    for one in (
        TalkStarted,
        RecordingStarted,
        CallHeld,
        CallTransferred,
        CallRetrieved,
        FlowReturned,
        TalkEnded,
        AgentEngaged,
        AgentReleased,
    )
]
"""The events of which parts are made."""


@dataclass(frozen=True, slots=True)
class Part:
    """Together without a break, with `agent` (empty: somebody outside), from `second` of the sound of `recording` on.

    `until` is None while it goes on; `others` are with them in a conference (`outside`: none of ours).
    """

    recording: str
    agent: str
    since: datetime
    until: datetime | None
    second: float
    others: tuple[str, ...] = ()

    def seconds(self, now: datetime) -> float:
        """How long it is, or is until now."""
        return max(((self.until or now) - self.since).total_seconds(), 0.0)


async def parts_in(stories: Stories, call: str, now: datetime) -> list[Part]:
    """`parts_of` what is stored of a call."""
    return parts_of((await stories([call], TYPES)).get(call, []), now)


def parts_of(events: Sequence[Event], now: datetime) -> list[Part]:
    """The parts of all recordings of a call, in order; `now` ends what goes on."""
    line = _Line(now)
    for event in events:
        match event:
            case TalkStarted():
                line.talk(event.at, event.agent)
            case RecordingStarted():
                line.records(event.recording)
            case CallHeld() | CallTransferred(kind="flow"):
                line.apart(event.at)
            case CallRetrieved() | FlowReturned():
                line.together(event.at)
            case AgentEngaged(role="conference"):
                line.joined(event.at, event.agent, event.other)
            case AgentReleased(role="conference"):
                line.left(event.at, event.agent)
            case TalkEnded():
                line.ended(event.at)
    return line.found()


def together_seconds(parts: Sequence[Part], recording: str, now: datetime) -> float:
    """How much sound a recording should have."""
    return sum(one.seconds(now) for one in parts if one.recording == recording)


class _Line:
    """Goes through a call; what began and has no recording yet waits for it."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._parts: list[Part] = []
        self._recording = ""
        self._agent = ""
        self._since: datetime | None = None
        self._is_apart = False
        self._members: set[str] = set()
        self._begun: datetime | None = None
        """When the talk began of which it is not known yet whether it has a recording of its own."""

    def talk(self, at: datetime, agent: str) -> None:
        self._agent, self._begun = agent, at
        # Who is handed over waits until he is together with the other.
        self._since = None if self._is_apart else at

    def records(self, recording: str) -> None:
        if recording != self._recording:
            # A talk of its own: whatever kept the last one apart is over.
            self._recording, self._is_apart = recording, False
            self._since = self._since or self._begun

    def apart(self, at: datetime) -> None:
        self._end(at)
        self._is_apart = True

    def together(self, at: datetime) -> None:
        if self._is_apart:
            self._is_apart, self._since = False, at
        self._begun = None

    def ended(self, at: datetime) -> None:
        self._end(at)

    def joined(self, at: datetime, *agents: str) -> None:
        self._become(at, self._members | {one for one in agents if one})

    def left(self, at: datetime, agent: str) -> None:
        # Whoever is left with one other is in no conference any more.
        members = self._members - {agent}
        self._become(at, members if len(members) > 1 else set())

    def _become(self, at: datetime, members: set[str]) -> None:
        if members != self._members and self._since is not None and self._recording and at > self._since:
            self._end(at)
            self._since = at
        self._members = members

    def found(self) -> list[Part]:
        if self._since is not None and self._recording:
            self._add(None)
        return self._parts

    def _end(self, at: datetime) -> None:
        if self._since is not None and self._recording and at > self._since:
            self._add(at)
        self._since = self._begun = None

    def _add(self, until: datetime | None) -> None:
        assert self._since is not None
        second = together_seconds(self._parts, self._recording, self._now)
        others = tuple(sorted(self._members - {self._agent}))
        self._parts.append(Part(self._recording, self._agent, self._since, until, round(second, 2), others))
