"""The province over real HTTP with its outages: reported once, accepted, asked, answered or returned, each once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.settings import ConnectorSettings
from cti.office.connectors import Connectors, Heard
from cti.office.connectors.description import ConnectorDescription
from cti.office.mappings import MappingLibrary
from cti.office.messages.models import MessageRow
from cti.store.engine import Store
from tests.cti.office.messages.fake_gateways import FakeGateway
from tests.workflow.tickets.ticket_town import AGENT, LEADER, TicketTown, town_on
from workflow.tickets.following import Following
from workflow.tickets.outside.province import ASKED, ConnectedProvince, FromProvince, TellingProvince
from workflow.tickets.service import KIND
from workflow.tickets.settings import TicketSettings

ANSWER = "省厅已责成有关单位整改"


class WithProvince:
    """A town whose tickets are reported to a province that does as it is told."""

    def __init__(self, town: TicketTown, server: FakeGateway, folder: Path) -> None:
        self.town, self.server = town, server
        town.tickets.settings = TicketSettings(province="province")
        library = MappingLibrary(folder / "mappings")
        self.connectors = Connectors(
            town.office.store, town.clock, Bus(), library, ("city", "320400"), ConnectorSettings(allowed=True)
        )
        adapter = ConnectedProvince(self.connectors, lambda: town.tickets.settings.province)
        town.messages.templates.add(ASKED)
        telling = TellingProvince(adapter, town.cases, town.titles, town.messages)
        town.cases.about(KIND, town.tickets.facts, Following(town.cases, town.clock, [telling]).hear)
        self.heard = FromProvince(town.tickets, self.connectors)

    async def open(self) -> None:
        """Connect."""
        verbs = {one: {"path": f"/{one}"} for one in ("report", "recall", "add", "answer_question")}
        incoming = {"signature": {"hmac": "a-secret-of-sixteen"}, "kind": "province_state"}
        described = {
            "connector": "province", "title": "省级热线", "url": await self.server.start(), "verbs": verbs,
            "timeout": 0.3, "incoming": incoming,
        }  # fmt: skip
        await self.connectors.configure({"province": ConnectorDescription.model_validate(described)})
        self.heard.begin()
        await self.connectors.start()

    async def reported(self, **said: Any) -> tuple[str, str]:
        """A ticket that was reported, and its number."""
        ticket = await self.town.add(**said)
        await self.town.act(AGENT, ticket.id, "submit")
        await self.town.act(LEADER, ticket.id, "report", reason="需省级协调")
        return ticket.id, ticket.number

    async def tells(self, number: str, state: str, id: str = "", **said: Any) -> None:
        """The province tells us something, as its hook's loop takes it."""
        fields = {"number": number, "state": state, **said}
        async with self.town.office.store.writing() as session:
            await self.heard.take(session, Heard(id or state, "province", "city", fields))

    async def settle(self, seconds: float = 0) -> None:
        """Until the line waits for something to happen."""
        for _ in range(round(seconds / 10) or 1):
            self.town.clock.advance(10 if seconds else 0)
            still = 0
            while still < 3:
                await asyncio.sleep(0.005)
                lines = self.connectors.all["province"].out, self.connectors.all["province"].into
                still = 0 if any(one._lookout.is_looking for one in lines) else still + 1

    def asked(self) -> list[str]:
        """What the province was told, by verb."""
        return [str(one["path"]).strip("/") for one in self.server.asked]


async def connected(store: Store, folder: Path) -> AsyncIterator[WithProvince]:
    server = FakeGateway()
    found = WithProvince(await town_on(store), server, folder)
    await found.open()
    yield found
    await found.connectors.stop()
    await server.stop()


@pytest.fixture
async def province(store: Store, tmp_path: Path) -> AsyncIterator[WithProvince]:
    async for one in connected(store, tmp_path):
        yield one


