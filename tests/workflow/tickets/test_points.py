"""Where a request is on the map: said at the desk, corrected by whoever may change the ticket, printed, and hidden."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cti.base.refusal import Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.identity.permissions import Reach
from cti.office.printing.library import PrintLibrary
from cti.office.printing.part import data_of
from cti.office.printing.service import Printing
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.office import ROOT
from tests.workflow.tickets.ticket_town import AGENT, HOTLINE, LEADER, REVIEWER, WATER, TicketTown, town_on, who
from workflow.tickets.points import Point, point_said
from workflow.tickets.service import PRINT, Tickets
from workflow.tickets.views import TicketFields, TicketView

BLIND = who("blind", "city", *HOTLINE, reach=Reach.ALL)
"""A shift leader who may not know who asks in confidence."""
PAIR, CORRECTED = "31.81124,119.97371", "31.81240,119.97020"


@pytest.fixture
async def town(sqlite_store: Store) -> AsyncIterator[TicketTown]:
    yield await town_on(sqlite_store)


async def changed(town: TicketTown, visitor: Visitor, id: str, **said: Any) -> TicketView:
    """Sent back as the form has it that this visitor was shown."""
    shown = await town.get(visitor, id)
    kept = {key: getattr(shown, key) for key in TicketFields.model_fields if hasattr(shown, key)}
    body = TicketFields.model_validate({**kept, "call": "", **said})
    return await town.tickets.edit(visitor, id, shown.version, body)


async def details(town: TicketTown, visitor: Visitor, id: str) -> list[tuple[str, str, str]]:
    page = await town.tickets.timeline(visitor, id, TimelineQuery())
    return [(one.title, one.before, one.after) for entry in page.items for one in entry.details]


@pytest.mark.parametrize(
    ("text", "point"),
    [
        (PAIR, Point(119.97371, 31.81124)),
        (" 119.973714，31.811239 ", Point(119.97371, 31.81124)),
        ("31.8 119.9", Point(119.9, 31.8)),
        ("-33.4,-70.6", Point(-70.6, -33.4)),
        ("  ", None),
    ],
)
def test_what_is_written_is_a_place(text: str, point: Point | None) -> None:
    assert point_said(text) == point


@pytest.mark.parametrize("text", ["31.8", "91,181", "95,96", "nan,1", "1e3,2", "31.8,119.9,5", "****", "١,٢"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="纬度和经度") as refused:
        point_said(text)
    assert refused.value.field == "point"


async def test_it_is_said_at_registration_and_corrected_and_the_correction_is_in_the_history(town: TicketTown) -> None:
    ticket = await town.add(point=PAIR)
    assert ticket.point == PAIR
    assert (await changed(town, AGENT, ticket.id, point="119.9702,31.8124")).point == CORRECTED
    assert await details(town, LEADER, ticket.id) == [("地图位置", "31.81,119.97", "31.81,119.97（有变化，已遮盖）")]
    assert (await changed(town, AGENT, ticket.id, title="三里小区停水")).point == CORRECTED
    assert (await changed(town, AGENT, ticket.id, point="")).point == ""
    titles = [title for title, _, _ in await details(town, LEADER, ticket.id)]
    assert titles == ["地图位置", "标题", "地图位置"], "each change is told by its one name"
    with pytest.raises(Invalid, match="纬度和经度"):
        await changed(town, AGENT, ticket.id, point="人民路口")


async def test_who_may_not_change_the_ticket_does_not_correct_it(town: TicketTown) -> None:
    ticket, _ = await town.dispatched("water", point=PAIR)
    for visitor in (AGENT, WATER):
        with pytest.raises(NotAllowed):
            await changed(town, visitor, ticket, point=CORRECTED)
        assert (await town.get(visitor, ticket)).point == PAIR
    assert (await changed(town, LEADER, ticket, point=CORRECTED)).point == CORRECTED


async def test_who_may_not_know_it_leaves_it_as_it_is(town: TicketTown) -> None:
    id = (await town.add(point=PAIR, confidential=True)).id
    assert (await town.get(BLIND, id)).point == "****"
    await changed(town, BLIND, id, title="三里小区停水")
    assert (await town.get(LEADER, id)).point == PAIR
    await changed(town, LEADER, id, point=CORRECTED)
    assert await details(town, REVIEWER, id) == [
        ("地图位置", "****", "****（有变化，已遮盖）"), ("标题", "小区停水", "三里小区停水"),
    ]  # fmt: skip


async def test_what_became_confidential_does_not_stand_in_the_history(town: TicketTown) -> None:
    ticket, _ = await town.dispatched("water", point=PAIR)
    await changed(town, LEADER, ticket, point=CORRECTED)
    await changed(town, LEADER, ticket, confidential=True)
    assert (await town.get(WATER, ticket)).point == "****"
    said = str(await details(town, WATER, ticket))
    assert "地图位置" in said and "31.81124" not in said and "31.8124" not in said


async def test_the_next_request_of_a_call_begins_with_it_for_who_may_know_it(town: TicketTown) -> None:
    id = (await town.add(point=PAIR, confidential=True)).id
    assert (await town.history.copy(AGENT, id, whole=False)).point == PAIR
    assert (await town.history.copy(BLIND, id, whole=False)).point == ""


async def test_it_is_printed_for_who_may_see_it(town: TicketTown) -> None:
    library = PrintLibrary(None)
    library.offer(PRINT.kind(Tickets))
    library.deliver(ROOT / "workflow" / "tickets" / "printouts")
    printing = Printing(library, town.clock, "市热线")

    async def paper(who: Visitor, id: str) -> str:
        return printing.paper(who, printing.template(who, "ticket"), await data_of(town.tickets, who, id)).text

    open_one, _ = await town.dispatched("water", point=PAIR)
    assert f"地图位置：{PAIR}" in await paper(LEADER, open_one)
    assert f"地图位置：{PAIR}" in await paper(WATER, open_one)
    hidden, _ = await town.dispatched("water", point=PAIR, confidential=True)
    assert PAIR not in await paper(WATER, hidden)
