"""What every module of records does alike: scope, conflicts, audit, order, removal, and many at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor, system
from cti.office.identity.models import AuditRow
from cti.office.records import Office
from tests.cti.office.records.conftest import CITY, EAST, LOOKER, WEST
from tests.cti.office.records.trees import TreeFields, TreeQuery, Trees

MOBILE = "13800000001"


def body(tag: str, **values: Any) -> TreeFields:
    return TreeFields.model_validate({"tag": tag, "kind": "oak", **values})


async def tags(trees: Trees, visitor: Visitor, **query: Any) -> list[str]:
    return [one.tag for one in (await trees.find(visitor, TreeQuery(**query))).items]


async def entries(office: Office) -> list[tuple[str, Any, Any]]:
    async with office.store.reading() as session:
        rows = (
            await session.scalars(
                select(AuditRow).where(AuditRow.subject.startswith("tree:")).order_by(AuditRow.sequence)
            )
        ).all()
    return [(row.action, json.loads(row.before), json.loads(row.after)) for row in rows]


async def test_a_record_is_made_read_and_changed_and_the_audit_says_so_masked(trees: Trees, office: Office) -> None:
    heard: list[Any] = []
    forget = trees.on_change(heard.append)
    made = await trees.create(CITY, body("A1", number=MOBILE, marks=["老"]))
    assert (made.tag, made.number, made.version, made.organisation) == ("A1", MOBILE, 1, "city")
    assert (await trees.get(LOOKER, made.id)).number == "138****0001"
    edited = await trees.edit(CITY, made.id, 1, body("A2", number=MOBILE, marks=["老"]))
    assert (edited.tag, edited.version) == ("A2", 2)
    same = await trees.edit(CITY, made.id, 2, body("A2", number=MOBILE, marks=["老"]))
    assert (same.version, same.updated_at) == (2, edited.updated_at), "nothing changed"
    added, changed = await entries(office)
    assert added[0] == "tree.added" and added[2]["number"] == "138****0001"
    assert changed == ("tree.edited", {"tag": "A1"}, {"tag": "A2"})
    assert MOBILE not in str([added, changed])
    assert heard == [[made.id]] * 3
    forget()
    await trees.remove(CITY, made.id)
    assert len(heard) == 3


async def test_the_second_of_two_who_edit_is_told_what_the_first_changed(trees: Trees) -> None:
    made = await trees.create(CITY, body("A1"))
    await trees.edit(EAST_LOOKING_EVERYWHERE, made.id, 1, body("A1", kind="elm"))
    with pytest.raises(Conflict) as caught:
        await trees.edit(CITY, made.id, 1, body("B1"))
    assert caught.value.code == "changed" and "李强" in caught.value.detail and "树种" in caught.value.detail
    assert caught.value.more["version"] == 2
    assert (await trees.get(CITY, made.id)).tag == "A1"


EAST_LOOKING_EVERYWHERE = Visitor("01EAST", "east", "李强", None, "city", "320400", permissions=frozenset({"*"}))


async def test_another_countys_records_do_not_exist(trees: Trees) -> None:
    made = await trees.create(EAST, body("A1"))
    assert (made.organisation, made.region) == ("east", "320404")
    for work in (
        trees.get(WEST, made.id),
        trees.edit(WEST, made.id, 1, body("B1")),
        trees.remove(WEST, made.id),
        trees.restore(WEST, made.id),
        trees.get(CITY, "01NOSUCHTREE"),
    ):
        with pytest.raises(NotFound):
            await work
    assert await tags(trees, WEST) == [] and await tags(trees, WEST, organisation="east") == []
    assert await tags(trees, CITY) == ["A1"]
    with pytest.raises(Invalid) as caught:
        await trees.create(WEST, body("B1", organisation="east"))
    assert caught.value.field == "organisation"
    with pytest.raises(Invalid):
        await trees.edit(EAST, made.id, 1, body("A1", organisation="west"))
    moved = await trees.edit(CITY, made.id, 1, body("A1", organisation="west"))
    assert (moved.organisation, moved.region) == ("west", "320411")
    failed = await trees.bulk([made.id], lambda id: trees.remove(EAST, id))
    assert (failed.done, failed.failed[0].detail) == (0, "树不存在")


async def test_what_a_person_may_not_do_is_refused(trees: Trees) -> None:
    made = await trees.create(CITY, body("A1"))
    nobody = Visitor("x", "x", "x", None, "city", "320400")
    for work in (
        trees.create(LOOKER, body("B1")),
        trees.edit(LOOKER, made.id, 1, body("B1")),
        trees.remove(LOOKER, made.id),
        trees.get(nobody, made.id),
        trees.find(nobody, TreeQuery()),
    ):
        with pytest.raises(NotAllowed):
            await work


async def test_lists_are_filtered_sorted_and_paged(trees: Trees) -> None:
    for tag, kind in (("B", "oak"), ("A", "elm"), ("AB", "oak"), ("C", "elm")):
        await trees.create(system("test"), body(tag, kind=kind))
    assert await tags(trees, CITY, sort="tag") == ["A", "AB", "B", "C"]
    assert await tags(trees, CITY, sort="-tag", kind="oak") == ["B", "AB"]
    assert await tags(trees, CITY, sort="tag", search="A") == ["A", "AB"]
    assert await tags(trees, CITY, sort="tag", page=2, size=3) == ["C"]
    assert (await trees.find(CITY, TreeQuery(size=2))).total == 4
    for wrong in ("number", "-id", "tag; DROP TABLE trees"):
        with pytest.raises(Invalid) as caught:
            await tags(trees, CITY, sort=wrong)
        assert caught.value.field == "sort"


async def test_what_was_removed_can_be_brought_back_unless_its_place_is_taken(trees: Trees, office: Office) -> None:
    made = await trees.create(CITY, body("A1"))
    await trees.remove(CITY, made.id)
    await trees.remove(CITY, made.id)
    assert await tags(trees, CITY) == [] and await tags(trees, CITY, removed=True) == ["A1"]
    with pytest.raises(Conflict, match="已删除"):
        await trees.edit(CITY, made.id, 2, body("A2"))
    other = await trees.create(CITY, body("A1"))
    with pytest.raises(Conflict, match="牌号"):
        await trees.restore(CITY, made.id)
    await trees.edit(CITY, other.id, 1, body("A9"))
    await trees.restore(CITY, made.id)
    assert sorted(await tags(trees, CITY)) == ["A1", "A9"]
    actions = [action for action, _, _ in await entries(office)]
    assert actions == ["tree.added", "tree.removed", "tree.added", "tree.edited", "tree.restored"]


async def test_a_rule_of_the_module_names_its_field(trees: Trees) -> None:
    await trees.create(CITY, body("A1"))
    with pytest.raises(Conflict) as taken:
        await trees.create(CITY, body("A1"))
    assert taken.value.field == "tag"
    with pytest.raises(Invalid) as wrong:
        await trees.create(CITY, body("A2", number="1; DROP"))
    assert wrong.value.field == "number"


async def test_a_listener_that_fails_undoes_nothing(trees: Trees) -> None:
    def fail(ids: object) -> None:
        raise RuntimeError("broken")

    trees.on_change(fail)
    await trees.create(CITY, body("A1"))
    assert await tags(trees, CITY) == ["A1"]


async def test_a_change_that_looks_alike_once_masked_is_in_the_audit(trees: Trees, office: Office) -> None:
    """Old and new were compared as they look masked: a number exchanged for one with the same ends left no entry."""
    made = await trees.create(CITY, TreeFields(tag="a", kind="oak", number="13800000001"))
    await trees.edit(CITY, made.id, made.version, TreeFields(tag="a", kind="oak", number="13899990001"))
    _, (action, before, after) = await entries(office)
    assert action == "tree.edited" and before.keys() == after.keys() == {"number"}
    assert before["number"]["shown"] == after["number"]["shown"] == "138****0001"
    assert before["number"]["hash"] != after["number"]["hash"]
    assert "13800000001" not in str(before) and "13899990001" not in str(after)
    said = f'"{Number.parse("13800000001").digits}"'
    # Who knows a value can prove that it stood there; nobody else learns it, and no other record has the same hash.
    assert before["number"]["hash"] == office.audit.digest("tree", made.id, "number", said)
    assert before["number"]["hash"] != office.audit.digest("tree", "other", "number", said)


async def test_an_edit_that_changes_nothing_is_in_no_audit(trees: Trees, office: Office) -> None:
    made = await trees.create(CITY, TreeFields(tag="a", kind="oak", number="13800000001"))
    await trees.edit(CITY, made.id, made.version, TreeFields(tag="a", kind="oak", number="13800000001"))
    assert len(await entries(office)) == 1


async def test_a_record_that_goes_to_another_organisation_is_in_the_audit(trees: Trees, office: Office) -> None:
    made = await trees.create(CITY, TreeFields(tag="a", kind="oak"))
    await trees.edit(CITY, made.id, made.version, TreeFields(tag="a", kind="oak", organisation="east"))
    _, (_, before, after) = await entries(office)
    assert (before["organisation"], after["organisation"]) == ("city", "east")
