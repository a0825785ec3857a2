"""Routes for programs, a contract that stays as it is: `/api/v1/tickets`."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from workflow.tickets import rules
from workflow.tickets.outside.programs import Programs
from workflow.tickets.outside.views import Addition, Answering, NewTicket, StateQuery, States, TicketState
from workflow.tickets.service import Tickets

BASE = "/api/v1/tickets"


def routes(programs: Programs) -> list[Route]:
    """Making, reading and going on with tickets, for who has a key."""
    see = rules.SEE

    async def register(visitor: Visitor, body: NewTicket) -> TicketState:
        return await programs.register(visitor, body)

    async def states(visitor: Visitor, query: StateQuery) -> States:
        return await programs.states(visitor, query)

    async def one(visitor: Visitor, id: str) -> TicketState:
        return await programs.get(visitor, id)

    async def by_external(visitor: Visitor, external: str) -> TicketState:
        return await programs.by_external(visitor, external)

    async def add(visitor: Visitor, id: str, body: Addition) -> TicketState:
        return await programs.add(visitor, id, body)

    async def answer(visitor: Visitor, id: str, body: Answering) -> TicketState:
        return await programs.answer(visitor, id, body)

    return [
        Route("POST", BASE, register, Tickets.edit_permission, "程序接口：登记工单"),
        Route("GET", f"{BASE}/states", states, see, "程序接口：游标之后有变化的工单"),
        Route("GET", f"{BASE}/{{id}}", one, see, "程序接口：按编号或工单编号读取"),
        Route("GET", f"{BASE}/external/{{external}}", by_external, see, "程序接口：按调用方编号读取"),
        Route("POST", f"{BASE}/{{id}}/additions", add, Tickets.edit_permission, "程序接口：补充诉求或催单"),
        Route("POST", f"{BASE}/{{id}}/answers", answer, see, "程序接口：答复或反馈"),
    ]
