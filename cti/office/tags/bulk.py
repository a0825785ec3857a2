"""Tags put on and taken off many records at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.visitor import Visitor
from cti.office.bulk.acts import Back, BulkAct
from cti.office.tags.models import TagRow

if TYPE_CHECKING:
    from cti.office.records.parts import Service
    from cti.office.tags.part import Tags


class Some(Body):
    """The tags that an act gives to records or takes from them."""

    tags: list[str] = pydantic.Field(min_length=1, max_length=20, title="标签")


class PutTags(BulkAct):
    """Put them on, or take them off: `adds` says which."""

    fields = Some

    def __init__(self, part: Tags, title: str, *, adds: bool) -> None:
        self._part, self._adds = part, adds
        self.name = "tag" if adds else "untag"  # type: ignore[misc] # two acts of one kind
        self.title = f"添加{title}" if adds else f"移除{title}"

    def permission(self, service: Service) -> str:
        """That of the tags."""
        return self._part.permission or service.edit_permission

    async def look(
        self, session: AsyncSession, service: Service, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """Which of them it has not yet, or has."""
        await self.need_writable(session, service, visitor, row)
        fresh = await self._part.differing(session, service, visitor, row, self._tags(body), adds=self._adds)
        if not fresh:
            return ""
        titles = await session.scalars(select(TagRow.title).where(TagRow.id.in_(fresh)).order_by(TagRow.title))
        return f"{'添加' if self._adds else '移除'}：{'、'.join(titles)}"

    async def do(self, service: Service, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """One; taken back is what was put on or off here, and nothing that was so before."""
        changed = await self._put(service, visitor, id, self._tags(body), adds=self._adds)
        return {"tags": changed} if changed else None

    async def undo(self, service: Service, visitor: Visitor, id: str, back: Back) -> None:
        """The other way round."""
        await self._put(service, visitor, id, back["tags"], adds=not self._adds)

    @staticmethod
    def _tags(body: pydantic.BaseModel) -> list[str]:
        assert isinstance(body, Some)
        return body.tags

    async def _put(self, service: Service, visitor: Visitor, id: str, tags: list[str], *, adds: bool) -> list[str]:
        async with service.changing() as session:
            row = await self._part.row(session, service, visitor, id, lock=True)
            fresh = await self._part.differing(session, service, visitor, row, tags, adds=adds)
            if fresh:
                await self._part.put(session, service, visitor, row, **{"add" if adds else "remove": fresh})
        if fresh:
            await service.changed([id])
        return fresh
