"""Keeps views, and counts what the menu shows: by the query of a list, so that a count is that of its list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
import structlog
from sqlalchemy import and_, delete, func, or_, select

from cti.base.http.routes import Body
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound, Refusal
from cti.base.visitor import Visitor
from cti.office.identity.models import RoleRow
from cti.office.records.office import Office
from cti.office.records.service import MOST_COUNTED
from cti.office.screens.description import List, Screen
from cti.office.screens.registry import Screens
from cti.office.views.models import SavedViewRow
from cti.store.edits import edit, locked

log = structlog.get_logger(__name__)

SHARE = "views.share"
"""The right to make views for a role."""
MOST = 40
"""Views that somebody can keep."""
Key = Annotated[str, pydantic.Field(max_length=60)]
Value = Annotated[str, pydantic.Field(max_length=4000)]


class ViewFields(Body):
    """What is kept: the filters as the list sends them, the order, the columns (none: the usual ones)."""

    screen: str = pydantic.Field(min_length=1, max_length=60, title="界面")
    title: str = pydantic.Field(min_length=1, max_length=40, title="名称")
    role: str = pydantic.Field(default="", max_length=40, title="提供给角色")
    filters: dict[Key, Value] = pydantic.Field(default={}, max_length=40, title="筛选条件")
    sort: str = pydantic.Field(default="", max_length=60, title="排序")
    columns: list[Key] = pydantic.Field(default=[], max_length=60, title="显示的列")
    badge: bool = pydantic.Field(default=False, title="在菜单上显示数量")


class SavedView(ViewFields):
    """A view; `mine` may be changed by whoever asks."""

    id: str
    version: int
    mine: bool


class Badge(pydantic.BaseModel):
    """How many rows a screen's view has; no more than `MOST_COUNTED`, which then means that many or more."""

    screen: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class PeopleView:
    """A saved view of records that are about people who can be called: `kind` is that of the records."""

    id: str
    title: str
    kind: str
    filters: Mapping[str, str]


