"""Trees of articles: categories (归口), industries (行业), life events (人生事件); found by a path or its initials."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.references.usual import Organisations
from cti.office.sharing.rule import Way
from cti.office.tree import TreeRecord
from cti.office.tree.service import TreeRecords
from cti.office.tree.views import TreeFields, TreeQuery, TreeView
from workflow.knowledge import rules
from workflow.knowledge.models import CategoryRow, IndustryRow, LifeEventRow

BASE = "/api/knowledge"
CATEGORIES, INDUSTRIES, LIFE_EVENTS = (f"{BASE}/options/{one}" for one in ("categories", "industries", "life_events"))
"""The trees for whoever chooses from them."""


class Units(Organisations):
    """Organisations that are responsible for articles; whoever reads articles may choose from them."""

    title = "责任单位"
    choices = f"{BASE}/options/units"


UNITS = Units()
Row = TypeVar("Row", bound=TreeRecord)


class Filing(TreeRecords[Row, TreeFields, TreeView, TreeQuery]):
    """A tree under which articles are filed: whoever reads articles of a region reads its own, and those above."""

    fields, view, query = TreeFields, TreeView, TreeQuery
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.MANAGE

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """To read also those of the regions above."""
        return rules.with_above(super().ways(visitor, permission, writing=writing), self.table, visitor, writing)


class Categories(Filing[CategoryRow]):
    """The service of the categories."""

    table = CategoryRow
    kind: ClassVar[str] = "knowledge_category"
    title: ClassVar[str] = "知识归口"

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


class Industries(Filing[IndustryRow]):
    """The service of the industries, by which articles are data bases of their own (行业数据库)."""

    table = IndustryRow
    kind: ClassVar[str] = "knowledge_industry"
    title: ClassVar[str] = "行业"


class LifeEvents(Filing[LifeEventRow]):
    """The service of what happens in a life, at which people need articles."""

    table = LifeEventRow
    kind: ClassVar[str] = "knowledge_life_event"
    title: ClassVar[str] = "人生事件"
