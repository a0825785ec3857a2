"""Links that open a wall without signing in: for the screen in a hall at which nobody sits.

A link shows what its maker may count, and no more than the wall; it dies at its time, when somebody takes it away, and
when its maker leaves or may no longer give links. Its key is worked out from its id, so that no table has it.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.directory import visitor_of
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.screens import form
from workflow.bigscreen.models import WallLinkRow
from workflow.bigscreen.walls import SEE, Walls

LINKS = "bigscreen.links"
MOST_DAYS = 366
KEY = 40
"""Hex digits of a key: 160 bits. A dash stands before it, since an address with a dot is a file's."""
BASE = "/api/bigscreen"


class LinkFields(Body):
    """What is said of a link."""

    title: str = pydantic.Field(
        min_length=1, max_length=60, title="用途", json_schema_extra=form(help="如：一楼大厅东墙")
    )
    wall: str = pydantic.Field(
        max_length=60, title="大屏", json_schema_extra=form(options_from=f"{BASE}/options/walls")
    )
    days: int = pydantic.Field(default=30, ge=1, le=MOST_DAYS, title="有效天数")


class LinkView(RecordView):
    """A link as whoever keeps links sees it."""

    title: str = pydantic.Field(title="用途")
    wall: str = pydantic.Field(title="大屏标识")
    wall_title: str = pydantic.Field(default="", title="大屏")
    until: datetime = pydantic.Field(title="失效时间")
    address: str = pydantic.Field(default="", title="链接", json_schema_extra=form(none="已失效"))


class WallLinks(Records[WallLinkRow, LinkFields, LinkView, RecordQuery]):
    """The service."""

    table, fields, view, query = WallLinkRow, LinkFields, LinkView, RecordQuery
    kind: ClassVar[str] = "bigscreen_link"
    title: ClassVar[str] = "大屏链接"
    see: ClassVar[str] = LINKS
    edit_permission: ClassVar[str] = LINKS
    export_permission: ClassVar[str] = LINKS
    few: ClassVar[bool] = True
    screen: ClassVar[str] = "bigscreen_links"
    orders: ClassVar[tuple[str, ...]] = ("title",)

    def __init__(self, office: Office, walls: Walls) -> None:
        super().__init__(office)
        self._walls = walls

    def limits(self, visitor: Visitor, query: RecordQuery) -> list[ColumnElement[bool]]:
        """By a part of the title."""
        return [WallLinkRow.title.contains(query.search, autoescape=True)] if query.search else []

    async def values(
        self, session: AsyncSession, body: LinkFields, row: WallLinkRow | None, organisation: str
    ) -> dict[str, Any]:
        """A wall that there is; the days count from now."""
        if body.wall not in self._walls.titles:
            raise Invalid("no_wall", "没有这块大屏", "wall")
        until = self.office.clock.wall() + timedelta(days=body.days)
        return {"title": body.title, "wall": body.wall, "until": until}

    def words(self, visitor: Visitor, row: WallLinkRow) -> dict[str, Any]:
        """The wall's title, and the address while the link lives."""
        lives = row.removed_at is None and row.until > self.office.clock.wall()
        return {
            "wall_title": self._walls.titles.get(row.wall, row.wall),
            "address": f"/wall-open/{row.id}-{self._key(row.id)}" if lives else "",
        }

    async def opened(self, said: str) -> tuple[Visitor, str]:
        """As whom somebody with this key looks, and at which wall. NotFound, whatever is wrong."""
        id, _, key = said.partition("-")
        gone = NotFound("no_link", "链接已失效，请向开通的人要新的")
        if not hmac.compare_digest(key.encode(), self._key(id).encode()):
            raise gone
        async with self.office.store.reading() as session:
            row = await session.get(WallLinkRow, id)
            if row is None or row.removed_at is not None or row.until <= self.office.clock.wall():
                raise gone
            maker = await visitor_of(session, row.created_by)
        if maker is None or not (maker.may(LINKS) and maker.may(SEE)):
            raise gone
        return maker, row.wall

    def _key(self, id: str) -> str:
        return self.office.store.cipher.mac(self.kind, id.encode())[:KEY]
