"""Records of one kind as what columns of others point to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.records.table import Record
from cti.office.references.reference import OUT_OF_SIGHT, Reference

if TYPE_CHECKING:
    from cti.office.records.service import Records


class RecordReference(Reference):
    """Records of the service `service`, called by their column `name`, chosen from `choices`."""

    def __init__(
        self,
        service: type[Records[Any, Any, Any, Any]],
        choices: str,
        name: str = "name",
        services: Mapping[str, Records[Any, Any, Any, Any]] | None = None,
    ) -> None:
        self.service = service
        self.kind = service.kind
        self.title = service.title
        self.choices = choices
        self.table: type[Record] = service.table
        self.name = name
        self._services = services or {}

    def bound(self, services: Mapping[str, Any]) -> RecordReference:
        """Knowing the service whose rule says which may be read."""
        return type(self)(self.service, self.choices, self.name, services)

    @property
    def column(self) -> ColumnElement[str]:
        """What they are called by."""
        found: ColumnElement[str] = getattr(self.table, self.name)
        return found

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """Removed ones too; of those that the visitor may not read he learns only that they are there."""
        wanted = select(self.table.id, self.column, and_(*self._readable(visitor))).where(self.table.id.in_(ids))
        rows = (await session.execute(wanted)).tuples()
        return {id: name if readable else OUT_OF_SIGHT for id, name, readable in rows}

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """Of those that the visitor may read, not removed."""
        same = or_(self.table.id == words, self.column == words)
        limits = (same, self.table.removed_at.is_(None), *self._readable(visitor))
        return list(await session.scalars(select(self.table.id).where(*limits).order_by(self.table.id).limit(2)))

    def _readable(self, visitor: Visitor) -> list[ColumnElement[bool]]:
        running = self._services.get(self.kind)
        return running.readable(visitor) if running is not None else [false()]
