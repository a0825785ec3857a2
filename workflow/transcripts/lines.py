"""Lines of a transcript: what one party said in one breath, or that something was said and is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from ivr.recognition.repair import Repair

Side = Literal["caller", "agent", "other"]
"""The citizen, whoever leads the talk, and anybody else in it: a colleague who is asked, a number outside."""
Kind = Literal["said", "lost", "gap", "silent"]


@dataclass(frozen=True, slots=True)
class Line:
    """`seconds` of one party from `at` on; `number` counts within the call, in the order in which they came.

    `lost` was said, but the recogniser could not take it; in a `gap` nobody listened; `silent` was one, but its
    recording says that nobody spoke. `times` is when each character of `text` began, in seconds since `at`; `repairs`
    are where it was heard otherwise. `apart`: the others did not hear it, since he or they were on hold.
    """

    number: int
    side: Side
    agent: str
    at: datetime
    seconds: float
    text: str = ""
    times: tuple[float, ...] = ()
    kind: Kind = "said"
    apart: bool = False
    repairs: tuple[Repair, ...] = ()

    @property
    def ends(self) -> datetime:
        """When the last of it was said."""
        return self.at + timedelta(seconds=self.seconds)

    @property
    def is_missing(self) -> bool:
        """Whether there are no words where there may have been some."""
        return self.kind in ("lost", "gap")


def in_order(lines: Iterable[Line]) -> list[Line]:
    """As they were said; who began first comes first, whoever was recognised first."""
    return sorted(lines, key=lambda one: (one.at, one.number))


def missing(lines: Iterable[Line], side: Side) -> list[tuple[datetime, datetime]]:
    """The stretches in which words of a side may be missing, joined where they touch, in order."""
    found: list[tuple[datetime, datetime]] = []
    for one in in_order(line for line in lines if line.is_missing and line.side == side):
        if found and one.at <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], one.ends)
        else:
            found.append((one.at, one.ends))
    return found


def cut(lines: Sequence[Line], side: Side, borders: Iterable[datetime]) -> list[Line]:
    """The lines with each of a side in which words are missing cut at the borders that lie in it."""
    borders = sorted(borders)
    number = max((one.number for one in lines), default=0)
    found: list[Line] = []
    for one in lines:
        within = [at for at in borders if one.at < at < one.ends] if one.is_missing and one.side == side else []
        ends = one.ends
        for at, until in pairwise((one.at, *within, ends)):
            is_first = at == one.at
            number += not is_first
            seconds = (until - at).total_seconds()
            found.append(replace(one, number=one.number if is_first else number, at=at, seconds=seconds))
    return found


def filled(
    lines: Sequence[Line], said: Iterable[Line], done: Sequence[tuple[datetime, datetime]], side: Side
) -> list[Line]:
    """The lines with what was `said` in the stretches `done`, in place of what was missing there; numbered on."""
    kept = [
        one
        for one in lines
        if not (one.is_missing and one.side == side and any(start <= one.at and one.ends <= end for start, end in done))
    ]
    number = max((one.number for one in lines), default=0)
    new = [replace(one, number=number + count) for count, one in enumerate(said, start=1)]
    return in_order([*kept, *new])
