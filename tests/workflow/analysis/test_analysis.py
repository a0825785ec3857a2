"""Pages of analysis: each figure on them is there; what narrows one block narrows all, and leads to as many rows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from cti.base.files.documents import DocumentError
from cti.base.refusal import Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.identity.models import OrganisationRow
from cti.office.workshop.owning import Owning
from cti.process.call_facts import call_facts
from cti.store.engine import Store
from cti.telephony.queue_titles import QueueTitles
from cti.testing.tables import migrated
from tests.office import ROOT
from tests.workflow.tickets.ticket_town import EAST, LEADER, REVIEWER, ROADS, VISITOR, WATER, TicketTown, town_on
from workflow.analysis.files import FOLDER, SHIPPED, read_pages
from workflow.analysis.service import Analysis, BlockQuery, BlockShown
from workflow.floor.books.facts import sources as floor_sources
from workflow.performance.facts import of_tickets
from workflow.tickets.facts import sources

DELIVERING = ("cti/process", "workflow/tickets", "workflow/floor", "workflow/performance")


def counting(visitor: Visitor, *more: str) -> Visitor:
    return replace(visitor, permissions=visitor.permissions | {"reports.see", *more})


CHIEF = counting(LEADER, "calls.see", "board.see")


class World:
    """A ticket town with its pages of analysis."""

    def __init__(self, town: TicketTown, data: Path) -> None:
        library = FigureLibrary(None)
        for source in (
            *sources(sqlite=town.office.store.is_sqlite),
            call_facts(QueueTitles()),
            *floor_sources(QueueTitles(), {}),
        ):
            library.offer(source)
        library.extend("tickets", of_tickets)
        for folder in DELIVERING:
            library.deliver(ROOT / folder / "figures")
        self.town, self.data = town, data
        owning = Owning("city", "320400", FIGURES)
        self.figures = Figures(town.office.store, town.clock, library, owning, town.office.services)
        self.analysis = Analysis(self.figures, town.clock, data)

    async def block(self, who: Visitor, page: str, block: str, **where: str) -> BlockShown:
        query = BlockQuery(period="this_year", where=json.dumps(where) if where else "")
        return await self.analysis.block(who, page, block, query)

    async def values(self, who: Visitor, page: str, block: str, **where: str) -> dict[str, Any]:
        shown = await self.block(who, page, block, **where)
        return {" ".join(line.titles): line.now[0].value for line in shown.table.lines}


async def world_on(store: Store, data: Path) -> World:
    world = World(await town_on(store), data)
    await migrated(store, [ROOT / "workflow" / one for one in ("floor", "performance")])
    await world.analysis.read()
    return world


def test_every_figure_on_a_page_is_delivered_by_somebody() -> None:
    delivered = {path.stem for room in ("cti", "workflow") for path in ROOT.glob(f"{room}/*/figures/*.yaml")}
    for page in read_pages(SHIPPED).values():
        for block in page.blocks:
            assert set(block.figures) <= delivered, (page.page, block.block)
            assert page.about


async def test_each_block_is_split_by_what_its_figures_have(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    pages = world.analysis.pages(CHIEF)
    assert [one.page for one in pages] == [
        "departments", "centre", "channels", "today", "intake", "efficiency", "agents", "hot", "management",
        "users",
    ]  # fmt: skip
    for page in pages:
        for block in page.blocks:
            heads = [world.figures.file(CHIEF, name).head for name in block.figures]
            for one in block.by:
                for head in heads:
                    facts = world.figures.splits([head])
                    assert any(fact in facts for fact in page.facts.get(one, (one,))), (block.block, one, head.figure)
    for block in pages[1].blocks:
        shown = await world.analysis.block(CHIEF, "centre", block.block, BlockQuery())
        assert shown.table.left_out == []
        assert len(shown.table.figures) == len(block.figures)


async def test_what_narrows_one_block_narrows_all_and_leads_to_as_many_rows(store: Store, tmp_path: Path) -> None:
    world = await world_on(store, tmp_path)
    for unit, kind in (("water", "complaint"), ("water", "help"), ("roads", "complaint")):
        await world.town.dispatched(unit, type=kind)
    assert await world.values(CHIEF, "departments", "open") == {"水务局": 2, "市政局": 1}
    assert await world.values(CHIEF, "departments", "open", type="complaint") == {"水务局": 1, "市政局": 1}
    # Tickets know the department as the lead, tasks as the unit: one click narrows both.
    assert await world.values(CHIEF, "centre", "complained") == {"水务局": 1, "市政局": 1}
    shown = await world.block(CHIEF, "departments", "key", unit="water")
    numbers = dict(zip([one.name for one in shown.table.figures], shown.table.total.now, strict=True))
    assert numbers["unit_tasks_given"].value == 2
    reads = {one.name: one.reads for one in shown.table.figures}
    assert (reads["unit_tasks_given"], reads["satisfaction"]) == ({"unit": "unit"}, {"unit": "lead"})
    period = world.figures.period("this_year")
    rows = await world.figures.rows(CHIEF, "unit_tasks_given", "numerator", period, {"unit": "water"}, 1, 10)
    assert rows.total == 2
    choices = await world.analysis.choices(CHIEF, "departments", "unit", BlockQuery(period="this_year"))
    assert {one.value: one.title for one in choices} == {"water": "水务局", "roads": "市政局"}


async def test_a_figure_that_knows_nothing_of_a_condition_says_so(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    await world.town.dispatched("water")
    shown = await world.block(CHIEF, "centre", "overview", unit="roads")
    whole = {one.name: " ".join(one.whole) for one in shown.table.figures}
    assert (whole["calls_arrived"], whole["tickets_registered"]) == ("unit", "")
    assert [one.value for one in shown.table.total.now if one.value] == []
    with pytest.raises(Invalid, match="不能按“colour”筛选"):
        await world.block(CHIEF, "centre", "overview", colour="red")
    with pytest.raises(NotFound):
        await world.block(CHIEF, "centre", "nothing")


async def test_everybody_sees_his_own_part(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    await world.town.dispatched("water")
    await world.town.dispatched("roads")
    assert await world.values(counting(WATER), "departments", "open") == {"水务局": 1}
    assert await world.values(counting(ROADS), "departments", "open") == {"市政局": 1}
    assert await world.values(counting(EAST), "departments", "open") == {}
    # A choice would tell a county which departments of others are busy.
    assert await world.analysis.choices(counting(EAST), "departments", "unit", BlockQuery(period="this_year")) == []
    with pytest.raises(NotAllowed):
        world.analysis.pages(VISITOR)
    calls_only = replace(counting(REVIEWER, "calls.see"), permissions=frozenset({"reports.see", "calls.see"}))
    assert "departments" not in {one.page for one in world.analysis.pages(calls_only)}


async def test_a_department_that_was_merged_keeps_its_numbers_and_says_into_which(store: Store, tmp_path: Path) -> None:
    world = await world_on(store, tmp_path)
    await world.town.dispatched("water", type="complaint")
    await world.town.dispatched("roads", type="complaint")
    async with store.writing() as session:  # the work in hand went over before: `Organisations.set_closed` sees to that
        closed = {"closed_at": world.town.clock.wall(), "successor": "roads", "version": OrganisationRow.version + 1}
        await session.execute(update(OrganisationRow).where(OrganisationRow.name == "water").values(closed))
    merged = {"水务局（已并入市政局）": 1, "市政局": 1}
    assert await world.values(CHIEF, "centre", "complained") == merged
    choices = await world.analysis.choices(CHIEF, "departments", "unit", BlockQuery(period="this_year"))
    assert "水务局（已并入市政局）" in {one.title for one in choices}


async def test_a_region_without_data_has_empty_blocks_and_a_report_that_says_so(
    sqlite_store: Store, tmp_path: Path
) -> None:
    world = await world_on(sqlite_store, tmp_path)
    await world.town.dispatched("water")
    county = counting(EAST, "calls.see", "board.see")
    for page in world.analysis.pages(county):
        counted = await world.analysis.whole(county, page.page, BlockQuery(period="this_year"))
        for block, table in counted.blocks:
            assert table.lines == [] or block.by[:1] == ("month",), block.block
            assert not any(one.value for one in table.total.now), block.block


async def test_a_citys_own_page_takes_the_place_of_a_delivered_one(sqlite_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "hot.yaml").write_text(
        "page: hot\ntitle: 本市热点\norder: 1\nblocks:\n"
        "  - {block: topics, title: 热点, chart: table, by: [category], figures: [tickets_registered]}\n"
    )
    world = await world_on(sqlite_store, tmp_path)
    assert world.analysis.pages(CHIEF)[0].title == "本市热点"
    (folder / "hot.yaml").write_text("page: hot\ntitle: 热点\nblocks:\n  - {block: a, title: 甲, chart: ranking}\n")
    with pytest.raises(DocumentError, match=r"hot\.yaml:4"):
        await world.analysis.read()
