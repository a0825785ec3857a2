"""Two modules as plugins write them: categories in a tree, and slips that point to them and to people."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pydantic
from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti.base.http.routes import Body
from cti.office.records import Record, RecordQuery, Records, RecordView
from cti.office.references import PEOPLE
from cti.office.sharing import Shared
from cti.office.tree.models import TreeRecord
from cti.office.tree.service import TreeRecords, TreeReference
from cti.office.tree.views import TreeFields, TreeQuery, TreeView
from cti.store.columns import UtcDateTime


class Own(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012


class CategoryRow(TreeRecord, Own):
    """A category."""

    __tablename__ = "categories"


class Categories(TreeRecords[CategoryRow, TreeFields, TreeView, TreeQuery]):
    table, fields, view, query = CategoryRow, TreeFields, TreeView, TreeQuery
    kind: ClassVar[str] = "category"
    title: ClassVar[str] = "类别"
    see: ClassVar[str] = "slips.see"
    edit_permission: ClassVar[str] = "slips.edit"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)


class SlipRow(Record, Own):
    """A slip."""

    __tablename__ = "slips"
    title: Mapped[str] = mapped_column(String(40), doc="标题")
    category: Mapped[str] = mapped_column(String(26), doc="类别")
    handler: Mapped[str] = mapped_column(String(26), doc="经办人")


class SlipFields(Body):
    title: str = pydantic.Field(title="标题")
    category: str = pydantic.Field(default="", title="类别")
    handler: str = pydantic.Field(default="", title="经办人")


class SlipView(RecordView):
    title: str = pydantic.Field(title="标题")
    category: str = pydantic.Field(title="类别")
    handler: str = pydantic.Field(title="经办人")


class SlipQuery(RecordQuery):
    category: str = ""


class Slips(Records[SlipRow, SlipFields, SlipView, SlipQuery]):
    table, fields, view, query = SlipRow, SlipFields, SlipView, SlipQuery
    kind: ClassVar[str] = "slip"
    title: ClassVar[str] = "单据"
    see: ClassVar[str] = "slips.see"
    edit_permission: ClassVar[str] = "slips.edit"
    refs: ClassVar = {"category": TreeReference(Categories, "/api/categories/tree"), "handler": PEOPLE}

    async def values(
        self, session: AsyncSession, body: SlipFields, row: SlipRow | None, organisation: str
    ) -> dict[str, Any]:
        return body.model_dump(exclude={"version"})
