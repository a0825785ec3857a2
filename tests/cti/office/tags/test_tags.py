"""Tags on each database: the list, who may put and see them, filters, merging, two people at once."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import openpyxl
import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, Invalid
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.identity.models import AuditRow
from cti.office.parts import Tags
from cti.office.records import RecordQuery, record_routes
from cti.office.records.exporting import exported
from cti.office.sharing import Shared
from cti.office.tags.models import RecordTagRow
from cti.office.tags.service import TagFields, TagList, TagQuery, TagView, routes
from cti.office.timeline.entries import TimelineQuery
from cti.web import Web
from tests.cti.office.boxes import BASE, CITY, EAST, WEST, Boxes, BoxFields, Depot, depot

__all__ = ["depot"]

INSIDE = "boxes.tag"
KEEPER = replace(CITY, permissions=frozenset({"tags.edit", "boxes.see", "boxes.edit", "boxes.export", INSIDE}))


class Tagged(Boxes):
    kind: ClassVar[str] = "tagged"
    parts: ClassVar = (Tags(),)


class Inside(Boxes):
    """Shared with all, with tags of the inside."""

    kind: ClassVar[str] = "inside"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    parts: ClassVar = (Tags(INSIDE, "操作标签"),)


@dataclass
class Shelf:
    depot: Depot
    tags: TagList
    boxes: Tagged
    inside: Inside

    async def tag(self, title: str, who: Visitor = KEEPER, **more: Any) -> TagView:
        return await self.tags.create(who, TagFields(title=title, **more))

    async def ask(self, method: str, path: str, who: str = "east", **more: Any) -> tuple[int, Any]:
        answer = await self.depot.browse(method, path, who, **more)
        return answer.status, await answer.json() if answer.content_type.endswith("json") else None

    async def put(self, box: str, *tags: TagView, who: str = "east", base: str = "/api/tagged") -> tuple[int, Any]:
        now = (await self.ask("GET", f"{base}/{box}/tags", who))[1]
        body = {"tags": [one.id for one in tags], "version": now.get("version", 0)}
        return await self.ask("PUT", f"{base}/{box}/tags", who, json=body)


@pytest.fixture
async def shelf(depot: Depot) -> AsyncIterator[Shelf]:
    tags, boxes, inside = TagList(depot.office), Tagged(depot.office), Inside(depot.office)
    sessions: Any = depot.sessions
    sessions.visitors["keeper"] = KEEPER
    web = Web(sessions)
    web.add([*routes(tags), *record_routes(boxes, "/api/tagged"), *record_routes(inside, "/api/inside")])
    await web.start("127.0.0.1", 0)
    yield Shelf(
        replace(depot, browse=type(depot.browse)(depot.browse.client, f"http://127.0.0.1:{web.port}")),
        tags,
        boxes,
        inside,
    )
    await web.stop()


def titles(found: Any) -> list[str]:
    return [one["title"] for one in found]


async def test_tags_are_put_found_shown_exported_and_told(shelf: Shelf) -> None:
    urgent, old = await shelf.tag("加急", tone="ring"), await shelf.tag("旧事")
    box = (await shelf.boxes.create(EAST, BoxFields(title="甲"), {"tags": {"tags": [old.id]}})).id
    await shelf.boxes.create(EAST, BoxFields(title="乙"))
    status, said = await shelf.put(box, urgent, old)
    assert (status, said["titles"]) == (200, {"tags": "加急、旧事"})
    assert titles((await shelf.ask("GET", "/api/tagged/options/tags?search=jj"))[1]) == ["加急"]
    found = (await shelf.ask("GET", f"/api/tagged?tag={urgent.id}"))[1]
    assert [(one["title"], one["tags"][0]) for one in found["items"]] == [
        ("甲", {"value": urgent.id, "title": "加急", "tone": "ring"})
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(await exported(shelf.boxes, EAST, RecordQuery(columns="title,tags"))))
    assert {tuple(row) for row in sheet.active.iter_rows(values_only=True)} == {
        ("名称", "标签"), ("甲", "加急、旧事"), ("乙", None),
    }  # fmt: skip
    changed = (await shelf.boxes.timeline(EAST, box, TimelineQuery())).items
    assert "修改了标签" in [one.title for one in changed]
    [shown] = (await shelf.tags.find(KEEPER, TagQuery(search="jiaji"[:1] + "j"))).items
    assert (shown.uses, shown.kind_title) == (1, "")


async def test_a_removed_tag_is_shown_nowhere_until_it_is_restored(shelf: Shelf) -> None:
    urgent = await shelf.tag("加急")
    box = (await shelf.boxes.create(EAST, BoxFields(title="甲"))).id
    await shelf.put(box, urgent)
    await shelf.tags.remove(KEEPER, urgent.id)
    assert (await shelf.ask("GET", f"/api/tagged/{box}"))[1]["tags"] == []
    assert (await shelf.ask("GET", f"/api/tagged?tag={urgent.id}"))[1]["total"] == 0
    await shelf.tag("加急")
    with pytest.raises(Conflict, match="已有标签"):
        await shelf.tags.restore(KEEPER, urgent.id)


async def test_which_tags_suit_a_record(shelf: Shelf) -> None:
    """Of the house, of its own line, for its kind, of one's roles."""
    west = replace(KEEPER, organisation="west", person="01WEST", scope=Scope(organisations=frozenset({"west"})))
    theirs = await shelf.tag("西边的", west)
    other, leader = await shelf.tag("箱外", kind="inside"), await shelf.tag("班长用")
    async with shelf.depot.office.store.writing() as session:
        row = await session.get_one(shelf.tags.table, leader.id)
        row.roles = ["supervisor"]
    box = (await shelf.boxes.create(EAST, BoxFields(title="甲"))).id
    offered = titles((await shelf.ask("GET", "/api/tagged/options/tags"))[1])
    assert "西边的" not in offered and "箱外" not in offered
    for tag, status in ((theirs, 422), (other, 422), (leader, 403)):
        assert (await shelf.put(box, tag))[0] == status
    # A city's person who reaches both counties puts none of the one on records of the other.
    assert (await shelf.put(box, theirs, who="keeper"))[0] == 422
    assert (await shelf.put(box, leader, who="keeper"))[0] == 200
    assert (await shelf.put(box))[0] == 403, "nor taken off by who may not put it"
    assert (await shelf.put(box, leader, who="west"))[0] == 404