@pytest.fixture
async def near(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[WithProvince]:
    async for one in connected(sqlite_store, tmp_path):
        yield one


async def test_a_ticket_is_reported_handled_there_and_answered(province: WithProvince) -> None:
    town = province.town
    ticket, number = await province.reported(caller_name="王小明")
    await province.settle()
    (asked,) = province.server.asked
    assert asked["path"] == "/report"
    assert (asked["json"]["number"], asked["json"]["reason"], asked["json"]["caller_name"]) == (
        number, "需省级协调", "王**"
    )  # fmt: skip
    assert "13800000001" not in asked["raw"].decode()
    due = town.clock.wall() + timedelta(days=3)
    await province.tells(number, "accepted", province_number="S-77", due_at=due.isoformat())
    found = await town.get(LEADER, ticket)
    assert (found.stage, found.step) == ("province", "省级办理")
    async with town.office.store.reading() as session:
        row = await town.tickets.row(session, LEADER, ticket)
        limits = {one.clock: one.due_at for one in await town.cases.deadlines(session, row.case)}
    assert limits["province"] == due, "the province's own deadline is watched"
    await province.tells(number, "question", text="门牌号是多少？")
    async with town.office.store.reading() as session:
        told = [one.title for one in await session.scalars(select(MessageRow))]
    assert told[-1:] == [f"省级热线询问 {number}"] or told == [], "who may report is told"
    assert "province_reply" in (await town.offered(LEADER, ticket))[row.case]
    await town.act(LEADER, ticket, "province_reply", note="12 号")
    await town.act(AGENT, ticket, "remind", note="市民来电催单")
    await province.settle()
    assert province.asked() == ["report", "answer_question", "add"]
    assert province.server.asked[1]["json"]["province_number"] == "S-77"
    for id in ("a1", "a1", "a2"):
        await province.tells(number, "answered", id, text=ANSWER)
    found = await town.get(LEADER, ticket)
    assert (found.stage, found.answer) == ("result", ANSWER)
    await province.settle()
    assert len(province.asked()) == 3, "what the province has done itself it is not told"


async def test_an_outage_loses_nothing_and_says_nothing_twice(province: WithProvince) -> None:
    province.server.answer = None
    _, number = await province.reported()
    await asyncio.sleep(0.5)
    await province.settle()
    assert province.asked() == ["report"], "it never answers"
    province.server.answer = (500, "down")
    await province.settle(30)
    assert len(province.asked()) >= 2
    province.server.answer = (200, {"ok": True})
    await province.settle(300)
    tries = len(province.asked())
    assert len({one["headers"]["Idempotency-Key"] for one in province.server.asked}) == 1, "one id over all tries"
    await province.settle(600)
    assert len(province.asked()) == tries
    await province.tells(number, "accepted", province_number="S-1")


async def test_a_returned_ticket_can_be_reported_again_and_a_recalled_one_is_told(near: WithProvince) -> None:
    town = near.town
    ticket, number = await near.reported()
    await near.tells(number, "returned", text="属市级职责")
    await near.tells(number, "returned", text="属市级职责")
    assert (await town.get(LEADER, ticket)).stage == "review"
    await town.act(LEADER, ticket, "report", reason="确需省级")
    await near.tells(number, "returned", "again", text="属市级职责")
    assert (await town.get(LEADER, ticket)).stage == "review", "the same words of a second round count"
    await town.act(LEADER, ticket, "report", reason="再报")
    await town.act(LEADER, ticket, "withdraw", reason="市民撤单")
    await near.settle()
    assert near.asked() == ["report", "report", "report", "recall"]
    with pytest.raises(Conflict):
        await near.tells(number, "answered", text=ANSWER)


async def test_what_the_province_tells_wrongly_is_refused_by_field(near: WithProvince) -> None:
    ticket, number = await near.reported()
    other = await near.town.add()
    for said, field in (
        ({"state": "lost"}, "state"),
        ({"due_at": "tomorrow"}, "due_at"),
        ({"surprise": 1}, "surprise"),
    ):
        with pytest.raises(Invalid) as refused:
            await near.tells(number, **{"state": "accepted", **said})
        assert refused.value.field == field
    with pytest.raises(Invalid, match="缺少内容"):
        await near.tells(number, "answered")
    with pytest.raises(NotFound):
        await near.tells("999", "accepted")
    with pytest.raises((Conflict, Invalid, NotFound)):
        await near.tells(other.number, "accepted", province_number="S-1")
    assert (await near.town.get(LEADER, ticket)).stage == "province"
    near.town.tickets.settings = TicketSettings()
    with pytest.raises(NotFound):
        await near.tells(number, "accepted")


async def test_without_a_connector_people_report_by_hand(sqlite_store: Store, tmp_path: Path) -> None:
    async for one in connected(sqlite_store, tmp_path):
        one.town.tickets.settings = TicketSettings()
        ticket, _ = await one.reported()
        await one.town.act(LEADER, ticket, "province_answered", answer=ANSWER)
        await one.settle()
        assert one.asked() == []
        assert (await one.town.get(LEADER, ticket)).answer == ANSWER
