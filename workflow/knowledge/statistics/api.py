"""Routes of the statistics."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.screens import Choice
from workflow.knowledge.categories import BASE
from workflow.knowledge.rules import STATISTICS
from workflow.knowledge.statistics.pages import PAGES, StatisticsPage
from workflow.knowledge.statistics.service import BlockQuery, BlockShown, IdlePage, IdleQuery, KnowledgeStatistics

PATH = f"{BASE}/statistics"


def routes(statistics: KnowledgeStatistics) -> list[Route]:
    """The figures of the page 知识统计, each for its period."""

    async def pages(visitor: Visitor) -> list[StatisticsPage]:
        return list(PAGES)

    async def regions(visitor: Visitor) -> list[Choice]:
        return await statistics.regions(visitor)

    async def idle(visitor: Visitor, query: IdleQuery) -> IdlePage:
        return await statistics.idle(visitor, query)

    async def block(visitor: Visitor, page: str, block: str, query: BlockQuery) -> BlockShown:
        return await statistics.block(visitor, page, block, query)

    return [
        Route("GET", f"{PATH}/pages", pages, STATISTICS, "知识统计的页面"),
        Route("GET", f"{PATH}/regions", regions, STATISTICS, "知识统计可以选择的地区"),
        Route("GET", f"{PATH}/idle", idle, STATISTICS, "久未更新的知识"),
        Route("GET", f"{PATH}/blocks/{{page}}/{{block}}", block, STATISTICS, "一项知识统计"),
    ]
