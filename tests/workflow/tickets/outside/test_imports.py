"""An old system's tickets: tried, taken over once with their past, wrong rows named, gone on with, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm.exc import StaleDataError

from cti.base.http.topics import Topic, Topics
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.imports.live import ImportsLive
from cti.office.imports.service import batches
from cti.office.jobs.kinds import Hopeless
from cti.office.jobs.service import Jobs
from cti.office.processes.models import CaseEventRow, CaseRow
from cti.office.sheets import reading, writing
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import EAST, LEADER, WEST, TicketTown, town_on
from workflow.tickets.models import ImportRow, OutsideRow, TicketRow
from workflow.tickets.outside.imports.mappings import ImportMappings, MappingFields
from workflow.tickets.outside.imports.old_ticket import Reader, entries_of
from workflow.tickets.outside.imports.past import PastOfTicket
from workflow.tickets.outside.imports.service import ImportFields, Imports
from workflow.tickets.service import KIND
from workflow.tickets.verifying.checks import Verifying
from workflow.tickets.views import TicketQuery

HEADING = (
    "工单号", "受理时间", "办结时间", "类别", "标题", "诉求内容", "联系电话", "主办单位", "答复内容", "办理过程",
    "状态", "附件名称",
)  # fmt: skip
COLUMNS = [
    {"field": key, "column": column}
    for key, column in (("number", "工单号"), ("created_at", "受理时间"), ("type", "类别"))
]
WORDS = [
    {"field": "type", "theirs": "投诉举报", "ours": "投诉"},
    {"field": "state", "theirs": "完成", "ours": "已办结"},
]
TRAIL = "2025-03-01 09:00 张三登记\n2025年3月2日 10:00：转水务局\n督促"


def a_row(number: str, **said: str) -> list[str]:
    usual = {
        "工单号": number, "受理时间": "2025-03-01 08:30", "办结时间": "2025/3/5 17:00", "类别": "投诉举报",
        "标题": "小区停水", "诉求内容": "停水两天", "联系电话": "13800000001", "主办单位": "水务局",
        "答复内容": "已修复", "办理过程": TRAIL, "状态": "完成", "附件名称": "现场.jpg",
    }  # fmt: skip
    return [{**usual, **said}[one] for one in HEADING]


class NoJobs:
    """Notes what is to be done; the test does it."""

    def __init__(self) -> None:
        self.added: list[dict[str, Any]] = []

    async def add(self, session: Any, kind: str, data: dict[str, Any]) -> None:
        self.added.append(data)

    async def open(self, session: Any, kind: str) -> list[dict[str, Any]]:
        return self.added

    def look(self) -> None:
        pass


class Office:
    """Imports of a town, whose files are given by hand."""

    def __init__(self, town: TicketTown, folder: Path) -> None:
        self.town, self.file = town, folder / "old.xlsx"
        self.jobs = NoJobs()
        self.mappings = ImportMappings(town.office)
        self.imports = Imports(town.office, town.tickets, cast("Jobs", self.jobs))
        self.imports._file = self._there  # type: ignore[method-assign] # what files do is theirs to test
        town.office.timelines.add(PastOfTicket(), KIND)

    async def _there(self, session: Any, id: str) -> str:
        return "a file"

    async def sheet(self, *rows: Sequence[str]) -> None:
        self.file.write_bytes(await writing.write(HEADING, rows))

    async def new(self, visitor: Visitor) -> str:
        body = MappingFields.model_validate({"title": f"旧系统 {visitor.name}", "columns": COLUMNS, "words": WORDS})
        mapping = await self.mappings.create(visitor, body)
        return (await self.imports.create(visitor, ImportFields(title="历史工单", mapping=mapping.id))).id

    async def run(self, visitor: Visitor, id: str, act: str) -> ImportRow:
        await self.imports.begin(visitor, id, act)
        if act == "undo":
            await self.imports.take_all_back(visitor, id)
        else:
            await self.read(visitor, id)
        return await self.row(id)

    async def read(self, visitor: Visitor, id: str) -> None:
        try:
            await self.imports._rows(visitor, id, self.file)
        except Invalid as refusal:
            await self.imports._end(id, "failed", refusal.detail)

    async def row(self, id: str) -> ImportRow:
        async with self.town.office.store.reading() as session:
            return await session.get_one(ImportRow, id)

    async def count(self, table: Any) -> int:
        async with self.town.office.store.reading() as session:
            return await session.scalar(select(func.count()).select_from(table)) or 0


def importing(visitor: Visitor) -> Visitor:
    return replace(visitor, permissions=visitor.permissions | {"tickets.import", "tickets.verify"})


BOSS, COUNTY = importing(LEADER), importing(EAST)


@pytest.fixture
async def office(store: Store, tmp_path: Path) -> Office:
    return Office(await town_on(store), tmp_path)


@pytest.fixture
async def near(sqlite_store: Store, tmp_path: Path) -> Office:
    return Office(await town_on(sqlite_store), tmp_path)


async def test_tickets_are_tried_taken_over_with_their_past_once_and_taken_back(office: Office) -> None:
    town = office.town
    await office.sheet(
        a_row("A-1"), a_row("A-2", 状态="已撤回", 答复内容=""), a_row("A-3", 状态="办理中", 办结时间=""),
        a_row("A-4", 联系电话="12", 受理时间="昨天"), a_row("A-5", 联系电话="12"), a_row("A-1"),
    )  # fmt: skip
    id = await office.new(BOSS)
    tried = await office.run(BOSS, id, "look")
    assert (tried.state, tried.good, tried.bad, tried.again) == ("looked", 3, 3, 0)
    assert await office.count(TicketRow) == 0
    faults = await office.imports.faults(BOSS, id, 1, 50)
    assert [(one.row, one.field) for one in faults.items] == [(5, "受理时间"), (6, "联系电话"), (7, "工单号")]
    assert (await office.imports.faults_sheet(BOSS, id))[:2] == b"PK"
    done = await office.run(BOSS, id, "take")
    assert (done.state, done.good, done.bad, done.again, done.place) == ("done", 3, 3, 0, 7)
    found = {one.number: one for one in (await town.tickets.find(BOSS, TicketQuery())).items}
    assert {number: (one.stage, one.outcome) for number, one in found.items()} == {
        "A-1": ("archived", "archived"), "A-2": ("withdrawn", "withdrawn"), "A-3": ("review", "")
    }  # fmt: skip
    assert [one.number for one in (await town.tickets.find(BOSS, TicketQuery(search="A-1"))).items] == ["A-1"]
    first = found["A-1"]
    assert (first.type, first.answer, first.lead, first.created_at.year) == ("complaint", "已修复", "water", 2025)
    assert first.ended_at is not None and first.ended_at.isoformat().startswith("2025-03-05T09:00")
    page = await town.tickets.timeline(BOSS, first.id, TimelineQuery(kinds="past", size=50))
    told = [(one.title, one.text) for one in page.items]
    assert ("原系统办理过程", "转水务局\n督促") in told
    assert ("原系统附件", "现场.jpg") in told
    assert [one.says async for one in Verifying(town.office.store, town.office.audit).all()] == []
    again = await office.run(BOSS, id, "take")
    assert (again.good, again.again) == (0, 3)
    assert await office.count(TicketRow) == 3
    with pytest.raises(Conflict):
        await office.imports.begin(BOSS, id, "undo")


async def test_an_import_is_taken_back_but_not_what_somebody_worked_on(office: Office) -> None:
    town = office.town
    await office.sheet(
        a_row("A-1"), a_row("A-2"), a_row("A-3", 状态="办理中", 办结时间=""), a_row("A-4", 状态="办理中")
    )
    id = await office.new(BOSS)
    town.clock.advance(5)
    await office.run(BOSS, id, "take")
    town.clock.advance(5)
    found = {one.number: one.id for one in (await town.tickets.find(BOSS, TicketQuery())).items}
    await town.act(LEADER, found["A-3"], "dispatch", lead="water")
    with pytest.raises(Conflict, match="撤销"):
        await office.imports.remove(BOSS, id)
    undone = await office.run(BOSS, id, "undo")
    assert (undone.state, undone.message) == ("undone", "已撤销 3 张，1 张已有后续办理，保留")
    assert [one.number for one in (await town.tickets.find(BOSS, TicketQuery())).items] == ["A-3"]
    async with town.office.store.reading() as session:
        roots = set(await session.scalars(select(CaseRow.root)))
        assert set(await session.scalars(select(CaseEventRow.root))) == roots
        assert len(roots) == 1
    assert await office.count(OutsideRow) == 1
    once_more = await office.run(BOSS, id, "take")
    assert (once_more.good, once_more.again) == (3, 1)


async def test_a_row_that_the_database_refuses_spoils_none_beside_it(office: Office) -> None:
    await office.sheet(*(a_row(f"A-{number}") for number in range(8)))

    def refuse(_mapper: object, _connection: object, row: TicketRow) -> None:
        if row.number == "A-5":
            raise StaleDataError

    event.listen(TicketRow, "before_insert", refuse)
    try:
        done = await office.run(BOSS, await office.new(BOSS), "take")
    finally:
        event.remove(TicketRow, "before_insert", refuse)
    assert (done.state, done.good, done.bad, done.place) == ("done", 7, 1, 9)
    assert [one.row for one in (await office.imports.faults(BOSS, done.id, 1, 50)).items] == [7]
    assert await office.count(TicketRow) == await office.count(OutsideRow) == 7
    assert [one.says async for one in Verifying(office.town.office.store, office.town.office.audit).all()] == []


async def test_who_dies_in_the_middle_goes_on_where_it_was_and_who_is_stopped_stops(near: Office) -> None:
    await near.sheet(*(a_row(f"A-{number}") for number in range(120)))
    id = await near.new(BOSS)
    await near.imports.begin(BOSS, id, "take")
    count = 0
    async for batch in _batches_of(near):
        taking = await near.imports.taking(BOSS, await near.row(id), HEADING)
        await near.imports._some(BOSS, id, taking, batch[1:] if not count else batch)
        count += 1
        break
    assert (await near.row(id)).good == 49
    await near.read(BOSS, id)
    row = await near.row(id)
    assert (row.state, row.good, row.again) == ("done", 120, 0)
    other = await near.new(replace(BOSS, name="other"))
    await near.imports.begin(BOSS, other, "look")
    with pytest.raises(Conflict):
        await near.imports.begin(BOSS, other, "take")
    await near.imports.begin(BOSS, other, "stop")
    await near.read(BOSS, other)
    assert (await near.row(other)).state == "stopped"


async def test_an_import_whose_job_is_given_up_says_so_and_goes_on_where_it_was(near: Office) -> None:
    """Under 后台任务 it is cancelled, and tried again there or begun again on its own page."""
    store, imports = near.town.office.store, near.imports
    await near.sheet(*(a_row(f"A-{number}") for number in range(60)))
    person = replace(BOSS, person="01ATcity")
    id = await near.new(person)
    await imports.begin(person, id, "take")
    (job,) = near.jobs.added
    taking = await imports.taking(person, await near.row(id), HEADING)
    (first, rest) = [one async for one in _batches_of(near)]
    await imports._some(person, id, taking, first[1:])
    async with store.writing() as session:
        await imports.given_up(session, job, "后台任务已被取消")
    row = await near.row(id)
    assert (row.state, row.good, row.message) == ("stopped", 49, "后台任务已被取消")
    assert not await imports._some(person, id, taking, rest), "an engine that has not heard of it stops, too"
    assert (await near.row(id)).good == 49
    imports.go_through = lambda _, one: near.read(BOSS, one)  # type: ignore[method-assign] # files are theirs to test
    await imports.work(job)
    assert ((row := await near.row(id)).state, row.good, row.message) == ("done", 60, "")
    with pytest.raises(Hopeless, match="is done"):
        await imports.work(job)
    near.town.clock.advance(1)
    await imports.begin(person, id, "look")
    async with store.writing() as session:
        await imports.given_up(session, near.jobs.added[-1], "后台任务已被取消")
    with pytest.raises(Hopeless, match="is stopped"):
        await imports.work(job)
    assert (await near.row(id)).state == "stopped", "it was begun anew since"


async def test_an_import_whose_job_nobody_knows_any_more_can_be_stopped(near: Office) -> None:
    await near.sheet(a_row("A-1"))
    id = await near.new(BOSS)
    await near.imports.begin(BOSS, id, "take")
    near.jobs.added.clear()
    assert (await near.imports.begin(BOSS, id, "stop")).state == "stopped"
    assert (await near.run(BOSS, id, "take")).state == "done"


async def _batches_of(office: Office) -> Any:
    async for one in batches(office.imports.rows_in(office.file)):
        yield one


async def test_who_looks_at_an_import_hears_how_far_it_is(near: Office) -> None:
    heard: list[tuple[str, Any, Any]] = []

    class Pages:
        def add(self, topic: Topic) -> Any:
            self.topic = topic
            return lambda: None

        def change(self, topic: str, key: str, data: Any, person: str | None = None, about: Any = None) -> None:
            heard.append((topic, data, about))

    pages = Pages()
    near.town.office.foundations[ImportsLive] = ImportsLive(cast("Topics", pages))
    await near.sheet(*(a_row(f"A-{number}") for number in range(60)))
    id = await near.new(BOSS)
    await near.imports.begin(BOSS, id, "look")
    await near.imports._count_rows(id, near.file)
    assert (await near.row(id)).message == "共 60 行"
    before = len(heard)
    await near.read(BOSS, id)
    assert heard[before:] == [("imports", {"id": id}, "tickets.import")] * 3, "two portions and the end"
    everything = replace(EAST, permissions=frozenset({"*"}))
    assert all(pages.topic.sees(one, id, "tickets.import") for one in (BOSS, everything)) and not pages.topic.sees(
        EAST, id, "tickets.import"
    )


async def test_a_file_that_lacks_a_column_says_which(near: Office) -> None:
    near.file.write_text("工单号,标题\nA-1,停水\n", "utf-8")
    id = await near.new(BOSS)
    row = await near.run(BOSS, id, "look")
    assert (row.state, row.message) == ("failed", "第一行缺少以下列：受理时间、类别、诉求内容")
    text = ",".join(HEADING) + "\n" + ",".join(f'"{one}"' for one in a_row("A-1")) + "\n"
    near.file.write_bytes(text.encode("gb18030"))
    row = await near.run(BOSS, id, "look")
    assert (row.state, row.good) == ("looked", 1), "CSV as Excel saves it in China"


async def test_what_a_mapping_says_wrongly_is_refused(near: Office) -> None:
    unknown = [{"field": "type", "theirs": "x", "ours": "y"}]
    for said, field in (({"columns": [*COLUMNS, COLUMNS[0]]}, "columns"), ({"words": unknown}, "words")):
        with pytest.raises(Invalid) as refused:
            await near.mappings.create(BOSS, MappingFields.model_validate({"title": "旧系统", **said}))
        assert refused.value.field == field
    await near.new(BOSS)
    with pytest.raises(Conflict, match="同名"):
        await near.new(BOSS)


async def test_an_import_is_its_organisations(near: Office) -> None:
    await near.sheet(a_row("A-1"))
    id = await near.new(COUNTY)
    await near.run(COUNTY, id, "take")
    (ticket,) = (await near.town.tickets.find(COUNTY, TicketQuery())).items
    assert (ticket.organisation, ticket.number) == ("east", "A-1")
    west = importing(WEST)
    for look in (near.imports.get, lambda who, one: near.imports.begin(who, one, "undo")):
        with pytest.raises(NotFound):
            await look(west, id)
    taken = await near.new(BOSS)
    row = await near.run(BOSS, taken, "take")
    assert (row.good, row.bad) == (0, 1), "the number is there already"


def test_a_trail_is_read_line_by_line() -> None:
    assert entries_of(TRAIL) == [("2025-03-01 09:00", "张三登记"), ("2025年3月2日 10:00", "转水务局\n督促")]
    assert entries_of("没有时间") == [("", "没有时间")]
    assert entries_of("") == []
    old, faults = Reader(["原工单编号*", "登记时间", "标题", "诉求内容"]).read(["1", "2025-01-02", "标题", "内容"])
    assert old is not None and not faults
    assert old.created_at.isoformat() == "2025-01-02T00:00:00+08:00"
    assert reading.READ_SECONDS > 0 and update is not None
