"""Columns that hold the id of a published article: chosen by searching, shown by title."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.references import Reference
from cti.office.references.reference import OUT_OF_SIGHT
from cti.office.sharing.rule import within
from workflow.knowledge import rules
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.views import PUBLISHED

WITHDRAWN = "（已下架）"


class PublishedArticle(Reference):
    """One that readers see."""

    title = "知识"
    choices = f"{PUBLISHED}/choices"

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """Titles of those that the visitor reads."""
        these = PublishedRow.id.in_(ids)
        titles = (await session.execute(select(PublishedRow.id, PublishedRow.title).where(these))).tuples().all()
        seen = set(await session.scalars(select(PublishedRow.id).where(these, within(rules.reading(visitor)))))
        return dict.fromkeys(ids, WITHDRAWN) | {id: title if id in seen else OUT_OF_SIGHT for id, title in titles}

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """By id, number or whole title."""
        same = or_(PublishedRow.id == words, PublishedRow.number == words, PublishedRow.title == words)
        return list(await session.scalars(select(PublishedRow.id).where(same, within(rules.reading(visitor))).limit(2)))


ARTICLE = PublishedArticle()
