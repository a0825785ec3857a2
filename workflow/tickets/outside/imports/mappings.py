"""Mappings that are kept under a name: which column of an old system is which of our fields, and its words ours."""

from __future__ import annotations

from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.imports.mapping import ColumnLine, WordLine, checked, columns_form, words_form
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.screens import Choice, form
from workflow.tickets.models import ImportMappingRow
from workflow.tickets.outside.imports.old_ticket import OldTicket

IMPORT = "tickets.import"


class MappingFields(Body):
    """Which column of an old system's table stands in which field."""

    title: str = pydantic.Field(
        min_length=2, max_length=60, title="名称", json_schema_extra=form(help="如：旧热线系统")
    )
    columns: list[ColumnLine] = pydantic.Field(
        default=[], max_length=60, title="列对照",
        json_schema_extra=columns_form(OldTicket),
    )  # fmt: skip
    words: list[WordLine] = pydantic.Field(
        default=[], max_length=500, title="取值对照",
        json_schema_extra=words_form(OldTicket, "如 诉求类型：投诉举报 → 投诉"),
    )  # fmt: skip


class MappingView(RecordView):
    """A mapping as lists and its page show it."""

    title: str = pydantic.Field(title="名称")
    columns: list[ColumnLine] = pydantic.Field(title="列对照")
    words: list[WordLine] = pydantic.Field(title="取值对照")


class ImportMappings(Records[ImportMappingRow, MappingFields, MappingView, RecordQuery]):
    """Kept mappings, by their names."""

    table, fields, view, query = ImportMappingRow, MappingFields, MappingView, RecordQuery
    kind: ClassVar[str] = "ticket_import_mapping"
    title: ClassVar[str] = "导入对照"
    see: ClassVar[str] = IMPORT
    edit_permission: ClassVar[str] = IMPORT
    export_permission: ClassVar[str] = IMPORT

    def limits(self, visitor: Visitor, query: RecordQuery) -> list[ColumnElement[bool]]:
        """By a part of the name."""
        return [ImportMappingRow.title.contains(query.search, autoescape=True)] if query.search else []

    async def values(
        self, session: AsyncSession, body: MappingFields, row: ImportMappingRow | None, organisation: str
    ) -> dict[str, Any]:
        """Each field has one column, each word of theirs one of ours, which the field takes."""
        columns, words = checked(OldTicket, body.columns, body.words)
        mine = ImportMappingRow.title == body.title, ImportMappingRow.organisation == organisation
        if await self.taken(session, row, *mine):
            raise Conflict("taken", "已有同名的导入对照", "title")
        return {"title": body.title, "columns": columns, "words": words}

    async def choices(self, visitor: Visitor) -> list[Choice]:
        """Those of the visitor, to choose from."""
        found = await self.find(visitor, RecordQuery(size=500))
        return [Choice(value=one.id, title=one.title) for one in found.items]
