"""What was said and typed of a request, and what is read out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

Side = Literal["caller", "agent", "typed"]
"""Who said it; `typed` is what the agent wrote down."""


LEAST_SECONDS = 1.0
"""Of less sound nobody understands a word."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one side without another's between.

    Of what was spoken: from when on, for how many seconds, and when each character began, in seconds since then.
    At each of `breaks` a clause ends though no sign stands there.
    """

    side: Side
    text: str
    at: datetime | None = None
    seconds: float = 0.0
    times: tuple[float, ...] = ()
    breaks: tuple[int, ...] = ()

    def moment(self, start: int, end: int) -> tuple[datetime, float] | None:
        """When the characters from `start` to before `end` were said, and for how many seconds; None of typed ones."""
        if self.at is None:
            return None
        begins = self.times[start] if start < len(self.times) else 0.0
        ends = self.times[end] if end < len(self.times) else max(self.seconds, begins)
        return self.at + timedelta(seconds=begins), round(max(ends - begins, LEAST_SECONDS), 1)


@dataclass(frozen=True, slots=True)
class Span:
    """Where words stand: characters from `start` to before `end` of the line of that number."""

    line: int
    start: int
    end: int

    def of(self, lines: Sequence[Line]) -> str:
        """The words."""
        return lines[self.line].text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value for a field of the ticket, and the words it rests on."""

    field: str
    value: str
    spans: tuple[Span, ...]


class Words(Protocol):
    """A port: the words of a call so far. Whoever writes a transcript offers it."""

    async def so_far(self, call: str) -> Sequence[Line]:
        """All of them in their order; none of a call that is not known."""
        ...


SENTENCE_ENDS = "。！？!?；;\n…"
CLAUSE_ENDS = SENTENCE_ENDS + '，,、:：（）()“”"《》【】[]'


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line without an end in it."""

    line: int
    start: int
    text: str
    side: Side

    def span(self, start: int, end: int) -> Span:
        """Where a part of it stands in its line."""
        return Span(self.line, self.start + start, self.start + end)


def pieces(lines: Sequence[Line], ends: str) -> Iterator[Piece]:
    """The lines cut at each of `ends`, which is left out; nothing empty."""
    for number, line in enumerate(lines):
        start = 0
        for at, sign in enumerate(line.text + ends[0]):
            if sign in ends or at in line.breaks:
                if line.text[start:at].strip():
                    yield Piece(number, start, line.text[start:at], line.side)
                start = at + (sign in ends)
