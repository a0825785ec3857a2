"""Routes of periods, scores, points by hand, what does not count, and appeals."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.figures.service import RowsBehind
from cti.office.processes.records import case_routes
from cti.office.records import RecordPage, record_routes
from cti.office.records.routes import without_changes
from cti.office.screens import Action, Choice
from workflow.performance.adjustments import Adjustments, AdjustmentView, GivenPoints
from workflow.performance.appeals import Appealed, Appeals, AppealView
from workflow.performance.exclusions import AskedExclusion, Exclusions, ExclusionView
from workflow.performance.periods import Periods
from workflow.performance.rules import (
    ADJUSTMENTS,
    APPEALS,
    BASE,
    EXCLUSIONS,
    MANAGE,
    PERIODS,
    SCORES,
    SEE,
)
from workflow.performance.scores import Scores
from workflow.performance.views import PeriodView, RowsQuery, ScoreQuery, ScoreView, SheetView

OWN = f"{BASE}/own"
ONE = f"{SCORES}/{{id}}"


def routes(
    periods: Periods, scores: Scores, adjustments: Adjustments, exclusions: Exclusions, appeals: Appeals
) -> list[Route]:
    """The table."""

    async def schemes(visitor: Visitor) -> list[Choice]:
        return [
            Choice(value=name, title=one.title)
            for name, one in sorted(periods.schemes.files.items())
            if periods.schemes.is_for(name, visitor.organisation)
        ]

    async def count(visitor: Visitor, id: str) -> PeriodView:
        await periods.calculate(visitor, id)
        return await periods.counted(visitor, id)

    async def renew(visitor: Visitor, id: str) -> PeriodView:
        await periods.calculate(visitor, id, renew=True)
        return await periods.counted(visitor, id)

    async def own(visitor: Visitor, query: ScoreQuery) -> RecordPage[ScoreView]:
        return await scores.find(visitor, scores.query.model_validate({**query.model_dump(), "own": True}))

    async def sheet(visitor: Visitor, id: str) -> SheetView:
        return await scores.sheet(visitor, id)

    async def rows(visitor: Visitor, id: str, query: RowsQuery) -> RowsBehind:
        return await scores.rows(visitor, id, query)

    async def offers(visitor: Visitor, id: str) -> list[Action]:
        return await appeals.offers(visitor, id)

    async def appeal(visitor: Visitor, id: str, body: Appealed) -> AppealView:
        return await appeals.ask(visitor, id, body)

    async def adjust(visitor: Visitor, id: str, body: GivenPoints) -> AdjustmentView:
        return await adjustments.give(visitor, id, body)

    async def exclude(visitor: Visitor, id: str, body: AskedExclusion) -> ExclusionView:
        return await exclusions.ask(visitor, id, body)

    asked = record_routes(appeals, APPEALS, imports=False)
    given = record_routes(adjustments, ADJUSTMENTS, imports=False)
    left_out = record_routes(exclusions, EXCLUSIONS, imports=False)
    return [
        Route("GET", f"{PERIODS}/schemes", schemes, MANAGE, "可选的考核方案"),
        Route("POST", f"{PERIODS}/{{id}}/count", count, MANAGE, "计算考核期"),
        Route("POST", f"{PERIODS}/{{id}}/renew", renew, MANAGE, "按新版考核方案计算考核期"),
        Route("GET", OWN, own, SEE, "本人、本单位的绩效得分"),
        Route("GET", f"{ONE}/sheet", sheet, SEE, "一条得分的各项指标、趋势和申诉"),
        Route("GET", f"{ONE}/rows", rows, SEE, "得分中一个数的明细"),
        Route("GET", f"{ONE}/offers", offers, SEE, "现在可以对一条得分做什么"),
        Route("POST", f"{ONE}/appeals", appeal, SEE, "绩效申诉", 201),
        Route("POST", f"{ONE}/adjustments", adjust, MANAGE, "手动加减分", 201),
        Route("POST", f"{ONE}/exclusions", exclude, SEE, "申请不计考核", 201),
        *record_routes(periods, PERIODS, imports=False),
        *without_changes(record_routes(scores, SCORES, imports=False), SCORES),
        *without_changes(given, ADJUSTMENTS),
        *without_changes(asked, APPEALS),
        *without_changes(left_out, EXCLUSIONS, made_by=MANAGE),
        *case_routes(exclusions, EXCLUSIONS),
    ]
