"""A record's timeline on each database: nothing twice, nothing left out, nothing that the visitor may not see."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.office.timeline.entries import Place, TimelineEntry, TimelineQuery
from cti.office.timeline.sources import Subject
from tests.cti.office.records.conftest import CITY, EAST, LOOKER, WEST, office, trees
from tests.cti.office.records.trees import TreeFields, Trees

__all__ = ["office", "trees"]
AT = "2026-01-01T00:00:00+00:00"


def body(tag: str, **values: Any) -> TreeFields:
    return TreeFields.model_validate({"tag": tag, "kind": "oak", **values})


async def whole(trees: Trees, visitor: Visitor, id: str, size: int = 3, kinds: str = "") -> list[TimelineEntry]:
    """All pages, one after the other."""
    found: list[TimelineEntry] = []
    place = ""
    while True:
        page = await trees.timeline(visitor, id, TimelineQuery(before=place, kinds=kinds, size=size))
        found += page.items
        assert len(page.items) == size or not page.next
        if not (place := page.next):
            return found


async def test_changes_are_told_in_words_before_and_after_and_masked(trees: Trees) -> None:
    made = await trees.create(EAST, body("A1", number="13800000001"))
    await trees.edit(EAST, made.id, 1, body("A2", kind="elm", number="13800000002", planted="2020-01-02"))
    await trees.remove(EAST, made.id)
    await trees.restore(CITY, made.id)
    await trees.office.audit.look(CITY, "tree.seen", f"tree:{made.id}")
    told = await whole(trees, LOOKER, made.id)
    assert [one.title for one in told] == ["恢复树", "删除树", "修改了牌号、树种、种植日期、电话", "新增树"]
    assert all(one.at.tzinfo for one in told)
    edited = {one.title: (one.before, one.after) for one in told[2].details}
    assert edited == {
        "牌号": ("A1", "A2"),
        "树种": ("橡树", "榆树"),
        "种植日期": ("无", "2020-01-02"),
        "电话": ("138****0001", "138****0002"),
    }
    assert told[2].by == "李强", "not the name of the account"
    with pytest.raises(NotFound):
        await trees.timeline(WEST, made.id, TimelineQuery())


async def test_values_that_look_alike_once_masked_are_said_to_differ(trees: Trees) -> None:
    made = await trees.create(CITY, body("A1", number="13800000001"))
    await trees.edit(CITY, made.id, 1, body("A1", number="13811110001"))
    [change] = (await whole(trees, CITY, made.id))[0].details
    assert (change.before, change.after) == ("138****0001", "138****0001（有变化，已遮盖）")


async def test_a_record_without_an_entry_of_its_own_begins_all_the_same(trees: Trees, office: Office) -> None:
    """Rows of an import have no entry each."""
    async with trees.changing() as session:
        row = await trees.insert(session, CITY, body("A1"))
    assert [(one.title, one.at) for one in await whole(trees, CITY, row.id)] == [("创建", row.created_at)]
    await trees.edit(CITY, row.id, 1, body("A2"))
    for size in (1, 2, 3):
        assert [one.title for one in await whole(trees, CITY, row.id, size)] == ["修改了牌号", "创建"]


@dataclass
class Given:
    """A source that tells what a test has made up."""

    kind: str
    title: str
    told: Sequence[TimelineEntry]

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        def behind(one: TimelineEntry) -> bool:
            if place is None or one.at != place.at:
                return place is None or one.at < place.at
            return one.kind < place.kind or (one.kind == place.kind and one.id < place.id)

        return [one for one in self.told if behind(one)][:size]


@pytest.mark.parametrize("seed", range(6))
async def test_pages_of_many_sources_with_equal_times_make_the_whole(trees: Trees, seed: int) -> None:
    dice = random.Random(seed)
    made = await trees.create(CITY, body("A1"))
    for turn in range(8):  # All at one time: the clock stands.
        await trees.edit(CITY, made.id, turn + 1, body(f"B{turn}"))
    now = trees.office.clock.wall()
    every: list[TimelineEntry] = []
    for kind in ("alpha", "file", "zeta"):
        told = [
            TimelineEntry(kind=kind, id=f"{number:03}", at=now + timedelta(hours=dice.randrange(-2, 2)), title=kind)
            for number in range(dice.randrange(12))
        ]
        told.sort(key=lambda one: (one.at, one.id), reverse=True)
        every += told
        trees.office.timelines.add(Given(kind, kind, told), dice.choice(["", "tree"]))
    trees.office.timelines.add(Given("other", "other", [TimelineEntry(kind="other", id="1", at=now, title="")]), "bush")
    found = await whole(trees, CITY, made.id, dice.choice([1, 2, 5, 50]))
    keys = [(one.kind, one.id) for one in found]
    assert len(keys) == len(set(keys)) == len(every) + 9
    assert {(one.kind, one.id) for one in every} <= set(keys) and "other" not in {kind for kind, _ in keys}
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert {one.kind for one in await whole(trees, CITY, made.id, 2, "file,zeta")} <= {"file", "zeta"}


@pytest.mark.parametrize(
    "place", ["x", "~~", "2026-01-01T00:00:00", f"{AT}~change~", f"{AT}~change~x", f"{AT}~change~1.2"]
)
async def test_a_place_that_no_page_gave_is_refused(trees: Trees, place: str) -> None:
    made = await trees.create(CITY, body("A1"))
    with pytest.raises(Invalid):
        await trees.timeline(CITY, made.id, TimelineQuery(before=place))
