"""The tables of tags."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records.table import Record
from cti.store.columns import Base


class TagRow(Record, Base):
    """A tag of the list; one without `kind` is for records of every kind, one without `roles` for everybody."""

    __tablename__ = "tags"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "title", "id"))

    title: Mapped[str] = mapped_column(String(20), doc="名称")
    initials: Mapped[str] = mapped_column(String(40), doc="拼音首字母")
    kind: Mapped[str] = mapped_column(String(40), doc="适用的记录类型")
    tone: Mapped[str] = mapped_column(String(10), doc="颜色")
    roles: Mapped[list[str]] = mapped_column(JSON, doc="可以使用的角色")
    note: Mapped[str] = mapped_column(String(200), doc="说明")


class RecordTagRow(Base):
    """A tag that stands on a record."""

    __tablename__ = "record_tags"
    __table_args__ = (Index(None, "tag", "kind", "record"),)

    kind: Mapped[str] = mapped_column(String(40), primary_key=True, doc="记录类型")
    record: Mapped[str] = mapped_column(String(26), primary_key=True, doc="记录编号")
    tag: Mapped[str] = mapped_column(String(26), primary_key=True, doc="标签")
    by: Mapped[str] = mapped_column(String(80), doc="添加人")
    at: Mapped[datetime] = mapped_column(doc="添加时间")
