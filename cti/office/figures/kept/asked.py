"""What figures are asked for lately, so that their days are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Dialect, and_, true

from cti.office.figures.kept.cuts import Cut

HOT = timedelta(hours=1)
"""What nobody asked for so long is not counted again until somebody does."""
MOST = 2000


@dataclass(slots=True)
class AskedCut:
    """A cut, the days from `first` to before `after` that somebody wanted of it, and when he did."""

    cut: Cut
    first: date
    after: date
    at: datetime
    is_lacking: bool = True
    noted_on: date | None = None


class AskedCuts:
    """All that is asked for, the least recently asked gone when they are many."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._made: dict[tuple[object, ...], tuple[object, Cut]] = {}
        self._asked: dict[str, AskedCut] = {}

    def __len__(self) -> int:
        return len(self._asked)

    @property
    def lacking_now(self) -> int:
        """How many of them may lack days."""
        return sum(one.is_lacking for one in self._asked.values())

    def cut(
        self, whose: tuple[object, object], what: tuple[object, ...], readable: Sequence[Any], made: Callable[[], Cut]
    ) -> Cut:
        """The cut of a definition and its facts, for this scope; made once, since making one takes milliseconds."""
        scope = and_(true(), *readable).compile(dialect=self._dialect)
        key = (*map(id, whose), what, str(scope), repr(scope.params))
        found = self._made.get(key)
        if found is None:
            if len(self._made) >= MOST:
                self._made.clear()
            # What an id belongs to stays while it is asked by it.
            found = self._made[key] = whose, made()
        return found[1]

    def ask(self, key: str, cut: Cut, first: date, after: date, now: datetime) -> bool:
        """Somebody wants these days; whether some may be lacking."""
        asked = self._asked.get(key)
        if asked is None:
            if len(self._asked) >= MOST:
                self._asked.pop(min(self._asked, key=lambda one: self._asked[one].at))
            asked = self._asked[key] = AskedCut(cut, first, after, now)
        elif first < asked.first or now - asked.at > HOT:
            asked.is_lacking = True
        asked.cut, asked.at = cut, now
        asked.first, asked.after = min(first, asked.first), max(after, asked.after)
        return asked.is_lacking

    def all_lack(self) -> None:
        """Any of them may lack days now."""
        for one in self._asked.values():
            one.is_lacking = True

    def lacking(self, now: datetime) -> Iterator[tuple[str, AskedCut]]:
        """Those asked for lately that may lack days, the latest first; each is then taken as whole."""
        for key, one in sorted(self._asked.items(), key=lambda item: item[1].at, reverse=True):
            if one.is_lacking and one.at >= now - HOT:
                one.is_lacking = False
                yield key, one