async def test_two_people_at_once_lose_nothing(shelf: Shelf) -> None:
    one, two = await shelf.tag("一"), await shelf.tag("二")
    box = (await shelf.boxes.create(EAST, BoxFields(title="甲"))).id
    read = (await shelf.ask("GET", f"/api/tagged/{box}/tags"))[1]["version"]
    bodies = [{"tags": [tag.id], "version": read} for tag in (one, two)]
    answers = await asyncio.gather(*(shelf.ask("PUT", f"/api/tagged/{box}/tags", json=body) for body in bodies))
    assert sorted(status for status, _ in answers) == [200, 409]
    assert next(said for status, said in answers if status == 409)["code"] == "changed"
    assert len((await shelf.ask("GET", f"/api/tagged/{box}/tags"))[1]["tags"]) == 1


async def test_tags_of_the_inside_show_to_nobody_else(shelf: Shelf) -> None:
    """Not their words, not that there are some, not by a filter, in no export and no timeline."""
    mark = await shelf.tag("重复来电")
    box = (await shelf.inside.create(KEEPER, BoxFields(title="甲"))).id
    assert (await shelf.put(box, mark, who="keeper", base="/api/inside"))[0] == 200
    assert titles((await shelf.ask("GET", f"/api/inside/{box}", "keeper"))[1]["tags"]) == ["重复来电"]
    # EAST reads it, since it is the house's, and has the right for his own organisation's alone.
    sessions: Any = shelf.depot.sessions
    sessions.visitors["insider"] = replace(EAST, permissions=EAST.permissions | {INSIDE})
    for who in ("east", "insider"):
        seen = (await shelf.ask("GET", f"/api/inside/{box}", who))[1]
        assert seen["title"] == "甲" and seen["tags"] == [] and "tag" not in seen["acts"]
        assert (await shelf.ask("GET", f"/api/inside?tag={mark.id}", who))[1]["total"] == 0
        assert (await shelf.ask("GET", f"/api/inside/{box}/tags", who))[0] in (403, 404)
        assert (await shelf.ask("PUT", f"/api/inside/{box}/tags", who, json={"tags": [], "version": 0}))[0] in (
            403,
            404,
        )
    book = openpyxl.load_workbook(io.BytesIO(await exported(shelf.inside, EAST, RecordQuery(columns="title,tags"))))
    assert "重复来电" not in str(list(book.active.iter_rows(values_only=True)))
    assert "标签" not in str((await shelf.inside.timeline(EAST, box, TimelineQuery())).items)
    async with shelf.depot.office.store.reading() as session:
        said = (await session.scalars(select(AuditRow).where(AuditRow.action == "inside_tags.edited"))).all()
    assert len(said) == 1 and "重复" not in said[0].after


async def test_merging_keeps_each_record_tagged_once(shelf: Shelf) -> None:
    one, two = await shelf.tag("加急"), await shelf.tag("急件")
    boxes = [(await shelf.boxes.create(EAST, BoxFields(title=name))).id for name in "甲乙丙"]
    for box, tags in zip(boxes, ([one], [two], [one, two]), strict=True):
        assert (await shelf.put(box, *tags))[0] == 200
    assert (await shelf.ask("POST", f"/api/tags/{one.id}/merge", "east", json={"into": two.id}))[0] == 403
    status, said = await shelf.ask("POST", f"/api/tags/{one.id}/merge", "keeper", json={"into": two.id})
    assert (status, said["uses"]) == (200, 3)
    async with shelf.depot.office.store.reading() as session:
        left = (await session.execute(select(RecordTagRow.record, RecordTagRow.tag))).tuples().all()
    assert sorted(left) == sorted((box, two.id) for box in boxes)
    west = replace(KEEPER, organisation="west", scope=Scope(organisations=frozenset({"west"})))
    with pytest.raises(Exception, match="不存在"):
        await shelf.tags.merge(west, two.id, one.id)


async def test_a_tag_is_named_once_and_refused_by_field(shelf: Shelf) -> None:
    await shelf.tag("加急")
    with pytest.raises(Invalid) as refused:
        await shelf.tag("加急", kind="nothing", roles=["nobody"])
    assert {one.field for one in (refused.value, *refused.value.others)} == {"title", "kind", "roles"}
    status, said = await shelf.ask("POST", "/api/tags", "keeper", json={"title": "a、b"})
    assert (status, said["field"]) == (422, "title")


async def test_purging_takes_tags_along(shelf: Shelf) -> None:
    tag = await shelf.tag("加急")
    box = (await shelf.boxes.create(EAST, BoxFields(title="甲"))).id
    await shelf.put(box, tag)
    await shelf.boxes.remove(EAST, box)
    assert (await shelf.put(box, tag))[0] == 409
    await shelf.boxes.purge(EAST, box)
    async with shelf.depot.office.store.reading() as session:
        assert await session.scalar(select(RecordTagRow.tag)) is None
    assert WEST.organisation == "west" and BASE
