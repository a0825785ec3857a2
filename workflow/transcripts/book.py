"""The transcripts of calls that go on: their lines so far, and what is being said; told live, and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cti.base.call import Call
from workflow.transcripts.ear import Heard
from workflow.transcripts.lines import Line, Side, in_order
from workflow.transcripts.masking import Masker, masked

BEHIND_SECONDS = 4.0
"""Words that come so late after they were said: the desk is told that the transcript lags."""


@dataclass(slots=True)
class Speaking:
    """What a party is saying, as far as it was made out."""

    side: Side
    agent: str
    text: str
    apart: bool


@dataclass(frozen=True, slots=True)
class Unheard:
    """A party whom nobody hears, since when."""

    side: Side
    agent: str
    since: datetime


@dataclass(slots=True)
class OpenTranscript:
    """A call whose talk is written down.

    `unheard` are parties for whom there is no room, by their leg: side, agent and since when. What they say is written
    down when the call is over.
    """

    call: Call
    lines: dict[int, Line] = field(default_factory=dict)
    speaking: dict[str, Speaking] = field(default_factory=dict)
    legs: dict[str, datetime] = field(default_factory=dict)
    """Until when each leg was heard."""
    maskers: dict[str, Masker] = field(default_factory=dict)
    unheard: dict[str, Unheard] = field(default_factory=dict)
    is_behind: bool = False
    is_closing: bool = False
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    last: int = 0
    version: int = 0
    """How often it was told that it is another now."""

    def heard_until(self, leg: str) -> datetime | None:
        """Until when a leg was heard; None when it never was.

        After a death of the engine that is not known: then until the last words of the call.
        """
        return self.legs.get(leg) or max((one.ends for one in self.lines.values()), default=None)

    @property
    def in_order(self) -> list[Line]:
        """The lines as they were said."""
        return in_order(self.lines.values())

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.unheard and not any(one.is_missing for one in self.lines.values())


Told = Callable[[OpenTranscript, Sequence[Line]], object]
"""Told what is new or other now in a transcript; the lines may be none."""
Keep = Callable[[OpenTranscript, Sequence[Line]], object]
Close = Callable[[OpenTranscript], Awaitable[None]]


class Book:
    """All transcripts of calls that go on. `told` hears each change, `keep` writes lines, `close` the whole."""

    def __init__(self, told: Told, keep: Keep, close: Close) -> None:
        self._told, self._keep, self._close = told, keep, close
        self._open: dict[str, OpenTranscript] = {}

    def find(self, call: str) -> OpenTranscript | None:
        """That of a call that goes on."""
        return self._open.get(call)

    def open(self, call: Call) -> OpenTranscript:
        """The transcript of a call, from now on if it has none yet."""
        found = self._open.get(call.id)
        if found is None:
            found = self._open[call.id] = OpenTranscript(call)
            self._keep(found, ())
            self._told(found, ())
        return found

    def reopen(self, call: Call, lines: Iterable[Line]) -> OpenTranscript:
        """Take up what an engine that died had written."""
        found = self._open[call.id] = OpenTranscript(call, {one.number: one for one in lines})
        found.last = max(found.lines, default=0)
        return found

    def says(self, one: OpenTranscript, leg: str, side: Side, agent: str, text: str, apart: bool) -> None:
        """A party speaks."""
        one.speaking[leg] = Speaking(side, agent, masked(text), apart)
        self._told(one, ())

    def said(self, one: OpenTranscript, leg: str, side: Side, agent: str, heard: Heard, apart: bool) -> None:
        """A party has spoken; what was no words is no line."""
        one.speaking.pop(leg, None)
        one.is_behind = heard.delay > BEHIND_SECONDS
        one.legs[leg] = max(one.legs.get(leg, heard.at), heard.at)
        if heard.text or heard.lost:
            line = Line(
                self._next(one), side, agent, heard.at, round(heard.seconds, 2), heard.text, heard.times,
                "lost" if heard.lost else "said", apart, heard.repairs,
            )  # fmt: skip
            self._add(one, one.maskers.setdefault(leg, Masker()).take(line))
        else:
            self._told(one, ())

    def gap(self, one: OpenTranscript, leg: str, side: Side, agent: str, at: datetime, seconds: float) -> None:
        """Nobody heard a party for so long."""
        self._add(one, [Line(self._next(one), side, agent, at, round(seconds, 2), kind="gap")])

    def silent(self, one: OpenTranscript, leg: str) -> None:
        """A party is not heard any more."""
        if one.speaking.pop(leg, None) is not None:
            self._told(one, ())

    def unheard(self, one: OpenTranscript, leg: str, party: Unheard) -> None:
        """Nobody hears a party from `since` on."""
        if leg not in one.unheard:
            one.unheard[leg] = party
            self._told(one, ())

    def heard_again(self, one: OpenTranscript, leg: str, at: datetime) -> None:
        """Somebody hears a party from `at` on: what he said until then is missing."""
        if (party := one.unheard.pop(leg, None)) is not None and at > party.since:
            self.gap(one, leg, party.side, party.agent, party.since, (at - party.since).total_seconds())

    @property
    def waiting(self) -> list[str]:
        """The calls that go on in which somebody is not heard."""
        return [id for id, one in self._open.items() if one.unheard]

    def _next(self, one: OpenTranscript) -> int:
        one.last += 1
        return one.last

    def _add(self, one: OpenTranscript, lines: Sequence[Line]) -> None:
        for line in lines:
            one.lines[line.number] = line
        self._keep(one, lines)
        self._told(one, lines)

    async def close(self, call: str, at: datetime) -> None:
        """The call is over since `at`, and all that was said is here."""
        one = self._open.get(call)
        if one is not None:
            for leg in tuple(one.unheard):
                self.heard_again(one, leg, at)
            await self._close(one)
            self._open.pop(call, None)
            self._told(one, ())


def whole_text(lines: Iterable[Line]) -> str:
    """What is searched: all words of a transcript in order, a line each."""
    return "\n".join(one.text for one in in_order(lines) if one.text)


def renumbered(lines: Iterable[Line]) -> list[Line]:
    """The lines in order, numbered so."""
    return [replace(one, number=number) for number, one in enumerate(in_order(lines), start=1)]