class Views:
    """Saved views of lists, one's own and shared ones, and counts beside the menu."""

    def __init__(self, office: Office, screens: Screens) -> None:
        self._office = office
        self._screens = screens

    async def all(self, visitor: Visitor) -> list[SavedView]:
        """One's own, and those of one's roles in the own organisation or made by the hotline's."""
        places = (visitor.organisation, self._office.organisation)
        his = and_(SavedViewRow.person == visitor.person, SavedViewRow.role == "")
        given = and_(SavedViewRow.role.in_(visitor.roles), SavedViewRow.organisation.in_(places))
        wanted = select(SavedViewRow).where(or_(his, given)).order_by(SavedViewRow.role, SavedViewRow.title)
        async with self._office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return [self._view(visitor, row) for row in rows]

    async def add(self, visitor: Visitor, body: ViewFields) -> SavedView:
        """Keep a view. Invalid for a screen without such a list; Conflict when there are too many."""
        visitor.need_session()
        self._check(visitor, body)
        async with self._office.store.writing() as session:
            if body.role and await session.get(RoleRow, body.role) is None:
                raise Invalid("role", "没有这个角色", "role")
            count = select(func.count()).select_from(SavedViewRow).where(SavedViewRow.person == visitor.person)
            if (await session.scalar(count) or 0) >= MOST:
                raise Conflict("too_many", f"最多保存 {MOST} 个视图，请先删除不用的")
            row = SavedViewRow(
                id=new_id(), person=visitor.person, organisation=visitor.organisation, updated_at=self._now(),
                **body.model_dump(),
            )  # fmt: skip
            session.add(row)
            await session.flush()
            return self._view(visitor, row)

    async def edit(self, visitor: Visitor, id: str, version: int, body: ViewFields) -> SavedView:
        """Change one's own, or a role's that one may make. Conflict `changed`, NotFound."""
        self._check(visitor, body)
        async with self._office.store.writing() as session:
            row = await locked(session, SavedViewRow, id)
            if row is None or not self._is_mine(visitor, row):
                raise NotFound("no_view", "视图不存在")
            await edit(session, row, version, {**body.model_dump(), "updated_at": self._now()}, visitor, self._now())
            return self._view(visitor, row)

    async def remove(self, visitor: Visitor, id: str) -> None:
        """Keep it no more."""
        async with self._office.store.writing() as session:
            row = await locked(session, SavedViewRow, id)
            if row is None or not self._is_mine(visitor, row):
                raise NotFound("no_view", "视图不存在")
            await session.execute(delete(SavedViewRow).where(SavedViewRow.id == id))

    async def badges(self, visitor: Visitor, wanted_of: frozenset[str] | None = None) -> list[Badge]:
        """The counts in the menu: of each screen's own view, or of those that the visitor chose instead.

        Only of screens by these names, where some are given: what nobody sees is not counted.
        """
        _, every = self._screens.seen_by(visitor)
        screens = [one for one in every if wanted_of is None or one.name in wanted_of]
        kinds = {one.name: one.list.records or "" for one in screens if one.list is not None}
        lists = {one.name: one for one in screens if self._office.countable(kinds.get(one.name, ""))}
        wanted = {name: (one.title, dict(one.list.badge)) for name, one in lists.items() if one.list and one.list.badge}
        for view in await self.all(visitor):
            if view.badge and view.screen in lists:
                wanted[view.screen] = (view.title, view.filters)
        found = []
        for name, (title, filters) in wanted.items():
            count = await self.count(visitor, lists[name], filters)
            if count is not None:
                found.append(Badge(screen=name, title=title, count=count))
        return found

    async def count(
        self, visitor: Visitor, screen: Screen, filters: Mapping[str, str], most: int = MOST_COUNTED
    ) -> int | None:
        """How many rows the screen's list has with these filters, counted no further than `most`.

        None where the list would refuse the query too, such as one with a filter that is no more.
        """
        shown: List | None = screen.list
        service = self._office.countable(shown.records) if shown is not None and shown.records else None
        if service is None:
            return None
        try:
            query: Any = service.query.model_validate({key: value for key, value in filters.items() if value})
            return await service.count(visitor, query, most)
        except (pydantic.ValidationError, Refusal) as error:
            log.info("a view counts nothing", screen=screen.name, reason=str(error))
            return None

    async def of_people(self, visitor: Visitor) -> list[PeopleView]:
        """Views that somebody may use of records about people: a list of whom to call can be made of each."""
        _, screens = self._screens.seen_by(visitor)
        found = []
        lists = {one.name: (one.title, one.list) for one in screens if one.list is not None}
        for view in await self.all(visitor):
            title, shown = lists.get(view.screen, ("", None))
            service = self._office.services.get(shown.records or "") if shown is not None else None
            # A list with a narrower source of its own shows other rows than its filters say.
            if shown is not None and service is not None and service.is_called_about and shown.source == service.base:
                found.append(PeopleView(view.id, f"{title} · {view.title}", service.kind, view.filters))
        return found

    def _check(self, visitor: Visitor, body: ViewFields) -> None:
        if body.role:
            visitor.need(SHARE)
        _, screens = self._screens.seen_by(visitor)
        shown = next((one.list for one in screens if one.name == body.screen), None)
        if shown is None:
            raise Invalid("screen", "没有这个列表", "screen")
        if unknown := set(body.columns) - {one.key for one in shown.columns}:
            raise Invalid("columns", f"没有这些列：{'、'.join(sorted(unknown))}", "columns")

    @staticmethod
    def _is_mine(visitor: Visitor, row: SavedViewRow) -> bool:
        if not row.role:
            return row.person == visitor.person
        return row.organisation == visitor.organisation and visitor.may(SHARE)

    def _view(self, visitor: Visitor, row: SavedViewRow) -> SavedView:
        kept = {key: getattr(row, key) for key in SavedView.model_fields if hasattr(row, key)}
        return SavedView.model_validate({**kept, "mine": self._is_mine(visitor, row)})

    def _now(self) -> Any:
        return self._office.clock.wall()
