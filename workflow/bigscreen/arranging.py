"""Walls laid out on the screen (大屏布局): tiles moved, sized, added, taken out, and saved to a city's own file."""

from __future__ import annotations

import asyncio
import hashlib

import pydantic

from cti.base.files import documents
from cti.base.files.findings import validated
from cti.base.files.parts import Name
from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.office.records import Office
from workflow.bigscreen import layout
from workflow.bigscreen.description import Tile, Wall
from workflow.bigscreen.layout import Placed
from workflow.bigscreen.walls import Walls

EDIT = "bigscreen.edit"


class WallLayout(pydantic.BaseModel):
    """All tiles of a wall's file in their order; `own` says that the city has a file of its own."""

    revision: str
    own: bool
    tiles: tuple[Tile, ...]


class WallPart(pydantic.BaseModel):
    """A tile that can be added: from which wall it is taken."""

    source: Name
    wall_title: str
    tile: Tile


class ArrangeBody(Body):
    """The tiles of a wall in their order. `revision` is that of the layout that was changed."""

    revision: str = pydantic.Field(max_length=40)
    tiles: list[Placed] = pydantic.Field(min_length=1, max_length=24, title="大屏的各块")


class RestoreBody(Body):
    """Which layout is given up."""

    revision: str = pydantic.Field(max_length=40)


class Arranging:
    """The service: for who may lay out walls of the whole house."""

    def __init__(self, walls: Walls, office: Office) -> None:
        self._walls, self._office = walls, office
        self._one = asyncio.Lock()

    def catalogue(self, visitor: Visitor) -> list[WallPart]:
        """What can be added: every tile that any wall shows to the visitor."""
        self._check(visitor)
        return [
            WallPart(source=wall.wall, wall_title=wall.title, tile=tile)
            for wall in self._walls.all(visitor)
            for tile in wall.tiles
        ]

    async def layout(self, visitor: Visitor, name: str) -> WallLayout:
        """A wall as its file has it. NotFound."""
        self._check(visitor)
        self._walls.wall(visitor, name)
        return self._of(name, (await self._walls.texts())[name])

    async def arrange(self, visitor: Visitor, name: str, body: ArrangeBody) -> WallLayout:
        """Save it, if it is sound and fits. NotFound, Conflict, Invalid."""
        self._check(visitor)
        self._walls.wall(visitor, name)
        if (rows := layout.rows_of(body.tiles)) > layout.ROWS:
            raise Invalid("too_much", f"放不下：这样排要 {rows} 行，大屏只有 {layout.ROWS} 行，请缩小几块", "tiles")
        async with self._one:
            texts = await self._walls.texts()
            self._check_revision(texts[name], body.revision)
            text = layout.arranged(name, body.tiles, texts)
            try:
                validated(documents.parse(text, name), Wall)
            except documents.DocumentError as error:
                raise Invalid("unsound", f"没有保存：{error.problems[0].message}", "tiles") from None
            await self._walls.take(name, text)
            await self._told(visitor, name, "arranged", [one.tile for one in body.tiles])
        return self._of(name, text)

    async def restore(self, visitor: Visitor, name: str, body: RestoreBody) -> WallLayout:
        """Take the city's own file away: the wall is as it came. NotFound, Conflict, Invalid where there is no such."""
        self._check(visitor)
        self._walls.wall(visitor, name)
        if name not in self._walls.shipped or not self._walls.is_own(name):
            raise Invalid("nothing_shipped", "这块大屏没有改过，或是本地新建的，没有出厂布局", "wall")
        async with self._one:
            self._check_revision((await self._walls.texts())[name], body.revision)
            await self._walls.take(name, "")
            await self._told(visitor, name, "restored", [])
            text = (await self._walls.texts())[name]
        return self._of(name, text)

    def _of(self, name: str, text: str) -> WallLayout:
        wall = validated(documents.parse(text, name), Wall)
        return WallLayout(revision=_revision(text), own=self._walls.is_own(name), tiles=wall.tiles)

    async def _told(self, visitor: Visitor, name: str, what: str, tiles: list[str]) -> None:
        async with self._office.store.writing() as session:
            about = f"bigscreen_wall:{name}"
            await self._office.audit.write(session, visitor, f"bigscreen_wall.{what}", about, after={"tiles": tiles})

    @staticmethod
    def _check(visitor: Visitor) -> None:
        if visitor.reach(EDIT) != EVERYTHING:
            raise NotAllowed("city_only", "大屏布局由市级统一维护")

    @staticmethod
    def _check_revision(text: str, revision: str) -> None:
        if _revision(text) != revision:
            raise Conflict("changed_meanwhile", "这块大屏刚被他人改过，请刷新后再改")


def _revision(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
