"""The town of the knowledge base with an index."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from cti.base.visitor import Visitor
from tests.workflow.knowledge.knowledge_town import KnowledgeTown
from workflow.knowledge.finding.articles import PublishedArticles
from workflow.knowledge.finding.asked import AskedQuestions
from workflow.knowledge.finding.keeper import Keeper
from workflow.knowledge.finding.kept import JudgedQuestions, SynonymGroups
from workflow.knowledge.finding.ranking import RankingLibrary
from workflow.knowledge.finding.room import SHIPPED
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.finding.views import FoundPage, SearchQuery
from workflow.knowledge.types import Types


class Finder(KnowledgeTown):
    """The town; `begin` makes the index."""

    finding: Finding
    keeper: Keeper

    async def begin(self, folder: Path) -> None:
        types, store = Types(self.forms), self.office.store
        articles = self.articles_of = PublishedArticles(store, types)
        self.keeper = Keeper(folder, articles)
        asked = AskedQuestions(store, self.clock)
        rankings = RankingLibrary(shipped=[SHIPPED])
        self.finding = Finding(self.office, self.keeper, articles, types, rankings, asked)
        self.synonyms, self.judged = SynonymGroups(self.office), JudgedQuestions(self.office)
        await self.keeper.start()
        await asyncio.wait_for(self.keeper.settled(), 20)

    async def ranked(self, visitor: Visitor, words: str, most: int) -> Sequence[str]:
        return await self.finding.ids(visitor, words, most)

    async def told(self, *ids: str) -> None:  # type: ignore[override]
        """The index hears of these articles, as it does by the events in a running house."""
        self.keeper.changed(ids)
        await asyncio.wait_for(self.keeper.settled(), 5)

    async def find(self, visitor: object, words: str = "", **more: object) -> FoundPage:
        return await self.finding.search(visitor, SearchQuery.model_validate({"words": words, **more}))  # type: ignore[arg-type]


def titles(page: FoundPage) -> list[str]:
    return ["".join(piece.text for piece in one.title) for one in page.items]
