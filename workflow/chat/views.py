"""What is asked and told of chats: lists for the staff, the desk of who talks, the citizen's window."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import pydantic

from cti.base.http.routes import Body, Query
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from workflow.chat.messages import LONGEST, Message
from workflow.chat.states import REASONS, STATES

BASE = "/api/chats"
DESK = "/api/chat-desk"
CHANNELS = {"web": "网页", "wechat": "微信", "app": "移动应用"}
State = Literal["bot", "waiting", "talking", "ended"]
Key = r"^[0-9A-Za-z_-]{1,40}$"
Side = Literal["citizen", "bot", "agent", "house", "staff"]


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class ChatFields(Body):
    """Nobody writes one by hand."""


class ChatView(RecordView):
    """A chat as lists show it."""

    began_at: datetime = pydantic.Field(title="开始时间")
    channel: str = pydantic.Field(title="渠道", json_schema_extra=form(kind="choice", options=CHANNELS))
    name: str = pydantic.Field(title="姓名", json_schema_extra=form(none="访客"))
    number: str = pydantic.Field(title="号码", json_schema_extra=form(kind="phone", dial=True, none="未提供"))
    state: State = pydantic.Field(
        title="状态",
        json_schema_extra=form(
            kind="choice", options=STATES,
            tones={"bot": "off", "waiting": "break", "talking": "talk", "ended": "ready"},
        ),
    )  # fmt: skip
    queue: str = pydantic.Field(title="队列")
    agent: str = pydantic.Field(title="工号")
    waited: float | None = pydantic.Field(title="排队时长", json_schema_extra=form(kind="duration"))
    last: int = pydantic.Field(title="消息数")
    score: int | None = pydantic.Field(title="满意度")
    ended_at: datetime | None = pydantic.Field(title="结束时间")
    end_reason: str = pydantic.Field(title="结束原因", json_schema_extra=form(kind="choice", options=REASONS))
    said: str = pydantic.Field(default="", title="内容", json_schema_extra=form(kind="long", width=360))


class ChatQuery(RecordQuery):
    """Filters; `words` are words that were written, `search` is a number or its last four digits."""

    words: str = pydantic.Field(default="", max_length=60)
    state: State | None = None
    agent: str = pydantic.Field(default="", max_length=16)
    queue: str = pydantic.Field(default="", max_length=60)
    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class MessageView(pydantic.BaseModel):
    """A message; `data` as in `messages.Message`. Citizens read no `agent`, and nothing of the side `staff`."""

    number: int
    at: datetime
    side: Side
    kind: Literal["text", "buttons", "file", "place"]
    text: str
    name: str = ""
    agent: str = ""
    data: dict[str, Any] = {}


def for_staff(one: Message) -> MessageView:
    """As the staff reads it."""
    return MessageView(
        number=one.number, at=one.at, side=one.side, kind=one.kind, text=one.text, name=one.name, agent=one.agent,
        data=dict(one.data),
    )  # fmt: skip


def for_citizen(one: Message) -> MessageView | None:
    """As the citizen reads it; None for what he must not."""
    if one.is_inside:
        return None
    return MessageView(
        number=one.number, at=one.at, side=one.side, kind=one.kind, text=one.text, name=one.name, data=dict(one.data)
    )


class AfterQuery(Query):
    """Only messages after this number."""

    after: int = pydantic.Field(default=0, ge=0, le=10_000_000)


class Written(Body):
    """A message; `key` is the writer's own: sent twice, it is there once."""

    text: str = pydantic.Field(min_length=1, max_length=LONGEST, title="内容")
    key: str = pydantic.Field(pattern=Key)


# ── the desk ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class DeskChat(pydantic.BaseModel):
    """A chat of who works on it. `unanswered_since`: since when the citizen waits for an answer."""

    id: str
    channel: str
    name: str
    number: str
    state: State
    queue: str
    queue_title: str
    agent: str
    began_at: datetime
    answered_at: datetime | None
    last: int
    unread: int
    citizen_read: int
    here: bool
    typing: bool
    unanswered_since: datetime | None
    handed: dict[str, str]
    entrance: str


class AskedChat(pydantic.BaseModel):
    """A chat that the agent is asked to take, until so many seconds from now; `first` is what it begins with."""

    id: str
    name: str
    queue_title: str
    waited: float
    seconds: float
    first: str


class MyChats(pydantic.BaseModel):
    """What an agent has and is asked."""

    asked: list[AskedChat]
    mine: list[DeskChat]


class WholeChat(pydantic.BaseModel):
    """A chat with its messages after the number asked for; `mine` when the visitor may write to the citizen."""

    chat: DeskChat
    messages: list[MessageView]
    mine: bool


class ReadTo(Body):
    """Up to which message somebody has read."""

    number: int = pydantic.Field(ge=0, le=10_000_000)


class HandOn(Body):
    """To whom a chat goes: `agent:NUMBER` or `queue:NAME`; `note` is for him."""

    to: str = pydantic.Field(pattern=r"^(agent|queue):[A-Za-z0-9_-]{1,60}$", title="转给")
    note: str = pydantic.Field(default="", max_length=500, title="说明")


class SentFiles(Body):
    """Uploads that are sent, by their tokens."""

    uploads: list[str] = pydantic.Field(min_length=1, max_length=9)


# ── the citizen ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Entering(Body):
    """Who opens the window."""

    name: str = pydantic.Field(default="", max_length=40, title="称呼")


class CitizenWritten(Written):
    """What a citizen writes; `chosen` is the value of a button of message `of`."""

    chosen: str = pydantic.Field(default="", max_length=60)
    of: int = pydantic.Field(default=0, ge=0, le=10_000_000)


class Place(Body):
    """Where something is."""

    latitude: float = pydantic.Field(ge=-90, le=90)
    longitude: float = pydantic.Field(ge=-180, le=180)
    text: str = pydantic.Field(default="", max_length=200)
    key: str = pydantic.Field(pattern=Key)


class CitizenChat(pydantic.BaseModel):
    """The citizen's window. `with_whom` is who writes to him, `agent_read` up to where that one has read.

    `position` is his place in the queue. `version` counts up with each change.
    """

    id: str
    state: State
    with_whom: str
    position: int | None
    agent_read: int
    typing: bool
    messages: list[MessageView]


class Entered(pydantic.BaseModel):
    """The window is open: `token` is only told once, and opens it again from the same browser."""

    token: str
    title: str
    chat: CitizenChat | None
