"""A wall laid out on the screen: lines of its file are moved as they are, and nothing that does not fit is saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cti.base.files import documents
from cti.base.files.findings import validated
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.office.identity.models import AuditRow
from cti.store.engine import Store
from tests.workflow.bigscreen.test_bigscreen import CHIEF, world_on
from tests.workflow.tickets.ticket_town import EAST
from workflow.bigscreen.arranging import EDIT, ArrangeBody, RestoreBody
from workflow.bigscreen.description import Wall
from workflow.bigscreen.files import FOLDER, SHIPPED, texts_of
from workflow.bigscreen.layout import Placed, arranged, rows_of

OURS = """\
# The hall's own.
wall: hall
title: 大厅   # above the door
axes:
  - {axis: place, title: 地区, facts: [place]}   # by district
tiles:
  # what came today
  - {tile: today, title: 今日, over: today, wide: 12, high: 3, figures: [calls_arrived]}   # every ten seconds
  - tile: types
    title: '类型'          # by type
    chart: ring
    by: type
    wide: 6
    figures: [tickets_registered]

  # and where
  - {tile: map, title: 各地, chart: map, by: place, wide: 6, high: 9, figures: [tickets_registered]}
# nothing more
theme: light
"""
TEXTS = {**texts_of(SHIPPED), "hall": OURS}
EDITOR = replace(CHIEF, permissions=CHIEF.permissions | {EDIT})


def placed(*said: tuple[Any, ...]) -> list[Placed]:
    return [Placed(**dict(zip(("tile", "wide", "high", "source"), one, strict=False))) for one in said]


def test_lines_move_with_their_comments_and_only_what_changes_is_written() -> None:
    same = placed(("today", 12, 3), ("types", 6, 4), ("map", 6, 9))
    assert arranged("hall", same, TEXTS) == OURS
    text = arranged("hall", placed(("map", 8, 9), ("today", 12, 3)), TEXTS)
    assert (
        text
        == """\
# The hall's own.
wall: hall
title: 大厅   # above the door
axes:
  - {axis: place, title: 地区, facts: [place]}   # by district
tiles:
  # and where
  - {tile: map, title: 各地, chart: map, by: place, wide: 8, high: 9, figures: [tickets_registered]}
  # what came today
  - {tile: today, title: 今日, over: today, wide: 12, high: 3, figures: [calls_arrived]}   # every ten seconds
# nothing more
theme: light
"""
    )
    text = arranged("hall", placed(("types", 7, 5)), TEXTS)
    assert "title: '类型'          # by type" in text and "wide: 7" in text and "high: 5" in text


def test_a_tile_of_another_wall_brings_its_axis_and_a_name_of_its_own() -> None:
    text = arranged(
        "hall",
        placed(("map", 6, 9), ("topics", 3, 5, "synthesis"), ("map", 3, 5, "synthesis")),
        TEXTS["hall"]
        and TEXTS | {"synthesis": TEXTS["synthesis"].replace("facts: [place, unit_region, region]", "facts: [place]")},
    )
    wall = validated(documents.parse(text, "hall"), Wall)
    assert [one.tile for one in wall.tiles] == ["map", "topics", "map_2"]
    assert wall.facts == {"place": ("place",), "topic": ("category",)}
    assert "# by district" in text
    with pytest.raises(Invalid, match="不是同一个维度"):
        arranged("hall", placed(("map", 3, 5, "synthesis")), TEXTS)
    guests = arranged("guests", placed(("topics", 3, 5, "synthesis")), TEXTS)
    assert [one.axis for one in validated(documents.parse(guests, "guests"), Wall).axes] == ["topic"]


def test_what_is_not_there_or_not_written_in_lines_is_refused() -> None:
    with pytest.raises(Invalid, match="没有"):
        arranged("hall", placed(("nothing", 3, 3)), TEXTS)
    with pytest.raises(Invalid, match="没有"):
        arranged("hall", placed(("map", 3, 3, "elsewhere")), TEXTS)
    flow = {"hall": "wall: hall\ntitle: 大厅\ntiles: [{tile: a, title: 甲, figures: [b]}]\n"}
    with pytest.raises(Invalid, match="自己的行"):
        arranged("hall", placed(("a", 3, 3)), flow)


def test_every_wall_that_comes_with_it_fits() -> None:
    for name, text in texts_of(SHIPPED).items():
        assert rows_of(validated(documents.parse(text, name), Wall).tiles) == 12, name


SIZES = st.lists(st.tuples(st.integers(2, 12), st.integers(2, 12)), min_size=1, max_size=10)


@given(SIZES)
@settings(max_examples=60, deadline=None)
def test_rows_are_at_least_what_the_area_needs_and_at_most_one_below_the_other(sizes: list[tuple[int, int]]) -> None:
    tiles = placed(*((f"t{at}", wide, high) for at, (wide, high) in enumerate(sizes)))
    rows = rows_of(tiles)
    assert rows * 12 >= sum(wide * high for wide, high in sizes)
    assert max(high for _, high in sizes) <= rows <= sum(high for _, high in sizes)


async def test_saved_is_shown_at_once_and_given_back(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    arranging, walls = world.arranging, world.walls
    layout = await arranging.layout(EDITOR, "guests")
    assert not layout.own and len(layout.tiles) == len(walls.wall(CHIEF, "guests").tiles)
    wanted = [Placed(tile=one.tile, wide=one.wide, high=one.high) for one in reversed(layout.tiles)]
    high = [Placed(tile=one.tile, wide=12, high=one.high) for one in layout.tiles]
    with pytest.raises(Invalid, match="放不下"):
        await arranging.arrange(EDITOR, "guests", ArrangeBody(revision=layout.revision, tiles=high))
    body = ArrangeBody(revision=layout.revision, tiles=wanted[2:])
    saved = await arranging.arrange(EDITOR, "guests", body)
    assert saved.own and [one.tile for one in walls.wall(CHIEF, "guests").tiles] == [one.tile for one in wanted[2:]]
    assert (tmp_path / FOLDER / "guests.yaml").read_text("utf-8").startswith("# For guests")
    with pytest.raises(Conflict):
        await arranging.arrange(EDITOR, "guests", body)
    part = next(one for one in arranging.catalogue(EDITOR) if one.source == "chain" and one.tile.tile == "units")
    more = [*wanted[2:4], Placed(tile="units", source=part.source, wide=4, high=4)]
    saved = await arranging.arrange(EDITOR, "guests", ArrangeBody(revision=saved.revision, tiles=more))
    assert (await walls.tile(CHIEF, "guests", "units", "")).table is not None
    back = await arranging.restore(EDITOR, "guests", RestoreBody(revision=saved.revision))
    assert back == layout and not (tmp_path / FOLDER / "guests.yaml").exists()
    with pytest.raises(Invalid, match="没有改过"):
        await arranging.restore(EDITOR, "guests", RestoreBody(revision=back.revision))
    async with sqlite_store.reading() as session:
        told = list(await session.scalars(select(AuditRow.action).where(AuditRow.action.startswith("bigscreen_wall"))))
    assert told == ["bigscreen_wall.arranged"] * 2 + ["bigscreen_wall.restored"]
    with pytest.raises(NotFound):
        await arranging.layout(EDITOR, "nothing")
    for somebody in (CHIEF, replace(EAST, permissions=EAST.permissions | {EDIT, "bigscreen.see"})):
        with pytest.raises(NotAllowed):
            await arranging.layout(somebody, "guests")
        with pytest.raises(NotAllowed):
            arranging.catalogue(somebody)
    walls.close()
