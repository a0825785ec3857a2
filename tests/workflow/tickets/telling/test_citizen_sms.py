"""Citizens are told by SMS where the process says so: all who asked, each text once, not who does not want it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.files.documents import load
from cti.base.settings import MessageSettings
from cti.office.messages.channels.description import ChannelDescription
from cti.office.messages.channels.port import Accepted, Letter
from cti.office.messages.citizens import CitizenMessages
from cti.office.messages.models import DeliveryRow
from cti.office.messages.opt_outs import OptOutFields, OptOuts
from cti.office.messages.outbox import Outbox
from cti.office.messages.timeline import SentAbout
from cti.office.processes.definition import Process
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.workflow.tickets.delivered import FOLDER
from tests.workflow.tickets.desk.test_known_events import ANSWER, events_of, leading, opened, talk
from tests.workflow.tickets.ticket_town import AGENT, LEADER, WELL_DONE, TicketTown, town_on
from workflow.tickets.desk.history import CallerBody
from workflow.tickets.following import Following
from workflow.tickets.service import KIND
from workflow.tickets.telling.citizen_sms import TEMPLATES, CitizenSms, offer


class NoGateway:
    """A gateway that takes nothing: what is to be sent waits, to be looked at."""

    async def send(self, letter: Letter) -> Accepted:
        raise AssertionError("it is not started")

    async def close(self) -> None:
        pass


async def telling_town(store: Store, *, sms: bool = True) -> TicketTown:
    town = await town_on(store)
    outbox = Outbox(store, town.clock, Bus(), lambda *_: NoGateway())
    described = {"title": "短信", "carries": "sms", "http": {"url": "http://127.0.0.1:9/", "json": {}}}
    if sms:
        await outbox.configure({"sms": ChannelDescription.model_validate(described)})
    opt_outs = OptOuts(town.office)
    citizens = CitizenMessages(outbox, town.messages.templates, opt_outs, town.clock, MessageSettings())
    offer(town.messages)
    following = Following(town.cases, town.clock, [CitizenSms(citizens, town.cases, town.titles)])
    town.cases.about(KIND, town.tickets.facts, following.hear)
    town.office.timelines.add(SentAbout())
    return town


async def told(town: TicketTown, ticket: str = "") -> list[tuple[str, str]]:
    """To whom what is sent, by template."""
    async with town.office.store.reading() as session:
        mine = [DeliveryRow.about == f"ticket:{ticket}"] if ticket else []
        rows = (await session.scalars(select(DeliveryRow).where(*mine).order_by(DeliveryRow.id))).all()
    return sorted((row.address[-1:], row.template) for row in rows if row.state != "dropped")


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await telling_town(store)


@pytest.fixture
async def place(sqlite_store: Store) -> TicketTown:
    return await telling_town(sqlite_store)


async def test_all_who_asked_are_told_of_each_step_once(town: TicketTown) -> None:
    ticket, task = await town.dispatched()
    assert await told(town, ticket) == [("1", "ticket_accepted"), ("1", "ticket_dispatched")]
    await town.history.join(AGENT, ticket, CallerBody(contact="13800000002"))
    await town.history.join(AGENT, ticket, CallerBody(contact="051988001234"))
    await town.replied(ticket, task)
    assert len(await told(town, ticket)) == 2, "a reply that nobody has accepted is told nobody"
    await town.act(LEADER, ticket, "accept")
    assert await told(town, ticket) == [
        ("1", "ticket_accepted"), ("1", "ticket_answered"), ("1", "ticket_dispatched"), ("2", "ticket_answered")
    ]  # fmt: skip
    async with town.office.store.reading() as session:
        texts = [row.text for row in await session.scalars(select(DeliveryRow).order_by(DeliveryRow.id))]
    number = (await town.get(LEADER, ticket)).number
    assert any(f"{number}已交水务局" in text and "办理时限" in text for text in texts), texts
    assert any(WELL_DONE in text for text in texts)
    page = await town.tickets.timeline(LEADER, ticket, TimelineQuery(kinds="letter"))
    assert len(page.items) == 4
    assert {one.title for one in page.items} == {"短信待发送"}


async def test_back_in_review_the_same_is_not_told_again(place: TicketTown) -> None:
    ticket, _ = await place.dispatched()
    await place.act(LEADER, ticket, "recall", reason="派错单位")
    assert await told(place, ticket) == [("1", "ticket_accepted"), ("1", "ticket_dispatched")]
    place.clock.advance(7200)
    await place.act(LEADER, ticket, "dispatch", lead="roads")
    assert len(await told(place, ticket)) == 3, "another unit is news"


async def test_nobody_is_told_who_does_not_want_it(place: TicketTown) -> None:
    for said in ({"answer_by": "none"}, {"confidential": True}, {"contact": "051988001234"}, {"anonymous": True}):
        ticket, _ = await place.dispatched(**said)
        assert await told(place, ticket) == [], said
    wanted, _ = await place.dispatched(confidential=True, answer_by="sms", contact="13800000003")
    assert len(await told(place, wanted)) == 2
    office = replace(LEADER, permissions=LEADER.permissions | {"messages.manage"})
    await OptOuts(place.office).create(office, OptOutFields(number="13800000004", reason="不愿接收"))
    out, _ = await place.dispatched(contact="13800000004")
    assert await told(place, out) == []


async def test_without_a_gateway_or_a_template_work_goes_on(sqlite_store: Store) -> None:
    town = await telling_town(sqlite_store, sms=False)
    ticket, _ = await town.dispatched()
    assert (await town.get(LEADER, ticket)).stage == "handling"


async def test_the_answer_of_an_event_is_told_to_all_who_called_about_it(place: TicketTown) -> None:
    events = events_of(place)
    event = await opened(events)
    for number in ("13800000001", "13800000002"):
        await events.register(AGENT, talk(place, number).id, event.id)
    await events.close(leading(LEADER), event.id, ANSWER)
    await events.settle()
    await events.settle()
    assert await told(place) == [("1", "ticket_answered"), ("2", "ticket_answered")]


def test_every_template_that_a_delivered_process_names_is_there() -> None:
    brought = {one.name for one in TEMPLATES}
    for path in sorted(FOLDER.glob("*.yaml")):
        process = load(path).validate(Process)
        steps = process.steps.values()
        named = {step.sms for step in steps} | {action.sms for step in steps for action in step.actions.values()}
        assert named - {None} <= brought, path.name
