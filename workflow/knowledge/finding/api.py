"""Routes of the search of the knowledge base."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Paged, Query, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.screens import Choice
from cti.office.workshop.api import TEXT_LIMIT, FilesApi
from cti.office.workshop.owning import Rights
from cti.office.workshop.service import Workshop
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE
from workflow.knowledge.finding.boards import HotBoards
from workflow.knowledge.finding.kept import JudgedQuestions, SynonymGroups
from workflow.knowledge.finding.ranking import RankingFile
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.finding.trying import Trying
from workflow.knowledge.finding.views import (
    FoundPage,
    Hot,
    HotBoardNow,
    HotQuery,
    IndexView,
    MissedQuery,
    MissedQuestion,
    SearchQuery,
    Suggestions,
    SuggestQuery,
    Tried,
    TryBody,
)
from workflow.knowledge.views import PUBLISHED

SYNONYMS, JUDGED, MISSED = f"{BASE}/synonyms", f"{BASE}/judged", f"{BASE}/missed"
RANKINGS = "/api/rankings"
RIGHTS = Rights(rules.MANAGE, rules.MANAGE, rules.MANAGE, "检索排序")
CHOICES = 20


class ChoicesQuery(Query):
    """A part of a title."""

    search: str = pydantic.Field(default="", max_length=60)


def routes(finding: Finding, boards: HotBoards, synonyms: SynonymGroups, judged: JudgedQuestions) -> list[Route]:
    """Finding for readers, and what its managers keep: synonyms and judged questions."""

    async def search(visitor: Visitor, query: SearchQuery) -> FoundPage:
        return await finding.search(visitor, query)

    async def suggest(visitor: Visitor, query: SuggestQuery) -> Suggestions:
        return await finding.suggest(visitor, query.words)

    async def hot(visitor: Visitor, query: HotQuery) -> Hot:
        visitor.need(rules.SEE)
        days = int(query.days)
        return Hot(articles=await finding.asked.articles(visitor, days), questions=await finding.asked.questions(days))

    async def board(visitor: Visitor) -> HotBoardNow:
        return HotBoardNow(board=await boards.current(visitor))

    async def missed(visitor: Visitor, query: MissedQuery) -> Paged[MissedQuestion]:
        items, total = await finding.asked.missed(visitor, query)
        return Paged(items=items, total=total, page=query.page, size=query.size)

    async def choices(visitor: Visitor, query: ChoicesQuery) -> list[Choice]:
        found = await finding.search(visitor, SearchQuery(words=query.search, size=CHOICES))
        return [Choice(value=one.id, title="".join(piece.text for piece in one.title)) for one in found.items]

    async def index(visitor: Visitor) -> IndexView:
        return finding.index

    async def rebuild(visitor: Visitor) -> IndexView:
        return await finding.rebuild(visitor)

    return [
        Route("GET", f"{BASE}/search", search, rules.SEE, "检索知识"),
        Route("GET", f"{BASE}/suggest", suggest, rules.SEE, "检索提示"),
        Route("GET", f"{BASE}/hot", hot, rules.SEE, "热点知识和问题"),
        Route("GET", f"{BASE}/hot/board", board, rules.SEE, "热点知识榜单"),
        Route("GET", MISSED, missed, rules.WRITE, "没有找到知识的检索"),
        Route("GET", f"{PUBLISHED}/choices", choices, rules.MANAGE, "选择知识"),
        Route("GET", f"{BASE}/index", index, rules.SEE, "知识索引状态"),
        Route("POST", f"{BASE}/index/rebuild", rebuild, rules.MANAGE, "重建知识索引"),
        *record_routes(synonyms, SYNONYMS),
        *record_routes(judged, JUDGED),
    ]


class RankingsApi(FilesApi[RankingFile]):
    """The handlers of rankings."""

    parts = "weights"

    def __init__(self, desk: Workshop[RankingFile], trying: Trying) -> None:
        super().__init__(desk)
        self._trying = trying

    def routes(self) -> list[Route]:
        """Trying a draft of the ranking, and the usual routes of files."""
        return [
            Route("POST", f"{RANKINGS}/lint", self.attempt, RIGHTS.read, "检查并试用检索排序", limit=TEXT_LIMIT),
            *self.file_routes(RANKINGS, RIGHTS),
        ]

    async def attempt(self, visitor: Visitor, body: TryBody) -> Tried:
        """What is wrong with a text, and what becomes of the order."""
        return await self._trying.attempt(visitor, body.text, body.asked)
