"""Tables of chats: the talks, their messages, who writes from which browser, and where people come in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText


class ChatRow(Record, Base):
    """A talk. `turn` counts its owners: whoever writes says which turn he had, and one who had it is refused.

    `last` is the number of its last message; `text` its words once it is over, without numbers of telephones and cards.
    """

    __tablename__ = "chats"
    __table_args__ = (
        Index(None, "began_at", "id"),
        Index(None, "state", "began_at", "id"),
        Index(None, "agent", "began_at", "id"),
        Index(None, "queue", "began_at", "id"),
        Index(None, "score", "began_at", "id"),
        Index(None, "writer", "began_at"),
        Index(None, "number_index", "began_at"),
        Index(None, "number_last_four"),
    )

    entrance: Mapped[str] = mapped_column(String(26), doc="接入点")
    channel: Mapped[str] = mapped_column(String(12), doc="渠道")
    flow: Mapped[str] = mapped_column(String(60), doc="流程")
    writer: Mapped[str] = mapped_column(String(26), doc="访客")
    name: Mapped[str] = mapped_column(String(40), doc="姓名")
    number: Mapped[str] = mapped_column(EncryptedText, doc="号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="号码后四位索引")
    began_at: Mapped[datetime] = mapped_column(doc="开始时间")
    state: Mapped[str] = mapped_column(String(8), doc="状态")
    turn: Mapped[int] = mapped_column(doc="接待次序")
    last: Mapped[int] = mapped_column(doc="消息数")
    citizen_read: Mapped[int] = mapped_column(doc="市民已读到")
    agent_read: Mapped[int] = mapped_column(doc="座席已读到")
    queue: Mapped[str] = mapped_column(String(60), doc="队列")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    answered_at: Mapped[datetime | None] = mapped_column(doc="人工接入时间")
    waited: Mapped[float | None] = mapped_column(doc="排队秒数")
    satisfaction: Mapped[str] = mapped_column(String(2), doc="评价按键")
    score: Mapped[int | None] = mapped_column(doc="满意度")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
    end_reason: Mapped[str] = mapped_column(String(8), doc="结束原因")
    text: Mapped[str] = mapped_column(Text, doc="文字")
    left: Mapped[bool] = mapped_column(server_default=false(), doc="已留言")
    first_answer: Mapped[float | None] = mapped_column(doc="首次应答秒数")
    answers: Mapped[int] = mapped_column(server_default="0", doc="应答次数")
    answer_seconds: Mapped[float] = mapped_column(server_default="0", doc="应答等待秒数")


class MessageRow(Base):
    """One message of a chat: `told` is what was written, sealed. `key` is the writer's own: the same is there once."""

    __tablename__ = "chat_messages"
    __table_args__ = (Index(None, "chat", "number", unique=True), Index(None, "chat", "key", unique=True))

    id: Mapped[str] = mapped_column(String(40), primary_key=True, doc="编号：会话编号和序号")
    chat: Mapped[str] = mapped_column(String(26), doc="会话编号")
    number: Mapped[int] = mapped_column(doc="序号")
    at: Mapped[datetime] = mapped_column(doc="时间")
    side: Mapped[str] = mapped_column(String(8), doc="一方")
    key: Mapped[str] = mapped_column(String(60), doc="写入者的编号")
    told: Mapped[str] = mapped_column(EncryptedText, doc="内容（已加密）")


class WriterRow(Base):
    """A browser from which somebody writes, known by the hash of its token; the number, once he has shown it is his."""

    __tablename__ = "chat_writers"
    __table_args__ = (Index(None, "token_hash", unique=True), Index(None, "number_index"), Index(None, "seen_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    token_hash: Mapped[str] = mapped_column(String(64), doc="凭证摘要")
    entrance: Mapped[str] = mapped_column(String(26), doc="接入点")
    number: Mapped[str] = mapped_column(EncryptedText, doc="号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    name: Mapped[str] = mapped_column(String(40), doc="姓名")
    created_at: Mapped[datetime] = mapped_column(doc="首次来访")
    seen_at: Mapped[datetime] = mapped_column(doc="最近来访")


class EntranceRow(Record, Base):
    """Where people come in: a site with its key, which flow receives them, and whose chats they are."""

    __tablename__ = "chat_entrances"
    __table_args__ = (Index(None, "key", unique=True), Index(None, "updated_at", "id"))

    name: Mapped[str] = mapped_column(String(60), doc="名称")
    key: Mapped[str] = mapped_column(String(40), doc="接入密钥")
    sites: Mapped[list[str]] = mapped_column(JSON, doc="可以嵌入的网站")
    flow: Mapped[str] = mapped_column(String(60), doc="流程")
    title: Mapped[str] = mapped_column(String(40), doc="窗口标题")
    welcome: Mapped[str] = mapped_column(String(200), doc="欢迎语")
    used: Mapped[bool] = mapped_column(doc="启用")


class PhraseRow(Record, Base):
    """A canned answer: its maker's own, or `shared` by all of his organisation."""

    __tablename__ = "chat_phrases"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "organisation", "shared", "category", "title"))

    category: Mapped[str] = mapped_column(String(30), doc="分类")
    title: Mapped[str] = mapped_column(String(40), doc="名称")
    text: Mapped[str] = mapped_column(String(1000), doc="内容")
    shared: Mapped[bool] = mapped_column(doc="共用")


class SayingRow(Record, Base):
    """What the house says on an occasion in chats of a flow and a channel; of any where these are empty."""

    __tablename__ = "chat_sayings"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "organisation", "occasion", "flow", "channel"))

    occasion: Mapped[str] = mapped_column(String(12), doc="场合")
    flow: Mapped[str] = mapped_column(String(60), doc="流程，空为全部")
    channel: Mapped[str] = mapped_column(String(12), doc="渠道，空为全部")
    text: Mapped[str] = mapped_column(String(500), doc="内容")
