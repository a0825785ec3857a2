"""Merged hotlines as what articles point to."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.references import Reference
from cti.office.sharing.rule import within
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE
from workflow.knowledge.hotlines.models import HotlineRow

HOTLINE_OPTIONS = f"{BASE}/options/hotlines"


class HotlineNames(Reference):
    """By their names: whoever reads an article knows where it came from."""

    title = "来源热线"
    choices = HOTLINE_OPTIONS

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """Removed ones too: what came from them stays."""
        wanted = select(HotlineRow.id, HotlineRow.name).where(HotlineRow.id.in_(ids))
        return dict((await session.execute(wanted)).tuples().all())

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """Those that are his, or of the regions above."""
        same = or_(HotlineRow.id == words, HotlineRow.name == words)
        limits = same, HotlineRow.removed_at.is_(None), within(rules.of_the_house(HotlineRow, visitor))
        return list(await session.scalars(select(HotlineRow.id).where(*limits).order_by(HotlineRow.id).limit(2)))


HOTLINES = HotlineNames()
