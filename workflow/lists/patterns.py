"""Which entry of the lists decides on a caller, however long the lists are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cti.base.numbers.number import Number
from cti.base.numbers.number_patterns import PatternIndex, fixed_digits, is_exact

BLACK, WHITE = "black", "white"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the door knows it."""

    id: str
    list: str
    pattern: str
    organisation: str
    until: datetime | None


class ListIndex(PatternIndex[Entry]):
    """All entries that count."""

    def meets(self, caller: Number, organisations: Collection[str], now: datetime) -> Entry | None:
        """The entry that decides on a caller: the one that names most of the number, of equals a white one."""
        counting = [
            entry
            for entry in self.fitting(caller)
            if (entry.until is None or entry.until > now) and entry.organisation in organisations
        ]
        return max(counting, key=_weight) if counting else None


def _weight(entry: Entry) -> tuple[bool, int, bool, str]:
    return is_exact(entry.pattern), fixed_digits(entry.pattern), entry.list == WHITE, entry.id
