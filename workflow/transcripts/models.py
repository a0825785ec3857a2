"""Tables of transcripts: one a call with its words for search, and its lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText, Owned


class TranscriptRow(Record, Base):
    """What was said in a call. `state` is live while it goes on, then whole, or waiting and at last partial.

    `text` has no numbers of cards nor telephones: it is searched by all who may read some of it. `caller_text` and
    `agent_text` are what one side alone said, `seconds` is until the last word; all three once it is `measured`.
    """

    __tablename__ = "transcripts"
    __table_args__ = (
        Index(None, "call", unique=True),
        Index(None, "began_at", "id"),
        Index(None, "agent", "began_at", "id"),
        Index(None, "state", "began_at", "id"),
        Index(None, "number_index", "began_at"),
        Index(None, "number_last_four"),
        Index(None, "queue", "began_at", "id"),
        Index(None, "measured", "id"),
        Index(None, "updated_at", "id"),
    )

    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    queue: Mapped[str] = mapped_column(String(60), doc="队列")
    number: Mapped[str] = mapped_column(EncryptedText, doc="号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="号码后四位索引")
    began_at: Mapped[datetime] = mapped_column(doc="开始时间")
    state: Mapped[str] = mapped_column(String(8), doc="状态")
    tries: Mapped[int] = mapped_column(doc="按录音补写的次数")
    lines: Mapped[int] = mapped_column(doc="句数")
    text: Mapped[str] = mapped_column(Text, doc="文字")
    caller_text: Mapped[str] = mapped_column(Text, doc="市民说的话")
    agent_text: Mapped[str] = mapped_column(Text, doc="座席说的话")
    seconds: Mapped[float] = mapped_column(doc="通话秒数")
    measured: Mapped[bool] = mapped_column(doc="已测量")


class TalkMeasureRow(Owned, Base):
    """How an agent's talk went: see `workflow.transcripts.measuring`. Phrases are empty where nobody asks for some."""

    __tablename__ = "talk_measures"
    __table_args__ = (
        Index(None, "began_at", "id"),
        Index(None, "organisation", "began_at"),
        Index(None, "agent", "began_at"),
        Index(None, "call"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, doc="编号：来电编号和座席序号")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    transcript: Mapped[str] = mapped_column(String(26), doc="转写")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    queue: Mapped[str] = mapped_column(String(60), doc="队列")
    began_at: Mapped[datetime] = mapped_column(doc="开始时间")
    seconds: Mapped[float] = mapped_column(doc="对话秒数")
    silence: Mapped[float] = mapped_column(doc="静音秒数")
    longest_silence: Mapped[float] = mapped_column(doc="最长静音秒数")
    overlap: Mapped[float] = mapped_column(doc="同时说话秒数")
    agent_seconds: Mapped[float] = mapped_column(doc="座席说话秒数")
    agent_characters: Mapped[int] = mapped_column(doc="座席说的字数")
    caller_seconds: Mapped[float] = mapped_column(doc="市民说话秒数")
    caller_characters: Mapped[int] = mapped_column(doc="市民说的字数")
    interrupting: Mapped[int] = mapped_column(doc="打断市民次数")
    interrupted: Mapped[int] = mapped_column(doc="被市民打断次数")
    missing: Mapped[int | None] = mapped_column(doc="未说的应答用语")
    forbidden: Mapped[int | None] = mapped_column(doc="出现的禁语")


class HotWordRow(Record, Base):
    """A word of the hotline that recognisers mishear."""

    __tablename__ = "hot_words"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "word", "id"),
        Index(None, "weight", "id"),
    )

    word: Mapped[str] = mapped_column(String(12), doc="热词")
    weight: Mapped[int] = mapped_column(doc="权重")
    note: Mapped[str] = mapped_column(String(200), doc="说明")


class LineRow(Base):
    """What one party said in one breath: `told` is the line, sealed."""

    __tablename__ = "transcript_lines"
    __table_args__ = (Index(None, "call", "number", unique=True),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, doc="编号：来电编号和句号")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    number: Mapped[int] = mapped_column(doc="句号")
    told: Mapped[str] = mapped_column(EncryptedText, doc="内容（已加密）")
