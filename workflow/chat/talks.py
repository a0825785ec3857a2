"""Chats as talks that were written: a request is registered by one as by a call, and the citizen's words begin it."""

from __future__ import annotations

from sqlalchemy import select

from cti.base.call import Call
from cti.base.numbers.number import Number
from cti.store.engine import Store
from cti.telephony.doorway import PLACE
from cti.telephony.own_calls import CHANNEL, WRITTEN
from workflow.chat.book import Book, closed
from workflow.chat.messages import Message
from workflow.chat.models import ChatRow
from workflow.chat.open_chat import OpenChat

SCREEN = "chats"
CHANNELS = {"web": "chat", "wechat": "wechat", "app": "app"}
"""Where a ticket says that it comes from, by the channel of its chat."""


class ChatTalks:
    """See `cti.telephony.own_calls.WrittenTalks`."""

    def __init__(self, book: Book, store: Store, area: str) -> None:
        self._book, self._store, self._area = book, store, area

    async def find(self, id: str) -> Call | None:
        """A chat, going on or over."""
        if (chat := self._book.find(id)) is not None:
            return call_of(chat, chat.messages, self._area)
        async with self._store.reading() as session:
            row = await session.scalar(select(ChatRow).where(ChatRow.id == id, ChatRow.removed_at.is_(None)))
        if row is None:
            return None
        found = call_of(closed(row), await self._book.messages(id), self._area)
        found.ended_at = row.ended_at
        return found


def call_of(chat: OpenChat, messages: list[Message], area: str) -> Call:
    """The chat in the words of calls: its agents are those who wrote, and who has it now."""
    wrote = [one.agent for one in messages if one.side == "agent" and one.agent]
    agents = list(dict.fromkeys([*wrote, *([chat.agent] if chat.agent else [])]))
    return Call(
        id=chat.id, organisation=chat.organisation, region=chat.region, switch="", trunk="",
        caller=Number.parse(chat.number, area=area), called=Number.parse(""), arrived_at=chat.began_at,
        answered_at=chat.answered_at, talks=len(agents), agents=agents, queues=[chat.queue] if chat.queue else [],
        progress={
            CHANNEL: CHANNELS.get(chat.channel, "chat"), WRITTEN: account_of(messages),
            PLACE: {"name": chat.name} if chat.name else {},
        },
    )  # fmt: skip


def account_of(messages: list[Message]) -> str:
    """What the citizen wrote in his own words, a line each: not the buttons that he pressed, nor keys."""
    said = [one.text for one in messages if one.side == "citizen" and one.kind == "text" and "chosen" not in one.data]
    return "\n".join(one for one in said if len(one) > 1 and not one.isdigit())
