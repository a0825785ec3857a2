"""Approved editions of an article: listed, compared side by side with the one before or the draft, and brought back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Query
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.office.references import PEOPLE
from cti.office.rich import plain
from workflow.knowledge.models import ArticleRow, EditionRow
from workflow.knowledge.publishing import said_by
from workflow.knowledge.service import Articles
from workflow.knowledge.views import AUDIENCES, ArticleView


class EditionLine(pydantic.BaseModel):
    """An edition in the list."""

    id: str = pydantic.Field(title="编号")
    edition: int = pydantic.Field(title="版次")
    title: str = pydantic.Field(title="标题")
    written_by: str = pydantic.Field(title="采编人")
    approved_by: str = pydantic.Field(title="审核人")
    approved_at: datetime = pydantic.Field(title="审核时间")
    current: bool = pydantic.Field(title="当前版次")


Other = Literal["draft", "before"]
"""Beside what an edition is shown: the draft, or the edition before it."""


class OtherQuery(Query):
    """Beside what."""

    other: Other = "draft"


class Piece(pydantic.BaseModel):
    """What one of the fields says on the older side, and on the newer."""

    title: str
    then: str
    now: str


class EditionText(EditionLine):
    """An edition beside another text, field by field; texts with marks are told by what they say."""

    pieces: list[Piece]
    body: str = pydantic.Field(title="内容")


class Editions:
    """Reads editions, for who may read the article, and brings them back, for who may write it."""

    def __init__(self, office: Office, articles: Articles) -> None:
        self._office, self._articles = office, articles

    async def of(self, visitor: Visitor, id: str) -> list[EditionLine]:
        """All of an article, the newest first."""
        visitor.need(self._articles.see)
        async with self._office.store.reading() as session:
            row = await self._articles.row(session, visitor, id)
            rows = await self._of(session, id)
            people = {person for one in rows for person in (one.written_by, one.approved_by)}
            names = await PEOPLE.titles(session, visitor, people)
        return [EditionLine(**_line(one, row, dict(names))) for one in rows]

    async def one(self, visitor: Visitor, id: str, number: int, other: Other = "draft") -> EditionText:
        """One of them beside the draft, or what it changed in the one before it. NotFound."""
        visitor.need(self._articles.see)
        async with self._office.store.reading() as session:
            row = await self._articles.row(session, visitor, id)
            rows = {one.edition: one for one in await self._of(session, id)}
            if (found := rows.get(number)) is None:
                raise NotFound("no_edition", "没有这个版次")
            names = await PEOPLE.titles(session, visitor, {found.written_by, found.approved_by})
            before = rows.get(number - 1)
            then, now = self._said(found), self._said(row)
            if other == "before":
                then, now = self._said(before) if before is not None else {}, then
        pieces = [Piece(title=key, then=then.get(key, ""), now=now.get(key, "")) for key in {**then, **now}]
        return EditionText(**_line(found, row, dict(names)), body=found.body, pieces=pieces)

    async def bring_back(self, visitor: Visitor, id: str, number: int) -> ArticleView:
        """Put the texts of an edition into the draft: they count when they are approved again. Conflict, NotFound."""
        articles = self._articles
        visitor.need(articles.edit_permission)
        async with articles.changing() as session:
            row = await articles.row(session, visitor, id, lock=True)
            if row.stage != "draft" or row.removed_at is not None:
                raise Conflict("not_draft", "知识不在采编环节，请先选择“修改内容”")
            edition = await articles.publishing.edition(session, id, number)
            if edition is None:
                raise NotFound("no_edition", "没有这个版次")
            before = articles.told(row)
            await articles.apply(session, visitor, row, row.version, said_by(edition))
            await articles.publishing.files_back(session, edition)
            await articles.audit(session, visitor, "brought_back", id, before, articles.told(row))
            (found,) = await articles.shown_all(session, visitor, [row])
        await articles.changed([id])
        return found

    async def _of(self, session: AsyncSession, id: str) -> list[EditionRow]:
        wanted = select(EditionRow).where(EditionRow.article == id).order_by(EditionRow.edition.desc())
        return list((await session.scalars(wanted)).all())

    def _said(self, row: ArticleRow | EditionRow) -> dict[str, str]:
        types = self._articles.types
        return {
            "标题": row.title, "类型": types.title(row.type), "使用范围": AUDIENCES.get(row.audience, row.audience),
            "摘要": row.summary, "内容": plain(row.body),
            **{one.title: one.text for one in types.lines(row.type, row.details)},
            "关键词": "、".join(row.keywords), "常见问法": "\n".join(row.questions), "联系方式": row.contact,
        }  # fmt: skip


def _line(one: EditionRow, row: ArticleRow, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": one.id, "edition": one.edition, "title": one.title, "written_by": names.get(one.written_by, ""),
        "approved_by": names.get(one.approved_by, ""), "approved_at": one.approved_at,
        "current": one.edition == row.edition and row.state == "live",
    }  # fmt: skip
