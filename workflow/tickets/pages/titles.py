"""Names of departments and categories as lists show them, read anew when they are some seconds old."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.office.identity.directory import known_organisations
from cti.store.engine import Store
from workflow.tickets.models import TicketCategoryRow

KEPT_SECONDS = 5.0


class Titles:
    """Remembers what categories and organisations are called, so that rows need not ask."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._units: dict[str, str] = {}
        self._categories: dict[str, str] = {}
        self._until = 0.0

    def unit(self, name: str) -> str:
        """The title of an organisation; its name where it has none."""
        return self._units.get(name, name)

    def category(self, id: str | None) -> str:
        """The path of a category; empty where there is none."""
        return self._categories.get(id or "", "")

    @property
    def has_categories(self) -> bool:
        """Whether anybody has made some."""
        return bool(self._categories)

    async def refresh(self) -> None:
        """Read them, unless they are fresh."""
        if self._clock.now() < self._until:
            return
        async with self._store.reading() as session:
            await self.read(session)

    async def read(self, session: AsyncSession) -> None:
        """Read all titles now, in this session."""
        self._units = {one.name: one.title for one in (await known_organisations(session)).values()}
        rows = await session.execute(select(TicketCategoryRow.id, TicketCategoryRow.path))
        self._categories = dict(rows.tuples().all())
        self._until = self._clock.now() + KEPT_SECONDS
