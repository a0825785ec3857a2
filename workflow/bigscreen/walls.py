"""What walls show: each tile counted within somebody's reach, once for all walls that ask for the same."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pydantic

from cti.base.clock import Clock
from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.figures.api import where_of
from cti.office.reports.table import ReportTable, table_of
from workflow.analysis.service import over_period
from workflow.bigscreen.description import Tile, Wall
from workflow.bigscreen.files import FOLDER, SHIPPED, read_walls

SEE = "bigscreen.see"
KEPT = 500
"""So many counts are remembered."""


class TileShown(pydantic.BaseModel):
    """A tile's numbers, and when they were counted."""

    table: ReportTable
    at: datetime


@dataclass(slots=True)
class _Kept:
    until: float
    shown: asyncio.Task[TileShown]


class Walls:
    """The service."""

    def __init__(self, figures: Figures, clock: Clock, data: Path) -> None:
        self._figures, self._clock, self._own = figures, clock, data / FOLDER
        self._walls: dict[str, Wall] = {}
        self._kept: dict[tuple[object, ...], _Kept] = {}

    async def read(self) -> None:
        """Take the files. DocumentError."""
        self._walls = await asyncio.to_thread(read_walls, SHIPPED, self._own)

    @property
    def titles(self) -> dict[str, str]:
        """All walls by name."""
        return {one.wall: one.title for one in self._walls.values()}

    def all(self, visitor: Visitor) -> list[Wall]:
        """Those for the visitor's roles; of each, the tiles of which he may count something."""
        visitor.need(SEE)
        his = {one.name for one in self._figures.all(visitor)}
        found = []
        for wall in self._walls.values():
            if wall.roles and not set(wall.roles) & set(visitor.roles) and not visitor.may("*"):
                continue
            if tiles := tuple(one for one in wall.tiles if not his.isdisjoint(one.figures)):
                found.append(wall.model_copy(update={"tiles": tiles}))
        return found

    def wall(self, visitor: Visitor, name: str) -> Wall:
        """One of them. NotFound."""
        found = next((one for one in self.all(visitor) if one.wall == name), None)
        if found is None:
            raise NotFound("no_wall", "没有这块大屏，或没有对您开放")
        return found

    async def tile(self, visitor: Visitor, wall: str, name: str, where: str) -> TileShown:
        """A tile's numbers, narrowed by axes of the wall; as fresh as the tile says. NotFound, Invalid."""
        described = self.wall(visitor, wall)
        tile = next((one for one in described.tiles if one.tile == name), None)
        if tile is None:
            raise NotFound("no_tile", "大屏上没有这一块")
        narrowed = where_of(where)
        if unknown := sorted(narrowed.keys() - described.facts.keys()):
            raise Invalid("bad_where", f"大屏不能按“{unknown[0]}”筛选", "where")
        # What is split by an axis shows all of its groups, so that another can be chosen.
        limits = {axis: value for axis, value in narrowed.items() if axis != tile.by}
        return await self._fresh(visitor, described, tile, limits)

    async def _fresh(self, visitor: Visitor, wall: Wall, tile: Tile, where: Mapping[str, str]) -> TileShown:
        now = self._clock.now()
        key = (visitor.person, visitor.permissions, wall.wall, tile.tile, tuple(sorted(where.items())))
        kept = self._kept.get(key)
        if kept is None or kept.until <= now or (kept.shown.done() and kept.shown.exception() is not None):
            self._forget(now)
            kept = _Kept(now + tile.every, asyncio.create_task(self._counted(visitor, wall, tile, where)))
            self._kept[key] = kept
        return await asyncio.shield(kept.shown)

    def _forget(self, now: float) -> None:
        if len(self._kept) >= KEPT:
            self._kept = {key: one for key, one in self._kept.items() if one.until > now}

    async def _counted(self, visitor: Visitor, wall: Wall, tile: Tile, where: Mapping[str, str]) -> TileShown:
        at = self._clock.wall()
        by = (tile.by,) if tile.by else ()
        over = over_period(wall.period if tile.over == "page" else tile.over, at)
        table = await table_of(
            self._figures, visitor, tile.figures, by, over, where=where, compare=tile.compare, axes=wall.facts
        )
        return TileShown(table=table, at=at)

    def close(self) -> None:
        """Stop counting."""
        for one in self._kept.values():
            one.shown.cancel()
        self._kept.clear()
