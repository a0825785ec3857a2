"""The table of timers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base


class TimerRow(Base):
    """A timer that has not gone off yet: one for each key of a kind."""

    __tablename__ = "timers"
    __table_args__ = (Index(None, "due_at", "kind"),)

    kind: Mapped[str] = mapped_column(String(60), primary_key=True, doc="类型")
    key: Mapped[str] = mapped_column(String(120), primary_key=True, doc="键")
    due_at: Mapped[datetime] = mapped_column(doc="到期时间；失败后为下次尝试时间")
    data: Mapped[str] = mapped_column(Text, doc="内容（JSON）")
    tries: Mapped[int] = mapped_column(default=0, doc="失败次数")
    last_error: Mapped[str] = mapped_column(String(400), default="", doc="最近一次错误")
