"""From when to when each side speaks: what nobody says, and what both say at once. Pure; seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Span = tuple[float, float]


def silences(spans: Iterable[Span]) -> list[Span]:
    """The stretches between the first and the last word in which nobody speaks, in order."""
    found, end = list[Span](), None
    for begin, until in sorted(spans):
        if end is not None and begin > end:
            found.append((end, begin))
        end = until if end is None else max(end, until)
    return found


def overlaps(left: Sequence[Span], right: Sequence[Span]) -> Iterator[Span]:
    """The stretches in which both speak; each list in order."""
    at = 0
    for begin, end in left:
        while at < len(right) and right[at][1] <= begin:
            at += 1
        for other, until in right[at:]:
            if other >= end:
                break
            if max(begin, other) < min(end, until):
                yield max(begin, other), min(end, until)


def within(spans: Iterable[Span], parts: Sequence[Span]) -> Iterator[Span]:
    """What of the stretches lies in one of the parts."""
    for begin, end in spans:
        for since, until in parts:
            if max(begin, since) < min(end, until):
                yield max(begin, since), min(end, until)


def length(spans: Iterable[Span]) -> float:
    """Seconds in all."""
    return sum(end - begin for begin, end in spans)
