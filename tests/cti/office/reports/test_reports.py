"""Reports on each database: checked, counted for whoever looks, as files, and sent when their period is over."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.refusal import Invalid, NotFound
from cti.base.settings import AccountSettings, MessageSettings
from cti.base.visitor import Visitor, system
from cti.office.figures import Figures, Period
from cti.office.files.models import FileRow
from cti.office.files.service import Files
from cti.office.identity.directory import Organisation, load_visitor
from cti.office.identity.models import PersonRow
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.identity.service import Identity
from cti.office.jobs.kinds import Hopeless
from cti.office.jobs.models import JobRow
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.messages.models import InboxRow, MessageRow
from cti.office.printing.library import PrintLibrary
from cti.office.printing.service import Printing
from cti.office.records import Office
from cti.office.reports.exporting import PRINTED, as_excel, as_paper
from cti.office.reports.models import ReportRow
from cti.office.reports.sending import Sending
from cti.office.reports.service import ReportFields, Reports
from cti.office.reports.table import table_of
from cti.office.timers.service import Timers
from cti.store.engine import Store
from tests.cti.office.figures.test_figures import NOW, figures_of, some_calls
from tests.office import CITY_TOP, ROOT, cheap_passwords

PASSWORD = "Correct-Horse-9"
RIGHTS = ["calls.see", "reports.see", "reports.edit", "reports.export"]
TITLE = "接听月报"


class House:
    def __init__(self, store: Store, clock: VirtualClock, identity: Identity, figures: Figures) -> None:
        self.store, self.clock, self.identity = store, clock, identity
        self.office = Office(store, clock, identity.audit, "city", "320400", identity.lookups)
        self.office.foundations[Files] = Files(store, clock)
        timers = Timers(store, clock, Bus())
        self.office.foundations[Messages] = Messages(store, clock, timers, MessageSettings())
        self.figures = figures
        self.reports = Reports(self.office, figures)
        library = PrintLibrary(None)
        library.offer(PRINTED)
        library.deliver(ROOT / "cti" / "office" / "reports" / "printouts")
        self.printing = Printing(library, clock, "市热线")
        self.jobs = Jobs(store, clock, Bus())
        self.sending = Sending(self.reports, self.printing, self.jobs)

    async def person(self, login: str, organisation: str = "city") -> Visitor:
        data = PersonData(login=login, name=login, agent_no=None, organisation=organisation, roles=["counts"])
        await self.identity.people.add_unchecked(system("test"), data, PASSWORD)
        async with self.store.reading() as session:
            row = (await session.scalars(select(PersonRow).where(PersonRow.login == login))).one()
            return (await load_visitor(session, row))[0]

    async def due(self) -> list[dict[str, Any]]:
        """The jobs that a morning makes, done."""
        async with self.store.writing() as session:
            await self.sending.due(session, self.clock.wall())
        async with self.store.reading() as session:
            rows = (await session.scalars(select(JobRow).where(JobRow.state == "waiting"))).all()
        made = [msgspec.json.decode(row.data) for row in rows]
        for data in made:
            await self.sending.make(data)
        return made


async def house_on(store: Store, calls: int = 300) -> House:
    clock = VirtualClock(NOW)
    figures = await figures_of(store, some_calls(21, calls), clock)
    identity = await Identity.open(
        store, Bus(), clock, CITY_TOP, passwords=cheap_passwords(), settings=AccountSettings(second_factor="roles")
    )
    await identity.organisations.add(system("test"), Organisation("east", "东县热线", "320404", "city"))
    everything = RoleData(title="统计员", permissions=RIGHTS, reach=Reach.SUBTREE)
    await identity.roles.add(system("test"), "counts", everything)
    return House(store, clock, identity, figures)


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    made = await house_on(store)
    yield made
    made.identity.close()


@pytest.fixture
async def place(sqlite_store: Store) -> AsyncIterator[House]:
    made = await house_on(sqlite_store)
    yield made
    made.identity.close()


def a_report(**more: Any) -> ReportFields:
    said = {"title": TITLE, "figures": ["answer_rate", "calls_arrived"], "by": ["organisation"], "period": "last_month"}
    return ReportFields.model_validate({**said, **more})


async def test_a_report_shows_each_his_own_numbers(house: House) -> None:
    city, east = await house.person("city1"), await house.person("east1", "east")
    made = await house.reports.create(city, a_report())
    assert (made.figure_titles, made.split_titles) == (["接通率", "来电量"], ["所属机构"])
    period = Period.around("month", date(2026, 2, 1))
    shown = await house.reports.get(east, made.id)
    whole = await table_of(house.figures, city, shown.figures, shown.by, period, compare=True)
    own = await table_of(house.figures, east, shown.figures, shown.by, period, compare=True)
    assert [line.titles[0] for line in own.lines] == ["东县热线"]
    assert {line.titles[0] for line in whole.lines} == {"东县热线", "市热线"}
    (of_east,) = (line for line in whole.lines if line.by == ("east",))
    assert of_east.now == own.lines[0].now == own.total.now
    assert whole.total.now[1] == (await house.figures.value(city, "calls_arrived", period)).total.now
    theirs = await house.reports.create(east, a_report(title="东县月报"))
    assert (await house.reports.find(east, house.reports.query())).total == 2
    west = await house.person("west1", "east")
    assert (await house.reports.get(west, theirs.id)).title == "东县月报"
    with pytest.raises(NotFound):
        stranger = Visitor("x", "x", "x", None, "north", "320401", permissions=frozenset(RIGHTS), scope=west.scope)
        await house.reports.get(stranger, "none")


async def test_what_does_not_fit_names_its_field(place: House) -> None:
    house = place
    city = await house.person("city1")
    for more, field in (
        ({"figures": ["nothing"]}, "figures"),
        ({"by": ["registrar"]}, "by"),
        ({"only": [{"split": "registrar", "value": "x"}]}, "only"),
        ({"only": [{"split": "organisation", "value": one} for one in ("east", "city")]}, "only"),
        ({"roles": ["ghost"], "every": "monthly"}, "roles"),
        ({"people": ["ghost"], "every": "monthly"}, "people"),
    ):
        with pytest.raises(Invalid) as refused:
            await house.reports.create(city, a_report(**more))
        assert field in str(refused.value.fields if hasattr(refused.value, "fields") else refused.value.field)
    assert (await house.reports.find(city, house.reports.query())).total == 0


async def test_files_say_what_the_table_says(place: House) -> None:
    house = place
    city = await house.person("city1")
    report = await house.reports.create(city, a_report(note="每月5日前报送"))
    period = Period.around("month", date(2026, 2, 1))
    table = await table_of(house.figures, city, report.figures, report.by, period, compare=True)
    sheet = load_workbook(io.BytesIO(await as_excel(table))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("所属机构", "接通率（%）", "接通率：分子", "分母")
    assert rows[-1][0] == "合计"
    assert rows[-1][1] == pytest.approx(table.total.now[0].value, abs=0.01)
    assert rows[-1][2] == table.total.now[0].numerator
    assert len(rows) == len(table.lines) + 2
    content = await as_paper(house.printing, house.figures, city, report, table, "docx")
    document = Document(io.BytesIO(content))
    words = [one.text for one in document.paragraphs]
    assert TITLE in words
    assert "统计期：2026年2月" in words
    cells = [cell.text for one in document.tables for row in one.rows for cell in row.cells]
    assert f"{table.total.now[0].value:.1f}%" in cells


async def test_a_report_of_one_unit_alone_says_so_on_the_page_and_in_its_files(place: House) -> None:
    house = place
    city = await house.person("city1")
    east = [{"split": "organisation", "value": "east", "words": "东县热线"}]
    report = await house.reports.create(city, a_report(by=["month"], only=east))
    assert report.only_words == ["所属机构：东县热线"]
    assert (await house.reports.copy(city, report.id)).only_words == report.only_words
    period = Period.around("month", date(2026, 2, 1))
    table = await house.reports.counted(city, report, period)
    whole = await table_of(house.figures, city, report.figures, ["organisation"], period)
    (own,) = (line for line in whole.lines if line.by == ("east",))
    assert table.total.now == own.now
    assert table.total.now != whole.total.now
    narrower = await house.reports.counted(city, report, period, {"organisation": "city"})
    assert narrower.total.now == own.now, "nobody looks past what a report is about"
    sheet = load_workbook(io.BytesIO(await as_excel(table))).active
    assert sheet is not None
    assert list(sheet.iter_rows(values_only=True))[-1][0] == "筛选：所属机构：东县热线"
    content = await as_paper(house.printing, house.figures, city, report, table, "docx")
    assert "筛选：所属机构：东县热线" in [one.text for one in Document(io.BytesIO(content)).paragraphs]


@pytest.mark.parametrize("format", ["xlsx", "docx"])
async def test_a_report_is_sent_once_when_its_period_is_over(house: House, format: str) -> None:
    city, colleague = await house.person("city1"), await house.person("city2")
    east = await house.person("east1", "east")
    made = await house.reports.create(city, a_report(every="monthly", format=format, roles=["counts"]))
    assert await house.due() == [], "what was over before somebody asked for it is not sent"
    house.clock.advance(timedelta(days=20).total_seconds())
    assert len(await house.due()) == 1
    await house.due()
    async with house.store.reading() as session:
        files = (await session.scalars(select(FileRow).where(FileRow.record == made.id))).all()
        assert [one.name for one in files] == [f"{TITLE}（2026年3月）.{format}"]
        told = set(await session.scalars(select(InboxRow.person)))
        assert told == {city.person, colleague.person, east.person}
        message = (await session.scalars(select(MessageRow))).one()
        assert (message.title, message.link) == (f"统计报表：{TITLE}", f"/reports/{made.id}")
        row = await session.get_one(ReportRow, made.id)
        assert row.made_for == date(2026, 3, 1)
    assert (await house.reports.get(east, made.id)).made_for == date(2026, 3, 1)


async def test_a_report_of_somebody_who_left_is_not_made(place: House) -> None:
    house = place
    city = await house.person("city1")
    made = await house.reports.create(city, a_report(every="daily"))
    async with house.store.writing() as session:
        row = await session.get_one(PersonRow, city.person)
        row.disabled_at = datetime(2026, 3, 18, tzinfo=UTC)
    with pytest.raises(Hopeless, match="已停用"):
        await house.sending.make({"report": made.id, "kind": "day", "day": "2026-03-19"})
