"""Where articles of a merged hotline are filed: by its own list, by what our categories are called, or as it does."""

from __future__ import annotations

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.tree.views import TreeFields
from workflow.knowledge.categories import Categories
from workflow.knowledge.hotlines.models import HotlineRow
from workflow.knowledge.models import CategoryRow


class Filing:
    """Of one hotline, for one import; each category is looked for once."""

    def __init__(self, categories: Categories, visitor: Visitor, hotline: HotlineRow) -> None:
        self._categories, self._visitor, self._hotline = categories, visitor, hotline
        self._paths = {one["theirs"]: one["ours"] for one in hotline.categories}
        self._known: dict[str, str] = {}
        self.made: list[str] = []
        """Ids of the categories that were made."""

    async def of(self, session: AsyncSession, theirs: str, *, making: bool) -> str:
        """The id of the category for one of theirs, such as 养老保险/待遇领取; empty where there is none.

        Those below the hotline's own are made only when `making`.
        """
        if theirs in self._known:
            return self._known[theirs]
        keeping = theirs and theirs not in self._paths and self._hotline.keep_tree
        if not keeping:
            found = await self._there(session, theirs)
        elif making:
            found = await self._kept(session, theirs)
        else:
            return self._hotline.category
        self._known[theirs] = found
        return found

    async def _there(self, session: AsyncSession, theirs: str) -> str:
        if (path := self._paths.get(theirs)) is not None:
            own = CategoryRow.path == path, CategoryRow.removed_at.is_(None), *self._categories.readable(self._visitor)
            if (found := await session.scalar(select(CategoryRow.id).where(*own).limit(1))) is not None:
                return found
        found, _ = await self._categories.ending(session, self._visitor, theirs)
        return found or self._hotline.category

    async def _kept(self, session: AsyncSession, theirs: str) -> str:
        """As deep as a tree may be, by names that it takes; what lies deeper stays in the last that there is."""
        parent = self._hotline.category or None
        for name in (one.strip() for one in theirs.split("/") if one.strip()):
            own = (
                CategoryRow.parent == parent if parent else CategoryRow.parent.is_(None), CategoryRow.name == name,
                CategoryRow.organisation == self._hotline.organisation, CategoryRow.removed_at.is_(None),
            )  # fmt: skip
            there = await session.scalar(select(CategoryRow.id).where(*own).limit(1))
            if there is None:
                try:
                    row = await self._categories.insert(session, self._visitor, TreeFields(parent=parent, name=name))
                except (Invalid, pydantic.ValidationError):
                    break
                await self._categories.audit(session, self._visitor, "added", row.id, after=self._categories.told(row))
                there = row.id
                self.made.append(there)
            parent = there
        return parent or ""
