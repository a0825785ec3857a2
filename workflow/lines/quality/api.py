"""Routes of the quality of lines."""

from __future__ import annotations

from cti.base.http.routes import Paged, Route
from cti.base.visitor import Visitor
from workflow.lines.quality.service import Quality
from workflow.lines.quality.views import QUALITY, SEE, LegsQuery, LegView, SumsQuery, SumsView


def routes(quality: Quality) -> list[Route]:
    """By line, agent and network; single legs; those of a call."""

    async def sums(visitor: Visitor, query: SumsQuery) -> Paged[SumsView]:
        return Paged.cut(await quality.sums(visitor, query), query)

    async def legs(visitor: Visitor, query: LegsQuery) -> Paged[LegView]:
        found = await quality.legs(visitor, query)
        return Paged(
            items=await quality.shown(found.rows), total=found.total, page=query.page, size=query.size,
            more=found.more,
        )  # fmt: skip

    async def of_call(visitor: Visitor, id: str) -> list[LegView]:
        return await quality.of_call(visitor, id)

    return [
        Route("GET", QUALITY, sums, SEE, "线路质量"),
        Route("GET", f"{QUALITY}/legs", legs, SEE, "通话段的质量"),
        Route("GET", f"{QUALITY}/calls/{{id}}", of_call, SEE, "一通电话的线路质量"),
    ]
