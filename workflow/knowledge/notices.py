"""The maintenance notices (知识维护公告, D18): what happened to articles from their publishing to their withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.references import Reference
from cti.office.screens import form
from cti.office.screens.description import Tone
from cti.office.sharing.rule import Way
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE, UNITS
from workflow.knowledge.models import NoticeRow
from workflow.knowledge.published import NotFilled
from workflow.knowledge.views import AUDIENCES

NOTICES = f"{BASE}/notices"
WHATS = {
    "published": "上架", "changed": "内容变更", "withdrawn": "下架", "expired": "到期下架",
    "unconfirmed": "逾期未确认下架", "confirmed": "确认有效", "refiled": "归口变更",
}  # fmt: skip
TONES: dict[str, Tone] = {
    "published": "ready", "changed": "talk", "withdrawn": "ring", "expired": "ring", "unconfirmed": "ring",
}  # fmt: skip


class NoticeView(RecordView):
    """What happened with an article, as the notices show it."""

    article: str = pydantic.Field(title="知识", json_schema_extra=form(hidden=True))
    number: str = pydantic.Field(title="知识编号", json_schema_extra=form(width=215))
    name: str = pydantic.Field(title="知识标题", json_schema_extra=form(width=260))
    audience: str = pydantic.Field(title="使用范围", json_schema_extra=form(options=AUDIENCES))
    unit: str = pydantic.Field(title="责任单位", json_schema_extra=form(width=150))
    what: str = pydantic.Field(title="事项", json_schema_extra=form(options=WHATS, tones=TONES))
    edition: int = pydantic.Field(title="版次")
    words: str = pydantic.Field(title="说明", json_schema_extra=form(width=180))
    created_at: datetime = pydantic.Field(title="时间")
    created_by: str = pydantic.Field(default="", title="经办人", json_schema_extra=form(none="系统", width=110))


class NoticeQuery(RecordQuery):
    """Filters of the list."""

    what: str = pydantic.Field(default="", max_length=12)
    unit: str = pydantic.Field(default="", max_length=40)
    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


class Notices(Records[NoticeRow, NotFilled, NoticeView, NoticeQuery]):
    """The service. Nobody writes them; who reads articles of a region reads what happened to them."""

    table, fields, view, query = NoticeRow, NotFilled, NoticeView, NoticeQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge_notice"
    title: ClassVar[str] = "知识维护公告"
    filters: ClassVar[tuple[str, ...]] = ("what", "unit")
    period: ClassVar[str] = "created_at"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.EXPORT
    sort: ClassVar[str] = "-created_at"
    tallied: ClassVar[tuple[str, ...]] = ("what",)
    refs: ClassVar[Mapping[str, Reference]] = {"unit": UNITS}
    unasked: ClassVar[tuple[str, ...]] = ("article",)

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """Those of one's reach, of one's region, and of those above it."""
        if writing or not visitor.may(permission):
            return []
        own: Way = [*visitor.reach(permission).limits(NoticeRow)]
        return [own] if not own else [own, rules.from_above(NoticeRow, visitor)]

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the name or the whole number."""
        return NoticeRow.name.contains(text, autoescape=True) | (NoticeRow.number == text.upper())

    async def values(
        self, session: AsyncSession, body: NotFilled, row: NoticeRow | None, organisation: str
    ) -> dict[str, Any]:
        """Always Invalid: the house itself writes notices."""
        raise Invalid("not_by_hand", "维护公告由系统记录，不能手工新增或修改")
