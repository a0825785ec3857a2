"""Articles as texts that answers cite: within the visitor's scope, as they read at that moment, with their edition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.citing.service import Citation, Passage
from cti.office.rich import plain
from workflow.knowledge.models import PublishedRow, UseRow
from workflow.knowledge.published import Published
from workflow.knowledge.types import Types

SOURCE = "knowledge"
Ranked = Callable[[Visitor, str, int], Awaitable[Sequence[str]]]
"""Ids of the articles that answer words, the best first, at most so many: `Finding.ids`."""
NOBODY = Visitor("", "", "", None, "", "")


class CitableArticles:
    """See `cti.office.citing.service.Citable`: in the order of the page of search.

    Without words those come first that the visitor has just picked.
    """

    title = "知识"
    screen = Published.screen

    def __init__(self, published: Published, types: Types, ranked: Ranked) -> None:
        self._published, self._types, self._ranked = published, types, ranked

    async def search(self, session: AsyncSession, visitor: Visitor, words: str, most: int) -> Sequence[Passage]:
        """By words; without, what he picked last, then what he read last."""
        if not visitor.may(self._published.see):
            return []
        ids = await self._ranked(visitor, words, most) if words else await self._used(session, visitor, most)
        found = await self.passages(session, visitor, ids)
        return [found[id] for id in ids if id in found]

    async def _used(self, session: AsyncSession, visitor: Visitor, most: int) -> Sequence[str]:
        if not visitor.person:
            return []
        own = select(UseRow.article).where(UseRow.person == visitor.person, UseRow.what.in_(("picked", "viewed")))
        used = await session.scalars(own.order_by(UseRow.what, UseRow.at.desc()).limit(most * 4))
        return list(dict.fromkeys(used))[:most]

    async def passages(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, Passage]:
        """Those of these that he reads now."""
        if not visitor.may(self._published.see):
            return {}
        wanted = select(PublishedRow).where(PublishedRow.id.in_(ids), *self._published.readable(visitor))
        return {row.id: self._passage(row) for row in await session.scalars(wanted)}

    async def cited(self, session: AsyncSession, citation: Citation) -> None:
        """It counts for the article: hot lists and who cites it go by this."""
        await self._published.used(
            session, NOBODY, citation.id, int(citation.version), "cited", citation.kind, citation.record
        )

    async def withdrawn(self, session: AsyncSession, citation: Citation) -> None:
        """The answer counts no more; that it was cited stays a fact."""

    def _passage(self, row: PublishedRow) -> Passage:
        lines = [f"{one.title}：{one.text}" for one in self._types.lines(row.type, row.details)]
        text = "\n".join(one for one in (*lines, plain(row.body)) if one)
        return Passage(row.id, row.title, str(row.edition), text or row.summary)
