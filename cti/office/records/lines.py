"""Which organisations' records count for a call: its own organisation's, and those of the ones above."""

from __future__ import annotations

from cti.base.clock import Clock
from cti.office.identity.directory import line_of, load_organisations
from cti.store.engine import Store

KEPT_SECONDS = 60.0
"""How long a change of the tree may go unnoticed."""


class Lines:
    """Remembers the lines of the tree."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, frozenset[str]] = {}
        self._until = 0.0

    async def titles(self) -> dict[str, str]:
        """The titles of all organisations."""
        async with self._store.reading() as session:
            return {name: one.title for name, one in (await load_organisations(session)).items()}

    async def above(self, organisation: str) -> frozenset[str]:
        """The organisation and all above it."""
        now = self._clock.now()
        if now >= self._until:
            self._known.clear()
            self._until = now + KEPT_SECONDS
        if organisation not in self._known:
            async with self._store.reading() as session:
                tree = await load_organisations(session)
            self._known[organisation] = line_of(tree, organisation)
        return self._known[organisation]
