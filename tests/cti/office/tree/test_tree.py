"""A tree of records: paths, order, moving, merging, switching off, what is found below a node."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import system
from cti.office.records import Office
from cti.office.records.importing import preview, take_in
from cti.office.screens import Empty
from cti.office.sheets.writing import write
from cti.office.tree.describing import tree_screen
from cti.office.tree.views import Move, TreeFields, TreeQuery
from tests.cti.office.tree.categories import Categories, SlipFields, SlipQuery, Slips
from tests.office import visitor

BOSS = system("test")
EAST = visitor("李强", "east")


async def add(categories: Categories, path: str) -> str:
    """Make a node and those above it that are not there yet."""
    above, _, name = path.rpartition("/")
    return (await categories.create(BOSS, TreeFields(parent=above or None, name=name))).id


async def paths(categories: Categories, **query: str) -> list[str]:
    return [one.path for one in (await categories.find(BOSS, TreeQuery(**query))).items]


async def order(categories: Categories, parent: str | None = None) -> list[str]:
    return [one.name for one in await categories.nodes(BOSS) if one.parent == parent]


async def streets(categories: Categories) -> dict[str, str]:
    names = ("市政", "市政/道路", "市政/道路/井盖", "市政/道路/路灯", "市政/供水", "环保")
    return {path: await add(categories, path) for path in names}


async def test_nodes_have_paths_and_are_found_by_them_by_initials_and_by_what_is_above(categories: Categories) -> None:
    ids = await streets(categories)
    assert await paths(categories, search="道路/井") == ["市政/道路/井盖"]
    assert await paths(categories, search="jg") == ["市政/道路/井盖"]
    assert await paths(categories, below=ids["市政/道路"]) == ["市政/道路", "市政/道路/井盖", "市政/道路/路灯"]
    assert [one.title for one in await categories.options(BOSS, "ld")] == ["市政/道路/路灯"]
    with pytest.raises(Conflict, match="同名"):
        await add(categories, "市政/道路/井盖")
    with pytest.raises(Invalid, match="没有上级"):
        await add(categories, "市容/道路")
    with pytest.raises(ValueError, match="pattern"):
        TreeFields(name="道/路")


async def test_a_node_that_is_renamed_or_moved_takes_those_below_it_along(categories: Categories) -> None:
    ids = await streets(categories)
    await categories.edit(BOSS, ids["市政/道路"], 1, TreeFields(parent=ids["市政"], name="公路"))
    assert await paths(categories, search="公路") == ["市政/公路", "市政/公路/井盖", "市政/公路/路灯"]
    moved = await categories.move(BOSS, ids["市政/道路"], Move(parent=ids["环保"], version=2))
    assert moved.path == "环保/公路"
    assert await paths(categories, below=ids["环保"]) == ["环保", "环保/公路", "环保/公路/井盖", "环保/公路/路灯"]
    assert await paths(categories, below=ids["市政"]) == ["市政", "市政/供水"]
    lamp = await categories.get(BOSS, ids["市政/道路/路灯"])
    assert lamp.version == 1, "for who edits it, nothing has changed"
    for parent in (ids["市政/道路"], ids["市政/道路/路灯"]):
        with pytest.raises(Invalid, match="自己"):
            await categories.move(BOSS, ids["市政/道路"], Move(parent=parent, version=3))
        with pytest.raises(Invalid, match="自己"):
            await categories.edit(BOSS, ids["市政/道路"], 3, TreeFields(parent=parent, name="公路"))
    with pytest.raises(Conflict):
        await categories.move(BOSS, ids["市政/道路"], Move(parent=None, version=1))


async def test_siblings_stand_where_they_were_put(categories: Categories) -> None:
    ids = {name: await add(categories, name) for name in "甲乙丙丁"}
    assert await order(categories) == ["甲", "乙", "丙", "丁"]
    await categories.move(BOSS, ids["丁"], Move(before=ids["乙"], version=1))
    assert await order(categories) == ["甲", "丁", "乙", "丙"]
    await categories.move(BOSS, ids["甲"], Move(version=1))
    assert await order(categories) == ["丁", "乙", "丙", "甲"]


async def test_no_tree_is_deeper_than_eight(categories: Categories) -> None:
    path = "1"
    await add(categories, path)
    for level in range(2, 9):
        path = f"{path}/{level}"
        await add(categories, path)
    with pytest.raises(Invalid, match="8 级"):
        await add(categories, f"{path}/9")
    top = await add(categories, "顶")
    under = await add(categories, "顶/下")
    seven = (await categories.find(BOSS, TreeQuery(search="1/2/3/4/5/6/7"))).items[0].id
    with pytest.raises(Invalid, match="8 级"):
        await categories.move(BOSS, top, Move(parent=seven, version=1))
    await categories.move(BOSS, under, Move(parent=seven, version=1))


async def test_what_pointed_to_a_merged_node_points_to_the_other(categories: Categories, slips: Slips) -> None:
    ids = await streets(categories)
    pipes = await add(categories, "市政/道路/管线")
    made = await slips.create(BOSS, SlipFields(title="漏水", category=ids["市政/供水"]))
    with pytest.raises(Conflict, match="1 条单据"):
        await categories.remove(BOSS, ids["市政/供水"])
    below = await add(categories, "市政/供水/水表")
    told = await categories.preview_merge(BOSS, ids["市政/供水"], pipes)
    assert (told.path, told.into, told.below) == ("市政/供水", "市政/道路/管线", 1)
    assert [(one.title, one.count) for one in told.pointing] == [("单据", 1)]
    assert (await slips.get(BOSS, made.id)).titles["category"] == "市政/供水", "a preview changes nothing"
    await categories.merge(BOSS, ids["市政/供水"], pipes)
    assert (await slips.get(BOSS, made.id)).titles["category"] == "市政/道路/管线"
    assert (await categories.get(BOSS, below)).path == "市政/道路/管线/水表"
    assert (await categories.get(BOSS, ids["市政/供水"])).removed
    with pytest.raises(Conflict, match="并入"):
        await categories.restore(BOSS, ids["市政/供水"])
    with pytest.raises(Invalid, match="下级"):
        await categories.merge(BOSS, ids["市政"], pipes)


async def test_a_node_that_is_switched_off_is_chosen_no_more_and_stays_where_it_is(
    categories: Categories, slips: Slips
) -> None:
    ids = await streets(categories)
    made = await slips.create(BOSS, SlipFields(title="漏水", category="市政/供水"))
    assert made.category == ids["市政/供水"], "named by its path, as a spreadsheet does"
    await categories.switch(BOSS, ids["市政/供水"], True)
    assert [one.title for one in await categories.options(BOSS, "供水")] == []
    with pytest.raises(Invalid, match="供水"):
        await slips.create(BOSS, SlipFields(title="停水", category="市政/供水"))
    edited = await slips.edit(BOSS, made.id, 1, SlipFields(title="又漏水", category=made.category))
    assert edited.titles["category"] == "市政/供水"
    await categories.switch(BOSS, ids["市政/供水"], False)
    await slips.create(BOSS, SlipFields(title="停水", category="供水"))
    assert len((await slips.find(BOSS, SlipQuery(category=ids["市政"]))).items) == 2, "the filter has all below"
    assert (await slips.find(BOSS, SlipQuery(category=ids["环保"]))).items == []


async def test_another_organisations_tree_is_read_and_not_changed(categories: Categories) -> None:
    ids = await streets(categories)
    assert len(await categories.nodes(EAST)) == 6
    assert all(one.acts == [] for one in await categories.nodes(EAST))
    assert {"move", "merge", "off", "edit"} <= set((await categories.nodes(BOSS))[0].acts)
    for work in (
        categories.move(EAST, ids["环保"], Move(version=1)),
        categories.merge(EAST, ids["环保"], ids["市政"]),
        categories.switch(EAST, ids["环保"], True),
    ):
        with pytest.raises(NotFound):
            await work


async def test_a_tree_comes_from_a_file_with_paths(categories: Categories, tmp_path: Path, office: Office) -> None:
    lines = [["", "市政"], ["市政", "道路"], ["市政/道路", "井盖"], ["市容", "摊点"], ["", "环保"], ["市政", "道路"]]
    file = tmp_path / "tree.xlsx"
    file.write_bytes(await write(["上级", "名称"], lines))
    told = await preview(categories, BOSS, file)
    assert (told.good, [(one.row, one.field) for one in told.errors]) == (4, [(5, "上级"), (7, "名称")])
    done = await take_in(categories, BOSS, file)
    assert (done.added, done.failed) == (4, 2)
    assert await paths(categories) == ["市政", "市政/道路", "市政/道路/井盖", "环保"]


async def test_after_any_moves_each_path_is_that_of_its_parents(categories: Categories) -> None:
    dice = random.Random("trees")
    ids: list[str] = []
    for number in range(12):
        parent = dice.choice([None, *ids])
        ids.append((await categories.create(BOSS, TreeFields(parent=parent, name=f"n{number}"))).id)
    for _ in range(25):
        id, parent = dice.choice(ids), dice.choice([None, *ids])
        version = (await categories.get(BOSS, id)).version
        try:
            await categories.move(BOSS, id, Move(parent=parent, before=dice.choice(ids), version=version))
        except Invalid:
            continue
    nodes = {one.id: one for one in await categories.nodes(BOSS)}
    for one in nodes.values():
        names, at = [one.name], one.parent
        while at is not None:
            names.insert(0, nodes[at].name)
            at = nodes[at].parent
        assert one.path == "/".join(names)


def test_on_its_page_a_node_is_put_below_another_by_choosing_it() -> None:
    screen = tree_screen(Categories, "/api/categories", name="c", title="类别", group="work", empty=Empty(title="没有"))
    assert screen.create is not None and screen.list is not None
    forms = [screen.create.form, *(one.form for one in screen.list.row if one.name == "edit")]
    assert [(one[0].key, one[0].kind, one[0].options_from) for one in forms] == [
        ("parent", "tree", "/api/categories/tree")
    ] * 2
