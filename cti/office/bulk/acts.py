"""What can be done with many records at once, and the two acts that all records have."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, NotAllowed
from cti.base.visitor import Visitor

if TYPE_CHECKING:
    from cti.office.records.parts import Service

Back = Mapping[str, Any]
"""What takes an act with one record back, as JSON."""


class NoWords(Body):
    """Nothing to fill in."""


class BulkAct(ABC):
    """One act. It is asked about each record twice: what it would do, in a session that reads, and to do it.

    Done again with a record with which it has been done, it changes nothing and refuses nothing: an engine that ends in
    between begins again where it is not sure. `title` is what people call it, `fields` what they fill in.
    """

    name: ClassVar[str]
    title: str
    fields: type[pydantic.BaseModel] = NoWords

    def permission(self, service: Service) -> str:
        """The right to it."""
        return service.edit_permission

    async def look(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """What it would do with a row that he may read, in words; empty when nothing changes. Refusal says why not."""
        await self.need_writable(session, service, visitor, row)
        return self.title

    @abstractmethod
    async def do(self, service: Service, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """Do it in a transaction of its own; what takes it back, None where nothing changed or can be. Refusal."""

    async def undo(self, service: Service, visitor: Visitor, id: str, back: Back) -> None:
        """Take it back. Refusal."""
        raise Conflict("no_undo", "该操作不能撤销")

    async def need_writable(self, session: AsyncSession, service: Service, visitor: Visitor, row: Any) -> None:
        """Refuse for a row that he may read and not change. NotAllowed."""
        limits = service.writable(visitor, self.permission(service))
        if await session.scalar(select(service.table.id).where(service.table.id == row.id, *limits)) is None:
            raise NotAllowed("not_yours", f"您不能修改该{service.title}")


class Remove(BulkAct):
    """Take records out of the lists."""

    name: ClassVar[str] = "remove"
    title = "删除"

    async def look(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """Whether others need it."""
        await self.need_writable(session, service, visitor, row)
        if row.removed_at is not None:
            return ""
        await service.check_removed(session, row)
        return "删除，以后可以恢复"

    async def do(self, service: Service, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """Remove a record; it is undone by restoring it."""
        return {"removed": True} if await service.remove(visitor, id) else None

    async def undo(self, service: Service, visitor: Visitor, id: str, back: Back) -> None:
        """Bring the record back from among those that were removed."""
        await service.restore(visitor, id)


class Restore(BulkAct):
    """Bring removed records back."""

    name: ClassVar[str] = "restore"
    title = "恢复"

    async def look(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """Whether its place is free."""
        await self.need_writable(session, service, visitor, row)
        if row.removed_at is None:
            return ""
        await service.check_restored(session, row)
        return "恢复到列表中"

    async def do(self, service: Service, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """Restore a record; it is undone by removing it."""
        return {"restored": True} if await service.restore(visitor, id) else None

    async def undo(self, service: Service, visitor: Visitor, id: str, back: Back) -> None:
        """Remove the record again."""
        await service.remove(visitor, id)
