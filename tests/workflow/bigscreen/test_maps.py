"""The map of the house: whatever is loaded is a drawing small enough for a wall, or is refused with its reason."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.base.refusal import Invalid, NotAllowed
from cti.store.engine import Store
from tests.workflow.bigscreen.test_bigscreen import CHIEF, looking, world_on
from tests.workflow.tickets.ticket_town import EAST
from workflow.bigscreen import maps
from workflow.bigscreen.api import MapBody, routes
from workflow.bigscreen.walls import MAP as MAY_LOAD


def region(code: str, west: float, south: float, *, points: int = 40, **more: Any) -> dict[str, Any]:
    """A round region."""
    ring = [
        [west + 0.1 * math.cos(2 * math.pi * at / points), south + 0.1 * math.sin(2 * math.pi * at / points)]
        for at in range(points)
    ]
    said = {"adcode": int(code)} if code.isdecimal() else {"name": code}
    return {
        "type": "Feature",
        "properties": said,
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        **more,
    }


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def points(found: maps.HouseMap) -> int:
    return sum(one.path.count("L") + one.path.count("M") for one in found.shapes)


def test_regions_are_drawn_in_one_box_north_up() -> None:
    found = maps.drawn(collection(region("320404", 119.9, 31.7), region("320411", 119.9, 32.1)), "320400")
    by = {one.region: one for one in found.shapes}
    assert set(by) == {"320404", "320411"} and by["320411"].y < by["320404"].y
    assert by["320404"].title.endswith("钟楼区") and 0 < by["320404"].x < found.width and found.height > 0
    assert found.height > found.width, "a degree of longitude is shorter here"


def test_islands_of_one_region_are_one_shape_and_holes_stay() -> None:
    ring = region("320404", 119.9, 31.7)["geometry"]["coordinates"][0]
    hole = [[x * 0.3 + 119.9 * 0.7, y * 0.3 + 31.7 * 0.7] for x, y in ring]
    both = {"type": "Feature", "id": "320404", "geometry": {"type": "MultiPolygon", "coordinates": [[ring, hole]]}}
    found = maps.drawn(collection(both, region("320404", 120.4, 31.7)), "320400")
    assert len(found.shapes) == 1 and found.shapes[0].path.count("M") == 3


def test_a_fine_map_becomes_one_that_a_wall_can_draw() -> None:
    fine = [region("320404", 119.9 + at * 0.01, 31.7, points=9_000) for at in range(8)]
    found = maps.drawn(collection(*fine), "320400")
    assert points(found) <= maps.KEPT_POINTS and points(found) > 60
    assert len(found.model_dump_json()) < 100_000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "不是 JSON"), ("[" * 100_000, "不是 JSON"), ("{}", "FeatureCollection"), (collection(), "没有区域"),
        (collection(region("天宁区", 1, 1)), "行政区划代码"), (collection(region("110101", 1, 1)), "不在本热线"),
        (collection({"type": "Feature", "id": "320404", "geometry": None}), "没有图形"),
        (collection(region("320404", 1, 1, geometry={"type": "Point", "coordinates": [1, 2]})), "不是面"),
        (collection(region("320404", 300, 1)), "不是经纬度"),
        (collection(region("320404", 1, 1, geometry={"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]})), "四个点"),
        (collection(region("320404", 1, 1, geometry={"type": "Polygon", "coordinates": [["x"]]})), "坐标不正确"),
        (collection(region("320404", 1, 1, geometry={"type": "Polygon", "coordinates": [[[1, 1]] * 5]})), "没有面积"),
        (collection(*[region("320404", 1, 1)] * 401), "超过 400"),
        (collection(*[region("320404", 1, 1, points=200_001)] * 2), "请先简化"),
        (collection(None), "行政区划代码"),
    ],
)  # fmt: skip
def test_what_is_no_map_of_this_house_says_why(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        maps.drawn(text, "320400")


@settings(deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4) | st.sampled_from(["Polygon", "320404"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "geometry", "coordinates", "properties", "adcode", "id"]), inner, max_size=4
    ), max_leaves=25,
))  # fmt: skip
def test_nothing_breaks_it(said: Any) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": said})
    with contextlib.suppress(Invalid):
        maps.drawn(text, "320400")


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=5, max_size=80), st.floats(0.5, 20))
def test_a_simpler_line_stays_near(line: list[tuple[int, int]], away: float) -> None:
    ring = [(float(x), float(y)) for x, y in line]
    found = maps.simpler(ring, away)
    assert len(found) >= 4 and set(found) <= set(ring) and len(found) <= max(4, len(ring))


async def test_the_city_loads_it_and_every_wall_has_it(sqlite_store: Store, tmp_path: Path) -> None:
    world = await world_on(sqlite_store, tmp_path)
    given = {
        f"{one.method} {one.path}": one.handler
        for one in routes(world.walls, world.links, world.arranging, world.office)
    }
    body, chief = MapBody(geojson=collection(region("320404", 119.9, 31.7))), looking(CHIEF, MAY_LOAD)
    with pytest.raises(NotAllowed, match="市级"):
        await given["PUT /api/bigscreen/map"](looking(EAST, MAY_LOAD), body)
    assert (await given["GET /api/bigscreen/map"](CHIEF)).shapes == []
    made = await given["PUT /api/bigscreen/map"](chief, body)
    assert [one.region for one in made.shapes] == ["320404"] == [one.region for one in world.walls.map.shapes]
    await world.walls.read()
    assert world.walls.map == made, "it stays when the engine starts again"
    assert (await given["PUT /api/bigscreen/map"](chief, MapBody(geojson=""))).shapes == []
    world.walls.close()


def test_it_is_kept_beside_the_walls_and_a_broken_file_is_none(tmp_path: Path) -> None:
    assert maps.read(tmp_path).shapes == []
    found = maps.drawn(collection(region("320404", 119.9, 31.7)), "320400")
    maps.write(tmp_path / "walls", found)
    assert maps.read(tmp_path / "walls") == found
    (tmp_path / "walls" / maps.FILE).write_text("{", "utf-8")
    assert maps.read(tmp_path / "walls").shapes == []
    maps.write(tmp_path / "walls", maps.HouseMap())
    assert not (tmp_path / "walls" / maps.FILE).exists()
