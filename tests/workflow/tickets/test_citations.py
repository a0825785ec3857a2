"""Answers cite texts of another module, on each database: kept as they read then, withdrawn with the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.base.http.routes import Page
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.citing.service import Citation
from cti.office.screens import Choice
from cti.office.screens.description import Field
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.workflow.tickets.texts import CARD, Texts
from tests.workflow.tickets.ticket_town import AGENT, LEADER, WATER, WELL_DONE, TicketTown, town_on

NAMED = "《社保卡补办指南》（第3版）"
ANSWER = "社保卡可在各网点补办"


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


async def asked(town: TicketTown, visitor: Visitor, ticket: str, action: str) -> list[Field]:
    offers = await town.offering.offers(visitor, ticket)
    return list(next(one.form for one in offers if one.name.startswith(f"{action}.")))


async def options(town: TicketTown, visitor: Visitor, search: str = "") -> list[Choice]:
    async with town.office.store.reading() as session:
        return await town.citing.options(session, visitor, search)


async def standing(town: TicketTown, visitor: Visitor, ticket: str) -> list[tuple[str, str, bool]]:
    """What the page's list shows: title, version, whether it still counts."""
    [part] = [one for one in town.tickets.parts if one.name == "citations"]
    [route] = part.routes(town.tickets, "/api/tickets")
    found = await route.handler(visitor, ticket, Page())  # type: ignore[call-arg, misc] # any handler
    return [(one.title, one.version, one.withdrawn_at is None) for one in found.items]


async def test_the_form_asks_for_citations_only_where_somebody_has_texts(town: TicketTown) -> None:
    ticket = (await town.add()).id
    assert "citations" not in [one.key for one in await asked(town, AGENT, ticket, "answer")]
    undo = town.citing.offer("article", Texts())
    [field] = [one for one in await asked(town, AGENT, ticket, "answer") if one.key == "citations"]
    assert (field.kind, field.options_from, field.options_search) == ("choices", "/api/options/citations", True)
    undo()
    assert "citations" not in [one.key for one in await asked(town, AGENT, ticket, "answer")]


async def test_what_may_be_read_may_be_cited_and_is_found_by_words_or_by_its_value(town: TicketTown) -> None:
    town.citing.offer("article", Texts())
    assert [one.value for one in await options(town, AGENT)] == ["article:card", "article:secret"]
    assert [one.title for one in await options(town, AGENT, "补办")] == [NAMED]
    assert [one.value for one in await options(town, AGENT, "article:card")] == ["article:card"]
    assert [one.value for one in await options(town, WATER)] == ["article:card"]
    assert await options(town, WATER, "article:secret") == []
    ticket, task = await town.dispatched()
    await town.act(WATER, ticket, "sign", task)
    with pytest.raises(Invalid, match="引用的内容不存在或您不能查看"):
        await town.act(WATER, ticket, "reply", task, answer=WELL_DONE, contacted=True, citations=["article:secret"])
    assert (await town.get(LEADER, ticket)).stage == "handling", "nothing is half done"


async def test_a_citation_stays_as_it_read_on_the_page_and_in_the_timeline(town: TicketTown) -> None:
    texts = Texts()
    town.citing.offer("article", texts)
    ticket = (await town.add()).id
    await town.act(AGENT, ticket, "answer", answer=ANSWER, citations=["article:card"])
    texts.texts["card"] = replace(CARD, version="4", text="改为网上办理。", title="社保卡网上补办")
    assert (await town.get(AGENT, ticket)).citations == [NAMED]
    assert await standing(town, LEADER, ticket) == [("社保卡补办指南", "3", True)]
    told = (await town.tickets.timeline(AGENT, ticket, TimelineQuery())).items
    assert any(NAMED in one.text for one in told if one.title == "直接答复")
    [entry] = [one for one in told if one.kind == "citation"]
    assert (entry.title, entry.text) == (f"引用{NAMED}", CARD.text)
    assert entry.target is not None and (entry.target.screen, entry.target.id) == ("articles", "card")
    assert texts.told == [("cited", Citation("ticket", ticket, "card", "3"))]


async def test_a_new_round_begins_without_what_the_answer_before_it_cited(town: TicketTown) -> None:
    texts = Texts()
    town.citing.offer("article", texts)
    ticket, task = await town.dispatched()
    await town.act(WATER, ticket, "sign", task)
    await town.act(WATER, ticket, "reply", task, answer=WELL_DONE, contacted=True, citations=["article:card"])
    assert (await town.get(LEADER, ticket)).citations == [NAMED], "the accepted reply's is the ticket's"
    await town.act(LEADER, ticket, "to_review", reason="答非所问")
    assert (await town.get(LEADER, ticket)).citations == []
    await town.act(LEADER, ticket, "dispatch", lead="roads")
    assert await standing(town, LEADER, ticket) == [("社保卡补办指南", "3", False)]
    citation = Citation("ticket", ticket, "card", "3")
    assert texts.told == [("cited", citation), ("withdrawn", citation)]
    await town.act(LEADER, ticket, "recall", reason="直接答复")
    await town.act(LEADER, ticket, "close", answer=ANSWER, citations=["article:card"])
    assert await standing(town, LEADER, ticket) == [("社保卡补办指南", "3", True), ("社保卡补办指南", "3", False)]


async def test_a_department_sees_what_it_has_cited_itself_and_no_more(town: TicketTown) -> None:
    town.citing.offer("article", Texts())
    ticket, task = await town.dispatched()
    await town.act(WATER, ticket, "sign", task)
    await town.act(WATER, ticket, "reply", task, answer=WELL_DONE, contacted=True, citations=["article:card"])
    await town.act(LEADER, ticket, "to_review", reason="再答")
    await town.act(LEADER, ticket, "close", answer=ANSWER, citations=["article:secret"])
    assert [one for one, _, _ in await standing(town, WATER, ticket)] == ["社保卡补办指南"]
    assert "内部口径" not in (await town.get(WATER, ticket)).model_dump_json()
    assert "内部口径" not in (await town.tickets.timeline(WATER, ticket, TimelineQuery())).model_dump_json()


async def test_what_is_merged_names_what_its_master_cites(town: TicketTown) -> None:
    town.citing.offer("article", Texts())
    master, other = [(await town.add()).id for _ in range(2)]
    await town.act(AGENT, master, "submit")
    await town.act(AGENT, other, "submit")
    await town.act(LEADER, other, "merge", master=master)
    await town.act(LEADER, master, "close", answer=ANSWER, citations=["article:card"])
    assert (await town.get(LEADER, other)).citations == [NAMED]
