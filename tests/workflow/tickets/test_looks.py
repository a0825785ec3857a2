"""Who saw a ticket, the citizen behind it, its recording and prints: told to who has the right, from the audit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from cti.base.http.routes import Page
from cti.base.refusal import NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.models import AuditRow
from cti.office.looks.part import LookView
from cti.office.records.exporting import exported
from cti.store.engine import Store
from tests.office import a_call
from tests.workflow.tickets.ticket_town import AGENT, EAST, LEADER, WATER, TicketTown, town_on
from workflow.tickets.models import TicketCallRow
from workflow.tickets.service import LOOKS
from workflow.tickets.views import TicketQuery

INSPECTOR = replace(LEADER, person="01INSPECT", login="inspector", permissions=LEADER.permissions | {"tickets.looks"})


async def looks(town: TicketTown, ticket: str, visitor: Visitor = INSPECTOR) -> list[tuple[str, str]]:
    (route,) = LOOKS.routes(town.tickets, "/api/tickets")
    visitor.need(route.permission)
    found: list[LookView] = (await route.handler(visitor, ticket, Page())).items  # type: ignore[attr-defined]
    return [(one.login, one.what) for one in found]


async def test_who_saw_a_ticket_is_told_to_who_may_know_it(store: Store) -> None:
    """Pain: a complainant was exposed, and nobody could say who had seen the name (5. Practice of Chinese 12345)."""
    town = await town_on(store)
    call = a_call(town.office)
    town.calls.here[call.id] = call
    first = await town.add(call=call.id)
    other = await town.add()
    query = TicketQuery.model_validate({})
    await town.get(LEADER, first.id)
    await town.tickets.find(LEADER, query)
    await town.act(AGENT, first.id, "submit")
    await town.act(LEADER, first.id, "dispatch", lead="water")
    await town.get(WATER, first.id)
    await town.office.audit.look(LEADER, "ticket.printed", f"ticket:{first.id}")
    await exported(town.tickets, replace(LEADER, login="export"), query)
    found = await looks(town, first.id)
    assert ("leader", "打开工单") in found
    assert ("water", "打开工单") in found, "a department's looks, too"
    assert ("leader", "在列表中看到姓名和电话") in found, "in a list, among others"
    assert ("leader", "打印工单") in found
    assert ("export", "导出工单") in found
    assert ("inspector", "查看“谁看过”") in await looks(town, first.id), "who asks is told of as well"
    assert "打印工单" not in [what for _, what in await looks(town, other.id)]
    with pytest.raises(NotAllowed):
        await looks(town, first.id, replace(LEADER, permissions=LEADER.permissions - {"tickets.looks"}))
    with pytest.raises(NotFound):
        await looks(town, first.id, replace(EAST, permissions=EAST.permissions | {"tickets.looks"}))
    with pytest.raises(NotAllowed):
        await looks(town, first.id, replace(WATER, permissions=WATER.permissions | {"tickets.looks"}))
    async with store.reading() as session:
        kept = await session.scalars(select(TicketCallRow.call).where(TicketCallRow.ticket == first.id))
        assert kept.all() == [call.id]
        assert await session.scalar(select(AuditRow.sequence).where(AuditRow.action == "ticket.exported")) is not None
