"""What a service says in a line of its numbers, orders and filters is kept: canonical, found, masked, sorted, asked."""

from __future__ import annotations

from typing import ClassVar

import pytest

from cti.base.refusal import Invalid, NotAllowed
from cti.office.numbering import Numbered
from cti.office.records import Office, Records
from cti.office.records.describing import record_list
from cti.office.records.filters import without_index
from cti.office.records.telephones import Telephone
from cti.office.screens import Empty, Filter
from tests.cti.office.records.conftest import CITY, LOOKER, visitor
from tests.cti.office.records.trees import TreeFields, TreeQuery, TreeRow, Trees, TreeView

REVEALER = visitor("查号", "city", "trees.see", "trees.edit", "personal.reveal")


class Owned(Records[TreeRow, TreeFields, TreeView, TreeQuery]):
    """Trees of which no rule is written: all is declared."""

    table, fields, view, query = TreeRow, TreeFields, TreeView, TreeQuery
    kind: ClassVar[str] = "owned_tree"
    title: ClassVar[str] = "树"
    see: ClassVar[str] = "trees.see"
    edit_permission: ClassVar[str] = "trees.edit"
    telephone: ClassVar[Telephone | None] = Telephone("number", name="tag")
    numbered: ClassVar[Numbered | None] = Numbered("no", "T{region}{serial:04}")
    orders: ClassVar[tuple[str, ...]] = ("planted",)
    filters: ClassVar[tuple[str, ...]] = ("kind", "no")


@pytest.fixture
def owned(office: Office, trees: Trees) -> Owned:
    found = Owned(office)
    found.area = "0519"
    return found


def body(number: str, tag: str = "王小明") -> TreeFields:
    return TreeFields(tag=tag, kind="oak", number=number)


async def test_a_number_is_kept_canonical_and_found_by_whichever_way_it_is_said(owned: Owned) -> None:
    one = await owned.create(CITY, body("86 138-0000-0001"))
    land = await owned.create(CITY, body("88776655"))
    for search, found in (("13800000001", one), ("+8613800000001", one), ("0519-88776655", land), (land.no, land)):
        page = await owned.find(CITY, owned.query(search=search))
        assert [each.id for each in page.items] == [found.id], search
    assert (await owned.find(CITY, owned.query(search="王小明"))).total == 0, "nothing says that names are searched"
    with pytest.raises(Invalid) as refused:
        await owned.create(CITY, body("没有电话"))
    assert refused.value.field == "number"


async def test_who_may_not_see_numbers_sees_them_masked_and_looks_for_one_with_a_reason(owned: Owned) -> None:
    one = await owned.create(CITY, body("13800000001"))
    shown = await owned.get(LOOKER, one.id)
    assert (shown.number, shown.tag) == ("138****0001", "王**")
    assert owned.masked == ("number", "tag")
    with pytest.raises(NotAllowed):
        await owned.find(LOOKER, owned.query(search="13800000001"))
    with pytest.raises(Invalid, match="查询事由"):
        await owned.find(REVEALER, owned.query(search="13800000001"))
    assert (await owned.find(REVEALER, owned.query(search="13800000001", purpose="市民来电"))).total == 1


async def test_what_was_shown_masked_and_sent_back_changes_nothing(owned: Owned) -> None:
    one = await owned.create(CITY, body("13800000001"))
    shown = await owned.get(REVEALER, one.id)
    await owned.edit(REVEALER, one.id, one.version, body(shown.number, shown.tag))
    assert (await owned.find(CITY, owned.query(search="13800000001"))).items[0].number == "13800000001"
    async with owned.office.store.reading() as session:
        row = await session.get_one(TreeRow, one.id)
        assert (row.number, row.tag, row.version) == ("+8613800000001", "王小明", one.version)
    changed = await owned.edit(CITY, one.id, one.version, body("13800000002", "李强"))
    assert (await owned.find(CITY, owned.query(search="13800000001"))).total == 0
    assert [each.id for each in (await owned.find(CITY, owned.query(search="13800000002"))).items] == [changed.id]


async def test_orders_and_filters_are_asked_by_lists_that_have_none_of_their_own(owned: Owned) -> None:
    assert set(owned.sorts) == {"updated_at", "created_at", "planted"}
    assert [one.split()[6] for one in without_index(owned)] == ["kind,", "no,", "planted,", "updated_at,"]
    shown = record_list(Owned, "/api/trees", columns=("tag",), empty=Empty(title="没有"))
    assert [one.key for one in shown.filters] == ["search", "kind", "no", "removed"]
    own = Filter(kind="text", key="kind", title="哪种树")
    shown = record_list(Owned, "/api/trees", columns=("tag",), empty=Empty(title="没有"), filters=(own,))
    assert [one.title for one in shown.filters] == ["查找", "哪种树", "已删除"]
    assert [one.split()[6] for one in without_index(Sparse(owned.office))] == ["no,", "planted,", "updated_at,"]


class Sparse(Owned):
    """As these, of which every second is an oak."""

    kind: ClassVar[str] = "sparse_tree"
    broad: ClassVar[tuple[str, ...]] = ("kind",)
