"""Documents (Word, Excel, PDF, text) taken in as drafts: read by a process apart, the original kept as the attachment.

Each is looked at first: what it becomes, whether it is there already, why it cannot be read. What could not be taken
along stands in the draft's `source`; nothing is published by this.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import PurePath
from typing import Annotated

import pydantic
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid, Refusal
from cti.base.visitor import Visitor
from cti.office.files.putting import put_bytes
from cti.office.files.service import Files
from cti.office.files.uploads import Token
from cti.office.records import Office
from cti.office.screens import form
from workflow.knowledge.categories import Categories
from workflow.knowledge.documents.chapters import MOST_CHAPTERS, Chapter, chapters_of, of_chapter, whole_of
from workflow.knowledge.documents.text import DocumentText
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.service import Articles
from workflow.knowledge.views import ARTICLES, AUDIENCES, ArticleFields, Audience

NO_NAME, PICTURE = "导入的文档", "图{}"
Upload = Annotated[str, pydantic.Field(pattern=Token, title="文档")]


class LookedAt(Body):
    """A document that was uploaded; `folder` is where it lay, with `/` between, such as 社会保障/公积金."""

    file: Upload
    folder: str = pydantic.Field(default="", max_length=700, title="文件夹")


class DocumentFields(Body):
    """A document that was uploaded, and the draft that it becomes; of one with chapters, one of them after the other.

    `original` keeps the document as the draft's attachment; of chapters the last one keeps it, which ends the import.
    """

    file: Upload
    chapter: int = pydantic.Field(default=0, ge=0, le=MOST_CHAPTERS, title="章节")
    original: bool = pydantic.Field(default=True, title="保留原件")
    title: str = pydantic.Field(default="", max_length=200, title="标题")
    category: str = pydantic.Field(default="", max_length=26, title="归口")
    audience: Audience = pydantic.Field(default="inside", title="使用范围", json_schema_extra=form(options=AUDIENCES))


class ChapterPreview(pydantic.BaseModel):
    """What a chapter would become; `titled` names an article of the same title."""

    title: str
    report: str
    excerpt: str
    titled: str


class DocumentPreview(pydantic.BaseModel):
    """What a document would become. `differs`: not all of it, as `report` counts. `wrong` says why it cannot.

    `same` names the article that has the same original, `titled` one of the same title. A document that is longer than
    an article has `chapters`, each of which becomes one.
    """

    file: str
    title: str
    category: str
    path: str
    report: str
    differs: bool
    excerpt: str
    same: str
    titled: str
    wrong: str
    chapters: list[ChapterPreview] = []


class TakenIn(pydantic.BaseModel):
    """The draft that a document became; `version` is for who takes it back."""

    id: str
    number: str
    title: str
    report: str
    version: int


class Documents:
    """Takes them in, each on its own: one that cannot be read stops no other."""

    def __init__(self, office: Office, articles: Articles, categories: Categories) -> None:
        self._office, self._articles, self._categories = office, articles, categories

    async def look(self, visitor: Visitor, asked: LookedAt) -> DocumentPreview:
        """What it would become; nothing is made. NotFound for an upload that is not the visitor's."""
        visitor.need(self._articles.edit_permission)
        files = self._office.need(Files)
        row = await files.uploads.whole(visitor, asked.file)
        title, text, wrong, chapters = _titled(row.name), None, "", list[Chapter]()
        try:
            preview = await files.text_of_upload(row)
            # A book is a second's work.
            chapters = await asyncio.to_thread(chapters_of, preview)
            text = await asyncio.to_thread(whole_of, chapters, preview)
        except (Conflict, Invalid) as refusal:
            wrong = _reason(refusal)
        async with self._office.store.reading() as session:
            same = await self._same(session, visitor, row.sha256)
            titles = [of_chapter(title, one.title) for one in chapters] if len(chapters) > 1 else [title]
            numbers = await self._numbers(session, visitor, titles)
            category, path = await self._categories.ending(session, visitor, asked.folder)
        return DocumentPreview(
            file=asked.file, title=title, category=category, path=path, report=text.report if text else "",
            differs=text is not None and text.differs, excerpt=text.excerpt if text else "",
            same=same, titled=numbers.get(title, ""), wrong=wrong,
            chapters=[
                ChapterPreview(
                    title=name, report=one.text.report, excerpt=one.text.excerpt, titled=numbers.get(name, "")
                )
                for name, one in zip(titles, chapters, strict=True)
            ] if len(chapters) > 1 else [],
        )  # fmt: skip

    async def take_in(self, visitor: Visitor, body: DocumentFields) -> TakenIn:
        """A draft of it. Conflict for what cannot be read or was taken in before: then nothing is made."""
        visitor.need(self._articles.edit_permission)
        files = self._office.need(Files)
        row = await files.uploads.whole(visitor, body.file)
        try:
            chapters = await asyncio.to_thread(chapters_of, await files.text_of_upload(row))
        except (Conflict, Invalid) as refusal:
            raise Conflict("not_read", f"{row.name}：{_reason(refusal)}，没有导入") from None
        if body.chapter >= len(chapters):
            raise Invalid("no_chapter", "没有这个章节，请重新选择文档", "chapter")
        chapter = chapters[body.chapter]
        text = chapter.text
        async with self._office.store.reading() as session:
            if there := await self._same(session, visitor, row.sha256):
                raise Conflict("taken_in", f"{row.name}：与知识 {there} 的原件相同，已导入过")
        title = " ".join(body.title.split()) or of_chapter(_titled(row.name), chapter.title)
        fields = ArticleFields(title=title, category=body.category, audience=body.audience)
        tokens = [*([body.file] if body.original else ()), *await self._pictures(visitor, text)]
        made = await self._articles.create(visitor, fields, {"files": {"files": tokens}})
        async with self._articles.changing() as session:
            shown = await files.of(session, self._articles.kind, made.id)
            names = {PurePath(one.name).stem: one.id for one in shown if one.sha256 != row.sha256}
            at = f"{ARTICLES}/{made.id}/files"
            paths = {
                number: f"{at}/{names[name]}/content?inline=true"
                for number in range(len(text.pictures)) if (name := PICTURE.format(number + 1)) in names
            }  # fmt: skip
            await self._fill(session, visitor, made.id, text.body(paths), text.report)
        await self._articles.changed([made.id])
        found = await self._articles.get(visitor, made.id)
        return TakenIn(id=found.id, number=found.number, title=found.title, report=text.report, version=found.version)

    async def _pictures(self, visitor: Visitor, text: DocumentText) -> list[str]:
        """Upload its pictures, as if he had chosen them himself; returns their tokens."""
        uploads, tokens = self._office.need(Files).uploads, []
        for number, one in enumerate(text.pictures, 1):
            tokens.append(await put_bytes(uploads, visitor, f"{PICTURE.format(number)}.{one.type}", one.data))
        return tokens

    async def _same(self, session: AsyncSession, visitor: Visitor, sha256: str) -> str:
        there = await self._office.need(Files).records_with(session, self._articles.kind, sha256)
        return await self._number(session, visitor, ArticleRow.id.in_(there)) if there else ""

    async def _number(self, session: AsyncSession, visitor: Visitor, *limits: ColumnElement[bool]) -> str:
        """The number of the first of these articles that is there for the visitor; empty when none is."""
        own = *limits, ArticleRow.removed_at.is_(None), *self._articles.readable(visitor)
        return await session.scalar(select(ArticleRow.number).where(*own).order_by(ArticleRow.id).limit(1)) or ""

    async def _numbers(self, session: AsyncSession, visitor: Visitor, titles: Sequence[str]) -> dict[str, str]:
        """The numbers of articles with these titles that are there for the visitor."""
        own = ArticleRow.title.in_(titles), ArticleRow.removed_at.is_(None), *self._articles.readable(visitor)
        wanted = select(ArticleRow.title, ArticleRow.number).where(*own).order_by(ArticleRow.id.desc())
        return dict((await session.execute(wanted)).tuples().all())

    async def _fill(self, session: AsyncSession, visitor: Visitor, id: str, text: str, report: str) -> None:
        row = await self._articles.row(session, visitor, id, lock=True)
        before = self._articles.told(row)
        values = {"body": text, "source": f"文档导入：{report}"[:60]}
        await self._articles.apply(session, visitor, row, row.version, values)
        await self._articles.audit(session, visitor, "edited", id, before, self._articles.told(row))


def _titled(name: str) -> str:
    title = " ".join(PurePath(name).stem.split())[:200]
    return title if len(title) > 1 else NO_NAME


def _reason(refusal: Refusal) -> str:
    return refusal.detail.replace("，无法预览，请下载后查看", "")
