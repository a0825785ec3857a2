"""The map of the house: a GeoJSON that its administrator loads, made small enough for a wall.

What is kept is a drawing: the outline of each region in a box 1,000 wide, and the middle of it. Without one, walls show
regions as fields. Coordinates are longitude and latitude (RFC 7946); a feature says by `adcode`, `code` or `id` which
region of the house it is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydantic

from cti.base.refusal import Invalid, NotFound
from cti.office.identity import regions

FILE = "map.json"
"""Beside a city's own walls, in the state directory."""
LIMIT = 12 * 1024 * 1024
MOST_REGIONS = 400
MOST_POINTS = 400_000
KEPT_POINTS = 6_000
"""So many are drawn in a sixtieth of a second by a screen without a graphics card."""
WIDTH = 1000.0
KEYS = ("adcode", "code", "id")
Point = tuple[float, float]
Ring = list[Point]


class Shape(pydantic.BaseModel):
    """A region on the map: its outline as an SVG path, and where its point stands."""

    region: str
    title: str
    path: str
    x: float
    y: float


class MapOutline(pydantic.BaseModel):
    """Paths in a box; a place is drawn at `(longitude - west) * across` and `(north - latitude) * down`.

    Without shapes there is none.
    """

    width: float = 0
    height: float = 0
    west: float = 0
    north: float = 0
    across: float = 0
    down: float = 0
    shapes: list[Shape] = []


class HouseMap(pydantic.BaseModel):
    """The drawing; without shapes there is none."""

    width: float = WIDTH
    height: float = 0
    shapes: list[Shape] = []
    west: float = 0
    north: float = 0
    across: float = 0
    down: float = 0
    """A place is drawn at `(longitude - west) * across` and `(north - latitude) * down`; drawings from before that was
    kept have 0 there."""

    def place(self, longitude: float, latitude: float) -> Point | None:
        """Where a place is drawn; None outside of the map."""
        x, y = (longitude - self.west) * self.across, (self.north - latitude) * self.down
        return (x, y) if self.across and 0 <= x <= self.width and 0 <= y <= self.height else None

    @property
    def says_where(self) -> bool:
        """Whether it says where on the earth it is."""
        return self.across > 0

    def outline(self) -> MapOutline:
        """It, for who shows a place on it. NotFound where it does not say where on the earth it is."""
        if not self.says_where:
            raise NotFound("no_map", "没有辖区地图")
        return MapOutline(
            width=self.width, height=self.height, west=self.west, north=self.north, across=self.across,
            down=self.down, shapes=self.shapes,
        )  # fmt: skip


