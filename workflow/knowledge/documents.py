"""Documents (Word, Excel, PDF, text) taken in as drafts: read by a process apart, the original kept as the attachment.

What could not be taken along, such as pictures, stands in the draft's `source`; nothing is published by this.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import PurePath

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid, Refusal
from cti.base.visitor import Visitor
from cti.office.bulk.asking import BulkAnswer, Failure
from cti.office.files.service import Files
from cti.office.files.views import TextPreview
from cti.office.records import Office
from cti.office.rich.text import LONGEST, cleaned, plain
from cti.office.screens import form
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.service import Articles
from workflow.knowledge.views import AUDIENCES, ArticleFields, Audience

MOST = 20
"""Documents at once."""
_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4", "b": "strong", "i": "em"}


class DocumentsBody(Body):
    """Documents that were uploaded, and where their drafts are filed."""

    files: list[str] = pydantic.Field(min_length=1, max_length=MOST, title="文档")
    category: str = pydantic.Field(default="", max_length=26, title="归口")
    audience: Audience = pydantic.Field(default="inside", title="使用范围", json_schema_extra=form(options=AUDIENCES))


class Documents:
    """Takes them in, each on its own: one that cannot be read stops no other."""

    def __init__(self, office: Office, articles: Articles) -> None:
        self._office, self._articles = office, articles

    async def take_in(self, visitor: Visitor, body: DocumentsBody) -> BulkAnswer:
        """A draft for each; those that failed are named with the reason, and their drafts removed."""
        done, failed = 0, []
        for token in dict.fromkeys(body.files):
            try:
                await self._one(visitor, body, token)
                done += 1
            except Refusal as refusal:
                failed.append(Failure(id=token, detail=refusal.detail))
        return BulkAnswer(done=done, failed=failed)

    async def _one(self, visitor: Visitor, body: DocumentsBody, token: str) -> None:
        fields = ArticleFields(title="导入的文档", category=body.category, audience=body.audience)
        made = await self._articles.create(visitor, fields, {"files": {"files": [token]}})
        files = self._office.need(Files)
        async with self._office.store.reading() as session:
            (shown,) = await files.of(session, self._articles.kind, made.id)
            row = await files.one(session, self._articles.kind, made.id, shown.id)
            there = await self._number(session, visitor, await files.with_same_content(session, row))
        if there:
            await self._articles.remove(visitor, made.id)
            raise Conflict("taken_in", f"{row.name}：与知识 {there} 的原件相同，已导入过")
        try:
            preview = await files.text(row)
            text, report = article_of(preview)
        except (Conflict, Invalid) as refusal:
            await self._articles.remove(visitor, made.id)
            reason = refusal.detail.replace("，无法预览，请下载后查看", "")
            raise Conflict("not_read", f"{row.name}：{reason}，没有导入") from None
        name = " ".join(PurePath(row.name).stem.split())[:200]
        async with self._articles.changing() as session:
            await self._fill(session, visitor, made.id, name if len(name) > 1 else "导入的文档", text, report)
        await self._articles.changed([made.id])

    async def _number(self, session: AsyncSession, visitor: Visitor, ids: Sequence[str]) -> str:
        """The number of the first of these articles that is there for the visitor; empty when none is."""
        own = ArticleRow.id.in_(ids), ArticleRow.removed_at.is_(None), *self._articles.readable(visitor)
        return await session.scalar(select(ArticleRow.number).where(*own).order_by(ArticleRow.id).limit(1)) or ""

    async def _fill(self, session: AsyncSession, visitor: Visitor, id: str, title: str, text: str, report: str) -> None:
        row = await self._articles.row(session, visitor, id, lock=True)
        before = self._articles.told(row)
        values = {"title": title, "body": text, "source": f"文档导入：{report}"[:60]}
        await self._articles.apply(session, visitor, row, row.version, values)
        await self._articles.audit(session, visitor, "edited", id, before, self._articles.told(row))


def article_of(preview: TextPreview) -> tuple[str, str]:
    """The body of an article, and what was taken along and what not, in words. Conflict when empty or too long."""
    if preview.cut:
        raise Conflict("too_long", "内容过长，请拆分后导入")
    made = _marked(preview)
    pictures = made.count("<img")
    text = cleaned(re.sub(r"<img[^>]*>", "", made))
    if len(text) > LONGEST:
        raise Conflict("too_long", "内容过长，请拆分后导入")
    if not plain(text):
        raise Conflict("empty", "没有可以导入的文字（可能是扫描件）")
    said = [f"{text.count('<p>')} 段", *([f"表格 {tables} 个"] if (tables := text.count("<table")) else [])]
    if pictures:
        said.append(f"图片 {pictures} 张未导入，见附件")
    return text, "，".join(said)


def _marked(preview: TextPreview) -> str:
    match preview.kind:
        case "html":
            return re.sub(r"(</?)(h1|h5|h6|b|i)(?=[\s>])", lambda one: one[1] + _HEADINGS[one[2]], preview.html or "")
        case "sheets":
            return "".join(f"<h3>{html.escape(one.title)}</h3>{_table(one.rows)}" for one in preview.sheets or ())
    return preview.text or ""


def _table(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"
