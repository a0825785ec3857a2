"""The table of the citations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base


class CitationRow(Base):
    """A text was cited with a record; title, version and passage as they were then. A withdrawn one stays."""

    __tablename__ = "citations"
    __table_args__ = (Index(None, "kind", "record", "at"), Index(None, "source", "cited"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    kind: Mapped[str] = mapped_column(String(40), doc="记录类型")
    record: Mapped[str] = mapped_column(String(26), doc="记录编号")
    source: Mapped[str] = mapped_column(String(40), doc="依据的类别")
    cited: Mapped[str] = mapped_column(String(80), doc="依据的编号")
    version: Mapped[str] = mapped_column(String(40), doc="版本")
    title: Mapped[str] = mapped_column(String(200), doc="标题")
    passage: Mapped[str] = mapped_column(Text, doc="引用的内容")
    words: Mapped[str] = mapped_column(String(260), doc="引用的说法")
    organisation: Mapped[str] = mapped_column(String(40), doc="引用人的机构")
    by: Mapped[str] = mapped_column(String(80), doc="引用人")
    at: Mapped[datetime] = mapped_column(doc="引用时间")
    withdrawn_at: Mapped[datetime | None] = mapped_column(doc="撤下时间")
