"""What the console of who writes to citizens hears live."""

from __future__ import annotations

from typing import TypedDict

from cti.base.http.topics import LiveTopic, Nothing
from workflow.chat.views import MyChats


class ChatChanged(TypedDict):
    """Something of a chat is another now: ask for what comes after the messages that are here; `last` is the newest.

    Without a `chat` there is another list of what the agent has and is asked.
    """

    chat: str
    last: int


CHATS = LiveTopic("chats", "chat.talk", MyChats, ChatChanged)
"""An agent's chats: told to him alone."""


class FloorChanged(TypedDict):
    """Something of a chat within reach is another now: ask again."""

    chat: str
    last: int
    organisation: str
    region: str


CHAT_FLOOR = LiveTopic("chat_floor", "chat.supervise", Nothing, FloorChanged)
"""Chats that go on: told to whoever reaches them."""

TOPICS = (CHATS, CHAT_FLOOR)
