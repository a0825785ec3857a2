"""Filing anew (归口变更): many articles into another category, what readers see with them, without another edition."""

from __future__ import annotations

from typing import Any, ClassVar

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.bulk.acts import Back, BulkAct
from workflow.knowledge import rules
from workflow.knowledge.categories import Categories
from workflow.knowledge.models import ArticleRow, CategoryRow, PublishedRow
from workflow.knowledge.publishing import Publishing


class Target(Body):
    """The category into which articles are filed."""

    category: str = pydantic.Field(min_length=1, max_length=26, title="新的归口")


class Refile(BulkAct):
    """See the module; taken back, each goes where it was."""

    name: ClassVar[str] = "refile"
    title = "归口变更"
    fields = Target

    def __init__(self, categories: Categories, publishing: Publishing) -> None:
        self._categories, self._publishing = categories, publishing

    def permission(self, service: Any) -> str:
        """Only managers file articles elsewhere."""
        return rules.MANAGE

    async def look(
        self, session: AsyncSession, service: Any, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """From where to where."""
        await self.need_writable(session, service, visitor, row)
        assert isinstance(body, Target)
        to = await self._category(session, visitor, body.category)
        if row.category == to.id:
            return ""
        before = await session.get(CategoryRow, row.category) if row.category else None
        return f"{before.path if before is not None else '（无）'} → {to.path}"

    async def do(self, service: Any, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """One, for editors and readers alike."""
        assert isinstance(body, Target)
        return await self._file(service, visitor, id, body.category)

    async def undo(self, service: Any, visitor: Visitor, id: str, back: Back) -> None:
        """File the article where it was before."""
        await self._file(service, visitor, id, back["category"])

    async def _category(self, session: AsyncSession, visitor: Visitor, id: str) -> CategoryRow:
        wanted = select(CategoryRow).where(
            CategoryRow.id == id, CategoryRow.removed_at.is_(None), *self._categories.readable(visitor)
        )
        found: CategoryRow | None = await session.scalar(wanted)
        if found is None or found.off:
            raise Invalid("no_category", "没有这个归口，或已停用", "category")
        return found

    async def _file(self, service: Any, visitor: Visitor, id: str, category: str) -> Back | None:
        async with service.changing() as session:
            row: ArticleRow = await service.row(session, visitor, id, lock=True, permission=rules.MANAGE)
            if row.removed_at is not None:
                raise Conflict("removed", "该知识已删除，请先恢复")
            before = row.category
            if category == before:
                return None
            path = (await self._category(session, visitor, category)).path if category else "（无）"
            told = service.told(row)
            await service.apply(session, visitor, row, row.version, {"category": category})
            await service.audit(session, visitor, "refiled", id, told, service.told(row))
            shown = await session.get(PublishedRow, id)
            if shown is not None:
                shown.category = category
                await self._publishing.again(session, shown, row, "refiled", path, visitor.person)
        await service.changed([id])
        return {"category": before}
