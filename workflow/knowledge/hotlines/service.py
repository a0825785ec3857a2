"""Merged hotlines (归并热线): what they are called, how their table of knowledge is read, where it is filed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.imports.mapping import ColumnLine, checked, columns_form
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.references import Reference
from cti.office.screens import Choice, fields_of, form
from cti.office.sharing.rule import Way, within
from cti.office.tree.service import TreeReference
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE, CATEGORIES, UNITS, Categories
from workflow.knowledge.hotlines.article import HotlineArticle
from workflow.knowledge.hotlines.models import HotlineRow
from workflow.knowledge.models import ArticleRow, CategoryRow
from workflow.knowledge.views import AUDIENCES, Audience

SOURCES = f"{BASE}/hotlines"


class CategoryLine(pydantic.BaseModel):
    """A category of theirs."""

    theirs: str = pydantic.Field(min_length=1, max_length=300, title="原分类")
    ours: str = pydantic.Field(
        min_length=1, max_length=700, title="本系统归口",
        json_schema_extra=form(help="完整路径，如 社会保障/养老保险"),
    )  # fmt: skip


class HotlineFields(Body):
    """A hotline, and how its table is read."""

    name: str = pydantic.Field(min_length=2, max_length=60, title="名称", json_schema_extra=form(help="如：人社热线"))
    number: str = pydantic.Field(
        max_length=20, pattern=r"^[\d-]{3,20}$", title="热线号码",
        json_schema_extra=form(help="如：12333", wrong="应为热线号码，如 12333"),
    )  # fmt: skip
    unit: str = pydantic.Field(
        default="", max_length=40, title="责任单位", json_schema_extra=form(help="表中没有写明时；空为本单位")
    )
    audience: Audience = pydantic.Field(
        default="inside", title="使用范围", json_schema_extra=form(options=AUDIENCES, help="表中没有写明时")
    )
    category: str = pydantic.Field(
        default="", max_length=700, title="归入的归口",
        json_schema_extra=form(help="原分类没有对照、也没有同名归口的知识归入这里"),
    )  # fmt: skip
    keep_tree: bool = pydantic.Field(
        default=False, title="按原分类建立下级归口",
        json_schema_extra=form(help="原分类如 养老保险/待遇领取，在归入的归口下逐级建立"),
    )  # fmt: skip
    columns: list[ColumnLine] = pydantic.Field(
        default=[], max_length=30, title="列对照", json_schema_extra=columns_form(HotlineArticle)
    )
    categories: list[CategoryLine] = pydantic.Field(
        default=[], max_length=1000, title="分类对照", json_schema_extra=form(kind="rows", rows=fields_of(CategoryLine))
    )


class HotlineView(RecordView):
    """A hotline; `articles` counts what came from it and is there."""

    name: str = pydantic.Field(title="名称", json_schema_extra=form(width=200))
    number: str = pydantic.Field(title="热线号码", json_schema_extra=form(width=110))
    unit: str = pydantic.Field(title="责任单位", json_schema_extra=form(none="本单位"))
    audience: str = pydantic.Field(title="使用范围", json_schema_extra=form(options=AUDIENCES))
    category: str = pydantic.Field(title="归入的归口", json_schema_extra=form(none=""))
    keep_tree: bool = pydantic.Field(title="按原分类建立下级归口")
    columns: list[ColumnLine] = pydantic.Field(title="列对照")
    categories: list[CategoryLine] = pydantic.Field(title="分类对照")
    articles: int = pydantic.Field(default=0, title="知识", json_schema_extra=form(width=90))
    live: int = pydantic.Field(default=0, title="已上架", json_schema_extra=form(width=90))


class Hotlines(Records[HotlineRow, HotlineFields, HotlineView, RecordQuery]):
    """The service. Those of the regions above are known to a county's readers, too."""

    table, fields, view, query = HotlineRow, HotlineFields, HotlineView, RecordQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge_hotline"
    title: ClassVar[str] = "归并热线"
    see: ClassVar[str] = rules.MANAGE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.MANAGE
    refs: ClassVar[Mapping[str, Reference]] = {"unit": UNITS, "category": TreeReference(Categories, CATEGORIES)}
    unasked: ClassVar[tuple[str, ...]] = ("articles", "live")
    screen: ClassVar[str] = "knowledge_hotlines"

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """To read also those of the regions above."""
        return rules.with_above(super().ways(visitor, permission, writing=writing), self.table, visitor, writing)

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the name, or by the number."""
        return HotlineRow.name.contains(text, autoescape=True) | HotlineRow.number.startswith(text, autoescape=True)

    async def values(
        self, session: AsyncSession, body: HotlineFields, row: HotlineRow | None, organisation: str
    ) -> dict[str, Any]:
        """A name once in an organisation; each field has one column, each category of theirs one of ours."""
        faults, ours = Faults(), list[dict[str, str]]()
        with faults.gathered():
            checked(HotlineArticle, body.columns)
        for theirs, count in Counter(one.theirs for one in body.categories).items():
            with faults.gathered():
                if count > 1:
                    raise Invalid("twice", f"“{theirs}”写了两次", "categories")
        for line in body.categories:
            with faults.gathered():
                ours.append({"theirs": line.theirs, "ours": await self._path(session, line.ours)})
        if await self.taken(session, row, HotlineRow.name == body.name, HotlineRow.organisation == organisation):
            raise Conflict("taken", "已有同名的归并热线", "name")
        faults.refuse()
        said = body.model_dump(include=set(HotlineFields.model_fields))
        return {**said, "categories": ours}

    @staticmethod
    async def _path(session: AsyncSession, said: str) -> str:
        """The path of a category, as people write it. Invalid where there is none."""
        known = CategoryRow.removed_at.is_(None), CategoryRow.off.is_(False)
        found = await session.scalar(select(CategoryRow.path).where(CategoryRow.path == said, *known).limit(1))
        if found is None:
            raise Invalid("no_category", f"没有归口“{said}”，请写完整路径", "categories")
        return found

    async def check_removed(self, session: AsyncSession, row: HotlineRow) -> None:
        """What came from it still says so."""
        own = ArticleRow.hotline == row.id, ArticleRow.removed_at.is_(None)
        if count := await session.scalar(select(func.count()).select_from(ArticleRow).where(*own)):
            raise Conflict("in_use", f"还有 {count} 条知识来自该热线")

    async def complete(self, session: AsyncSession, visitor: Visitor, rows: Any, views: Any) -> None:
        """And how many articles came from each."""
        await super().complete(session, visitor, rows, views)
        own = ArticleRow.hotline.in_([row.id for row in rows]), ArticleRow.removed_at.is_(None)
        live = func.count().filter(ArticleRow.state == "live")
        wanted = select(ArticleRow.hotline, func.count(), live).where(*own).group_by(ArticleRow.hotline)
        counts = {id: (every, shown) for id, every, shown in (await session.execute(wanted)).tuples()}
        for view in views:
            view.articles, view.live = counts.get(view.id, (0, 0))

    async def choices(self, visitor: Visitor) -> list[Choice]:
        """Those of the visitor, and of the regions above, to choose from."""
        wanted = select(HotlineRow.id, HotlineRow.name, HotlineRow.number).where(
            HotlineRow.removed_at.is_(None), within(rules.of_the_house(HotlineRow, visitor))
        )
        async with self.office.store.reading() as session:
            found = (await session.execute(wanted.order_by(HotlineRow.number, HotlineRow.name))).tuples().all()
        return [Choice(value=id, title=f"{name} {number}") for id, name, number in found]
