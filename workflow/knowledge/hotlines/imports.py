"""Imports of merged hotlines' tables: see `cti.office.imports`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pydantic
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.imports.reader import TableReader
from cti.office.imports.service import ImportRuns, Origins
from cti.office.imports.table import ImportFaultLine
from cti.office.imports.views import Cells, ImportRunView
from cti.office.jobs.service import Jobs
from cti.office.parts import Files
from cti.office.records import Office, RecordQuery
from cti.office.records.parts import RecordPart
from cti.office.references import Reference
from cti.office.screens import form
from cti.office.search import service as search
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE, Categories
from workflow.knowledge.hotlines import folder
from workflow.knowledge.hotlines.article import Reader
from workflow.knowledge.hotlines.filing import Filing
from workflow.knowledge.hotlines.folder import FolderReader
from workflow.knowledge.hotlines.models import HotlineImportFaultRow, HotlineImportRow, HotlineRow, OriginRow
from workflow.knowledge.hotlines.names import HOTLINES
from workflow.knowledge.hotlines.taking import Taking
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.service import Articles

IMPORTS = f"{BASE}/imports"


class HotlineImportFields(Body):
    """What is said of an import."""

    title: str = pydantic.Field(min_length=2, max_length=120, title="名称")
    hotline: str = pydantic.Field(min_length=1, max_length=60, title="来源热线")


class HotlineImportView(ImportRunView):
    """An import and how far it is."""

    hotline: str = pydantic.Field(title="来源热线", json_schema_extra=form(width=140))
    good: int = pydantic.Field(title="新增", json_schema_extra=form(width=64))
    changed: int = pydantic.Field(title="更新", json_schema_extra=form(width=64))
    again: int = pydantic.Field(title="未变", json_schema_extra=form(width=64))
    bad: int = pydantic.Field(title="有误", json_schema_extra=form(width=64))


class HotlineImportQuery(RecordQuery):
    """Also of one hotline."""

    hotline: str = pydantic.Field(default="", max_length=26)


class HotlineImports(ImportRuns[HotlineImportRow, HotlineImportFields, HotlineImportView]):
    """Imports, each a job behind everything else."""

    table, fields, view, query = HotlineImportRow, HotlineImportFields, HotlineImportView, HotlineImportQuery
    faults_table: ClassVar[type[ImportFaultLine]] = HotlineImportFaultRow
    parts: ClassVar[tuple[RecordPart, ...]] = (Files(),)
    reader: ClassVar[type[TableReader[Any]]] = Reader
    origins: ClassVar[Origins] = Origins(OriginRow, OriginRow.made, OriginRow.origin, "条", "已有后续处理")
    kind: ClassVar[str] = "knowledge_import"
    title: ClassVar[str] = "归并知识导入"
    see: ClassVar[str] = rules.MANAGE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.MANAGE
    refs: ClassVar[Mapping[str, Reference]] = {"hotline": HOTLINES}
    counted: ClassVar[tuple[str, ...]] = ("good", "changed", "again", "bad")
    job_name: ClassVar[str] = "knowledge.import"
    file_title: ClassVar[str] = "一个表格（.xlsx 或 .csv），或一个文件夹的压缩包（.zip）"
    batch: ClassVar[int] = 10
    rest: ClassVar[float] = 1.0
    screen: ClassVar[str] = "knowledge_imports"

    def __init__(self, office: Office, articles: Articles, categories: Categories, jobs: Jobs) -> None:
        super().__init__(office, articles, jobs)
        self._articles, self._categories = articles, categories

    async def values(
        self, session: AsyncSession, body: HotlineImportFields, row: HotlineImportRow | None, organisation: str
    ) -> dict[str, Any]:
        """Into the organisation that keeps the hotline."""
        hotline = await session.get(HotlineRow, body.hotline)
        if hotline is None or hotline.organisation != organisation or hotline.removed_at is not None:
            raise Invalid("no_hotline", "没有这个归并热线", "hotline")
        return self.began({"title": body.title, "hotline": hotline.id}, row)

    async def rows_in(self, file: Path) -> AsyncGenerator[Cells]:
        """Those of a table, or the documents of a packed folder."""
        is_folder = await asyncio.to_thread(folder.is_folder, file)
        async with aclosing(folder.read(file) if is_folder else super().rows_in(file)) as rows:
            async for one in rows:
                yield one

    async def size_of(self, file: Path) -> str:
        """The rows of a table, or the documents of a folder."""
        if await asyncio.to_thread(folder.is_folder, file):
            return f"共 {await asyncio.to_thread(folder.count, file)} 个文件"
        return await super().size_of(file)

    async def taking(self, visitor: Visitor, row: HotlineImportRow, heading: Sequence[str]) -> Taking:
        """As the hotline's table is read. NotAllowed for who may not write articles."""
        visitor.need(rules.WRITE)
        async with self.office.store.reading() as session:
            hotline = await session.get_one(HotlineRow, row.hotline)
        reader = FolderReader() if heading == folder.HEADING else Reader(heading, hotline.columns)
        owner = replace(visitor, organisation=row.organisation, region=row.region)
        filing = Filing(self._categories, owner, hotline)
        return Taking(self._articles, filing, owner, hotline, row.id, reader)

    async def stored(self, ids: Sequence[str]) -> None:
        """Their cases have begun."""
        self._articles.cases.done()
        await self._articles.changed(ids)

    async def ended(self, session: AsyncSession, row: HotlineImportRow) -> str:
        """What the hotline had before, and this table has no more."""
        gone = OriginRow.hotline == row.hotline, OriginRow.met != row.id
        count = 0 if row.dry else await session.scalar(select(func.count()).select_from(OriginRow).where(*gone))
        return f"此前导入、这次表中没有的知识 {count} 条，请核对是否下架" if count else ""

    async def forgotten(self, session: AsyncSession, row: HotlineImportRow, origin: OriginRow) -> str:
        """An article that is a draft as it came."""
        article = await session.get(ArticleRow, origin.article, with_for_update=True)
        if article is not None:
            if article.edition or article.stage != "draft" or article.version != origin.version:
                return ""
            for part in self._articles.parts:
                await part.purge(session, self._articles, [article.id])
            await self._articles.cases.forget(session, article.case)
            await search.forget(session, self._articles.kind, [article.id])
            await session.delete(article)
        await session.delete(origin)
        return origin.article
