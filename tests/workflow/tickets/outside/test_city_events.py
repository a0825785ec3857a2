"""Events of other city systems: each one ticket, classified, told back at each step, refused with the field's name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.refusal import Invalid, NotFound, Refusal
from cti.base.settings import ConnectorSettings
from cti.office.connectors import Connectors, Heard
from cti.office.connectors.description import ConnectorDescription
from cti.office.connectors.models import ConnectorCallRow
from cti.office.mappings import MappingLibrary
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import EAST, LEADER, WELL_DONE, TicketTown, town_on
from workflow.tickets.following import Following
from workflow.tickets.outside import city_events
from workflow.tickets.outside.city_events import CityEvents
from workflow.tickets.outside.telling import TellingOutside
from workflow.tickets.service import KIND
from workflow.tickets.views import TicketQuery

FIRE = {
    "event": "E-1", "change": "new", "title": "井盖缺失", "content": "人行道井盖缺失", "place": "320404",
    "happened_at": "2026-03-02T08:30:00+08:00",
}  # fmt: skip


class Heeding:
    """A town with a connector of the city's, and one of a county's."""

    def __init__(self, town: TicketTown, connectors: Connectors) -> None:
        self.town, self.connectors = town, connectors
        self.events = CityEvents(town.tickets, town.acts, connectors)

    async def hear(self, connector: str = "brain", **said: Any) -> None:
        """As the connectors' own loop does it."""
        fields = {**FIRE, **said}
        organisation = self.connectors.all[connector].described.organisation or "city"
        heard = Heard(f"h{said}", connector, organisation, {key: one for key, one in fields.items() if one is not None})
        try:
            async with self.town.office.store.writing() as session:
                await self.events.take(session, heard)
        except Refusal as refusal:
            async with self.town.office.store.writing() as session:
                await self.events.refused(session, heard, refusal)
            raise

    async def update(self, change: str, note: str, event: str = "E-1") -> None:
        """More of an event, with all that was said of it before, as most systems send it."""
        await self.hear(event=event, change=change, note=note)

    async def told(self, connector: str = "brain") -> list[dict[str, Any]]:
        """What was said to it, the earliest first."""
        async with self.town.office.store.reading() as session:
            mine = ConnectorCallRow.connector == connector, ConnectorCallRow.direction == "out"
            rows = (await session.scalars(select(ConnectorCallRow).where(*mine).order_by(ConnectorCallRow.id))).all()
        return [json.loads(row.fields) for row in rows]

    async def tickets(self) -> list[Any]:
        """All of them."""
        return list((await self.town.tickets.find(LEADER, TicketQuery())).items)


async def heeding_on(store: Store, folder: Path) -> Heeding:
    town = await town_on(store)
    connectors = Connectors(
        store, town.clock, Bus(), MappingLibrary(folder / "mappings"), ("city", "320400"), ConnectorSettings()
    )
    secret = {"hmac": "a-secret-of-sixteen"}
    common = {
        "url": "http://127.0.0.1:9",
        "verbs": {"event_state": {}},
        "incoming": {"signature": secret, "kind": "city_event"},
    }
    files = (
        {"connector": "brain", "title": "城市大脑", **common},
        {"connector": "far", "title": "东县网格", "organisation": "east", **common},
        {"connector": "lake", "title": "数据湖", "url": "http://127.0.0.1:9", "verbs": {"event_state": {}},
         "hears": {"ticket.changed": "event_state"}},
    )  # fmt: skip
    await connectors.configure({one["connector"]: ConnectorDescription.model_validate(one) for one in files})
    telling = TellingOutside(connectors, town.cases, town.titles)
    town.cases.about(KIND, town.tickets.facts, Following(town.cases, town.clock, [telling]).hear)
    return Heeding(town, connectors)


@pytest.fixture
async def heeding(store: Store, tmp_path: Path) -> Heeding:
    return await heeding_on(store, tmp_path)


@pytest.fixture
async def here(sqlite_store: Store, tmp_path: Path) -> Heeding:
    return await heeding_on(sqlite_store, tmp_path)


async def test_an_event_is_one_ticket_and_is_told_back_until_its_end(heeding: Heeding) -> None:
    town = heeding.town
    await heeding.hear()
    await heeding.hear()
    (ticket,) = await heeding.tickets()
    assert (ticket.stage, ticket.channel, ticket.registrar_name) == ("review", "transferred", "城市大脑")
    assert "2026-03-02 08:30" in ticket.content
    await heeding.update("update", "井口直径约 70 厘米")
    await town.act(LEADER, ticket.id, "dispatch", lead="water")
    task = await town.task(ticket.id, "water")
    await town.replied(ticket.id, task)
    await town.act(LEADER, ticket.id, "accept")
    told = await heeding.told()
    assert [(one["state"], one["stage"]) for one in told] == [
        ("open", "review"), ("open", "handling"), ("open", "result"), ("closed", "archived")
    ]  # fmt: skip
    assert {one["event"] for one in told} == {"E-1"}
    assert {one["number"] for one in told} == {ticket.number}
    assert [one["answer"] for one in told] == ["", "", "", WELL_DONE], "what nobody accepted is told nobody"
    assert told[1]["unit"] == "水务局"


async def test_what_cannot_be_taken_leaves_nothing_and_is_told_with_its_field(here: Heeding) -> None:
    for said, field in (
        ({"title": "x"}, "title"), ({"place": "3204"}, "place"), ({"contact": "12"}, "contact"),
        ({"category": "没有这类"}, "category"), ({"surprise": 1}, "surprise"), ({"change": "explode"}, "change"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            await here.hear(**said)
        assert refused.value.field == field, said
    with pytest.raises(NotFound):
        await here.update("update", "x", event="E-9")
    told = await here.told()
    assert [one["state"] for one in told] == ["refused"] * 7
    assert [one["field"] for one in told][:4] == ["title", "place", "contact", "category"]
    assert await here.tickets() == []
    await here.hear()
    with pytest.raises(Refusal, match="内容不同"):
        await here.hear(title="井盖破损")


async def test_a_cancelled_event_withdraws_its_ticket(here: Heeding) -> None:
    await here.hear()
    await here.update("cancel", "误报")
    (ticket,) = await here.tickets()
    assert ticket.outcome == "withdrawn"
    assert (await here.told())[-1]["state"] == "closed"


async def test_an_event_is_its_connectors_and_its_organisations(here: Heeding) -> None:
    await here.hear("far")
    await here.hear("brain")
    found = await here.town.tickets.find(EAST, TicketQuery())
    assert [one.registrar_name for one in found.items] == ["东县网格"], "the same id of another system is another event"
    with pytest.raises(NotFound):
        await here.hear("far", event="E-2", change="update", note="x")


async def test_who_hears_of_tickets_is_told_without_names_and_numbers(here: Heeding) -> None:
    await here.town.dispatched(caller_name="王小明")
    told = await here.told("lake")
    assert [one["stage"] for one in told] == ["registered", "review", "handling"]
    assert "王小明" not in json.dumps(told, ensure_ascii=False) and "13800000001" not in json.dumps(told)
    assert await here.told() == []


def test_the_published_contract_is_that_of_the_code() -> None:
    published = Path(city_events.__file__).with_name("city_event.schema.json")
    assert json.loads(published.read_text()) == city_events.schema(), "hotline tickets event-schema > the file"
