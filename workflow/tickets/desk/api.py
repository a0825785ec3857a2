"""Routes of registration at the desk: beside a call that is the visitor's."""

from __future__ import annotations

from typing import Annotated, TypeVar

import pydantic

from cti.base.http.routes import Page, Route
from cti.base.visitor import Visitor
from cti.office.records import RecordPage, record_routes
from cti.office.screens.description import Field
from workflow.tickets.desk.history import Beginning, CallerTicket
from workflow.tickets.desk.known_events import EDIT, Closing, EventBeside, KnownEvents, KnownEventView
from workflow.tickets.desk.registration import Added, DeskTicket, Registration, SoFar
from workflow.tickets.rules import SEE
from workflow.tickets.service import Tickets
from workflow.tickets.views import HistoryLine, TicketView

CALLS = "/api/tickets/calls"
EVENTS = "/api/tickets/events"
CALL = f"{CALLS}/{{call}}"
FORM_LIMIT = 200_000
"""Bytes of a filled-in form."""
T = TypeVar("T", bound=pydantic.BaseModel)
Subject = Annotated[str, pydantic.Field(max_length=60)]


def routes(desk: Registration, events: KnownEvents) -> list[Route]:
    """The form beside a call, and known events."""
    register = Tickets.edit_permission

    async def sent(visitor: Visitor, call: Subject) -> TicketView:
        return await desk.sent(visitor, call)

    async def send(visitor: Visitor, call: Subject, body: DeskTicket) -> TicketView:
        return await desk.register(visitor, call, body)

    async def begin(visitor: Visitor, call: Subject) -> Beginning:
        return await desk.begin(visitor, call)

    async def fields(visitor: Visitor, body: SoFar) -> list[Field]:
        return await desk.fields(visitor, body)

    async def of_caller(visitor: Visitor, call: Subject) -> RecordPage[CallerTicket]:
        return _page(await desk.of_caller(visitor, call))

    async def of_call(visitor: Visitor, call: Subject) -> RecordPage[CallerTicket]:
        return _page(await desk.of_call(visitor, call))

    async def remind(visitor: Visitor, call: Subject, id: str, body: Added) -> None:
        await desk.add(visitor, call, id, "remind", body)

    async def supplement(visitor: Visitor, call: Subject, id: str, body: Added) -> None:
        await desk.add(visitor, call, id, "supplement", body)

    async def join(visitor: Visitor, call: Subject, id: str, body: Added) -> None:
        await desk.join(visitor, call, id, body)

    async def events_now(visitor: Visitor) -> RecordPage[KnownEventView]:
        return _page(await events.now(visitor))

    async def events_beside(visitor: Visitor, call: Subject) -> RecordPage[EventBeside]:
        return _page(await events.beside(visitor, call))

    async def under(visitor: Visitor, call: Subject, id: str) -> TicketView:
        return await events.register(visitor, call, id)

    async def tickets_of(visitor: Visitor, id: str, query: Page) -> RecordPage[HistoryLine]:
        return await events.tickets_of(visitor, id, query.page, query.size)

    async def close(visitor: Visitor, id: str, body: Closing) -> KnownEventView:
        return await events.close(visitor, id, body)

    return [
        Route("GET", f"{EVENTS}/now", events_now, register, "进行中的突发事件"),
        *record_routes(events, EVENTS, imports=False),
        Route("GET", f"{EVENTS}/{{id}}/tickets", tickets_of, SEE, "按突发事件登记的工单"),
        Route("POST", f"{EVENTS}/{{id}}/close", close, EDIT, "结束突发事件并统一答复"),
        Route("GET", f"{CALL}/events", events_beside, register, "来电人所在地区的突发事件"),
        Route("POST", f"{CALL}/events/{{id}}", under, register, "按突发事件登记来电人"),
        Route("GET", CALL, sent, register, "本次通话登记的工单"),
        Route("PUT", CALL, send, register, "按来电登记工单", limit=FORM_LIMIT),
        Route("GET", f"{CALL}/begin", begin, register, "按来电预填登记表"),
        Route("POST", f"{CALLS}/fields", fields, register, "登记表还须填写的内容", limit=FORM_LIMIT),
        Route("GET", f"{CALL}/caller", of_caller, register, "来电人的工单"),
        Route("GET", f"{CALL}/tickets", of_call, SEE, "一通电话涉及的工单"),
        Route("POST", f"{CALL}/tickets/{{id}}/remind", remind, register, "来电催单"),
        Route("POST", f"{CALL}/tickets/{{id}}/supplement", supplement, register, "来电补充诉求"),
        Route("POST", f"{CALL}/tickets/{{id}}/join", join, register, "来电人联名"),
    ]


def _page(items: list[T]) -> RecordPage[T]:
    return RecordPage(items=items, total=len(items), page=1, size=max(len(items), 1))
