"""The tables of what was done with many records at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, EncryptedText


class BulkRunRow(Base):
    """An act with many records, as somebody asked for it; `state` is `running`, `done` or `undone`."""

    __tablename__ = "bulk_runs"
    __table_args__ = (Index(None, "made_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    person: Mapped[str] = mapped_column(String(26), doc="操作人")
    kind: Mapped[str] = mapped_column(String(40), doc="记录类型")
    act: Mapped[str] = mapped_column(String(40), doc="操作")
    content: Mapped[str] = mapped_column(EncryptedText, doc="填写的内容（JSON，已加密）")
    state: Mapped[str] = mapped_column(String(10), doc="状态")
    made_at: Mapped[datetime] = mapped_column(doc="时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="完成时间")


class BulkRecordRow(Base):
    """One record of it: `state` is `waiting`, `done`, `same`, `failed` or `undone`."""

    __tablename__ = "bulk_records"
    __table_args__ = (Index(None, "run", "state", "place"),)

    run: Mapped[str] = mapped_column(String(26), primary_key=True, doc="批量操作")
    record: Mapped[str] = mapped_column(String(26), primary_key=True, doc="记录编号")
    place: Mapped[int] = mapped_column(doc="次序")
    version: Mapped[int] = mapped_column(doc="预览时的版本，0 为不检查")
    state: Mapped[str] = mapped_column(String(10), doc="结果")
    detail: Mapped[str] = mapped_column(String(400), doc="未完成的原因")
    back: Mapped[str] = mapped_column(EncryptedText, doc="撤销所需的内容（JSON，已加密）")
