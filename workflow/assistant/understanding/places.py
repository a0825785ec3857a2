"""What places are called in a city: its divisions, and names that its tickets have told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from cti.office.identity import regions

KNOWN_FROM = 2
"""A name that so many tickets have told of is a place."""
SHORTEST, LONGEST = 2, 12


class Places:
    """The divisions below a city (`code` of GB/T 2260; without one, none) and the gazetteer of its tickets."""

    def __init__(self, code: str = "", known: Iterable[str] = ()) -> None:
        self.divisions = _divisions(f"{code[:4]}00") if code else ()
        self._known: dict[str, tuple[str, ...]] = {}
        for name in sorted({one for one in known if SHORTEST < len(one) <= LONGEST}, key=len, reverse=True):
            self._known[name[:2]] = (*self._known.get(name[:2], ()), name)

    def division_at(self, text: str, at: int) -> tuple[str, str] | None:
        """Name and code of the division whose name begins there, the longest first."""
        return next((one for one in self.divisions if text.startswith(one[0], at)), None)

    def known_at(self, text: str, at: int) -> str:
        """The longest known name that begins there, or nothing."""
        return next((one for one in self._known.get(text[at : at + 2], ()) if text.startswith(one, at)), "")


@lru_cache(16)
def _divisions(city: str) -> tuple[tuple[str, str], ...]:
    found = {title: code for code, title in regions.titles().items() if code in regions.within(city)}
    found = {title: code for title, code in found.items() if title not in ("市辖区", "县")}
    short = {
        title[:-1]: code
        for title, code in found.items()
        if len(title) > 2 and title[-1] in "区县市" and title[:-1] not in found and not title.endswith("开发区")
    }
    return tuple(sorted({**short, **found}.items(), key=lambda one: -len(one[0])))


def gazetteer(names: Iterable[str]) -> list[str]:
    """The names that enough tickets tell of."""
    return [name for name, times in Counter(names).items() if times >= KNOWN_FROM and SHORTEST < len(name) <= LONGEST]
