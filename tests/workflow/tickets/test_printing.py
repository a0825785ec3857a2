"""Tickets on paper: what stands there is what whoever prints may see, with all that happened from the beginning."""

from __future__ import annotations

import pytest

from cti.base.refusal import NotFound
from cti.office.printing.library import PrintLibrary
from cti.office.printing.part import data_of
from cti.office.printing.service import Printing
from cti.store.engine import Store
from tests.office import ROOT
from tests.workflow.tickets.ticket_town import EAST, LEADER, WATER, town_on
from workflow.tickets.service import PRINT, Tickets


async def test_a_ticket_is_printed_as_who_prints_it_may_see_it(sqlite_store: Store) -> None:
    town = await town_on(sqlite_store)
    ticket, task = await town.dispatched("water", caller_name="王芳")
    await town.replied(ticket, task)
    library = PrintLibrary(None)
    library.offer(PRINT.kind(Tickets))
    library.deliver(ROOT / "workflow" / "tickets" / "printouts")
    printing = Printing(library, town.clock, "市热线")

    async def paper(who: object) -> str:
        data = await data_of(town.tickets, who, ticket)  # type: ignore[arg-type]
        return printing.paper(who, printing.template(who, "ticket"), data).text  # type: ignore[arg-type]

    inside = await paper(LEADER)
    for words in ("诉求人：王芳", "联系电话：13800000001", "诉求类型：投诉", "主办单位：水务局", "已到现场维修"):
        assert words in inside
    assert inside.index("登记 ") < inside.index("办结反馈")
    department = await paper(WATER)
    assert "13800000001" not in department
    assert "王芳" not in department
    assert "小区停水" in department
    with pytest.raises(NotFound):
        await paper(EAST)
