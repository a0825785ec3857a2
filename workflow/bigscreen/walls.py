"""What walls show: each tile counted within somebody's reach, once for all walls that ask for the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pydantic

from cti.base.clock import Clock
from cti.base.offers import offered
from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.figures.api import where_of
from cti.office.figures.latest import latest
from cti.office.figures.periods import STEPS, Period
from cti.office.reports.table import ReportTable, table_of
from workflow.analysis.service import over_period
from workflow.bigscreen import maps
from workflow.bigscreen.description import LISTS, Tile, Wall
from workflow.bigscreen.files import FOLDER, SHIPPED, read_walls, texts_of, write_wall

SEE, MAP = "bigscreen.see", "bigscreen.map"
SPOT, MOST_SPOTS = "spot", 400
"""The fact that says where, and so many are drawn: those where most is."""
KEPT = 500
"""So many counts are remembered."""


LATEST = ("category", "type", "place", "channel")
"""What is told of each of the last rows: nothing of it names anybody."""


class WallLine(pydantic.BaseModel):
    """A line of a list on a wall; `id` is of what can be done with it by who has signed in."""

    title: str
    note: str = ""
    at: datetime | None = None
    count: float | None = None
    id: str = ""


class Spot(pydantic.BaseModel):
    """About a kilometre square on the map of the house, by its middle, and how much was counted there."""

    x: float
    y: float
    count: float


class TileShown(pydantic.BaseModel):
    """A tile's numbers, or its lines, and when they were counted; a map has the places that citizens showed besides."""

    table: ReportTable | None = None
    lines: list[WallLine] = []
    spots: list[Spot] = []
    at: datetime


@dataclass(frozen=True, slots=True)
class Lister:
    """What a chart of another module lists, for whom; `by_link` also on a wall that a link opened."""

    permission: str
    lines: Callable[[Visitor, Tile], Awaitable[list[WallLine]]]
    by_link: bool = True


@dataclass(slots=True)
class _Kept:
    until: float
    shown: asyncio.Task[TileShown]


def _moment(said: str) -> Period | None:
    """A month (`2026-03`) or a day (`2026-03-05`). Invalid."""
    if not said:
        return None
    try:
        day = date.fromisoformat(said if len(said) > len("2026-03") else f"{said}-01")
    except ValueError:
        raise Invalid("bad_during", "时间应为某月或某日", "during") from None
    return Period.around("day" if len(said) > len("2026-03") else "month", day)


