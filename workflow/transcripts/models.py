"""Tables of transcripts: one a call with its words for search, and its lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText


class TranscriptRow(Record, Base):
    """What was said in a call. `state` is live while it goes on, then whole, or waiting and at last partial.

    `text` has no numbers of cards nor telephones: it is searched by all who may read some of it.
    """

    __tablename__ = "transcripts"
    __table_args__ = (
        Index(None, "call", unique=True),
        Index(None, "began_at", "id"),
        Index(None, "agent", "began_at", "id"),
        Index(None, "state", "began_at", "id"),
        Index(None, "number_index", "began_at"),
        Index(None, "number_last_four"),
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
