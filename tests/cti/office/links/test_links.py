"""Links between records on each database: once each, on both sides, and only what the visitor may see."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from sqlalchemy import select

from cti.office.links.models import LinkRow
from cti.office.links.part import BACK, RELATIONS
from cti.office.timeline.entries import TimelineQuery
from tests.cti.office.boxes import CITY, EAST, WEST, Depot, depot

__all__ = ["depot"]


async def link(depot: Depot, box: str, other: str, relation: str = "related", who: str = "city") -> tuple[int, Any]:
    body = {"relation": relation, "kind": "box", "record": other}
    return await depot.ask("POST", f"/{box}/links", who, json=body)


async def seen(depot: Depot, box: str, who: str = "city") -> set[tuple[str, str]]:
    status, found = await depot.ask("GET", f"/{box}/links", who)
    assert status == 200, found
    return {(one["relation"], one["record"]) for one in found["items"]}


async def test_a_link_is_shown_on_both_sides_and_taken_away_from_either(depot: Depot) -> None:
    one, other = await depot.box(title="甲"), await depot.box(title="乙")
    status, found = await link(depot, one, other, "duplicate_of", "east")
    assert status == 200
    [shown] = found["items"]
    assert (shown["words"], shown["title"], shown["kind_title"], shown["screen"]) == ("重复于", "乙", "箱子", "boxes")
    assert await seen(depot, other) == {("has_duplicate", one)}
    told = [entry.title for entry in (await depot.boxes.timeline(CITY, other, TimelineQuery(kinds="link"))).items]
    assert told == ["关联：有重复一条箱子"]
    assert (await depot.ask("DELETE", f"/{other}/links/{shown['id']}", "east"))[1]["items"] == []
    assert await seen(depot, one) == set()


async def test_only_what_the_visitor_may_see_is_shown_offered_and_linked(depot: Depot) -> None:
    """A side panel told titles of confidential records."""
    east, west = await depot.box(EAST, "东箱"), await depot.box(WEST, "西箱")
    assert (await link(depot, east, west))[0] == 200, "the city sees both"
    assert await seen(depot, east, "east") == set() and await seen(depot, west, "west") == set()
    assert await seen(depot, east) == {("related", west)}
    timeline = (await depot.boxes.timeline(EAST, east, TimelineQuery())).model_dump_json()
    assert "西箱" not in timeline and west not in timeline
    [row] = await rows(depot)
    assert (await depot.ask("DELETE", f"/{east}/links/{row.id}", "east"))[0] == 404, (
        "he cannot take away what he cannot see"
    )
    for method, path, body in (
        ("GET", f"/{east}/links", None), ("POST", f"/{east}/links", {"kind": "box", "record": west}),
        ("DELETE", f"/{east}/links/{row.id}", None), ("GET", f"/{east}/links/others?kind=box", None),
        ("POST", f"/{west}/links", {"kind": "box", "record": east}),
    ):  # fmt: skip
        sent = {"json": body} if body is not None else {}
        assert (await depot.ask(method, path, "west", **sent))[0] == 404, (method, path)
    offered = (await depot.ask("GET", f"/{west}/links/others?kind=box", "west"))[1]
    assert offered == [], "not itself, and nothing of the other county"
    assert [one["title"] for one in (await depot.ask("GET", f"/{west}/links/others?kind=box", "city"))[1]] == ["东箱"]
    assert (await link(depot, east, west, who="looker"))[0] == 403


async def test_what_makes_no_sense_is_refused(depot: Depot) -> None:
    one, other = await depot.box(), await depot.box()
    assert (await link(depot, one, one))[1]["code"] == "same"
    assert (await link(depot, one, "01NOBODY"))[0] == 404
    status, said = await depot.ask("POST", f"/{one}/links", json={"kind": "person", "record": other})
    assert (status, said["code"]) == (404, "no_kind")
    await depot.boxes.remove(EAST, other)
    assert (await link(depot, one, other))[1]["code"] == "removed"
    assert (await link(depot, other, one))[1]["code"] == "removed"
    assert (await depot.ask("DELETE", f"/{one}/links/01NOBODY"))[0] == 404


@pytest.mark.parametrize("seed", range(4))
async def test_each_link_is_there_once_whichever_side_it_was_made_from(depot: Depot, seed: int) -> None:
    dice = random.Random(seed)
    boxes = [await depot.box(title=str(n)) for n in range(3)]
    known: set[tuple[str, str, str]] = set()
    for _ in range(25):
        one, other = dice.sample(boxes, 2)
        relation = dice.choice([*RELATIONS])
        status, said = await link(depot, one, other, relation)
        assert status == (409 if (one, relation, other) in known else 200), said
        known |= {(one, relation, other), (other, BACK[relation], one)}
    for box in boxes:
        assert await seen(depot, box) == {(relation, other) for one, relation, other in known if one == box}


async def test_two_who_link_the_same_at_once_make_one_link_and_purged_records_none(depot: Depot) -> None:
    one, other = await depot.box(), await depot.box()
    answers = await asyncio.gather(*(link(depot, *pair) for pair in ((one, other), (other, one), (one, other))))
    assert sorted(status for status, _ in answers) == [200, 409, 409]
    assert len(await rows(depot)) == 1
    await depot.boxes.remove(EAST, other)
    assert (await depot.ask("GET", f"/{one}/links"))[1]["items"][0]["removed"] is True
    await depot.boxes.purge(EAST, other)
    assert await rows(depot) == []


async def rows(depot: Depot) -> list[LinkRow]:
    async with depot.office.store.reading() as session:
        return list((await session.scalars(select(LinkRow))).all())
