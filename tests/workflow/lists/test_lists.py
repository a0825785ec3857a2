"""The service of the lists on each database: what may stand on them, who is refused, and what is kept of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.records import gathering, importing
from cti.store.engine import Store
from cti.telephony.doorway import LISTED, Welcome
from tests.office import BOSS, EAST, WEST, a_call, office_on, visitor
from workflow.lists.service import REFUSED, Lists
from workflow.lists.views import ListEntryFields, ListEntryQuery, ListHitQuery

REFUSES = Welcome({LISTED: False}, REFUSED)
PREFERS = Welcome({LISTED: True})
MASKED = visitor("路人", "city", "lists.see", "lists.edit")


@pytest.fixture
async def lists(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lists]:
    monkeypatch.setattr(gathering, "SETTLE_SECONDS", 0.001)
    made = Lists(await office_on(store, "lists"), "0519")
    await made.load()
    yield made
    await made.flushed()


def fields(pattern: str, which: str = "black", **more: Any) -> ListEntryFields:
    return ListEntryFields.model_validate({"list": which, "pattern": pattern, "reason": "骚扰", **more})


async def at_the_door(lists: Lists, caller: str, organisation: str = "city") -> Welcome | None:
    return await lists.keep(a_call(lists.office, caller, organisation))


async def test_who_is_on_the_black_list_is_refused_and_counted(lists: Lists) -> None:
    made = await lists.create(BOSS, fields("138 0000 0001"))
    assert (made.pattern, made.hits, made.expired) == ("13800000001", 0, False)
    assert await at_the_door(lists, "13800000001") == REFUSES
    assert await at_the_door(lists, "+8613800000001") == REFUSES
    assert await at_the_door(lists, "13800000002") is None
    await lists.flushed()
    entry = await lists.get(BOSS, made.id)
    assert (entry.hits, entry.version, entry.last_hit_at) == (2, 1, lists.office.clock.wall())
    found = await lists.hits(BOSS, ListHitQuery())
    assert [(one.number, one.list, one.called, one.entry) for one in found.items] == [
        ("13800000001", "black", "12345", made.id)
    ] * 2
    assert (await lists.hits(BOSS, ListHitQuery(number="0001"))).total == 2
    assert (await lists.hits(BOSS, ListHitQuery(number="13800000001"))).total == 2
    assert (await lists.hits(BOSS, ListHitQuery(number="13800000002"))).total == 0
    later = lists.office.clock.wall() + timedelta(seconds=1)
    assert (await lists.hits(BOSS, ListHitQuery.model_validate({"from": later.isoformat()}))).total == 0
    assert (await lists.hits(MASKED, ListHitQuery())).items[0].number == "138****0001"
    assert (await lists.hits(WEST, ListHitQuery())).total == 0


async def test_changes_count_from_the_next_caller_on(lists: Lists) -> None:
    made = await lists.create(BOSS, fields("138*"))
    assert await at_the_door(lists, "13800000001") == REFUSES
    await lists.edit(BOSS, made.id, 1, fields("138*", "white"))
    assert await at_the_door(lists, "13800000001") == PREFERS
    await lists.remove(BOSS, made.id)
    assert await at_the_door(lists, "13800000001") is None
    await lists.restore(BOSS, made.id)
    assert await at_the_door(lists, "13800000001") == PREFERS
    again = Lists(lists.office, "0519")
    await again.load()
    assert await at_the_door(again, "13800000001") == PREFERS, "another engine, or the next"
    await again.flushed()


async def test_an_entry_ends_by_itself(lists: Lists) -> None:
    clock: Any = lists.office.clock
    until = clock.wall() + timedelta(hours=1)
    made = await lists.create(BOSS, fields("13800000001", until=until))
    clock.advance(3599)
    assert await at_the_door(lists, "13800000001") == REFUSES
    clock.advance(1)
    assert await at_the_door(lists, "13800000001") is None
    assert (await lists.find(BOSS, ListEntryQuery(state="expired"))).total == 1
    assert (await lists.find(BOSS, ListEntryQuery(state="valid"))).total == 0
    renamed = await lists.edit(BOSS, made.id, 1, fields("13800000001", until=until, reason="别的原因"))
    assert renamed.expired
    with pytest.raises(Invalid) as caught:
        await lists.create(BOSS, fields("13800000002", until=clock.wall()))
    assert caught.value.field == "until"


async def test_each_organisation_has_its_own_lists_and_those_above_count_too(lists: Lists) -> None:
    city, east = await lists.create(BOSS, fields("13800000001")), await lists.create(EAST, fields("13800000002"))
    assert await at_the_door(lists, "13800000001", "village") == REFUSES
    assert await at_the_door(lists, "13800000002", "village") == REFUSES
    assert await at_the_door(lists, "13800000002", "west") is None
    assert await at_the_door(lists, "13800000002", "city") is None
    for stranger, id in ((WEST, east.id), (EAST, city.id)):
        for work in (lists.get(stranger, id), lists.remove(stranger, id), lists.edit(stranger, id, 1, fields("1390*"))):
            with pytest.raises(NotFound):
                await work
    await lists.create(EAST, fields("13800000001", "white"))
    assert await at_the_door(lists, "13800000001", "east") == PREFERS, "of equals the white one"
    with pytest.raises(Conflict) as caught:
        await lists.create(EAST, fields("13800000001"))
    assert caught.value.field == "pattern"


async def test_who_may_not_see_numbers_edits_without_losing_them(lists: Lists) -> None:
    made = await lists.create(BOSS, fields("13800000001"))
    seen = await lists.get(MASKED, made.id)
    assert seen.pattern == "138****0001"
    await lists.edit(MASKED, made.id, 1, fields(seen.pattern, reason="核实过"))
    assert (await lists.get(BOSS, made.id)).pattern == "13800000001"
    looker: Visitor = visitor("看", "city", "lists.see")
    with pytest.raises(NotAllowed):
        await lists.create(looker, fields("1390*"))
    with pytest.raises(Invalid) as caught:
        await lists.create(BOSS, fields("12*34"))
    assert caught.value.field == "pattern"


async def test_entries_are_found_by_number_or_reason(lists: Lists) -> None:
    await lists.create(BOSS, fields("13800000001", reason="多次骚扰"))
    await lists.create(BOSS, fields("0519*", "white", reason="本地"))
    for search, count in (("138 0000 0001", 1), ("0519*", 1), ("骚扰", 1), ("%", 0), ("13800000002", 0)):
        assert (await lists.find(BOSS, ListEntryQuery(search=search))).total == count, search
    assert (await lists.find(BOSS, ListEntryQuery(list="white"))).total == 1


async def test_a_number_can_be_tried(lists: Lists) -> None:
    await lists.create(BOSS, fields("138*"))
    await lists.create(BOSS, fields("13900000001", "white"))
    outcomes = [(await lists.check(BOSS, number)).outcome for number in ("13811110000", "13900000001", "15000000000")]
    assert outcomes == ["refused", "preferred", "let_in"]
    secret = await lists.check(EAST, "13811110000")
    assert secret.outcome == "refused" and secret.entry is None, "the city's entry is the city's"
    assert (await lists.hits(BOSS, ListHitQuery())).total == 0


async def test_a_list_is_imported(lists: Lists, tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    rows = (
        ["名单", "号码", "原因", "失效时间"],
        ["黑名单", 13800000001, "骚扰", None],
        ["白名单", "0519*", "本地", "2030-1-2"],
        ["黑名单", "138 0000 0001", "重复", None],
        ["灰名单", "139*", "x", None],
        ["黑名单", "139*", "x", "2020-1-1"],
    )
    for row in rows:
        page.append(row)
    book.save(tmp_path / "a.xlsx")
    done = await importing.take_in(lists, BOSS, tmp_path / "a.xlsx")
    assert (done.added, [(one.row, one.field) for one in done.errors]) == (
        2,
        [(4, "号码"), (5, "名单"), (6, "失效时间")],
    )
    assert await at_the_door(lists, "13800000001") == REFUSES
    assert await at_the_door(lists, "88880000") == PREFERS


async def test_an_agent_is_told_what_the_lists_know_of_his_caller(lists: Lists) -> None:
    office = lists.office
    with pytest.raises(NotFound):
        await lists.of_caller(a_call(office, "13800000001", "city"))
    made = await lists.create(BOSS, fields("138 0000 0001"))
    await at_the_door(lists, "13800000001")
    await lists.flushed()
    await lists.remove(BOSS, made.id)
    await lists.create(BOSS, fields("13800000001", "white", reason="人大代表"))
    told = await lists.of_caller(a_call(office, "13800000001", "city"))
    assert (told.list, told.reason, told.refused, told.last_refused) == ("白名单", "人大代表", 1, office.clock.wall())
    with pytest.raises(NotFound):
        await lists.of_caller(a_call(office, "13800000002", "city"))
