"""Routes of what talks came to."""

from __future__ import annotations

from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.records import RecordPage, record_routes
from cti.office.screens import Choice
from cti.office.timeline.entries import TimelinePage, TimelineQuery
from workflow.outcomes.reasons import Reasons
from workflow.outcomes.service import DECIDE, FILL, Outcomes
from workflow.outcomes.views import BASE, REASONS, Accepted, OutcomeFields, OutcomeQuery, OutcomeView

CALL, ONE = f"{BASE}/calls/{{call}}", f"{BASE}/{{id}}"


def routes(outcomes: Outcomes, reasons: Reasons) -> list[Route]:
    """What talks came to, filled in at the desk or later, proposals for the black list, and the reasons."""

    async def find(visitor: Visitor, query: OutcomeQuery) -> RecordPage[OutcomeView]:
        return await outcomes.find(visitor, query)

    async def one(visitor: Visitor, id: str) -> OutcomeView:
        return await outcomes.get(visitor, id)

    async def timeline(visitor: Visitor, id: str, query: TimelineQuery) -> TimelinePage:
        return await outcomes.timeline(visitor, id, query)

    async def settle(visitor: Visitor, id: str, body: OutcomeFields) -> OutcomeView:
        return await outcomes.settle(visitor, id, body)

    async def accept(visitor: Visitor, id: str, body: Accepted) -> OutcomeView:
        return await outcomes.accept(visitor, id, body)

    async def decline(visitor: Visitor, id: str) -> OutcomeView:
        return await outcomes.decline(visitor, id)

    async def mine(visitor: Visitor, call: str) -> OutcomeView:
        return await outcomes.mine(visitor, call)

    async def fill(visitor: Visitor, call: str, body: OutcomeFields) -> OutcomeView:
        return await outcomes.fill(visitor, call, body)

    async def of_call(visitor: Visitor, call: str) -> RecordPage[OutcomeView]:
        return await outcomes.of_call(visitor, call)

    async def earlier(visitor: Visitor, call: str) -> RecordPage[OutcomeView]:
        return await outcomes.earlier(visitor, call)

    async def choices(visitor: Visitor) -> list[Choice]:
        return await reasons.choices(visitor)

    see = outcomes.see
    return [
        Route("GET", BASE, find, see, "通话结果列表"),
        Route("GET", ONE, one, see, "通话结果详情"),
        Route("GET", f"{ONE}/timeline", timeline, see, "通话结果的动态"),
        Route("POST", f"{ONE}/settle", settle, FILL, "补填通话结果"),
        Route("POST", f"{ONE}/accept", accept, DECIDE, "列入黑名单"),
        Route("POST", f"{ONE}/decline", decline, DECIDE, "不列入黑名单"),
        Route("GET", CALL, mine, FILL, "本人填写的通话结果"),
        Route("PUT", CALL, fill, FILL, "填写通话结果"),
        Route("GET", f"{CALL}/talks", of_call, see, "一通来电的通话结果"),
        Route("GET", f"{CALL}/earlier", earlier, FILL, "来电人以前的通话结果"),
        Route("GET", f"{REASONS}/choices", choices, SIGNED_IN, "可选的原因"),
        *record_routes(reasons, REASONS, imports=False),
    ]
