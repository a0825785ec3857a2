"""Routes of the supervision."""

from __future__ import annotations

from datetime import datetime, timedelta

import pydantic

from cti.base.http.routes import Page, Paged, Query, Route
from cti.base.visitor import Visitor
from cti.office.records import RecordPage, record_routes
from cti.office.records.routes import without_changes
from cti.office.screens import Action, Choice
from workflow.supervision import rules
from workflow.supervision.by_unit import by_unit
from workflow.supervision.cards import Cards
from workflow.supervision.manual import Supervisions
from workflow.supervision.points import Points
from workflow.supervision.views import (
    BASE,
    CARDS_PATH,
    COLOURS,
    MANUAL_PATH,
    POINTS_PATH,
    Appeal,
    CardQuery,
    CardView,
    Colour,
    Decision,
    Handled,
    ManualView,
    UnitFigure,
)

PERIOD = timedelta(days=30)
FORM_LIMIT = 100_000
"""Bytes of a filled-in form."""
CARD, ONE = f"{CARDS_PATH}/{{id}}", f"{MANUAL_PATH}/{{id}}"


class FilledIn(pydantic.BaseModel):
    """A form as somebody filled it in; which fields there are says the process's file."""

    model_config = pydantic.ConfigDict(extra="allow")


class PeriodQuery(Page):
    """A period; by default the last thirty days."""

    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


class NothingAsked(Query):
    """A query that asks for nothing."""


def routes(points: Points, cards: Cards, manual: Supervisions) -> list[Route]:
    """Monitoring points, cards and supervisions by hand, with their acts."""

    async def handle(visitor: Visitor, id: str, body: Handled) -> CardView:
        return await cards.handle(visitor, id, body)

    async def appeal(visitor: Visitor, id: str, body: Appeal) -> CardView:
        return await cards.appeal(visitor, id, body)

    async def decide(visitor: Visitor, id: str, body: Decision) -> CardView:
        return await cards.decide(visitor, id, body)

    async def figures(visitor: Visitor, query: PeriodQuery) -> Paged[UnitFigure]:
        until = query.until or cards.office.clock.wall()
        return Paged.cut(list(await by_unit(cards.office, visitor, query.since or until - PERIOD, until)), query)

    async def offers(visitor: Visitor, id: str) -> list[Action]:
        return await manual.offers(visitor, id)

    async def act(visitor: Visitor, id: str, action: str, body: FilledIn) -> ManualView:
        return await manual.act(visitor, id, action, body.model_extra or {})

    async def kinds(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return points.kinds()

    async def clocks(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return points.clocks()

    async def processes(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return points.processes()

    see, inspect, answer = rules.SEE, rules.INSPECT, rules.ANSWER
    return [
        Route("GET", f"{POINTS_PATH}/kinds", kinds, rules.POINTS, "监察点可选的业务"),
        Route("GET", f"{POINTS_PATH}/clocks", clocks, rules.POINTS, "监察点可选的时限类型"),
        Route("GET", f"{POINTS_PATH}/processes", processes, rules.POINTS, "监察点可选的处办类型"),
        *record_routes(points, POINTS_PATH),
        *(_list_of(cards, colour) for colour in ("red", "yellow")),
        *without_changes(record_routes(cards, CARDS_PATH, imports=False), CARDS_PATH),
        Route("POST", f"{CARD}/handle", handle, answer, "填写红黄牌的处理情况"),
        Route("POST", f"{CARD}/appeal", appeal, answer, "红黄牌申诉"),
        Route("POST", f"{CARD}/decide", decide, inspect, "裁定红黄牌申诉"),
        *without_changes(record_routes(manual, MANUAL_PATH, imports=False), MANUAL_PATH, made_by=inspect),
        Route("GET", f"{ONE}/offers", offers, see, "现在可以对督办做什么"),
        Route("POST", f"{ONE}/acts/{{action}}", act, see, "办理督办", limit=FORM_LIMIT),
        Route("GET", f"{BASE}/figures", figures, inspect, "督办统计"),
    ]


def _list_of(cards: Cards, colour: Colour) -> Route:
    async def listing(visitor: Visitor, query: CardQuery) -> RecordPage[CardView]:
        return await cards.find(visitor, query.model_copy(update={"colour": colour}))

    return Route("GET", f"{BASE}/{colour}", listing, rules.SEE, f"{COLOURS[colour]}列表")
