"""Which entry of the lists a caller meets: found in a few steps, however long the lists are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from cti.base.number import Number, NumberKind

ANONYMOUS = "anonymous"
BLACK, WHITE = "black", "white"
PATTERN = re.compile(r"\+?[0-9?]{1,20}\*?")
LEAST_FIXED = 2
"""Digits that a pattern must name: fewer would meet a whole country."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the door knows it."""

    id: str
    list: str
    pattern: str
    organisation: str
    until: datetime | None

    @property
    def is_exact(self) -> bool:
        """Whether it names one number."""
        return not ("*" in self.pattern or "?" in self.pattern)


def canonical(text: str, area: str) -> str:
    """A pattern as it is kept; ValueError says in Chinese what is wrong.

    Whole numbers become canonical; patterns are written as people dial: `138*`, `0519????0000`.
    """
    said = re.sub(r"[\s\-()（）]", "", text).replace("？", "?").replace("＊", "*").replace("＋", "+")
    if said.lower() in (ANONYMOUS, "匿名", "匿名来电"):
        return ANONYMOUS
    if "*" not in said and "?" not in said:
        number = Number.parse(said, area=area)
        if not number.digits or number.is_emergency:
            raise ValueError("不是有效的电话号码")
        return number.digits
    if not PATTERN.fullmatch(said):
        raise ValueError("号段只能由数字、末尾的 * 和 ? 组成，如 138*、0519????0000")
    if sum(part.isdigit() for part in said) < LEAST_FIXED:
        raise ValueError(f"号段至少应有 {LEAST_FIXED} 位数字")
    return said


def shown(pattern: str) -> str:
    """As people read it."""
    if pattern == ANONYMOUS:
        return "匿名来电"
    return pattern if "*" in pattern or "?" in pattern else Number.parse(pattern).national or pattern


class ListIndex:
    """All entries that count. Exact numbers are found by a look-up, patterns by one for each digit."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._exact: dict[str, dict[str, Entry]] = {}
        self._patterns: dict[str, dict[str, Entry]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, entry: Entry) -> None:
        """Add an entry, or take it as it is now."""
        self.drop(entry.id)
        self._entries[entry.id] = entry
        self._place(entry).setdefault(self._key(entry), {})[entry.id] = entry

    def drop(self, id: str) -> None:
        """Forget an entry."""
        entry = self._entries.pop(id, None)
        if entry is None:
            return
        place, key = self._place(entry), self._key(entry)
        del place[key][id]
        if not place[key]:
            del place[key]

    def meets(self, caller: Number, organisations: Collection[str], now: datetime) -> Entry | None:
        """The entry that decides on a caller: the one that names most of the number, of equals a white one."""
        counting = [
            entry
            for entry in self._candidates(caller)
            if (entry.until is None or entry.until > now) and entry.organisation in organisations
        ]
        return max(counting, key=_weight) if counting else None

    def _candidates(self, caller: Number) -> Iterator[Entry]:
        if caller.kind in (NumberKind.ANONYMOUS, NumberKind.MALFORMED):
            yield from self._exact.get(ANONYMOUS, {}).values()
            return
        yield from self._exact.get(caller.digits, {}).values()
        # Carriers and people write one number in two ways, and patterns are begun in either.
        for text in dict.fromkeys((caller.national, caller.digits)):
            for end in range(len(text) + 1):
                for entry in self._patterns.get(text[:end], {}).values():
                    if _fits(entry.pattern, text):
                        yield entry

    def _place(self, entry: Entry) -> dict[str, dict[str, Entry]]:
        return self._exact if entry.is_exact else self._patterns

    @staticmethod
    def _key(entry: Entry) -> str:
        return entry.pattern if entry.is_exact else re.split(r"[*?]", entry.pattern, maxsplit=1)[0]


def _weight(entry: Entry) -> tuple[bool, int, bool, str]:
    return entry.is_exact, sum(part.isdigit() for part in entry.pattern), entry.list == WHITE, entry.id


def _fits(pattern: str, text: str) -> bool:
    fixed = pattern.removesuffix("*")
    if len(text) < len(fixed) or (len(text) > len(fixed) and not pattern.endswith("*")):
        return False
    return all(one in ("?", other) for one, other in zip(fixed, text, strict=False))
