"""Keeps dashboards, chooses somebody's home page, and counts what tiles count: by the very lists that they lead to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic
from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.dashboards.models import DashboardRow
from cti.office.identity.models import RoleRow
from cti.office.records.office import Office
from cti.office.screens.registry import Screens
from cti.office.views.service import Views
from cti.store.edits import edit, locked
from cti.store.listing import MOST as MOST_COUNTED

SHARE = "dashboards.share"
"""The right to arrange home pages and dashboards for a role."""
KIND = "dashboard"
MOST = 20
"""Dashboards that somebody can keep."""


class Placed(pydantic.BaseModel, extra="forbid"):
    """A tile where somebody put it: `width` in quarters of the page. Without a tile's name it is a note of `text`."""

    tile: str = pydantic.Field(default="", max_length=70, title="磁贴")
    width: Literal[1, 2, 3, 4] = pydantic.Field(default=2, title="宽度")
    text: Annotated[str, pydantic.Field(max_length=2000)] = pydantic.Field(default="", title="文字")


class DashboardFields(Body):
    """What is kept. With a `role` it is for all of the own organisation who have the role."""

    title: str = pydantic.Field(min_length=1, max_length=40, title="名称")
    role: str = pydantic.Field(default="", max_length=40, title="提供给角色")
    home: bool = pydantic.Field(default=False, title="作为首页")
    tiles: list[Placed] = pydantic.Field(max_length=40, title="磁贴")


class Dashboard(DashboardFields):
    """A dashboard; `mine` may be changed by whoever asks."""

    id: str
    version: int
    mine: bool


class Dashboards(pydantic.BaseModel):
    """What somebody can look at. `home` is the id of his home page; None: he has all tiles that are for home pages."""

    home: str | None
    items: list[Dashboard]


class Counted(pydantic.BaseModel):
    """How many rows the list of a screen has; at most 10,000, which then means that many or more."""

    screen: str
    title: str
    count: int
    query: dict[str, str]
    tone: str = ""


