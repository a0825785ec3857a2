"""Organisations from a spreadsheet: what is above first, wrong rows named, the same file again changes nothing."""

from __future__ import annotations

import pytest

from cti.base.refusal import Invalid, NotAllowed
from cti.base.visitor import system
from cti.office.sheets import writing

ROOT = system("root")
TITLES = ["机构名称*", "机构标识", "上级机构", "行政区划", "备注"]


@pytest.fixture
def sheet(tmp_path):
    async def make(*rows, titles=TITLES):
        path = tmp_path / "organisations.xlsx"
        path.write_bytes(await writing.write(titles, rows))
        return path

    return make


async def run(identity, visitor, file, *, store):
    return await (await identity.organising(visitor)).run(file, store=store)


async def test_a_tree_comes_in_after_a_preview_and_again_without_change(identity, sheet):
    every = await identity.organisations.every()
    top = next(one for one in every.values() if one.parent is None)
    file = await sheet(
        ["市水务局", "", top.title, "", "x"],
        ["供水公司", "mains", "市水务局", top.region],
        ["漏写上级", "", "", ""],
        ["上级在后", "", "还没有的机构", ""],
        ["区划不对", "", top.title, "999999"],
        ["标识不对", "A b", top.title, ""],
        ["=1+1", "", top.title, ""],
    )
    looked = await run(identity, ROOT, file, store=False)
    wrong = [(one.row, one.field) for one in looked.problems]
    assert wrong == [(4, "上级机构"), (5, "上级机构"), (6, "行政区划"), (7, "机构标识"), (8, "机构名称")]
    assert looked.added == 2
    assert await identity.organisations.every() == every
    done = await run(identity, ROOT, file, store=True)
    assert (done.added, done.changed, [(one.row, one.field) for one in done.problems]) == (2, 0, wrong)
    found = await identity.organisations.every()
    assert (found["sswj"].title, found["sswj"].parent, found["mains"].parent) == ("市水务局", top.name, "sswj")
    again = await run(identity, ROOT, file, store=True)
    assert (again.added, again.changed) == (0, 0)
    changed = await run(identity, ROOT, await sheet(["市供水公司", "mains", "市水务局", ""]), store=True)
    assert (changed.added, changed.changed) == (0, 1)
    assert (await identity.organisations.every())["mains"].title == "市供水公司"


async def test_who_may_not_and_what_is_no_such_sheet_is_refused(identity, sheet, visit):
    with pytest.raises(Invalid, match="上级机构"):
        await run(identity, ROOT, await sheet(["a"], titles=["机构名称"]), store=False)
    visitor = await visit("wang")
    with pytest.raises(NotAllowed):
        await run(identity, visitor, await sheet(["a", "", "x", ""]), store=False)
