"""Tables of forbidden numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText, Owned


class ForbiddenRow(Record, Base):
    """A number or segment that may not be dialled, or an exception: by whom, and when.

    `extensions` are agent numbers in canonical form (`8001, 8010-8019, 81*`), empty for everybody; `calendar` limits it
    to that calendar's open or closed hours (`hours`).
    """

    __tablename__ = "forbidden_numbers"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "effect", "updated_at", "id"),
        Index(None, "refused", "id"),
        Index(None, "last_refused_at", "id"),
        Index(None, "until", "id"),
        Index(None, "pattern_index"),
    )

    effect: Mapped[str] = mapped_column(String(8), doc="作用")
    pattern: Mapped[str] = mapped_column(EncryptedText, doc="号码或号段")
    pattern_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    extensions: Mapped[str] = mapped_column(String(200), doc="适用分机")
    hours: Mapped[str] = mapped_column(String(8), doc="适用时间")
    calendar: Mapped[str] = mapped_column(String(40), doc="日历")
    reason: Mapped[str] = mapped_column(String(200), doc="原因")
    until: Mapped[datetime | None] = mapped_column(doc="失效时间")
    refused: Mapped[int] = mapped_column(server_default="0", doc="拦截次数")
    last_refused_at: Mapped[datetime | None] = mapped_column(doc="最近拦截时间")


class RefusedDialRow(Owned, Base):
    """Somebody wanted to dial what he may not; `rule` is empty where his class of dialling forbade it."""

    __tablename__ = "refused_dials"
    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "rule", "at", "id"),
        Index(None, "agent", "at", "id"),
        Index(None, "number_index", "at"),
        Index(None, "number_last_four", "at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    rule: Mapped[str] = mapped_column(String(26), doc="规则编号")
    at: Mapped[datetime] = mapped_column(doc="时间")
    agent: Mapped[str] = mapped_column(String(16), doc="分机")
    name: Mapped[str] = mapped_column(String(40), doc="拨打人")
    number: Mapped[str] = mapped_column(EncryptedText, doc="号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="号码后四位索引")
    reason: Mapped[str] = mapped_column(String(200), doc="原因")
