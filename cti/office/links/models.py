"""The table of the links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base


class LinkRow(Base):
    """One record has to do with another. `type` is said from the first one: it is a duplicate of, it follows."""

    __tablename__ = "record_links"
    __table_args__ = (
        Index(None, "kind", "record", "type", "other_kind", "other", unique=True),
        Index(None, "other_kind", "other"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    type: Mapped[str] = mapped_column(String(20), doc="关系")
    kind: Mapped[str] = mapped_column(String(40), doc="记录类型")
    record: Mapped[str] = mapped_column(String(26), doc="记录编号")
    other_kind: Mapped[str] = mapped_column(String(40), doc="另一记录的类型")
    other: Mapped[str] = mapped_column(String(26), doc="另一记录的编号")
    by: Mapped[str] = mapped_column(String(80), doc="关联人")
    at: Mapped[datetime] = mapped_column(doc="关联时间")
