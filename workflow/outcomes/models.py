"""Tables of what talks came to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText


class ReasonRow(Record, Base):
    """A reason why a talk made no ticket. With `nuisance` the number may be proposed for the black list."""

    __tablename__ = "outcome_reasons"
    __table_args__ = (Index(None, "place", "id"), Index(None, "updated_at", "id"))

    title: Mapped[str] = mapped_column(String(20), doc="名称")
    place: Mapped[int] = mapped_column(doc="顺序")
    nuisance: Mapped[bool] = mapped_column(doc="可申请黑名单")
    noted: Mapped[bool] = mapped_column(doc="须填备注")


class OutcomeRow(Record, Base):
    """A talk of an agent in a call, and what it came to; `how` is empty while nobody said."""

    __tablename__ = "talk_outcomes"
    __table_args__ = (
        Index(None, "call", "agent", unique=True),
        Index(None, "talked_at", "id"),
        Index(None, "how", "talked_at", "id"),
        Index(None, "proposal", "talked_at", "id"),
        Index(None, "reason", "talked_at", "id"),
        Index(None, "agent", "talked_at", "id"),
        Index(None, "number_index", "talked_at"),
        Index(None, "number_last_four"),
    )

    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    agent_name: Mapped[str] = mapped_column(String(40), doc="座席")
    queue: Mapped[str] = mapped_column(String(60), doc="队列")
    number: Mapped[str] = mapped_column(EncryptedText, doc="号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="号码后四位索引")
    talked_at: Mapped[datetime] = mapped_column(doc="通话时间")
    seconds: Mapped[float | None] = mapped_column(doc="通话秒数")
    how: Mapped[str] = mapped_column(String(10), doc="结果")
    reason: Mapped[str] = mapped_column(String(26), doc="原因编号")
    reason_title: Mapped[str] = mapped_column(String(20), doc="原因")
    note: Mapped[str] = mapped_column(String(500), doc="备注")
    record: Mapped[str] = mapped_column(String(26), doc="工单编号")
    record_title: Mapped[str] = mapped_column(String(80), doc="工单")
    filled_at: Mapped[datetime | None] = mapped_column(doc="填写时间")
    filled_name: Mapped[str] = mapped_column(String(40), doc="填写人")
    proposal: Mapped[str] = mapped_column(String(10), doc="黑名单申请")
    decided_name: Mapped[str] = mapped_column(String(40), doc="审核人")
    decided_at: Mapped[datetime | None] = mapped_column(doc="审核时间")
