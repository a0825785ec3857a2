"""The table of the followers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base


class FollowerRow(Base):
    """Somebody follows a record since `at`."""

    __tablename__ = "followers"
    __table_args__ = (Index(None, "person", "kind"),)

    kind: Mapped[str] = mapped_column(String(40), primary_key=True, doc="记录类型")
    record: Mapped[str] = mapped_column(String(26), primary_key=True, doc="记录编号")
    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="关注人编号")
    at: Mapped[datetime] = mapped_column(doc="开始关注的时间")
