"""Routes of the inbox: everybody's own, by his session."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, OptionView, Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.messages.inbox import Entry, Inbox
from cti.office.messages.service import Messages

MOST_AT_ONCE = 500
OTHERS = "其他"
"""What a message is whose module does not run any more."""
Kind = Annotated[str, pydantic.Field(max_length=40, title="类型")]


class InboxQuery(Page):
    """Which messages: all, or those that were not read; of one kind."""

    unread: bool = False
    kind: Kind = ""


class InboxEntry(pydantic.BaseModel):
    """A message in one's inbox; `link` is the page of what it is about."""

    id: str
    at: datetime
    kind: str
    kind_title: str
    title: str
    text: str
    link: str
    urgency: str
    by: str
    read: bool


class Marking(Body):
    """Which messages to mark, and how."""

    ids: list[Annotated[str, pydantic.Field(max_length=26)]] = pydantic.Field(max_length=MOST_AT_ONCE)
    read: bool = True


class MarkingAll(Body):
    """Mark all read, or all of a kind."""

    kind: Kind = ""


class Marked(pydantic.BaseModel):
    """How many messages were marked."""

    done: int


class InboxApi:
    """Lists one's own messages and marks them as read; nobody reads another's."""

    def __init__(self, messages: Messages, inbox: Inbox) -> None:
        self._messages = messages
        self._inbox = inbox

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/inbox", self.inbox, SIGNED_IN, "我的消息"),
            Route("GET", "/api/inbox/kinds", self.kinds, SIGNED_IN, "消息类型"),
            Route("POST", "/api/inbox/mark", self.mark, SIGNED_IN, "标为已读或未读"),
            Route("POST", "/api/inbox/mark_all", self.mark_all, SIGNED_IN, "全部标为已读"),
        ]

    async def inbox(self, visitor: Visitor, query: InboxQuery) -> Paged[InboxEntry]:
        """A page, the newest first."""
        found = await self._inbox.find(visitor, unread=query.unread, kind=query.kind, page=query.page, size=query.size)
        items = [self._view(one) for one in found.rows]
        return Paged(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def kinds(self) -> list[OptionView]:
        """What kinds of messages there are."""
        return [OptionView(value=kind, title=title) for kind, title in self._messages.templates.kinds.items()]

    async def mark(self, visitor: Visitor, body: Marking) -> Marked:
        """Some of one's own messages were read, or are to be read again."""
        return Marked(done=await self._inbox.mark(visitor, body.ids, read=body.read))

    async def mark_all(self, visitor: Visitor, body: MarkingAll) -> Marked:
        """All of one's own messages were read, or all of a kind."""
        return Marked(done=await self._inbox.mark_all(visitor, body.kind))

    def _view(self, entry: Entry) -> InboxEntry:
        row = entry.message
        return InboxEntry(
            id=row.id, at=entry.at, kind=row.kind, kind_title=self._messages.templates.kinds.get(row.kind, OTHERS),
            title=row.title, text=row.text, link=row.link, urgency=row.urgency, by=row.sender, read=entry.read,
        )  # fmt: skip
