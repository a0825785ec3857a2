"""What records point to: titles for a whole page at once, in files and from files, never of what is out of sight."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cti.base.refusal import Invalid
from cti.base.scope import Scope
from cti.base.visitor import Visitor, system
from cti.office.records import Office
from cti.office.records.describing import record_form, reference_filter
from cti.office.records.exporting import exported
from cti.office.records.importing import take_in
from cti.office.references.reference import OUT_OF_SIGHT
from cti.office.sheets.writing import write
from cti.office.tree.views import TreeFields
from cti.testing.statements import trips
from tests.cti.office.tree.categories import Categories, SlipFields, SlipQuery, Slips
from tests.cti.office.tree.conftest import categories, office, slips

__all__ = ["categories", "office", "slips"]
BOSS = system("test")
EAST = Visitor(
    "p2", "p2", "p2", None, "east", "320404", permissions=frozenset({"slips.see", "slips.edit", "slips.export"}),
    scope=Scope(organisations=frozenset({"east"})),
)  # fmt: skip


async def test_a_page_is_titled_without_a_query_for_each_row(
    office: Office, categories: Categories, slips: Slips
) -> None:
    for name in "甲乙丙":
        await categories.create(BOSS, TreeFields(name=name))

    async def asked(rows: int) -> int:
        while (await slips.find(BOSS, SlipQuery())).total < rows:
            await slips.create(BOSS, SlipFields(title="t", category="甲乙丙"[rows % 3]))
        with trips(office.store) as said:
            found = await slips.find(BOSS, SlipQuery(size=100))
        assert all(one.titles["category"] in "甲乙丙" and one.titles["organisation"] == "市热线" for one in found.items)
        assert all(one.titles["region"] == "江苏省常州市" for one in found.items)
        return len(said)

    assert await asked(2) == await asked(9)


async def test_a_file_has_words_and_words_come_in_again(
    office: Office, categories: Categories, slips: Slips, tmp_path: Path
) -> None:
    await categories.create(BOSS, TreeFields(name="市政"))
    road = await categories.create(BOSS, TreeFields(parent="市政", name="道路"))
    await slips.create(BOSS, SlipFields(title="t1", category=road.id))
    heading, line = load_workbook(io.BytesIO(await exported(slips, BOSS, SlipQuery()))).active.values
    told = dict(zip(heading, line, strict=True))
    assert (told["类别"], told["所属机构"], told["行政区划"]) == ("市政/道路", "市热线", "江苏省常州市")
    file = tmp_path / "slips.xlsx"
    file.write_bytes(await write(["标题", "类别"], [["t2", "市政/道路"], ["t3", "道路"], ["t4", "铁路"], ["t5", ""]]))
    done = await take_in(slips, BOSS, file)
    assert (done.added, [(one.row, one.field, one.detail) for one in done.errors]) == (
        3, [(4, "类别", "没有类别“铁路”")]
    )  # fmt: skip
    assert (await slips.find(BOSS, SlipQuery(category=road.id))).total == 3


async def test_words_that_several_have_are_refused(categories: Categories, slips: Slips) -> None:
    for above in ("市政", "交通"):
        await categories.create(BOSS, TreeFields(name=above))
        await categories.create(BOSS, TreeFields(parent=above, name="道路"))
    with pytest.raises(Invalid, match="有多个类别") as caught:
        await slips.create(BOSS, SlipFields(title="t", category="道路"))
    assert caught.value.field == "category"


async def test_what_somebody_may_not_read_has_no_title_for_him_and_cannot_be_chosen(
    office: Office, categories: Categories, slips: Slips
) -> None:
    west = Visitor("p3", "p3", "p3", None, "west", "320411", permissions=frozenset({"*"}),
                   scope=Scope(organisations=frozenset({"west"})))  # fmt: skip
    secret = await categories.create(west, TreeFields(name="西县专有"))
    made = await slips.create(EAST, SlipFields(title="t"))
    with pytest.raises(Invalid):
        await slips.edit(EAST, made.id, 1, SlipFields(title="t", category=secret.id))
    await slips.edit(BOSS, made.id, 1, SlipFields(title="t", category=secret.id))
    assert (await slips.get(EAST, made.id)).titles["category"] == OUT_OF_SIGHT
    assert (await slips.get(BOSS, made.id)).titles["category"] == "西县专有"
    del office.services["category"]
    assert (await slips.get(BOSS, made.id)).titles["category"] == OUT_OF_SIGHT, "closed while its plugin is stopped"


async def test_each_record_tells_what_this_visitor_may_do_with_it_now(slips: Slips) -> None:
    looker = Visitor("p4", "p4", "p4", None, "city", "320400", permissions=frozenset({"slips.see"}))
    made = await slips.create(BOSS, SlipFields(title="t"))
    assert made.acts == ["edit", "remove"]
    assert (await slips.get(looker, made.id)).acts == []
    await slips.remove(BOSS, made.id)
    assert [one.acts for one in (await slips.find(BOSS, SlipQuery(removed=True))).items] == [["restore"]]


def test_forms_and_filters_choose_from_what_a_column_points_to() -> None:
    by_key = {one.key: one for one in record_form(Slips)}
    assert (by_key["category"].kind, by_key["category"].options_from) == ("tree", "/api/categories/tree")
    assert (by_key["handler"].kind, by_key["handler"].options_search) == ("choice", True)
    assert reference_filter(Slips, "category").kind == "tree"
