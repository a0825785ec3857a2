"""Routes of walls: for people, and for screens that a link opens."""

from __future__ import annotations

import asyncio

import pydantic

from cti.base.http.routes import PUBLIC, SIGNED_IN, Body, Query, Route
from cti.base.refusal import NotAllowed
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.office.records import Office, record_routes
from cti.office.screens import Choice
from workflow.bigscreen import maps
from workflow.bigscreen.arranging import EDIT, ArrangeBody, Arranging, RestoreBody, WallLayout, WallPart
from workflow.bigscreen.description import Wall
from workflow.bigscreen.links import BASE, LINKS, WallLinks
from workflow.bigscreen.maps import HouseMap, MapOutline
from workflow.bigscreen.walls import MAP, SEE, TileShown, Walls

LINKS_PATH = f"{BASE}/links"


class TileQuery(Query):
    """What the wall is narrowed by: JSON of values by axis, and a month or a day."""

    where: str = pydantic.Field(default="", max_length=500)
    during: str = pydantic.Field(default="", pattern=r"^(\d{4}-\d{2}(-\d{2})?)?$")


class NothingAsked(Query):
    """A query that asks for nothing."""


class MapBody(Body):
    """A GeoJSON, as its text; empty takes the map away."""

    geojson: str = pydantic.Field(max_length=maps.LIMIT, title="GeoJSON")


def routes(walls: Walls, links: WallLinks, arranging: Arranging, office: Office) -> list[Route]:
    """Walls and their tiles, links, and both for whoever has a link."""

    async def every(visitor: Visitor) -> list[Wall]:
        return walls.all(visitor)

    async def options(visitor: Visitor, query: NothingAsked) -> list[Choice]:
        return [Choice(value=one.wall, title=one.title) for one in walls.all(visitor)]

    async def tile(visitor: Visitor, wall: str, tile: str, query: TileQuery) -> TileShown:
        return await walls.tile(visitor, wall, tile, query.where, query.during)

    async def layout(visitor: Visitor, wall: str) -> WallLayout:
        return await arranging.layout(visitor, wall)

    async def arrange(visitor: Visitor, wall: str, body: ArrangeBody) -> WallLayout:
        return await arranging.arrange(visitor, wall, body)

    async def restore(visitor: Visitor, wall: str, body: RestoreBody) -> WallLayout:
        return await arranging.restore(visitor, wall, body)

    async def opened(key: str) -> Wall:
        visitor, wall = await links.opened(key)
        return walls.wall(visitor, wall, by_link=True)

    async def opened_tile(key: str, tile: str, query: TileQuery) -> TileShown:
        visitor, wall = await links.opened(key)
        return await walls.tile(visitor, wall, tile, query.where, query.during, by_link=True)

    async def house_map(visitor: Visitor) -> HouseMap:
        return walls.map

    async def outline(visitor: Visitor) -> MapOutline:
        return walls.map.outline() if walls.map.says_where else MapOutline()

    async def opened_map(key: str) -> HouseMap:
        await links.opened(key)
        return walls.map

    async def load_map(visitor: Visitor, body: MapBody) -> HouseMap:
        if visitor.reach(MAP) != EVERYTHING:
            raise NotAllowed("city_only", "大屏地图由市级统一载入")
        found = await asyncio.to_thread(maps.drawn, body.geojson, office.region) if body.geojson else HouseMap()
        taken = await walls.take_map(found)
        async with office.store.writing() as session:
            after = {"regions": len(found.shapes)}
            await office.audit.write(session, visitor, "bigscreen_map.loaded", "bigscreen_map:house", after=after)
        return taken

    async def catalogue(visitor: Visitor) -> list[WallPart]:
        return arranging.catalogue(visitor)

    return [
        Route("GET", f"{BASE}/catalogue", catalogue, EDIT, "可以放上大屏的各块"),
        Route("GET", f"{BASE}/walls/{{wall}}/layout", layout, EDIT, "大屏的布局"),
        Route("PUT", f"{BASE}/walls/{{wall}}/layout", arrange, EDIT, "保存大屏的布局"),
        Route("POST", f"{BASE}/walls/{{wall}}/layout/restore", restore, EDIT, "恢复大屏的出厂布局"),
        Route("GET", f"{BASE}/map", house_map, SEE, "大屏地图"),
        Route("GET", f"{BASE}/outline", outline, SIGNED_IN, "辖区轮廓图，用来标出位置"),
        Route("PUT", f"{BASE}/map", load_map, MAP, "载入大屏地图（GeoJSON）", limit=maps.LIMIT * 2),
        Route("GET", f"{BASE}/open/{{key}}/map", opened_map, PUBLIC, "免登录大屏的地图"),
        Route("GET", f"{BASE}/walls", every, SEE, "大屏"),
        Route("GET", f"{BASE}/options/walls", options, LINKS, "可以开通链接的大屏"),
        Route("GET", f"{BASE}/walls/{{wall}}/tiles/{{tile}}", tile, SEE, "大屏上的一块"),
        Route("GET", f"{BASE}/open/{{key}}", opened, PUBLIC, "免登录打开的大屏"),
        Route("GET", f"{BASE}/open/{{key}}/tiles/{{tile}}", opened_tile, PUBLIC, "免登录大屏上的一块"),
        *record_routes(links, LINKS_PATH, imports=False),
    ]
