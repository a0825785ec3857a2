"""Templates (知识模板): kept by managers, by hand or from an article; an editor begins a new article with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.references import Reference
from cti.office.rich.text import RichText
from cti.office.screens import form
from cti.office.sharing.rule import Way
from cti.office.tree.service import TreeReference
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE, CATEGORIES, Categories
from workflow.knowledge.models import TemplateRow
from workflow.knowledge.service import Articles
from workflow.knowledge.views import AUDIENCES, TYPES, ArticleView, Audience, BegunFields, Words

TEMPLATES = f"{BASE}/templates"
SOURCE = "模板 {}"
PICTURES = re.compile(r"<img[^>]*>")
"""Pictures belong to the article in which they stand, and do not go with its text."""


class TemplateFields(Body):
    """What an article begins with."""

    name: str = pydantic.Field(min_length=2, max_length=60, title="模板名称")
    purpose: str = pydantic.Field(
        default="", max_length=200, title="用途", json_schema_extra=form(help="什么样的知识用这个模板")
    )
    type: str = pydantic.Field(
        default="knowledge_text", max_length=60, title="知识类型", json_schema_extra=form(options_from=TYPES)
    )
    title: str = pydantic.Field(
        default="", max_length=190, title="标题样式",
        json_schema_extra=form(help="例如“……怎么办理”；空为模板名称", section="新知识的内容"),
    )  # fmt: skip
    category: str = pydantic.Field(default="", max_length=700, title="归口")
    audience: Audience = pydantic.Field(default="inside", title="使用范围", json_schema_extra=form(options=AUDIENCES))
    summary: str = pydantic.Field(default="", max_length=500, title="摘要", json_schema_extra=form(kind="long"))
    body: RichText = pydantic.Field(default="", title="内容", json_schema_extra=form(kind="rich"))
    keywords: Words = pydantic.Field(
        default=[], max_length=30, title="关键词和同义词", json_schema_extra=form(kind="tags")
    )
    used: bool = pydantic.Field(default=True, title="启用")


class TemplateView(RecordView):
    """A template."""

    name: str = pydantic.Field(title="模板名称", json_schema_extra=form(width=240))
    purpose: str = pydantic.Field(title="用途", json_schema_extra=form(none="", width=260))
    type: str = pydantic.Field(title="知识类型", json_schema_extra=form(hidden=True))
    type_title: str = pydantic.Field(title="类型")
    title: str = pydantic.Field(title="标题样式", json_schema_extra=form(none=""))
    category: str = pydantic.Field(title="归口", json_schema_extra=form(none="", width=170))
    audience: str = pydantic.Field(title="使用范围", json_schema_extra=form(options=AUDIENCES))
    summary: str = pydantic.Field(title="摘要", json_schema_extra=form(none=""))
    body: str = pydantic.Field(title="内容", json_schema_extra=form(kind="rich"))
    keywords: Words = pydantic.Field(title="关键词", json_schema_extra=form(kind="tags", none=""))
    used: bool = pydantic.Field(title="启用")


class TemplateQuery(RecordQuery):
    """Filters of the list."""

    category: str = pydantic.Field(default="", max_length=26)
    used: bool | None = None


class Templates(Records[TemplateRow, TemplateFields, TemplateView, TemplateQuery]):
    """The service. Those of the regions above hold for a county's editors, too."""

    table, fields, view, query = TemplateRow, TemplateFields, TemplateView, TemplateQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge_template"
    title: ClassVar[str] = "知识模板"
    see: ClassVar[str] = rules.WRITE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.MANAGE
    filters: ClassVar[tuple[str, ...]] = ("category", "used")
    broad: ClassVar[tuple[str, ...]] = ("used",)
    unasked: ClassVar[tuple[str, ...]] = ("type", "type_title")
    refs: ClassVar[Mapping[str, Reference]] = {"category": TreeReference(Categories, CATEGORIES)}
    screen: ClassVar[str] = "knowledge_templates"

    def __init__(self, office: Office, articles: Articles) -> None:
        super().__init__(office)
        self._articles = articles

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """To use also those of the regions above."""
        return rules.with_above(super().ways(visitor, permission, writing=writing), self.table, visitor, writing)

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the name or of what it is for."""
        return TemplateRow.name.contains(text, autoescape=True) | TemplateRow.purpose.contains(text, autoescape=True)

    async def values(
        self, session: AsyncSession, body: TemplateFields, row: TemplateRow | None, organisation: str
    ) -> dict[str, Any]:
        """A name once in an organisation, and a type that there is."""
        self._articles.types.check(body.type)
        same = TemplateRow.name == body.name, TemplateRow.organisation == organisation
        if await self.taken(session, row, *same):
            raise Conflict("taken", "已有同名的知识模板", "name")
        kept = row is not None and row.type == body.type
        said = body.model_dump(include=set(TemplateFields.model_fields))
        return said if kept else {**said, "details": {}}

    def words(self, visitor: Visitor, row: TemplateRow) -> dict[str, Any]:
        """The type in words."""
        return {"type_title": self._articles.types.title(row.type)}

    async def begin(self, visitor: Visitor, id: str) -> ArticleView:
        """A draft that begins as the template. NotFound; Conflict for one that is not used any more."""
        visitor.need(rules.WRITE)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
        if not row.used or row.removed_at is not None:
            raise Conflict("unused", "该知识模板已停用")
        body = BegunFields(
            type=row.type, title=row.title or row.name, category=row.category, audience=row.audience,
            summary=row.summary, body=row.body, keywords=row.keywords,
        )  # fmt: skip
        return await self._articles.begun(visitor, body, SOURCE.format(row.name), row.details)

    async def keep(self, visitor: Visitor, article: str, body: TemplateFields) -> TemplateView:
        """A template of what an article says but its pictures; `body` gives name and purpose. NotFound, Conflict."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self._articles.row(session, visitor, article)
            said = body.model_copy(
                update={
                    "type": row.type, "title": row.title[:190], "category": row.category, "audience": row.audience,
                    "summary": row.summary, "body": PICTURES.sub("", row.body), "keywords": row.keywords,
                }
            )  # fmt: skip
            made = await self.insert(session, visitor, said)
            made.details = row.details
            await session.flush()
            await self.audit(session, visitor, "added", made.id, after=self.told(made))
            (found,) = await self.shown_all(session, visitor, [made])
        await self.changed([made.id])
        return found