class DashboardService:
    """Which tiles stand on whose page: as somebody arranged them, as his role has them, else by permission."""

    def __init__(self, office: Office, screens: Screens, views: Views) -> None:
        self._office, self._screens, self._views = office, screens, views
        office.audit.kinds.setdefault(KIND, "首页和看板")

    async def all(self, visitor: Visitor) -> Dashboards:
        """One's own, and those for one's roles in the own organisation or made by the hotline's; and what one shares.

        The home page is the one that somebody arranged himself, else that of his first role which has one.
        """
        places = (visitor.organisation, self._office.organisation)
        his = and_(DashboardRow.person == visitor.person, DashboardRow.role == "")
        given = and_(DashboardRow.role.in_(visitor.roles), DashboardRow.organisation.in_(places))
        ways = [his, given]
        if visitor.may(SHARE):
            ways.append(and_(DashboardRow.role != "", DashboardRow.organisation == visitor.organisation))
        wanted = select(DashboardRow).where(or_(*ways)).order_by(DashboardRow.title, DashboardRow.id)
        async with self._office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        homes = {row.home_of: row.id for row in rows if row.home_of}
        wishes = [_home_of(visitor.person, "", "")]
        wishes += [_home_of("", place, role) for role in visitor.roles for place in dict.fromkeys(places)]
        home = next((homes[one] for one in wishes if one in homes), None)
        return Dashboards(home=home, items=[self._view(visitor, row) for row in rows])

    async def add(self, visitor: Visitor, body: DashboardFields) -> Dashboard:
        """Keep a dashboard. Invalid for unknown roles and tiles; Conflict when there are too many, or has a home."""
        visitor.need_session()
        async with self._office.store.writing() as session:
            await self._check(session, visitor, body)
            count = select(func.count()).select_from(DashboardRow).where(DashboardRow.person == visitor.person)
            if (await session.scalar(count) or 0) >= MOST:
                raise Conflict("too_many", f"最多保存 {MOST} 个看板，请先删除不用的")
            row = DashboardRow(
                id=new_id(), person=visitor.person, organisation=visitor.organisation, **self._values(visitor, body)
            )
            session.add(row)
            await self._flushed(session)
            if body.role:
                await self._office.audit.write(session, visitor, f"{KIND}.added", f"{KIND}:{row.id}", after=_told(row))
            return self._view(visitor, row)

    async def edit(self, visitor: Visitor, id: str, version: int, body: DashboardFields) -> Dashboard:
        """Change one's own, or a role's that one may arrange. Conflict `changed`, NotFound."""
        async with self._office.store.writing() as session:
            row = await self._mine(session, visitor, id)
            await self._check(session, visitor, body)
            before = _told(row)
            await edit(session, row, version, self._values(visitor, body), visitor, self._office.clock.wall())
            await self._flushed(session)
            if before["role"] or body.role:
                await self._office.audit.write(
                    session, visitor, f"{KIND}.edited", f"{KIND}:{id}", before=before, after=_told(row)
                )
            return self._view(visitor, row)

    async def remove(self, visitor: Visitor, id: str) -> None:
        """Keep it no more: a home page is then as it was before."""
        async with self._office.store.writing() as session:
            row = await self._mine(session, visitor, id)
            if row.role:
                await self._office.audit.write(session, visitor, f"{KIND}.removed", f"{KIND}:{id}", before=_told(row))
            await session.execute(delete(DashboardRow).where(DashboardRow.id == id))

    async def counts(self, visitor: Visitor, name: str) -> list[Counted]:
        """What a tile counts, for those screens that the visitor may see. NotFound."""
        tile = next((one for one in self._screens.tiles_for(visitor) if one.name == name), None)
        if tile is None:
            raise NotFound("no_tile", "没有这个磁贴")
        _, screens = self._screens.seen_by(visitor)
        by_name = {one.name: one for one in screens}
        found = []
        for one in tile.counts:
            screen = by_name[one.screen]
            query = dict(one.query or (screen.list.badge if screen.list else {}))
            count = await self._views.count(visitor, screen, query, MOST_COUNTED)
            if count is not None:
                found.append(
                    Counted(
                        screen=one.screen, title=one.title or screen.title, count=count, query=dict(one.query),
                        tone=one.tone or "",
                    )
                )  # fmt: skip
        return found

    async def _check(self, session: AsyncSession, visitor: Visitor, body: DashboardFields) -> None:
        known = {one.name for one in (*self._screens.tiles, *self._screens.tiles_for(visitor))}
        if unknown := sorted({one.tile for one in body.tiles if one.tile} - known):
            raise Invalid("tiles", f"没有这些磁贴：{'、'.join(unknown)}", "tiles")
        if not body.role:
            return
        visitor.need(SHARE)
        if await session.get(RoleRow, body.role) is None:
            raise Invalid("role", "没有这个角色", "role")

    async def _mine(self, session: AsyncSession, visitor: Visitor, id: str) -> DashboardRow:
        row = await locked(session, DashboardRow, id)
        if row is None or not self._is_mine(visitor, row):
            raise NotFound("no_dashboard", "看板不存在")
        return row

    async def _flushed(self, session: AsyncSession) -> None:
        try:
            await session.flush()
        except IntegrityError:
            raise Conflict("home", "已经有这样的首页，请刷新后修改它") from None

    def _values(self, visitor: Visitor, body: DashboardFields) -> dict[str, Any]:
        home = _home_of("" if body.role else visitor.person, visitor.organisation, body.role) if body.home else None
        return {
            "title": body.title, "role": body.role, "home_of": home,
            "tiles": [one.model_dump() for one in body.tiles], "updated_at": self._office.clock.wall(),
        }  # fmt: skip

    @staticmethod
    def _is_mine(visitor: Visitor, row: DashboardRow) -> bool:
        if not row.role:
            return row.person == visitor.person
        return row.organisation == visitor.organisation and visitor.may(SHARE)

    def _view(self, visitor: Visitor, row: DashboardRow) -> Dashboard:
        return Dashboard(
            id=row.id, version=row.version, title=row.title, role=row.role, home=row.home_of is not None,
            tiles=[Placed.model_validate(one) for one in row.tiles], mine=self._is_mine(visitor, row),
        )  # fmt: skip


def _home_of(person: str, organisation: str, role: str) -> str:
    return f"person:{person}" if person else f"role:{organisation}:{role}"


def _told(row: DashboardRow) -> dict[str, Any]:
    return {"title": row.title, "role": row.role, "home": row.home_of is not None, "tiles": row.tiles}
