"""Categories (归口) and industries (行业) of articles: trees, found by a part of the path or its pinyin initials."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.references.usual import Organisations
from cti.office.sharing.rule import Way
from cti.office.tree.service import TreeRecords
from cti.office.tree.views import TreeFields, TreeQuery, TreeView
from workflow.knowledge import rules
from workflow.knowledge.models import CategoryRow, IndustryRow

BASE = "/api/knowledge"
CATEGORIES, INDUSTRIES = f"{BASE}/options/categories", f"{BASE}/options/industries"
"""The trees for whoever chooses from them."""


class Units(Organisations):
    """Organisations that are responsible for articles; whoever reads articles may choose from them."""

    title = "责任单位"
    choices = f"{BASE}/options/units"


UNITS = Units()


class Categories(TreeRecords[CategoryRow, TreeFields, TreeView, TreeQuery]):
    """The service. Whoever reads articles of a region reads its categories."""

    table, fields, view, query = CategoryRow, TreeFields, TreeView, TreeQuery
    kind: ClassVar[str] = "knowledge_category"
    title: ClassVar[str] = "知识归口"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.MANAGE

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """To read also those of the regions above."""
        return rules.with_above(super().ways(visitor, permission, writing=writing), self.table, visitor, writing)

    async def ending(self, session: AsyncSession, visitor: Visitor, folder: str) -> tuple[str, str]:
        """Id and path of the category whose path ends as a folder's (a/b/c) does, the more of it the better.

        Nothing when none does, or several do.
        """
        parts = [one.strip() for one in folder.split("/") if one.strip()]
        if not parts:
            return "", ""
        wanted = select(CategoryRow.id, CategoryRow.path).where(
            CategoryRow.removed_at.is_(None), CategoryRow.off.is_(False), *self.readable(visitor)
        )
        known = {tuple(path.split("/")): (id, path) for id, path in (await session.execute(wanted)).tuples()}
        for begin in range(len(parts)):
            tail = tuple(parts[begin:])
            ends = [found for path, found in known.items() if path[-len(tail) :] == tail]
            if len(ends) == 1:
                return ends[0]
        return "", ""


class Industries(TreeRecords[IndustryRow, TreeFields, TreeView, TreeQuery]):
    """The service of the industries, by which articles are data bases of their own (行业数据库)."""

    table, fields, view, query = IndustryRow, TreeFields, TreeView, TreeQuery
    kind: ClassVar[str] = "knowledge_industry"
    title: ClassVar[str] = "行业"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.MANAGE

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """To read also those of the regions above."""
        return rules.with_above(super().ways(visitor, permission, writing=writing), self.table, visitor, writing)