def drawn(text: str, house: str) -> HouseMap:
    """A GeoJSON as a drawing. Invalid says which feature is wrong, and how."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong("文件不是 JSON") from None
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise _wrong("不是 GeoJSON 的 FeatureCollection")
    features = found.get("features")
    if not isinstance(features, list) or not features:
        raise _wrong("地图里没有区域")
    if len(features) > MOST_REGIONS:
        raise _wrong(f"区域超过 {MOST_REGIONS} 个")
    rings: dict[str, list[Ring]] = {}
    for place, feature in enumerate(features, 1):
        code = _code(feature, place)
        if not regions.is_within(code, house):
            raise _wrong(f"第 {place} 个区域 {code} 不在本热线的行政区划 {house} 内")
        rings.setdefault(code, []).extend(_rings(feature, place))
    if sum(len(one) for some in rings.values() for one in some) > MOST_POINTS:
        raise _wrong(f"坐标点超过 {MOST_POINTS:,} 个，请先简化")
    return _fitted(rings)


def _wrong(words: str) -> Invalid:
    return Invalid("bad_map", words, "geojson")


def _code(feature: Any, place: int) -> str:
    own = feature if isinstance(feature, dict) else {}
    named = own.get("properties")
    said = {**own, **named} if isinstance(named, dict) else own
    code = next((str(said[key]) for key in KEYS if said.get(key) not in (None, "")), "")
    if not regions.exists(code):
        raise _wrong(f"第 {place} 个区域没有有效的行政区划代码（属性 adcode 或 code）：{code[:20] or '空'}")
    return code


def _rings(feature: Any, place: int) -> Iterator[Ring]:
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        raise _wrong(f"第 {place} 个区域没有图形")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise _wrong(f"第 {place} 个区域不是面（Polygon 或 MultiPolygon）")
    try:
        polygons: Any = [coordinates] if kind == "Polygon" else coordinates
        for polygon in polygons:
            for ring in polygon:
                points = [(float(one[0]), float(one[1])) for one in ring]
                if len(points) < 4:
                    raise _wrong(f"第 {place} 个区域的边界不足四个点")
                if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points):
                    raise _wrong(f"第 {place} 个区域的坐标不是经纬度")
                yield points
    except (TypeError, ValueError, LookupError):
        raise _wrong(f"第 {place} 个区域的坐标不正确") from None


def _fitted(rings: dict[str, list[Ring]]) -> HouseMap:
    every = [point for some in rings.values() for ring in some for point in ring]
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    if east - west < 1e-6 or north - south < 1e-6:
        raise _wrong("地图没有面积")
    # A degree of longitude is shorter the further north it is.
    narrow = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * narrow)
    flat = {
        code: [[((x - west) * narrow * scale, (north - y) * scale) for x, y in ring] for ring in some]
        for code, some in rings.items()
    }
    away = 0.5
    thin = {code: [simpler(ring, away) for ring in some] for code, some in flat.items()}
    while sum(len(ring) for some in thin.values() for ring in some) > KEPT_POINTS and away < WIDTH / 20:
        away *= 1.6
        thin = {code: [simpler(ring, away) for ring in some] for code, some in thin.items()}
    shapes = []
    for code, some in sorted(thin.items()):
        x, y = _middle(max(some, key=lambda ring: abs(_area(ring))))
        path = "".join("M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in ring) + "Z" for ring in some if len(ring) >= 4)
        title = regions.title_of(code)
        shapes.append(Shape(region=code, title=title, path=path, x=round(x, 1), y=round(y, 1)))
    return HouseMap(
        height=round((north - south) * scale, 1), shapes=shapes, west=west, north=north, across=narrow * scale,
        down=scale,
    )  # fmt: skip


def simpler(ring: Ring, away: float) -> Ring:
    """A line with those points alone that lie further than `away` from what is left (Douglas and Peucker)."""
    if len(ring) < 5:
        return ring
    kept = {0, len(ring) // 2, len(ring) - 1}
    todo = [(0, len(ring) // 2), (len(ring) // 2, len(ring) - 1)]
    while todo:
        begin, end = todo.pop()
        far, most = begin, away
        for place in range(begin + 1, end):
            distance = _distance(ring[place], ring[begin], ring[end])
            if distance > most:
                far, most = place, distance
        if far > begin:
            kept.add(far)
            todo += [(begin, far), (far, end)]
    found = [ring[place] for place in sorted(kept)]
    return found if len(found) >= 4 else [ring[0], ring[len(ring) // 3], ring[2 * len(ring) // 3], ring[-1]]


def _distance(point: Point, begin: Point, end: Point) -> float:
    (x, y), (ax, ay), (bx, by) = point, begin, end
    length = math.hypot(bx - ax, by - ay)
    if length == 0:
        return math.hypot(x - ax, y - ay)
    return abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length


def _area(ring: Ring) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def _middle(ring: Ring) -> Point:
    area = _area(ring)
    if abs(area) < 1e-9:
        return ring[0]
    parts = [(ax, ay, bx, by, ax * by - bx * ay) for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True)]
    return (
        sum((ax + bx) * cross for ax, _, bx, _, cross in parts) / (6 * area),
        sum((ay + by) * cross for _, ay, _, by, cross in parts) / (6 * area),
    )


def read(folder: Path) -> HouseMap:
    """The map that was loaded; one without shapes when there is none, or its file cannot be read."""
    try:
        return HouseMap.model_validate_json((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return HouseMap()


def write(folder: Path, found: HouseMap) -> None:
    """Keep it; one without shapes is taken away."""
    path = folder / FILE
    if not found.shapes:
        path.unlink(missing_ok=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(found.model_dump_json(), "utf-8")
    beside.replace(path)
