"""What requests are about (诉求分类): a tree, found by words and by the first letters of their pinyin."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.records.drafts import drafts_of
from cti.office.screens import Choice, form
from cti.office.sharing.rule import Shared
from cti.office.tree.pinyin import initials
from workflow.tickets.models import CatalogueRow, TicketCategoryRow, TicketRow

DEEPEST = 6
OPTIONS = 30


class CategoryFields(Body):
    """What is said of a category."""

    name: str = pydantic.Field(min_length=1, max_length=60, pattern=r"^[^/]+$", title="名称")
    parent: str | None = pydantic.Field(
        default=None, max_length=300, title="上级分类",
        json_schema_extra=form(kind="choice", options_from="/api/tickets/options/categories", options_search=True,
                               help="导入时填上级的全称，如：市政/供水"),
    )  # fmt: skip


class CategoryView(RecordView):
    """A category."""

    name: str = pydantic.Field(title="名称")
    parent: str | None = pydantic.Field(title="上级分类编号")
    path: str = pydantic.Field(title="全称")
    initials: str = pydantic.Field(title="拼音首字母")


class Categories(Records[TicketCategoryRow, CategoryFields, CategoryView, RecordQuery]):
    """The service. Whoever registers or reads tickets reads all categories: they are the house's words."""

    table, fields, view, query = TicketCategoryRow, CategoryFields, CategoryView, RecordQuery
    kind: ClassVar[str] = "ticket_category"
    title: ClassVar[str] = "诉求分类"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    see: ClassVar[str] = "tickets.catalogue"
    edit_permission: ClassVar[str] = "tickets.catalogue"
    export_permission: ClassVar[str] = "tickets.catalogue"
    sort: ClassVar[str] = "path"

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        """Also in the order of the tree."""
        return {**super().sorts, "path": TicketCategoryRow.path}

    def limits(self, visitor: Visitor, query: RecordQuery) -> list[ColumnElement[bool]]:
        """By words or by letters."""
        return [_found_by(query.search)] if query.search else []

    async def values(
        self, session: AsyncSession, body: CategoryFields, row: TicketCategoryRow | None, organisation: str
    ) -> dict[str, Any]:
        """The path follows from the parent; a category cannot stand below itself."""
        parent, above = await self._parent(session, body.parent)
        if row is not None and (parent == row.id or f"{above}/".startswith(f"{row.path}/")):
            raise Invalid("circle", "不能放到自己下面", "parent")
        path = f"{above}/{body.name}" if above else body.name
        if path.count("/") >= DEEPEST:
            raise Invalid("too_deep", f"最多 {DEEPEST} 级", "parent")
        if await self.taken(session, row, TicketCategoryRow.path == path):
            raise Conflict("taken", f"已有“{path}”", "name")
        letters = await asyncio.to_thread(initials, body.name)
        return {"name": body.name, "parent": parent, "path": path, "initials": letters[:60]}

    async def _parent(self, session: AsyncSession, said: str | None) -> tuple[str | None, str]:
        """The parent by its id or its whole path; in a file it may stand in a row before."""
        if not said:
            return None, ""
        wanted = or_(TicketCategoryRow.id == said, TicketCategoryRow.path == said)
        found = await session.scalar(select(TicketCategoryRow).where(wanted, TicketCategoryRow.removed_at.is_(None)))
        if found is not None:
            return found.id, found.path
        drafts = drafts_of(session)
        if drafts is not None and drafts.has(("path", said)):
            return said, said
        raise Invalid("no_category", f"没有上级分类“{said}”", "parent")

    def left(self, row: TicketCategoryRow) -> Mapping[Hashable, str | None]:
        """Rows after it in a file may stand below it."""
        return {("path", row.path): row.path}

    async def follow(self, session: AsyncSession, row: TicketCategoryRow) -> None:
        """What stands below has another path, too."""
        below = select(TicketCategoryRow).where(TicketCategoryRow.parent == row.id)
        for one in (await session.scalars(below)).all():
            path = f"{row.path}/{one.name}"
            if one.path != path:
                one.path = path
                await session.flush()
                await self.follow(session, one)

    async def check_removed(self, session: AsyncSession, row: TicketCategoryRow) -> None:
        """What tickets, the dispatch catalogue or other categories need stays."""
        below = select(TicketCategoryRow.id).where(
            TicketCategoryRow.parent == row.id, TicketCategoryRow.removed_at.is_(None)
        )
        used = select(TicketRow.id).where(TicketRow.category == row.id, TicketRow.outcome == "")
        named = select(CatalogueRow.id).where(CatalogueRow.category == row.id, CatalogueRow.removed_at.is_(None))
        for wanted, detail in ((below, "还有下级分类"), (used, "还有未办结的工单"), (named, "派单目录中还有该分类")):
            if await session.scalar(wanted.limit(1)) is not None:
                raise Conflict("in_use", f"{detail}，不能删除")

    async def options(self, search: str) -> list[Choice]:
        """A few, to choose one from; by words or letters."""
        limits = [TicketCategoryRow.removed_at.is_(None), *([_found_by(search)] if search else [])]
        wanted = select(TicketCategoryRow).where(*limits).order_by(TicketCategoryRow.path).limit(OPTIONS)
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return [Choice(value=one.id, title=one.path) for one in rows]


def _found_by(text: str) -> ColumnElement[bool]:
    if text.isascii() and text.isalnum() and len(text) < 26:
        return TicketCategoryRow.initials.startswith(text.lower(), autoescape=True)
    return or_(TicketCategoryRow.id == text, TicketCategoryRow.path.contains(text, autoescape=True))
