"""Routes of the statistics of training."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from workflow.training.rules import BASE, LEARN, SEE
from workflow.training.statistics.service import ExamLine, Period, Statistics, Totals, UnitLine

STATISTICS, MINE = f"{BASE}/statistics", f"{BASE}/mine/statistics"


def routes(statistics: Statistics) -> list[Route]:
    """The table."""

    async def mine(visitor: Visitor, query: Period) -> Totals:
        return await statistics.mine(visitor, query)

    async def my_exams(visitor: Visitor, query: Period) -> list[ExamLine]:
        return await statistics.exams(visitor, query)

    async def every(visitor: Visitor, query: Period) -> Totals:
        return await statistics.all(visitor, query)

    async def units(visitor: Visitor, query: Period) -> list[UnitLine]:
        return await statistics.units(visitor, query)

    return [
        Route("GET", MINE, mine, LEARN, "我的考培统计"),
        Route("GET", f"{MINE}/exams", my_exams, LEARN, "我的考试成绩"),
        Route("GET", STATISTICS, every, SEE, "考培总览"),
        Route("GET", f"{STATISTICS}/units", units, SEE, "各机构考培情况"),
    ]
