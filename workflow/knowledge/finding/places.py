"""Places that a text names: an answer that holds for another county is seldom what somebody asks for.

Names stand for themselves, not for codes: 鼓楼区 is in many cities, and which one is meant the rest of a text says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from cti.office.identity import regions

_END = re.compile("[市区县旗州盟]")
SHORTEST, LONGEST = 2, 12
"""Characters of a name."""
MOST = 8
"""So many places of an article are kept, the most named first."""
FAR, BESIDE = 1.0, 0.3
"""How much another city's article is elsewhere, and one of another county of the same city."""


class Places:
    """Names of places, each with those of all that it may lie in, itself among them."""

    def __init__(self, above: Mapping[str, Collection[str]]) -> None:
        self._above = {name: frozenset(names) for name, names in above.items()}
        self._tails = {name[-SHORTEST:] for name in above}
        """A glance at these spares looking for most of what ends like a place."""

    def named(self, text: str) -> list[str]:
        """Those that a text names, the most named first."""
        found = Counter[str]()
        for end in _END.finditer(text):
            at = end.end()
            if text[at - SHORTEST : at] in self._tails:
                found.update(self._ending(text, at))
        return [name for name, _ in found.most_common(MOST)]

    def _ending(self, text: str, end: int) -> list[str]:
        # The longest, so that 鼓楼区 is not taken for a place that ends like it.
        for start in range(max(0, end - LONGEST), end - SHORTEST + 1):
            if text[start:end] in self._above:
                return [text[start:end]]
        return []

    def elsewhere(self, asked: Sequence[str], said: Sequence[str]) -> float:
        """How far what an article names is from what is asked for, between 0 and 1.

        0 when either names no place, or the article one that is asked for, lies in it, or has it within.
        """
        if not asked or not said:
            return 0.0
        wanted, there = set(asked), set(said)
        above_wanted = self._all_above(asked)
        if wanted & self._all_above(said) or there & above_wanted:
            return 0.0
        return BESIDE if above_wanted & self._all_above(said) else FAR

    def _all_above(self, names: Sequence[str]) -> set[str]:
        return {one for name in names for one in self._above.get(name, ())}


@cache
def divisions() -> Places:
    """Cities and counties of China, and the cities that are provinces."""
    above: dict[str, set[str]] = {}
    for code, name in regions.titles().items():
        if _is_place(code, name):
            over = ((one, regions.titles().get(one, "")) for one in regions.above(code))
            above.setdefault(name, set()).update(one for number, one in over if _is_place(number, one))
    return Places(above)


def _is_place(code: str, name: str) -> bool:
    """Whether it is more than a province, and less than a heading (市辖区) of the list."""
    heading = name in ("", "市辖区", "县") or "直辖县级" in name
    return not heading and (not code.endswith("0000") or name.endswith("市"))
