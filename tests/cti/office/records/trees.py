"""A module of records as plugins write them: trees, each with a tag that no other has, and a secret owner's number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import JSON, ColumnElement, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column

from cti.base.http.routes import Body
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.identity.masking import shown_number
from cti.office.numbering import Numbered
from cti.office.records import Record, RecordQuery, Records, RecordView
from cti.office.screens import form
from cti.store.columns import BlindIndex, EncryptedText, UtcDateTime
from cti.store.listing import starts_with

KINDS = {"oak": "橡树", "elm": "榆树"}


class Own(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012


class TreeRow(Record, Own):
    __tablename__ = "trees"

    no: Mapped[str] = mapped_column(String(20), doc="登记号")
    tag: Mapped[str] = mapped_column(String(20), doc="牌号")
    kind: Mapped[str] = mapped_column(String(20), doc="树种")
    planted: Mapped[date | None] = mapped_column(doc="种植日期")
    number: Mapped[str] = mapped_column(EncryptedText, doc="电话")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="电话索引")
    marks: Mapped[list[str]] = mapped_column(JSON, doc="标记")


class TreeFields(Body):
    tag: str = pydantic.Field(min_length=1, max_length=20, title="牌号")
    kind: Literal["oak", "elm"] = pydantic.Field(title="树种", json_schema_extra=form(options=KINDS))
    planted: date | None = pydantic.Field(default=None, title="种植日期")
    number: str = pydantic.Field(default="", max_length=20, title="电话", json_schema_extra=form(kind="phone"))
    marks: list[str] = pydantic.Field(default=[], title="标记")
    organisation: str | None = pydantic.Field(default=None, max_length=40, title="机构")


class TreeView(RecordView):
    no: str = pydantic.Field(title="登记号")
    tag: str = pydantic.Field(title="牌号")
    kind: str = pydantic.Field(title="树种", json_schema_extra=form(kind="choice", options=KINDS))
    planted: date | None = pydantic.Field(title="种植日期")
    number: str = pydantic.Field(title="电话", json_schema_extra=form(kind="phone"))
    marks: list[str] = pydantic.Field(title="标记")


class TreeQuery(RecordQuery):
    kind: str = ""


class Trees(Records[TreeRow, TreeFields, TreeView, TreeQuery]):
    table, fields, view, query = TreeRow, TreeFields, TreeView, TreeQuery
    kind: ClassVar[str] = "tree"
    title: ClassVar[str] = "树"
    see: ClassVar[str] = "trees.see"
    edit_permission: ClassVar[str] = "trees.edit"
    masked: ClassVar[tuple[str, ...]] = ("number",)
    numbered: ClassVar[Numbered] = Numbered("no", "T{region}{serial:04}")

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        return {**super().sorts, "tag": TreeRow.tag}

    def limits(self, visitor: Visitor, query: TreeQuery) -> list[ColumnElement[bool]]:
        found = [TreeRow.kind == query.kind] if query.kind else []
        return [*found, starts_with(TreeRow.tag, query.search)] if query.search else found

    async def values(
        self, session: AsyncSession, body: TreeFields, row: TreeRow | None, organisation: str
    ) -> dict[str, Any]:
        number = Number.parse(body.number)
        if body.number and not number.digits:
            raise Invalid("number", "号码不正确", "number")
        if await self.taken(session, row, TreeRow.tag == body.tag):
            raise Conflict("taken", "牌号已被使用", "tag")
        return {**body.model_dump(exclude={"organisation", "version"}), "number": number.digits}

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"number_index": values["number"]} if "number" in values else {}

    def words(self, visitor: Visitor, row: TreeRow) -> dict[str, Any]:
        return {"number": shown_number(visitor, Number.parse(row.number)) if row.number else ""}

    async def check_restored(self, session: AsyncSession, row: TreeRow) -> None:
        if await self.taken(session, row, TreeRow.tag == row.tag):
            raise Conflict("taken", "牌号已被使用", "tag")
