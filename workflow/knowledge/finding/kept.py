"""What administrators keep for the search: words that mean the same; questions with the article that answers each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.records import Office, Records
from cti.office.references import Reference
from cti.office.sharing import Shared
from cti.store.engine import Store
from workflow.knowledge.finding.judging import Judged
from workflow.knowledge.finding.models import JudgedRow, SynonymRow
from workflow.knowledge.finding.reference import ARTICLE
from workflow.knowledge.finding.synonyms import Synonyms
from workflow.knowledge.finding.views import JudgedFields, JudgedView, SynonymFields, SynonymView, WordsQuery
from workflow.knowledge.rules import EXPORT, MANAGE

MOST_JUDGED = 2_000
"""So many kept questions are asked when a ranking is tried."""


class SynonymGroups(Records[SynonymRow, SynonymFields, SynonymView, WordsQuery]):
    """The service of synonyms: all of them hold for everybody's questions."""

    table, fields, view, query = SynonymRow, SynonymFields, SynonymView, WordsQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge_synonym"
    title: ClassVar[str] = "同义词"
    see: ClassVar[str] = MANAGE
    edit_permission: ClassVar[str] = MANAGE
    export_permission: ClassVar[str] = EXPORT
    sharing: ClassVar[Shared] = Shared(own=())

    def limits(self, visitor: Visitor, query: WordsQuery) -> list[ColumnElement[bool]]:
        """By a word that stands in the group."""
        return [cast(SynonymRow.plain, String).contains(query.search, autoescape=True)] if query.search else []

    async def values(
        self, session: AsyncSession, body: SynonymFields, row: SynonymRow | None, organisation: str
    ) -> dict[str, Any]:
        """The words, and as text for the search in the list."""
        return {"words": body.words, "plain": "、".join(body.words)}

    async def groups(self) -> Synonyms:
        """The words that count as one, of all groups."""
        return await all_synonyms(self.office.store)


class JudgedQuestions(Records[JudgedRow, JudgedFields, JudgedView, WordsQuery]):
    """The service of kept questions, by which a ranking is measured before and after it is changed."""

    table, fields, view, query = JudgedRow, JudgedFields, JudgedView, WordsQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge_judged"
    title: ClassVar[str] = "评测问法"
    see: ClassVar[str] = MANAGE
    edit_permission: ClassVar[str] = MANAGE
    export_permission: ClassVar[str] = EXPORT
    sharing: ClassVar[Shared] = Shared(own=())
    refs: ClassVar[Mapping[str, Reference]] = {"article": ARTICLE}

    def __init__(self, office: Office) -> None:
        super().__init__(office)

    def limits(self, visitor: Visitor, query: WordsQuery) -> list[ColumnElement[bool]]:
        """By a part of the question."""
        return [JudgedRow.asked.contains(query.search, autoescape=True)] if query.search else []

    async def values(
        self, session: AsyncSession, body: JudgedFields, row: JudgedRow | None, organisation: str
    ) -> dict[str, Any]:
        """Each question once for an article."""
        same = JudgedRow.asked == body.asked, JudgedRow.article == body.article, JudgedRow.organisation == organisation
        if await self.taken(session, row, *same):
            raise Invalid("taken", "这个问法已经登记过", "asked")
        return {"asked": body.asked, "article": body.article}

    async def judged(self, visitor: Visitor) -> list[Judged]:
        """Those within the visitor's reach; a question that several articles answer has all of them."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            wanted = select(JudgedRow.asked, JudgedRow.article).where(
                JudgedRow.removed_at.is_(None), *visitor.reach(self.see).limits(JudgedRow)
            )
            rows = (await session.execute(wanted.order_by(JudgedRow.id).limit(MOST_JUDGED))).all()
        return gathered(rows)


async def all_synonyms(store: Store) -> Synonyms:
    """All synonyms of the house."""
    async with store.reading() as session:
        wanted = select(SynonymRow.words).where(SynonymRow.removed_at.is_(None))
        return Synonyms([list(words) for words in await session.scalars(wanted)])


async def all_judged(store: Store) -> list[Judged]:
    """All kept questions of the house, for the command line."""
    async with store.reading() as session:
        wanted = select(JudgedRow.asked, JudgedRow.article).where(JudgedRow.removed_at.is_(None))
        return gathered((await session.execute(wanted.order_by(JudgedRow.id))).all())


def gathered(rows: Any) -> list[Judged]:
    """One for each question."""
    found: dict[str, set[str]] = {}
    for asked, article in rows:
        found.setdefault(asked, set()).add(article)
    return [Judged(asked, answers) for asked, answers in found.items()]
