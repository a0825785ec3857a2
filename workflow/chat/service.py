"""The chats as the staff finds and reads them, those that go on and those that are over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.files.part import Files
from cti.office.records import Office, Records
from cti.office.records.parts import RecordPart
from cti.office.records.telephones import Telephone
from cti.office.sharing import Shared
from cti.office.sharing.rule import Way
from cti.telephony.queue_titles import QueueTitles
from workflow.chat.models import ChatRow
from workflow.chat.views import ChatFields, ChatQuery, ChatView

SHOWN = 200
"""Characters of what was written that a list shows."""


class Chats(Records[ChatRow, ChatFields, ChatView, ChatQuery]):
    """The service. Rows come from citizens; people only read them."""

    table, fields, view, query = ChatRow, ChatFields, ChatView, ChatQuery
    kind: ClassVar[str] = "chat"
    title: ClassVar[str] = "在线会话"
    see: ClassVar[str] = "chat.see"
    edit_permission: ClassVar[str] = "chat.talk"
    export_permission: ClassVar[str] = "chat.export"
    sort: ClassVar[str] = "-began_at"
    sharing: ClassVar[Shared] = Shared(own=())
    telephone: ClassVar[Telephone | None] = Telephone("number", name="name")
    filters: ClassVar[tuple[str, ...]] = ("state", "agent", "queue")
    period: ClassVar[str] = "began_at"
    is_private: ClassVar[bool] = True
    searched: ClassVar[tuple[str, ...]] = ("text",)
    parts: ClassVar[tuple[RecordPart, ...]] = (Files(),)

    def __init__(self, office: Office, queues: QueueTitles, area: str) -> None:
        super().__init__(office)
        self._queues, self.area = queues, area

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        """By when they began."""
        return {"began_at": ChatRow.began_at}

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """Who reaches his own only reads those that he had."""
        found = super().ways(visitor, permission, writing=writing)
        if found and (agent := visitor.reach(permission).agent) is not None:
            found[0].append(ChatRow.agent == agent)
        return found

    def limits(self, visitor: Visitor, query: ChatQuery) -> list[ColumnElement[bool]]:
        """Also by words that were written."""
        found = super().limits(visitor, query)
        return [*found, self.found_by(query.words)] if query.words else found

    def words(self, visitor: Visitor, row: ChatRow) -> dict[str, Any]:
        """Whole numbers by right; the queue's title; the beginning of what was written."""
        said = row.text[:SHOWN].replace("\n", "　")
        return {**super().words(visitor, row), "said": said, "titles": self._queues.beside(row.queue)}

    async def values(
        self, session: AsyncSession, body: ChatFields, row: ChatRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody makes one by hand."""
        raise Invalid("not_by_hand", "在线会话由市民发起，不能手工新增")