class Walls:
    """The service."""

    def __init__(self, figures: Figures, clock: Clock, data: Path) -> None:
        self._figures, self._clock, self._own = figures, clock, data / FOLDER
        self._walls: dict[str, Wall] = {}
        self._ours: frozenset[str] = frozenset()
        self.shipped = frozenset(read_walls(SHIPPED))
        self._kept: dict[tuple[object, ...], _Kept] = {}
        self.map = maps.HouseMap()
        self._lists: dict[str, Lister] = {}

    def offer(self, chart: str, lister: Lister) -> Callable[[], None]:
        """Let tiles of this chart list what a module has; returns the undo."""
        return offered(self._lists, chart, lister, "lists of walls")

    async def read(self) -> None:
        """Take the files. DocumentError."""
        self._walls, self._ours = await asyncio.to_thread(self._read)
        self.map = await asyncio.to_thread(maps.read, self._own)

    def _read(self) -> tuple[dict[str, Wall], frozenset[str]]:
        return read_walls(SHIPPED, self._own), frozenset(read_walls(self._own))

    async def take_map(self, found: maps.HouseMap) -> maps.HouseMap:
        """Let walls show another map, or none, from now on."""
        await asyncio.to_thread(maps.write, self._own, found)
        self.map = found
        return found

    async def texts(self) -> dict[str, str]:
        """The file of each wall, by its name."""
        return await asyncio.to_thread(texts_of, SHIPPED, self._own)

    async def take(self, name: str, text: str) -> None:
        """Let a wall be as this file of the city's own says, or as it came, from now on. DocumentError, OSError."""
        await asyncio.to_thread(write_wall, self._own, name, text)
        self._walls, self._ours = await asyncio.to_thread(self._read)
        self.close()

    def is_own(self, name: str) -> bool:
        """Whether the city has a file of its own for it."""
        return name in self._ours

    @property
    def titles(self) -> dict[str, str]:
        """All walls by name."""
        return {one.wall: one.title for one in self._walls.values()}

    def all(self, visitor: Visitor, *, by_link: bool = False) -> list[Wall]:
        """Those for the visitor's roles; of each, the tiles of which he may count something."""
        visitor.need(SEE)
        his = {one.name for one in self._figures.all(visitor)}
        found = []
        for wall in self._walls.values():
            if wall.roles and not set(wall.roles) & set(visitor.roles) and not visitor.may("*"):
                continue
            tiles = tuple(
                one for one in wall.tiles
                if (self._lists_for(visitor, one, by_link=by_link) if one.chart in LISTS else his & set(one.figures))
            )  # fmt: skip
            if tiles:
                found.append(wall.model_copy(update={"tiles": tiles}))
        return found

    def _lists_for(self, visitor: Visitor, tile: Tile, *, by_link: bool) -> bool:
        lister = self._lists.get(tile.chart)
        return lister is not None and visitor.may(lister.permission) and (lister.by_link or not by_link)

    def wall(self, visitor: Visitor, name: str, *, by_link: bool = False) -> Wall:
        """One of them. NotFound."""
        found = next((one for one in self.all(visitor, by_link=by_link) if one.wall == name), None)
        if found is None:
            raise NotFound("no_wall", "没有这块大屏，或没有对您开放")
        return found

    async def tile(
        self, visitor: Visitor, wall: str, name: str, where: str, during: str = "", *, by_link: bool = False
    ) -> TileShown:
        """A tile's numbers, narrowed by axes of the wall; as fresh as the tile says. NotFound, Invalid.

        `during` is a month or a day: what counts the period of the wall counts that, unless it is split by time.
        """
        described = self.wall(visitor, wall, by_link=by_link)
        tile = next((one for one in described.tiles if one.tile == name), None)
        if tile is None:
            raise NotFound("no_tile", "大屏上没有这一块")
        narrowed = where_of(where)
        if unknown := sorted(narrowed.keys() - described.facts.keys()):
            raise Invalid("bad_where", f"大屏不能按“{unknown[0]}”筛选", "where")
        # What is split by an axis shows all of its groups, so that another can be chosen.
        limits = {axis: value for axis, value in narrowed.items() if axis != tile.by}
        by_time = tile.by in STEPS or tile.play != ""
        return await self._fresh(
            visitor, described, tile, limits, None if by_time or tile.over != "page" else _moment(during)
        )

    async def _fresh(
        self, visitor: Visitor, wall: Wall, tile: Tile, where: Mapping[str, str], during: Period | None
    ) -> TileShown:  # fmt: skip
        now = self._clock.now()
        key = (visitor.person, visitor.permissions, wall.wall, tile.tile, tuple(sorted(where.items())), during)
        kept = self._kept.get(key)
        if kept is None or kept.until <= now or (kept.shown.done() and kept.shown.exception() is not None):
            self._forget(now)
            kept = _Kept(now + tile.every, asyncio.create_task(self._counted(visitor, wall, tile, where, during)))
            self._kept[key] = kept
        return await asyncio.shield(kept.shown)

    def _forget(self, now: float) -> None:
        if len(self._kept) >= KEPT:
            self._kept = {key: one for key, one in self._kept.items() if one.until > now}

    async def _counted(
        self, visitor: Visitor, wall: Wall, tile: Tile, where: Mapping[str, str], during: Period | None
    ) -> TileShown:  # fmt: skip
        at = self._clock.wall()
        if tile.chart in LISTS:
            lister = self._lists.get(tile.chart)
            return TileShown(lines=await lister.lines(visitor, tile) if lister is not None else [], at=at)
        if tile.chart == "latest":
            return TileShown(lines=await self._latest(visitor, wall, tile, where), at=at)
        by = tuple(one for one in (tile.by, tile.play) if one)
        over = during or over_period(wall.period if tile.over == "page" else tile.over, at)
        table = await table_of(
            self._figures, visitor, tile.figures, by, over, where=where, compare=tile.compare, axes=wall.facts
        )
        spots = await self._spots(visitor, wall, tile, where, over) if tile.chart == "map" else []
        return TileShown(table=table, spots=spots, at=at)

    async def _spots(
        self, visitor: Visitor, wall: Wall, tile: Tile, where: Mapping[str, str], over: Period
    ) -> list[Spot]:
        """Where on the map of the house; none without one that says where on the earth it is."""
        if not self.map.across:
            return []
        table = await table_of(self._figures, visitor, tile.figures[:1], [SPOT], over, where=where, axes=wall.facts)
        found = []
        for line in table.lines:
            count = line.now[0].value
            if not line.by[0] or not count:
                continue
            latitude, longitude = map(float, line.by[0].split(","))
            if (place := self.map.place(longitude, latitude)) is not None:
                found.append(Spot(x=round(place[0], 1), y=round(place[1], 1), count=count))
        return sorted(found, key=lambda one: -one.count)[:MOST_SPOTS]

    async def _latest(self, visitor: Visitor, wall: Wall, tile: Tile, where: Mapping[str, str]) -> list[WallLine]:
        over = over_period(wall.period if tile.over == "page" else tile.over, self._clock.wall())
        known = {wall.facts[axis]: value for axis, value in where.items()}
        found = await latest(self._figures, visitor, tile.figures[0], over, LATEST, known, tile.most)
        lines = []
        for one in found:
            title, *others = [word for word in one.words if word]
            lines.append(WallLine(title=title.rsplit("/", maxsplit=1)[-1], note=" · ".join(others), at=one.at))
        return lines

    def close(self) -> None:
        """Stop counting."""
        for one in self._kept.values():
            one.shown.cancel()
        self._kept.clear()
