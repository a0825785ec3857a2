"""What walls list: the last requests, rises, words, whom one can call; each by right, none that names a citizen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cti.base.files.documents import DocumentError
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.store.engine import Store
from tests.office import ROOT
from tests.workflow.bigscreen.test_bigscreen import CHIEF, looking, world_on
from tests.workflow.tickets.ticket_town import LEADER
from workflow.bigscreen.description import Tile
from workflow.bigscreen.files import SHIPPED, read_walls
from workflow.bigscreen.lists import contacts_on, rises_on, words_on
from workflow.bigscreen.walls import Lister, WallLine

SHOWING = looking(CHIEF, "trends.see", "contacts.see")


async def test_the_last_requests_are_told_by_what_names_nobody(store: Store, tmp_path: Path) -> None:
    world = await world_on(store, tmp_path)
    for place in ("320404", "320411", "320404"):
        world.town.clock.advance(60)
        await world.town.add(place=place, caller_name="欧阳不可见", title="楼道灯不亮", address="梧桐里9号")
    shown = await world.walls.tile(CHIEF, "opinion", "latest", "")
    assert shown.table is None and len(shown.lines) == 3
    moments = [one.at for one in shown.lines if one.at]
    assert moments == sorted(moments, reverse=True) and len(moments) == 3, "the newest first"
    said = shown.model_dump_json()
    assert "钟楼区" in said and not [one for one in ("欧阳", "楼道", "梧桐", LEADER.name) if one in said]
    east = await world.walls.tile(CHIEF, "opinion", "latest", '{"place": "320404"}')
    assert len(east.lines) == 2
    world.walls.close()


async def test_rises_words_and_contacts_by_right_and_by_link(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    now = world.town.clock.wall()
    asked: list[Any] = []

    class Rises:
        async def find(self, visitor: Visitor, query: Any) -> Any:
            asked.append(query.kind)
            row = SimpleNamespace(title="住房保障/供暖", count=42, usual=3.6, began_at=now, ended_at=None)
            return SimpleNamespace(rows=[row, SimpleNamespace(**{**vars(row), "ended_at": now + timedelta(hours=1)})])

    class Said:
        async def words(self, visitor: Visitor, query: Any) -> Any:
            found = [("供暖", 42), ("王某某", 2), ("停水", 5)]
            return SimpleNamespace(items=[SimpleNamespace(word=one, count=count, expected=1.2) for one, count in found])

    class Contacts:
        see, query = "contacts.see", SimpleNamespace

        async def find(self, visitor: Visitor, query: Any) -> Any:
            found = [("市供热办", "0519-1"), ("没有电话", ""), ("分管领导", "139")]
            return SimpleNamespace(
                items=[SimpleNamespace(id=f"c{at}", name=name, phone=phone, phones=[])
                       for at, (name, phone) in enumerate(found)]
            )  # fmt: skip

    fakes: tuple[tuple[Any, Any], ...] = (
        (rises_on(world.walls), Rises()),
        (words_on(world.walls), Said()),
        (contacts_on(world.walls), Contacts()),
    )
    undoes = [take(service) for take, service in fakes]
    assert {one.tile for one in world.walls.wall(SHOWING, "opinion").tiles} >= {"rises", "words"}
    assert not {one.tile for one in world.walls.wall(CHIEF, "opinion").tiles} & {"rises", "words"}, "by right"
    rises = (await world.walls.tile(SHOWING, "opinion", "rises", "")).lines
    assert [(one.title, one.count, one.note) for one in rises] == [
        ("供暖", 42, "平时 4 件"),
        ("供暖", 42, "平时 4 件，已回落"),
    ]
    assert asked == ["category"], "a matter has a citizen's words as its title"
    words = (await world.walls.tile(SHOWING, "opinion", "words", "")).lines
    assert [one.title for one in words] == ["供暖", "停水"], "what few say may be a name"
    call = await world.walls.tile(SHOWING, "dispatch", "call", "")
    assert [(one.title, one.id) for one in call.lines] == [("市供热办", "c0"), ("分管领导", "c2")]
    assert "0519" not in call.model_dump_json() and "139" not in call.model_dump_json()
    assert "call" not in {one.tile for one in world.walls.wall(SHOWING, "dispatch", by_link=True).tiles}
    with pytest.raises(NotFound):
        await world.walls.tile(SHOWING, "dispatch", "call", "", by_link=True)
    for undo in undoes:
        undo()
    assert not {one.tile for one in world.walls.wall(SHOWING, "opinion").tiles} & {"rises", "words"}
    world.walls.close()


async def test_nobody_else_gets_a_list_that_was_counted_for_another(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)

    async def lines(visitor: Visitor, tile: Tile) -> list[WallLine]:
        return [WallLine(title=visitor.person)]

    world.walls.offer("rises", Lister("trends.see", lines))
    other = looking(LEADER, "trends.see", "tickets.see", "reports.see", "calls.see", "bigscreen.links")
    for who in (SHOWING, other):
        found = await world.walls.tile(who, "opinion", "rises", "")
        assert [one.title for one in found.lines] == [who.person]
    world.walls.close()


@pytest.mark.parametrize(
    ("tile", "why"),
    [
        ("{tile: a, title: 甲, chart: rises, figures: [tickets_open]}", "unless it lists"),
        ("{tile: a, title: 甲, chart: latest}", "unless it lists"),
        ("{tile: a, title: 甲, chart: bars, by: hour, play: day, figures: [tickets_open]}", "only a map"),
        ("{tile: a, title: 甲, chart: map, figures: [tickets_open]}", "are of the whole"),
        ("{tile: a, title: 甲, chart: rises, opens: 'https://elsewhere'}", "opens"),
    ],
)
def test_a_tile_that_means_nothing_is_refused(tmp_path: Path, tile: str, why: str) -> None:
    (tmp_path / "own.yaml").write_text(f"wall: own\ntitle: 自己的\ntiles:\n  - {tile}\n")
    with pytest.raises(DocumentError, match=why):
        read_walls(tmp_path)


def test_each_title_that_opens_something_opens_a_page_that_there_is() -> None:
    sources = [*ROOT.glob("workflow/*/*screens.py"), *ROOT.glob("*/*screens.py")]
    words = "".join(one.read_text("utf-8") for one in sources)
    router = (ROOT / "softphone/web/src/router.ts").read_text("utf-8")
    for wall in read_walls(SHIPPED).values():
        for tile in wall.tiles:
            page = tile.opens.strip("/")
            assert not page or f'name="{page}"' in words or f"path: '{page}'" in router, (wall.wall, tile.tile)
