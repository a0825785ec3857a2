"""Numbers and number segments as people list them, and which of many fit a number, found in a few steps.

A pattern is a whole number in canonical form (`+8613800000001`), `anonymous`, or a segment as people dial it: `138*`
begins with 138, `0519????0000` leaves four digits open, `*4444*` has 4444 somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from cti.base.numbers.number import Number, NumberKind

ANONYMOUS = "anonymous"
LEAST_FIXED = 2
"""Digits that a segment must name: fewer would fit a whole country."""
_SEGMENT = re.compile(r"\*?\+?[0-9?]{1,20}\*?")
_OPEN = re.compile(r"[*?]")


class Patterned(Protocol):
    """Something that is found by a pattern."""

    @property
    def id(self) -> str:
        """By which it is dropped again; one of its kind in an index."""

    @property
    def pattern(self) -> str:
        """A canonical pattern."""


P = TypeVar("P", bound=Patterned)


def canonical(text: str, area: str) -> str:
    """A pattern as it is kept; ValueError says in Chinese what is wrong.

    Whole numbers become canonical, those of `area` (`0519`) completed; segments stay as people write them.
    """
    said = re.sub(r"[\s\-()（）]", "", text).replace("？", "?").replace("＊", "*").replace("＋", "+")
    if said.lower() in (ANONYMOUS, "匿名", "匿名来电"):
        return ANONYMOUS
    if is_exact(said):
        number = Number.parse(said, area=area)
        if not number.digits or number.is_emergency:
            raise ValueError("不是有效的电话号码")
        return number.digits
    if not _SEGMENT.fullmatch(said):
        raise ValueError("号段只能由数字、? 和首尾的 * 组成，如 138*、0519????0000、*4444*")
    if fixed_digits(said) < LEAST_FIXED:
        raise ValueError(f"号段至少应有 {LEAST_FIXED} 位数字")
    return said


def is_exact(pattern: str) -> bool:
    """Whether it names one number."""
    return _OPEN.search(pattern) is None


def fixed_digits(pattern: str) -> int:
    """How many digits it names: of two that fit, the one that names more is meant more."""
    return sum(part.isdigit() for part in pattern)


def shown(pattern: str) -> str:
    """As people read it."""
    if pattern == ANONYMOUS:
        return "匿名来电"
    return Number.parse(pattern).national or pattern if is_exact(pattern) else pattern


def fits(pattern: str, text: str) -> bool:
    """Whether a segment fits digits as they are written."""
    fixed = pattern.strip("*")
    lead, trail = pattern.startswith("*"), pattern.endswith("*")
    if not lead:
        return (len(text) == len(fixed) or (trail and len(text) > len(fixed))) and _at(fixed, text, 0)
    last = len(text) - len(fixed)
    return any(_at(fixed, text, start) for start in (range(last + 1) if trail else range(max(last, 0), last + 1)))


def _at(fixed: str, text: str, start: int) -> bool:
    return all(one in ("?", other) for one, other in zip(fixed, text[start:], strict=False))


class PatternIndex(Generic[P]):
    """All that are found by a pattern. Whole numbers cost one look-up, segments one for each digit of the number.

    Only those that begin with `*` are tried one by one.
    """

    def __init__(self) -> None:
        self._all: dict[str, P] = {}
        self._exact: dict[str, dict[str, P]] = {}
        self._segments: dict[str, dict[str, P]] = {}
        self._anywhere: dict[str, dict[str, P]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def put(self, one: P) -> None:
        """Add it, or take it as it is now."""
        self.drop(one.id)
        self._all[one.id] = one
        place, key = self._where(one.pattern)
        place.setdefault(key, {})[one.id] = one

    def drop(self, id: str) -> None:
        """It matches no number any more; nothing for an id that is not there."""
        one = self._all.pop(id, None)
        if one is None:
            return
        place, key = self._where(one.pattern)
        del place[key][id]
        if not place[key]:
            del place[key]

    def fitting(self, number: Number) -> Iterator[P]:
        """All whose pattern fits a number, in no order; one may come twice."""
        if number.kind in (NumberKind.ANONYMOUS, NumberKind.MALFORMED):
            yield from self._exact.get(ANONYMOUS, {}).values()
            return
        yield from self._exact.get(number.digits, {}).values()
        # Carriers and people write one number in two ways, and segments are begun in either.
        for text in dict.fromkeys((number.national, number.digits)):
            for end in range(len(text) + 1):
                yield from (one for one in self._segments.get(text[:end], {}).values() if fits(one.pattern, text))
            for many in self._anywhere.values():
                yield from (one for one in many.values() if fits(one.pattern, text))

    def _where(self, pattern: str) -> tuple[dict[str, dict[str, P]], str]:
        if is_exact(pattern):
            return self._exact, pattern
        if pattern.startswith("*"):
            return self._anywhere, pattern
        return self._segments, _OPEN.split(pattern, maxsplit=1)[0]
