"""The phone book on each database: a tree, found by name, initials and number, shared by the city."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.office.records import importing
from cti.store.engine import Store
from tests.office import BOSS, EAST, WEST, office_on
from workflow.contacts.service import DEEPEST, ContactFields, ContactNode, ContactQuery, Contacts


@pytest.fixture
async def contacts(store: Store) -> Contacts:
    return Contacts(await office_on(store, "contacts"), "0519")


def fields(name: str, parent: str | None = None, **more: Any) -> ContactFields:
    return ContactFields.model_validate({"name": name, "parent": parent, **more})


async def found(contacts: Contacts, search: str, who: Any = BOSS) -> list[str]:
    return [one.name for one in (await contacts.find(who, ContactQuery(search=search))).items]


def drawn(nodes: list[ContactNode]) -> list[Any]:
    return [[one.name, *drawn(one.below)] for one in nodes]


async def test_contacts_are_found_by_name_initials_and_number(contacts: Contacts) -> None:
    await contacts.create(BOSS, fields("市城管局", phone="0519-8888 0001", place=1))
    await contacts.create(BOSS, fields("重庆银行常州分行", phone="95588", book="external", place=2))
    await contacts.create(BOSS, fields("水务热线", phone="88880002", phones=["13800000001"], place=3))
    assert await found(contacts, "城管") == ["市城管局"]
    assert await found(contacts, "scgj") == ["市城管局"]
    assert await found(contacts, "CGJ") == ["市城管局"]
    assert await found(contacts, "cqyh") == ["重庆银行常州分行"]
    assert await found(contacts, "8888-000") == ["市城管局", "水务热线"]
    assert await found(contacts, "95588") == ["重庆银行常州分行"]
    assert await found(contacts, "%") == [] and await found(contacts, "'; DROP") == []
    assert [one.title for one in await contacts.options(BOSS, "sw")] == ["水务热线"]
    (water,) = (await contacts.find(BOSS, ContactQuery(search="水务"))).items
    assert (water.phone, water.phones) == ("051988880002", ["13800000001"])
    assert await contacts.number_of(BOSS, water.id) == "051988880002"


async def test_the_book_is_a_tree_without_circles(contacts: Contacts) -> None:
    top = await contacts.create(BOSS, fields("市政府", place=2))
    middle = await contacts.create(BOSS, fields("市城管局", top.id, place=1))
    low = await contacts.create(BOSS, fields("市容科", middle.id))
    await contacts.create(BOSS, fields("市应急局", top.id, place=0))
    await contacts.create(BOSS, fields("省热线", place=1))
    await contacts.create(BOSS, fields("某公司", book="external"))
    assert drawn(await contacts.tree(BOSS, "internal")) == [
        ["省热线"],
        ["市政府", ["市应急局"], ["市城管局", ["市容科"]]],
    ]
    assert drawn(await contacts.tree(BOSS, "external")) == [["某公司"]]
    for parent in (low.id, middle.id, top.id):
        with pytest.raises(Invalid) as caught:
            await contacts.edit(BOSS, top.id, 1, fields("市政府", parent))
        assert caught.value.field == "parent"
    with pytest.raises(Invalid):
        await contacts.create(BOSS, fields("x", low.id, book="external"))
    with pytest.raises(Conflict) as taken:
        await contacts.create(BOSS, fields("市容科", middle.id))
    assert taken.value.field == "name"
    await contacts.create(BOSS, fields("市容科", top.id))
    with pytest.raises(Conflict, match="下级"):
        await contacts.remove(BOSS, middle.id)
    await contacts.remove(BOSS, low.id)
    await contacts.remove(BOSS, middle.id)
    with pytest.raises(Conflict, match="上级已删除"):
        await contacts.restore(BOSS, low.id)
    parent: str | None = None
    for depth in range(DEEPEST):
        parent = (await contacts.create(BOSS, fields(f"第{depth}级", parent))).id
    with pytest.raises(Invalid, match="最多"):
        await contacts.create(BOSS, fields("太深", parent))


async def test_the_citys_book_is_read_in_the_counties_and_edited_in_the_city(contacts: Contacts) -> None:
    city = await contacts.create(BOSS, fields("市城管局", phone="95588"))
    east = await contacts.create(EAST, fields("东区城管局"))
    assert sorted(await found(contacts, "城管局", EAST)) == ["东区城管局", "市城管局"]
    assert await found(contacts, "城管局", WEST) == ["市城管局"]
    assert (await contacts.get(EAST, city.id)).phone == "95588"
    for work in (
        contacts.edit(EAST, city.id, 1, fields("我的")),
        contacts.remove(EAST, city.id),
        contacts.get(WEST, east.id),
        contacts.number_of(WEST, east.id),
    ):
        with pytest.raises(NotFound):
            await work
    with pytest.raises(Conflict, match="没有登记电话"):
        await contacts.number_of(EAST, east.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "转 801"), ("phones", ["abc"]), ("site", "javascript:alert(1)"), ("mail", "nobody"), ("place", -1)],
)
async def test_what_is_wrong_is_named(contacts: Contacts, field: str, value: Any) -> None:
    with pytest.raises((Invalid, ValueError)) as caught:
        await contacts.create(BOSS, fields("某局", **{field: value}))
    assert field in str(getattr(caught.value, "field", None) or caught.value)


async def test_a_book_is_imported_with_its_tree(contacts: Contacts, tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["名称", "上级", "联系电话", "部门职能", "通讯录"],
        ["市政府", None, "0519-88880000", "统筹", "部门通讯录"],
        ["市城管局", "市政府", 88880001, "市容", None],
        ["市容科", "市城管局", None, None, None],
        ["孤儿", "没有的局", None, None, None],
    ):
        page.append(row)
    book.save(tmp_path / "a.xlsx")
    done = await importing.take_in(contacts, BOSS, tmp_path / "a.xlsx")
    assert (done.added, [(one.row, one.field) for one in done.errors]) == (3, [(5, "上级")])
    assert drawn(await contacts.tree(BOSS, "internal")) == [["市政府", ["市城管局", ["市容科"]]]]
