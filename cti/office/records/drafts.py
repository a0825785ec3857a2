"""Rows of a file that would be stored: what a preview, which stores nothing, remembers of them for those after."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

PLACE = "drafts"


class Drafts:
    """The rows so far. A row asks before it is kept: what it asked counts only if it is."""

    def __init__(self) -> None:
        self._claimed: set[Hashable] = set()
        self._asked: set[Hashable] = set()
        self._facts: dict[Hashable, str | None] = {}

    def claim(self, limits: Sequence[ColumnElement[bool]]) -> bool:
        """Whether a row before asked for the same place; from now on this one has asked for it."""
        asked = tuple((str(one), repr(one.compile().params)) for one in limits)
        self._asked.add(asked)
        return asked in self._claimed

    def keep(self, facts: Mapping[Hashable, str | None]) -> None:
        """The row is right: what it asked for is its own, and others may find these facts."""
        self._claimed |= self._asked
        self._facts.update(facts)
        self.leave()

    def leave(self) -> None:
        """The row is wrong, and claims nothing."""
        self._asked = set()

    def fact(self, key: Hashable) -> str | None:
        """What a row before left under a key."""
        return self._facts.get(key)

    def has(self, key: Hashable) -> bool:
        """Whether a row before left something under a key."""
        return key in self._facts


def drafts_of(session: AsyncSession) -> Drafts | None:
    """Those of the preview that this session reads for; None where rows are really stored."""
    found = session.info.get(PLACE)
    return found if isinstance(found, Drafts) else None
