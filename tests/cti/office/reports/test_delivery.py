"""Reports that come with a plugin: there once, as their files say until a person changes one, whose they are then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.files.documents import DocumentError
from cti.base.refusal import Conflict
from cti.office.files.models import FileRow
from cti.office.reports.delivery import deliver
from cti.office.reports.models import ReportRow
from cti.office.reports.service import ReportFields, Reports
from cti.store.engine import Store
from tests.cti.office.reports.test_reports import House, house_on

FILE = """\
report: calls_week
title: 接听周报
note: 每周来电
figures: [calls_arrived, answer_rate]
by: [organisation]
period: last_week
"""


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    made = await house_on(store)
    yield made
    made.identity.close()


def a_plugin(folder: Path, text: str = FILE) -> Path:
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports" / "calls_week.yaml").write_text(text)
    return folder


async def test_it_is_there_once_and_follows_its_file_until_a_person_changes_it(house: House, tmp_path: Path) -> None:
    city, east = await house.person("city1"), await house.person("east1", "east")
    reports = house.reports
    for _ in range(2):
        await deliver(reports, a_plugin(tmp_path))
    for who in (city, east):
        (one,) = (await reports.find(who, reports.query(search="周报"))).items
        assert (one.id, one.title, one.figure_titles) == ("calls_week", "接听周报", ["来电量", "接通率"])
    await deliver(reports, a_plugin(tmp_path, FILE.replace("接听周报", "来电周报")))
    found = await reports.get(east, "calls_week")
    assert found.title == "来电周报"
    assert (await reports.find(east, reports.query(search="来电周报"))).total == 1
    await reports.edit(city, found.id, found.version, _fields(reports, found, title="本市周报"))
    await deliver(reports, a_plugin(tmp_path))
    assert (await reports.get(east, "calls_week")).title == "本市周报", "a person's words stay"


async def test_who_has_it_sent_is_its_author_and_a_copy_is_ones_own(house: House, tmp_path: Path) -> None:
    city, east = await house.person("city1"), await house.person("east1", "east")
    await deliver(house.reports, a_plugin(tmp_path))
    found = await house.reports.get(city, "calls_week")
    await house.reports.edit(city, found.id, found.version, _fields(house.reports, found, every="daily"))
    mine = await house.reports.copy(east, "calls_week")
    assert (mine.title, mine.organisation, mine.every) == ("接听周报（副本）", "east", "never")
    await house.reports.edit(east, mine.id, mine.version, _fields(house.reports, mine, every="daily"))
    house.clock.advance(86400)
    assert len(await house.due()) == 2
    async with house.store.reading() as session:
        rows = (await session.scalars(select(ReportRow).order_by(ReportRow.id))).all()
        assert {row.id: row.created_by for row in rows} == {"calls_week": city.person, mine.id: east.person}
        assert set(await session.scalars(select(FileRow.record))) == {"calls_week", mine.id}


async def test_what_was_removed_does_not_come_back(house: House, tmp_path: Path) -> None:
    city = await house.person("city1")
    await deliver(house.reports, a_plugin(tmp_path))
    await house.reports.remove(city, "calls_week")
    await deliver(house.reports, a_plugin(tmp_path, FILE.replace("接听周报", "来电周报")))
    assert (await house.reports.find(city, house.reports.query())).total == 0
    with pytest.raises(Conflict):
        await house.reports.purge(city, "calls_week")


@pytest.mark.parametrize(
    ("wrong", "instead", "says"),
    [
        ("period: last_week", "period: someday", "period"),
        ("by:", "bye:", "bye"),
        ("calls_week", "Calls week", "report"),
    ],
)
async def test_a_file_that_is_wrong_is_refused_with_its_place(
    house: House, tmp_path: Path, wrong: str, instead: str, says: str
) -> None:
    with pytest.raises(DocumentError) as refused:
        await deliver(house.reports, a_plugin(tmp_path, FILE.replace(wrong, instead)))
    assert "calls_week.yaml" in str(refused.value) and says in str(refused.value)
    async with house.store.reading() as session:
        assert (await session.scalars(select(ReportRow))).all() == []


def _fields(reports: Reports, shown: object, **more: object) -> ReportFields:
    values = {key: getattr(shown, key) for key in ReportFields.model_fields if hasattr(shown, key)}
    return ReportFields.model_validate({**values, **more})
