"""Mappings that are kept under a name: which column of an old system is which of our fields, and its words ours."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.screens import Choice, form
from cti.office.screens.forms import fields_of
from workflow.tickets.models import ImportMappingRow
from workflow.tickets.outside.imports.old_ticket import FIELDS, TITLES

IMPORT = "tickets.import"


class ColumnLine(pydantic.BaseModel):
    """A column of theirs."""

    field: str = pydantic.Field(title="本系统字段", json_schema_extra=form(kind="choice", options=TITLES))
    column: str = pydantic.Field(min_length=1, max_length=80, title="原系统列名")


class WordLine(pydantic.BaseModel):
    """A word of theirs."""

    field: str = pydantic.Field(title="本系统字段", json_schema_extra=form(kind="choice", options=TITLES))
    theirs: str = pydantic.Field(min_length=1, max_length=80, title="原系统取值")
    ours: str = pydantic.Field(max_length=80, title="本系统取值")


class MappingFields(Body):
    """Which column of an old system's table stands in which field."""

    title: str = pydantic.Field(
        min_length=2, max_length=60, title="名称", json_schema_extra=form(help="如：旧热线系统")
    )
    columns: list[ColumnLine] = pydantic.Field(
        default=[], max_length=60, title="列对照",
        json_schema_extra=form(kind="rows", rows=fields_of(ColumnLine), help="列名与字段名相同的不用填写"),
    )  # fmt: skip
    words: list[WordLine] = pydantic.Field(
        default=[], max_length=500, title="取值对照",
        json_schema_extra=form(kind="rows", rows=fields_of(WordLine), help="如 诉求类型：投诉举报 → 投诉"),
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
        twice = [one for one, count in Counter(line.field for line in body.columns).items() if count > 1]
        if twice:
            raise Invalid("twice", f"字段“{TITLES.get(twice[0], twice[0])}”有两列", "columns")
        named = [*(line.field for line in body.columns), *(line.field for line in body.words)]
        if unknown := [one for one in named if one not in FIELDS]:
            raise Invalid("no_field", f"没有字段“{unknown[0]}”", "columns")
        words = [{**line.model_dump(), "ours": _ours(line)} for line in body.words]
        mine = ImportMappingRow.title == body.title, ImportMappingRow.organisation == organisation
        if await self.taken(session, row, *mine):
            raise Conflict("taken", "已有同名的导入对照", "title")
        return {"title": body.title, "columns": [one.model_dump() for one in body.columns], "words": words}

    async def choices(self, visitor: Visitor) -> list[Choice]:
        """Those of the visitor, to choose from."""
        found = await self.find(visitor, RecordQuery(size=500))
        return [Choice(value=one.id, title=one.title) for one in found.items]


def _ours(line: WordLine) -> str:
    """Our word, as people read it. Invalid where the field has no such choice."""
    options = {option.value: option.title for option in FIELDS[line.field].options}
    ours = options.get(line.ours, line.ours)
    if options and ours not in options.values():
        said = "、".join(options.values())
        raise Invalid("no_choice", f"“{TITLES[line.field]}”没有取值“{line.ours}”（可用：{said}）", "words")
    return ours
