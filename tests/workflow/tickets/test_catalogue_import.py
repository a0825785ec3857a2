"""The dispatch catalogue from a spreadsheet: a look first, the faults of each row, then only what is right."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from cti.office.records import importing
from cti.office.tree.views import TreeFields
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import LEADER, town_on

TITLES = ("诉求分类", "事发地", "主办单位", "协办单位", "职责依据")


def sheet(path: Path, *rows: tuple[str, ...]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (TITLES, *rows):
        book.active.append(row)
    book.save(path)
    return path


async def test_a_category_that_is_not_there_is_told_with_what_else_is_wrong(store: Store, tmp_path: Path) -> None:
    town = await town_on(store)
    await town.categories.create(LEADER, TreeFields(name="路灯"))
    file = sheet(
        tmp_path / "目录.xlsx",
        ("路灯", "", "水务局", "", "《城市道路照明设施管理规定》"),
        ("没有的分类", "", "没有的单位", "", "某条例"),
    )
    found = await importing.preview(town.catalogue, LEADER, file)
    assert (found.good, found.bad) == (1, 1)
    assert [(one.row, one.field) for one in found.errors] == [(3, "诉求分类"), (3, "主办单位")]
    done = await importing.take_in(town.catalogue, LEADER, file)
    assert (done.added, done.failed) == (1, 1)
