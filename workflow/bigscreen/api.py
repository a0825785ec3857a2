"""Routes of walls: for people, and for screens that a link opens."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import PUBLIC, Query, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.screens import Choice
from workflow.bigscreen.description import Wall
from workflow.bigscreen.links import BASE, LINKS, WallLinks
from workflow.bigscreen.walls import SEE, TileShown, Walls

LINKS_PATH = f"{BASE}/links"


class TileQuery(Query):
    """What the wall is narrowed by: JSON of values by axis."""

    where: str = pydantic.Field(default="", max_length=500)


class NothingAsked(Query):
    """A query that asks for nothing."""


def routes(walls: Walls, links: WallLinks) -> list[Route]:
    """Walls and their tiles, links, and both for whoever has a link."""

    async def every(visitor: Visitor) -> list[Wall]:
        return walls.all(visitor)

    async def options(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return [Choice(value=one.wall, title=one.title) for one in walls.all(visitor)]

    async def tile(visitor: Visitor, wall: str, tile: str, query: TileQuery) -> TileShown:
        return await walls.tile(visitor, wall, tile, query.where)

    async def opened(key: str) -> Wall:
        visitor, wall = await links.opened(key)
        return walls.wall(visitor, wall)

    async def opened_tile(key: str, tile: str, query: TileQuery) -> TileShown:
        visitor, wall = await links.opened(key)
        return await walls.tile(visitor, wall, tile, query.where)

    return [
        Route("GET", f"{BASE}/walls", every, SEE, "大屏"),
        Route("GET", f"{BASE}/options/walls", options, LINKS, "可以开通链接的大屏"),
        Route("GET", f"{BASE}/walls/{{wall}}/tiles/{{tile}}", tile, SEE, "大屏上的一块"),
        Route("GET", f"{BASE}/open/{{key}}", opened, PUBLIC, "免登录打开的大屏"),
        Route("GET", f"{BASE}/open/{{key}}/tiles/{{tile}}", opened_tile, PUBLIC, "免登录大屏上的一块"),
        *record_routes(links, LINKS_PATH, imports=False),
    ]
