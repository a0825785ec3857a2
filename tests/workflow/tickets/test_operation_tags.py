"""Operation tags (操作标签, C12) never leave the house: every way out of it is tried, from the page to the broker."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from typing import Any

import pytest

from cti.base.events import Event
from cti.base.refusal import Invalid, NotAllowed, Refusal
from cti.base.visitor import Visitor
from cti.office.figures.facts import FactSource
from cti.office.printing.library import PrintLibrary
from cti.office.printing.part import data_of
from cti.office.printing.service import Printing
from cti.office.records.exporting import exported
from cti.office.timeline.entries import TimelineQuery
from cti.process.mqtt import message_of
from cti.store.engine import Store
from tests.office import ROOT
from tests.workflow.tickets.test_isolation import plain
from tests.workflow.tickets.ticket_town import AGENT, EAST, LEADER, ROADS, VISITOR, WATER, TicketTown, town_on, who
from workflow.tickets.facts import sources
from workflow.tickets.outside.city_events import EventState
from workflow.tickets.outside.programs import Programs
from workflow.tickets.outside.province import Report
from workflow.tickets.outside.views import StateQuery
from workflow.tickets.progress import Progress, ProgressBody
from workflow.tickets.service import PRINT, Tickets
from workflow.tickets.views import TagsBody, TicketQuery

TAG, NOTE = "难缠甲七", "情绪激动乙八"
EXPORTING = who("exporting", "city", "see", "export")
CHIEF = who("chief", "water", "see", "handle", "tag", "export", "print")
"""A department's head who was given the right of the hotline's people by mistake."""
KEY = replace(LEADER, session="")
"""A program that asks in the leader's name."""
OUTSIDE = (WATER, ROADS, CHIEF, VISITOR, EXPORTING, KEY)


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


async def tagged(town: TicketTown) -> str:
    """Given to a department and to a county, so that both may read it."""
    ticket, _ = await town.dispatched(assisting=["roads"])
    version = (await town.get(AGENT, ticket)).version
    await town.tickets.tag(AGENT, ticket, TagsBody(tags=[TAG], tag_note=NOTE, version=version))
    return ticket


def assert_silent(said: object, whom: str) -> None:
    words = said if isinstance(said, str) else repr(said)
    assert TAG not in words and NOTE not in words, whom


async def test_the_hotlines_own_people_see_them(town: TicketTown) -> None:
    ticket = await tagged(town)
    for visitor in (AGENT, LEADER):
        shown = await town.get(visitor, ticket)
        assert (shown.tags, shown.tag_note) == ([TAG], NOTE)


@pytest.mark.parametrize("visitor", OUTSIDE, ids=lambda one: one.name if one is not KEY else "key")
async def test_nobody_else_reads_them_on_any_page_list_or_form(town: TicketTown, visitor: Visitor) -> None:
    ticket = await tagged(town)
    query = town.tickets.query
    said: list[Any] = [
        await town.get(visitor, ticket),
        await town.tickets.find(visitor, query.model_validate({})),
        await town.tickets.timeline(visitor, ticket, TimelineQuery()),
        await town.tasks.of(visitor, ticket),
        await town.tasks.clocks_of(visitor, ticket),
        await town.offering.offers(visitor, ticket),
        await town.history.callers(visitor, ticket),
    ]
    if visitor.may(Tickets.edit_permission):
        said.append(await town.history.copy(visitor, ticket, whole=True))
    assert_silent(said, visitor.name)


async def test_nobody_finds_out_about_them_by_asking_for_them(town: TicketTown) -> None:
    """A list that is filtered by what one does not see tells it all the same."""
    await tagged(town)
    for visitor in (*OUTSIDE, LEADER):
        assert (await town.tickets.find(visitor, TicketQuery(search=TAG))).total == 0
        for key, value in (("tags", [TAG]), ("tag_note", NOTE)):
            where = json.dumps({"all": [{"key": key, "is": "has", "value": value}]})
            with pytest.raises(Refusal):
                await town.tickets.find(visitor, TicketQuery(where=where))
        with pytest.raises(Refusal):
            await town.tickets.find(visitor, TicketQuery(sort="tag_note"))


async def test_no_sheet_and_no_paper_has_them(town: TicketTown) -> None:
    ticket = await tagged(town)
    library = PrintLibrary(None)
    library.offer(PRINT.kind(Tickets))
    library.deliver(ROOT / "workflow" / "tickets" / "printouts")
    printing = Printing(library, town.clock, "市热线")
    for visitor in (EXPORTING, CHIEF, KEY):
        sheet = await plain(await exported(town.tickets, visitor, TicketQuery(columns="number,tags,tag_note")))
        assert TAG.encode() not in sheet and NOTE.encode() not in sheet, visitor.name
    for visitor in (WATER, CHIEF, KEY):
        assert_silent(await data_of(town.tickets, visitor, ticket), visitor.name)
    # What a citizen may be handed has no place for them, whoever prints it.
    data = await data_of(town.tickets, LEADER, ticket)
    assert_silent(printing.paper(LEADER, printing.template(LEADER, "ticket"), data).text, "paper")


async def test_programs_and_other_systems_are_told_nothing_of_them(town: TicketTown) -> None:
    ticket = await tagged(town)
    programs = Programs(town.tickets, town.acts)
    await town.wait(60)
    for visitor in (KEY, WATER):
        assert_silent(await programs.get(visitor, ticket), "one")
        assert_silent(await programs.states(visitor, StateQuery()), "states")
        with pytest.raises(NotAllowed):
            await town.tickets.tag(visitor, ticket, TagsBody(tags=["x"], version=1))
    for model in (EventState, Report):
        names = {one.name for one in fields(model)} if model is Report else set(EventState.model_fields)
        assert not names & {"tags", "tag_note"}, model


async def test_no_event_carries_them(town: TicketTown) -> None:
    told: list[Event] = []
    town.office.store.publish = told.append
    ticket = await tagged(town)
    await town.act(AGENT, ticket, "remind", note="市民催办")
    messages = [message_of(one) for one in told]
    assert len(messages) > 3
    assert_silent(str(messages), "broker")
    assert_silent(str([asdict(one) for one in told]), "plugins")


async def test_the_citizen_and_figures_know_nothing_of_them(town: TicketTown) -> None:
    ticket = await tagged(town)
    number = (await town.get(LEADER, ticket)).number
    progress = Progress(town.office.store, town.clock, town.cases, town.titles)
    assert_silent(await progress.find(ProgressBody(number=number, digits="0001")), "progress")
    known: list[FactSource] = list(sources(sqlite=True))
    assert not {name for one in known for name in one.facts} & {"tags", "tag_note"}


async def test_of_a_ticket_that_is_given_to_a_county_the_county_sees_none(town: TicketTown) -> None:
    ticket = (await town.add()).id
    await town.act(AGENT, ticket, "submit")
    await town.act(LEADER, ticket, "county", unit="east")
    version = (await town.get(AGENT, ticket)).version
    await town.tickets.tag(AGENT, ticket, TagsBody(tags=[TAG], tag_note=NOTE, version=version))
    assert_silent([await town.get(EAST, ticket), await town.tickets.timeline(EAST, ticket, TimelineQuery())], "east")
    with pytest.raises((Invalid, Refusal)):
        await town.tickets.tag(EAST, ticket, TagsBody(tags=["x"], version=version))
