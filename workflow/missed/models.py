"""The table of callers who must be called back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText


class MissedRow(Record, Base):
    """A caller whom nobody has talked to: why, by which call, who calls him back, and what came of it.

    `attempt` is the one that is under way, `called_back` the last call to him.

    Callers who gave up stand here once, however often they called meanwhile; a message stands for itself.
    """

    __tablename__ = "missed_callers"
    __table_args__ = (
        Index(None, "state", "last_at", "id"),
        Index(None, "last_at", "id"),
        Index(None, "calls", "id"),
        Index(None, "reason", "last_at", "id"),
        Index(None, "queue", "last_at", "id"),
        Index(None, "number_index", "state"),
        Index(None, "number_last_four"),
        Index(None, "call"),
        Index(None, "recording", unique=True),
        Index(None, "state", "due_at", "id"),
        Index(None, "due_at", "id"),
        Index(None, "taken_by", "state", "due_at"),
        Index(None, "attempt"),
        Index(None, "called_back"),
    )

    number: Mapped[str] = mapped_column(EncryptedText, doc="号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="号码后四位索引")
    reason: Mapped[str] = mapped_column(String(12), doc="原因")
    queue: Mapped[str] = mapped_column(String(60), doc="队列")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    recording: Mapped[str | None] = mapped_column(String(26), doc="留言录音")
    seconds: Mapped[float | None] = mapped_column(doc="留言秒数")
    said: Mapped[str] = mapped_column(String(4000), default="", server_default="", doc="留言文字")
    calls: Mapped[int] = mapped_column(server_default="1", doc="来电次数")
    last_at: Mapped[datetime] = mapped_column(doc="最近来电")
    state: Mapped[str] = mapped_column(String(8), server_default="open", doc="状态")
    taken_by: Mapped[str] = mapped_column(String(26), server_default="", doc="处理人编号")
    taken_name: Mapped[str] = mapped_column(String(40), server_default="", doc="处理人")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0", doc="已拨次数")
    due_at: Mapped[datetime] = mapped_column(doc="下次拨打")
    attempt: Mapped[str] = mapped_column(String(26), default="", server_default="", doc="本次拨打")
    called_back: Mapped[str] = mapped_column(String(26), default="", server_default="", doc="回拨通话")
    last_result: Mapped[str] = mapped_column(String(16), default="", server_default="", doc="最近拨打结果")
    dialled_at: Mapped[datetime | None] = mapped_column(doc="最近拨打")
    result: Mapped[str] = mapped_column(String(16), server_default="", doc="结果")
    note: Mapped[str] = mapped_column(String(500), server_default="", doc="备注")
    done_at: Mapped[datetime | None] = mapped_column(doc="完成时间")
