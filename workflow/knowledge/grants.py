"""Sharing (知识共享, D6) of articles and whole categories with regions and units: granted, paused, cancelled, seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Page
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.identity.directory import load_organisations
from cti.office.records import Office, RecordPage, RecordQuery, Records, RecordView
from cti.office.records.kinds import RecordReference
from cti.office.references import Reference
from cti.office.screens import Choice, form
from cti.office.tree.service import TreeReference
from cti.store.listing import points_to
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE, CATEGORIES, Categories
from workflow.knowledge.models import ArticleRow, CategoryRow, GrantRow
from workflow.knowledge.service import Articles

GRANTS, WHOM, ARTICLE_OPTIONS = f"{BASE}/grants", f"{BASE}/options/whom", f"{BASE}/options/articles"
SORTS = {"region": "地区", "organisation": "单位"}
OFFERED = 60


class GrantFields(Body):
    """What is shared with whom: one article, or a category with all below it."""

    article: str = pydantic.Field(
        default="", max_length=200, title="知识", json_schema_extra=form(help="共享一条知识；共享整个归口时留空")
    )
    category: str = pydantic.Field(
        default="", max_length=700, title="归口", json_schema_extra=form(help="归口及其下级的知识，包括以后发布的")
    )
    whom: str = pydantic.Field(
        min_length=3, max_length=60, title="共享给",
        json_schema_extra=form(kind="choice", options_from=WHOM, options_search=True),
    )  # fmt: skip


class GrantView(RecordView):
    """What was shared with another organisation: an article, or a whole category."""

    article: str = pydantic.Field(title="知识", json_schema_extra=form(width=260, none="整个归口"))
    category: str = pydantic.Field(title="归口", json_schema_extra=form(width=160))
    sort: str = pydantic.Field(title="对象类别", json_schema_extra=form(options=SORTS))
    whom: str = pydantic.Field(title="共享对象", json_schema_extra=form(hidden=True))
    whom_title: str = pydantic.Field(default="", title="共享给", json_schema_extra=form(width=180))
    paused: bool = pydantic.Field(title="已暂停")


class GrantQuery(RecordQuery):
    """Filters of the list."""

    article: str = pydantic.Field(default="", max_length=26)
    category: str = pydantic.Field(default="", max_length=26)
    paused: bool | None = None


class Grants(Records[GrantRow, GrantFields, GrantView, GrantQuery]):
    """The service. Who manages an article or a category shares it; a sharing that is cancelled is a removed record."""

    table, fields, view, query = GrantRow, GrantFields, GrantView, GrantQuery
    kind: ClassVar[str] = "knowledge_grant"
    title: ClassVar[str] = "知识共享"
    see: ClassVar[str] = rules.MANAGE
    edit_permission: ClassVar[str] = rules.MANAGE
    filters: ClassVar[tuple[str, ...]] = ("article", "category", "paused")
    broad: ClassVar[tuple[str, ...]] = ("paused",)
    export_permission: ClassVar[str] = rules.MANAGE
    refs: ClassVar[Mapping[str, Reference]] = {
        "article": RecordReference(Articles, ARTICLE_OPTIONS, "title"),
        "category": TreeReference(Categories, CATEGORIES),
    }
    unasked: ClassVar[tuple[str, ...]] = ("whom", "whom_title")

    def __init__(self, office: Office, articles: Articles, categories: Categories) -> None:
        super().__init__(office)
        self._articles, self._categories = articles, categories

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the article's title or of the category's path."""
        titled = points_to(GrantRow.article, ArticleRow.title, text)
        return titled | points_to(GrantRow.category, CategoryRow.path, text)

    async def values(
        self, session: AsyncSession, body: GrantFields, row: GrantRow | None, organisation: str
    ) -> dict[str, Any]:
        """One thing, shared with somebody that there is, and not twice."""
        if row is not None:
            raise Conflict("not_edited", "共享不能修改，可以取消后重新共享")
        faults = Faults()
        if bool(body.article) == bool(body.category):
            faults.found(Invalid("one_of", "请选择一条知识，或一个归口", "article"))
        sort, _, whom = body.whom.partition(":")
        known = await load_organisations(session)
        there = sort == "region" and regions.exists(whom)
        if not there and not (sort == "organisation" and whom in known and not known[whom].closed):
            faults.found(Invalid("whom", "没有这个共享对象", "whom"))
        faults.refuse()
        said = {"article": body.article, "category": body.category, "sort": sort, "whom": whom}
        same = [getattr(GrantRow, key) == value for key, value in said.items()]
        if await self.taken(session, row, *same):
            raise Conflict("taken", "已经共享给该对象", "whom")
        return said | {"paused": False}

    async def resolved(
        self, session: AsyncSession, visitor: Visitor, body: GrantFields, row: GrantRow | None = None
    ) -> GrantFields:
        """What is shared must be his to manage, not only to read."""
        body = await super().resolved(session, visitor, body, row)
        for key, service in (("article", self._articles), ("category", self._categories)):
            if not (id := getattr(body, key)):
                continue
            limits: list[Any] = service.writable(visitor, rules.MANAGE)
            if await session.scalar(select(service.table.id).where(service.table.id == id, *limits)) is None:
                raise Invalid(f"no_{key}", f"您不能共享该{service.title}", key)
        return body

    def words(self, visitor: Visitor, row: GrantRow) -> dict[str, Any]:
        """A region in words; a unit's title follows in `complete`."""
        return {"whom_title": regions.title_of(row.whom) if row.sort == "region" else row.whom}

    async def complete(self, session: AsyncSession, visitor: Visitor, rows: Any, views: Any) -> None:
        """Also the titles of units."""
        await super().complete(session, visitor, rows, views)
        known = await load_organisations(session)
        for row, view in zip(rows, views, strict=True):
            if row.sort == "organisation" and row.whom in known:
                view.whom_title = known[row.whom].title

    def offered(self, row: GrantRow, writes: bool) -> list[str]:
        """It is paused, resumed and cancelled, not edited."""
        usual = [one for one in super().offered(row, writes) if one != "edit"]
        return [*usual, "resume" if row.paused else "pause"] if "remove" in usual else usual

    async def pause(self, visitor: Visitor, id: str, paused: bool) -> GrantView:
        """Let it count no more for the time being, or again. NotFound, Conflict."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.removed_at is not None:
                raise Conflict("removed", "该共享已取消")
            if row.paused != paused:
                await self.apply(session, visitor, row, row.version, {"paused": paused})
                await self.audit(session, visitor, "paused" if paused else "resumed", id, after=self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    async def of(self, visitor: Visitor, article: str, page: Page) -> RecordPage[GrantView]:
        """Those of an article that he may see. NotFound."""
        async with self.office.store.reading() as session:
            await self._articles.row(session, visitor, article)
        return await self.find(visitor, GrantQuery(article=article, page=page.page, size=page.size))

    async def partners(self, visitor: Visitor, search: str) -> list[Choice]:
        """With whom one may share: units, and the regions that units of the house are in."""
        async with self.office.store.reading() as session:
            known = [one for one in (await load_organisations(session)).values() if not one.closed]
        codes = sorted({one.region for one in known})
        offered = [
            *(Choice(value=f"region:{code}", title=f"{regions.title_of(code) or code}（地区）") for code in codes),
            *(Choice(value=f"organisation:{one.name}", title=f"{one.title}（单位）") for one in known),
        ]
        return [one for one in offered if search in one.title or search == one.value][:OFFERED]

    async def articles(self, visitor: Visitor, search: str) -> list[Choice]:
        """Articles that were approved once and that he manages, to choose one from."""
        limits = [*self._articles.readable(visitor, rules.MANAGE), ArticleRow.edition > 0]
        if search:
            titled = ArticleRow.title.contains(search, autoescape=True)
            limits.append(titled | (ArticleRow.id == search) | (ArticleRow.number == search.upper()))
        wanted = select(ArticleRow).where(*limits).order_by(ArticleRow.updated_at.desc(), ArticleRow.id).limit(20)
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return [Choice(value=one.id, title=f"{one.number} {one.title}") for one in rows]
