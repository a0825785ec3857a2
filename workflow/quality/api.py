"""Routes of quality: plans and draws, the scoring desk, scored talks, calibrations."""

from __future__ import annotations

import pydantic

from acd.service import Acd
from cti.base.http.routes import Page, Paged, Query, Route
from cti.base.visitor import Visitor
from cti.office.identity.people import People
from cti.office.records import RecordPage, record_routes
from cti.office.records.routes import without_changes
from cti.office.screens import Choice
from cti.telephony.queue_titles import QueueTitles
from workflow.quality.calibrations import Calibrations
from workflow.quality.desk import Desk
from workflow.quality.inspectors import inspectors_of
from workflow.quality.plans import Plans
from workflow.quality.reviews import Reviews
from workflow.quality.rules import DECIDE, PLAN, SCORE, SEE
from workflow.quality.views import (
    BASE,
    CALIBRATIONS,
    OPTIONS,
    PLANS,
    AgreementView,
    Appealed,
    Decided,
    DeskView,
    DrawLine,
    HandedOver,
    ReviewQuery,
    ReviewView,
    Scored,
    Voided,
)

ONE = f"{BASE}/{{id}}"
OWN, DESK = "/api/quality/own", "/api/quality/desk"
MOST_CHOICES = 30
FORM_LIMIT = 200_000
"""Bytes of a filled-in sheet."""


class ChoiceQuery(Query):
    """Words of a title or name."""

    search: str = pydantic.Field(default="", max_length=80)


class NextView(pydantic.BaseModel):
    """The talk that comes next, if there is one."""

    desk: DeskView | None


def routes(
    plans: Plans,
    reviews: Reviews,
    calibrations: Calibrations,
    desk: Desk,
    acd: Acd,
    queues: QueueTitles,
    people: People,
) -> list[Route]:
    """The table."""

    async def plan_choices(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        if not visitor.may(PLAN):
            return []
        found = await plans.find(visitor, plans.query(search=query.search, size=MOST_CHOICES))
        return [Choice(value=row.id, title=row.title) for row in found.items]

    async def sheets(visitor: Visitor) -> list[Choice]:
        return [
            Choice(value=name, title=one.title)
            for name, one in reviews.sheets.files.items()
            if reviews.sheets.is_for(name, visitor.organisation)
        ]

    async def groups() -> list[Choice]:
        return [Choice(value=name, title=one.title or name) for name, one in acd.settings.groups.items()]

    async def queue_options() -> list[Choice]:
        return [Choice(value=name, title=title) for name, title in queues.items() if name]

    async def agents(visitor: Visitor) -> list[Choice]:
        found = await people.agents_within(visitor, PLAN)
        return [Choice(value=number, title=f"{name}（{number}）") for number, name in found]

    async def inspector_options(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        async with reviews.office.store.reading() as session:
            found = await inspectors_of(session, visitor, query.search)
        return [Choice(value=one.id, title=one.name) for one in found[:MOST_CHOICES]]

    async def draws(visitor: Visitor, id: str, query: Page) -> Paged[DrawLine]:
        return Paged.cut(await plans.draws(visitor, id), query)

    async def own(visitor: Visitor, query: ReviewQuery) -> RecordPage[ReviewView]:
        return await reviews.find(visitor, query.model_copy(update={"own": True}))

    async def following(visitor: Visitor) -> NextView:
        return NextView(desk=await desk.next(visitor))

    async def beside(visitor: Visitor, id: str) -> DeskView:
        return await desk.of(visitor, id)

    async def score(visitor: Visitor, id: str, body: Scored) -> ReviewView:
        found = await reviews.score(visitor, id, body)
        if found.calibration:
            await calibrations.scored(found.calibration)
        return found

    async def void(visitor: Visitor, id: str, body: Voided) -> ReviewView:
        return await reviews.void(visitor, id, body)

    async def hand_over(visitor: Visitor, id: str, body: HandedOver) -> ReviewView:
        return await reviews.hand_over(visitor, id, body)

    async def confirm(visitor: Visitor, id: str) -> ReviewView:
        return await reviews.confirm(visitor, id)

    async def appeal(visitor: Visitor, id: str, body: Appealed) -> ReviewView:
        return await reviews.appeal(visitor, id, body)

    async def decide(visitor: Visitor, id: str, body: Decided) -> ReviewView:
        return await reviews.decide(visitor, id, body)

    async def agreement(visitor: Visitor, id: str) -> AgreementView:
        return await calibrations.agreement(visitor, id)

    return [
        Route("GET", f"{PLANS}/choices", plan_choices, SEE, "可选的质检计划"),
        Route("GET", f"{OPTIONS}/sheets", sheets, PLAN, "可选的评分标准"),
        Route("GET", f"{OPTIONS}/groups", groups, PLAN, "质检计划可选的座席组"),
        Route("GET", f"{OPTIONS}/queues", queue_options, PLAN, "质检计划可选的队列"),
        Route("GET", f"{OPTIONS}/agents", agents, PLAN, "质检计划可选的座席"),
        Route("GET", f"{OPTIONS}/inspectors", inspector_options, PLAN, "可选的质检员"),
        Route("GET", f"{PLANS}/{{id}}/draws", draws, PLAN, "质检计划的抽取记录"),
        Route("GET", OWN, own, SEE, "本人通话的质检结果"),
        Route("GET", DESK, following, SCORE, "下一条待评分的录音"),
        Route("GET", f"{ONE}/desk", beside, SEE, "一条录音的评分标准和提示"),
        Route("POST", f"{ONE}/score", score, SCORE, "质检评分", limit=FORM_LIMIT),
        Route("POST", f"{ONE}/void", void, SCORE, "录音不评分"),
        Route("POST", f"{ONE}/hand_over", hand_over, PLAN, "分派质检任务"),
        Route("POST", f"{ONE}/confirm", confirm, SEE, "确认质检结果和辅导建议"),
        Route("POST", f"{ONE}/appeal", appeal, SEE, "质检申诉"),
        Route("POST", f"{ONE}/decide", decide, DECIDE, "裁定质检申诉", limit=FORM_LIMIT),
        Route("GET", f"{CALIBRATIONS}/{{id}}/agreement", agreement, PLAN, "校准的一致性"),
        *record_routes(plans, PLANS, imports=False),
        *record_routes(calibrations, CALIBRATIONS, imports=False),
        *without_changes(record_routes(reviews, BASE, imports=False), BASE),
    ]
