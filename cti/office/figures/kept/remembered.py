"""Kept days that were read before. Of one turn of a cut a day stays as it was counted, so it need not be read again.

A day that a change touched is not asked for here until it was let go of, and with that the cut's turn is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cti.office.figures.kept.cuts import Line

MOST_LINES = 150_000
"""Groups of days in memory, some 30 MB; the cut that nobody read for longest goes first."""


@dataclass(slots=True)
class _Cut:
    turn: int
    spans: dict[str, list[Line]] = field(default_factory=dict)
    lines: int = 0


class Remembered:
    """Days by cut, as of its turn. Whoever gets lines must not change them."""

    def __init__(self, most: int = MOST_LINES) -> None:
        self._cuts: dict[str, _Cut] = {}
        self._most, self._lines = most, 0

    def of(self, key: str, turn: int, spans: Iterable[str]) -> dict[str, list[Line]]:
        """Those of these spans that are known."""
        found = self._cuts.pop(key, None)
        if found is None:
            return {}
        self._cuts[key] = found  # the one read last is the last to go
        return {one: found.spans[one] for one in spans if one in found.spans} if found.turn == turn else {}

    def add(self, key: str, turn: int, spans: Mapping[str, list[Line]]) -> None:
        """Keep what was read; of another turn nothing stays."""
        there = self._cuts.get(key)
        if there is None or there.turn != turn:
            self._forget(key)
            there = self._cuts[key] = _Cut(turn)
        for span, lines in spans.items():
            if span not in there.spans:
                there.spans[span] = lines
                there.lines += len(lines) + 1
                self._lines += len(lines) + 1
        while self._lines > self._most and self._cuts:
            self._forget(next(iter(self._cuts)))

    def _forget(self, key: str) -> None:
        if (gone := self._cuts.pop(key, None)) is not None:
            self._lines -= gone.lines
