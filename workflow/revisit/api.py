"""Routes of revisits, of their plans and strategies."""

from __future__ import annotations

from datetime import datetime

import pydantic

from cti.base.http.routes import Page, Query, Route
from cti.base.numbers.number import Number
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.identity.masking import shown_name, shown_number
from cti.office.records import RecordPage, record_routes
from cti.office.screens import Choice
from workflow.revisit.live import TAKE, Live, LiveRevisits
from workflow.revisit.plans import Plans
from workflow.revisit.service import VERIFY, Revisits
from workflow.revisit.strategies import EDIT, SEE, Strategies
from workflow.revisit.views import BASE, PLANS, STRATEGIES, Outlook, RevisitView, ToHuman, Verified

MOST_CHOICES = 30


class ChoiceQuery(Query):
    """Words of a title."""

    search: str = pydantic.Field(default="", max_length=80)


class SampleLine(pydantic.BaseModel):
    """A ticket that a plan would take."""

    id: str
    number: str = pydantic.Field(title="工单编号")
    title: str = pydantic.Field(title="标题")
    name: str = pydantic.Field(title="诉求人")
    contact: str = pydantic.Field(title="联系电话")
    due_at: datetime | None = pydantic.Field(title="回访时限")


def routes(revisits: Revisits, plans: Plans, strategies: Strategies, calendars: Calendars, live: Live) -> list[Route]:
    """The table."""
    one, plan = f"{BASE}/{{id}}", f"{PLANS}/{{id}}"

    async def strategy_choices(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        found = await strategies.find(visitor, strategies.query(search=query.search, size=MOST_CHOICES))
        return [Choice(value=row.id, title=row.title) for row in found.items]

    async def plan_choices(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        found = await plans.find(visitor, plans.query(search=query.search, size=MOST_CHOICES))
        return [Choice(value=row.id, title=row.title) for row in found.items]

    async def calendar_options() -> list[Choice]:
        return [Choice(value=name, title=title) for name, title in calendars.titles.items()]

    async def shown_options(visitor: Visitor) -> list[Choice]:
        return [Choice(value=one, title=one) for one in strategies.permitted(visitor.organisation)]

    async def flow_options() -> list[Choice]:
        return [Choice(value=name, title=title) for name, title in plans.flows().items()]

    async def outlook(visitor: Visitor, id: str) -> Outlook:
        return await plans.outlook(visitor, id)

    async def sample(visitor: Visitor, id: str, query: Page) -> RecordPage[SampleLine]:
        items = [
            SampleLine(
                id=one.id, number=one.number, title=one.title, name=shown_name(visitor, one.name),
                contact=shown_number(visitor, Number.parse(one.contact)), due_at=one.due_at,
            )
            for one in await plans.sample(visitor, id)
        ]  # fmt: skip
        found = items if query.page == 1 else []
        return RecordPage(items=found, total=len(items), page=query.page, size=query.size)

    async def accept(visitor: Visitor, id: str) -> RevisitView:
        return await revisits.accept(visitor, id)

    async def verify(visitor: Visitor, id: str, body: Verified) -> RevisitView:
        return await revisits.verify(visitor, id, body)

    async def to_human(visitor: Visitor, id: str, body: ToHuman) -> RevisitView:
        return await revisits.to_human(visitor, id, body)

    async def stop(visitor: Visitor, id: str) -> RevisitView:
        return await revisits.stop(visitor, id)

    async def again(visitor: Visitor, id: str) -> RevisitView:
        return await revisits.again(visitor, id)

    async def now(visitor: Visitor) -> LiveRevisits:
        return await live.now(visitor)

    async def take(visitor: Visitor, id: str) -> None:
        await live.take(visitor, id)

    return [
        Route("GET", f"{BASE}/live", now, SEE, "正在进行的智能回访"),
        Route("POST", f"{one}/take", take, TAKE, "接管智能回访通话"),
        Route("GET", f"{STRATEGIES}/choices", strategy_choices, SEE, "可选的回访策略"),
        Route("GET", f"{STRATEGIES}/options/calendars", calendar_options, SEE, "可选的日历"),
        Route("GET", f"{STRATEGIES}/options/shown", shown_options, SEE, "本机构可外显的号码"),
        Route("GET", f"{PLANS}/choices", plan_choices, SEE, "可选的回访计划"),
        Route("GET", f"{PLANS}/options/flows", flow_options, SEE, "可选的故事板"),
        Route("POST", f"{plan}/outlook", outlook, SEE, "预计回访的工单数"),
        Route("GET", f"{plan}/sample", sample, SEE, "将要回访的工单示例"),
        Route("POST", f"{one}/accept", accept, VERIFY, "采用回访结果"),
        Route("POST", f"{one}/verify", verify, VERIFY, "核实回访结果"),
        Route("POST", f"{one}/to_human", to_human, EDIT, "转人工回访"),
        Route("POST", f"{one}/stop", stop, EDIT, "不再回访"),
        Route("POST", f"{one}/again", again, EDIT, "重新回访"),
        *record_routes(strategies, STRATEGIES, imports=False),
        *record_routes(plans, PLANS, imports=False),
        *(route for route in record_routes(revisits, BASE, imports=False) if route.method == "GET"),
    ]
