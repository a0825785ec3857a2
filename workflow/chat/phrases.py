"""Canned answers (常用语): an agent's own, and those that all of an organisation share, by category."""

from __future__ import annotations

from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Route
from cti.base.refusal import Conflict, NotAllowed
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView, record_routes
from cti.office.screens import form
from cti.office.sharing import Shared
from cti.office.sharing.rule import Way
from workflow.chat.models import PhraseRow

PHRASES = "/api/chat-phrases"
SHARE = "chat.shared_phrases"
MOST = 1000
"""Phrases that the desk has at hand."""
VARIABLES = "可用 {姓名}、{工号}、{队列}，插入时换成本次会话的内容"


class PhraseFields(Body):
    """A phrase."""

    category: str = pydantic.Field(
        default="", max_length=30, title="分类", json_schema_extra=form(help="例如 问候、公积金、结束语")
    )
    title: str = pydantic.Field(
        min_length=1, max_length=40, title="名称", json_schema_extra=form(help="按它和拼音首字母查找")
    )
    text: str = pydantic.Field(
        min_length=1, max_length=1000, title="内容", json_schema_extra=form(kind="long", help=VARIABLES)
    )
    shared: bool = pydantic.Field(default=False, title="共用", json_schema_extra=form(help="本机构所有座席都可使用"))


class PhraseView(RecordView):
    """A phrase."""

    category: str = pydantic.Field(title="分类", json_schema_extra=form(none="未分类", width=120))
    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=180))
    text: str = pydantic.Field(title="内容", json_schema_extra=form(kind="long", width=420))
    shared: bool = pydantic.Field(
        title="共用",
        json_schema_extra=form(options={"true": "共用", "false": "个人"}, tones={"true": "ready"}, width=80),
    )


class PhraseQuery(RecordQuery):
    """Filters; `search` is a part of the title, the text or the category."""

    shared: bool | None = None


class PhraseAtHand(pydantic.BaseModel):
    """A phrase as the desk inserts it."""

    id: str
    category: str
    title: str
    text: str
    shared: bool


class Phrases(Records[PhraseRow, PhraseFields, PhraseView, PhraseQuery]):
    """The service. What is one's own nobody else reads; what is shared only those change who may."""

    table, fields, view, query = PhraseRow, PhraseFields, PhraseView, PhraseQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "chat_phrase"
    title: ClassVar[str] = "常用语"
    see: ClassVar[str] = "chat.phrases"
    edit_permission: ClassVar[str] = "chat.phrases"
    export_permission: ClassVar[str] = "chat.phrases"
    sharing: ClassVar[Shared] = Shared()
    filters: ClassVar[tuple[str, ...]] = ("shared",)
    few: ClassVar[bool] = True

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """His own; shared ones of his organisation and of the house, or within his reach, to change by right."""
        if not visitor.may(permission):
            return []
        own: Way = [PhraseRow.created_by == (visitor.person or "-"), PhraseRow.shared.is_(False)]
        if writing:
            shared = [[PhraseRow.shared.is_(True), *visitor.reach(SHARE).limits(PhraseRow)]]
            return [own, *(shared if visitor.may(SHARE) else [])]
        near = PhraseRow.organisation.in_({visitor.organisation, self.office.organisation})
        ways: list[Way] = [own, [PhraseRow.shared.is_(True), near]]
        if visitor.may(SHARE):
            ways.append([PhraseRow.shared.is_(True), *visitor.reach(SHARE).limits(PhraseRow)])
        return ways

    def limits(self, visitor: Visitor, query: PhraseQuery) -> list[ColumnElement[bool]]:
        """By words, and whose they are."""
        found = super().limits(visitor, query)
        if query.search:
            columns = (PhraseRow.title, PhraseRow.text, PhraseRow.category)
            found.append(or_(*(one.contains(query.search, autoescape=True) for one in columns)))
        return found

    async def values(
        self, session: AsyncSession, body: PhraseFields, row: PhraseRow | None, organisation: str
    ) -> dict[str, Any]:
        """A name stands once among those that are shared in an organisation. Conflict."""
        if body.shared and await self.taken(
            session, row, PhraseRow.title == body.title, PhraseRow.organisation == organisation,
            PhraseRow.shared.is_(True),
        ):  # fmt: skip
            raise Conflict("taken", "已有同名的共用常用语", "title")
        return body.model_dump(include=set(PhraseFields.model_fields))

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: PhraseFields) -> PhraseRow:
        """One's own, or for all by right. NotAllowed."""
        self._may_share(visitor, body)
        return await super().drafted(session, visitor, body)

    async def edit(self, visitor: Visitor, id: str, version: int, body: PhraseFields) -> PhraseView:
        """To share it is a right of its own. NotAllowed."""
        self._may_share(visitor, body)
        return await super().edit(visitor, id, version, body)

    @staticmethod
    def _may_share(visitor: Visitor, body: PhraseFields) -> None:
        if body.shared and not visitor.may(SHARE):
            raise NotAllowed("not_allowed", "您没有维护共用常用语的权限，请取消“共用”", "shared")

    async def at_hand(self, visitor: Visitor) -> list[PhraseAtHand]:
        """All that a visitor may insert, by category and title."""
        wanted = select(PhraseRow).where(PhraseRow.removed_at.is_(None), *self.readable(visitor))
        async with self.office.store.reading() as session:
            rows = await session.scalars(wanted.order_by(PhraseRow.category, PhraseRow.title).limit(MOST))
            return [
                PhraseAtHand(id=row.id, category=row.category, title=row.title, text=row.text, shared=row.shared)
                for row in rows
            ]


def routes(phrases: Phrases) -> list[Route]:
    """The table."""

    async def at_hand(visitor: Visitor) -> list[PhraseAtHand]:
        return await phrases.at_hand(visitor)

    return [
        Route("GET", f"{PHRASES}/at-hand", at_hand, Phrases.see, "可插入的常用语"),
        *record_routes(phrases, PHRASES),
    ]
