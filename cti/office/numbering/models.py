"""The tables of numbers: how far each series has come, and the book of all numbers that were ever taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, Owned


class NumberSeriesRow(Base):
    """How far the serials of a series have come."""

    __tablename__ = "number_series"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True, doc="类型")
    series: Mapped[str] = mapped_column(String(120), primary_key=True, doc="系列")
    last: Mapped[int] = mapped_column(doc="最后的序号")


class TakenNumberRow(Owned, Base):
    """A number that was taken: of which record it is, or why it is of none."""

    __tablename__ = "taken_numbers"
    __table_args__ = (Index(None, "kind", "number", unique=True), Index(None, "kind", "record"))

    kind: Mapped[str] = mapped_column(String(40), primary_key=True, doc="类型")
    series: Mapped[str] = mapped_column(String(120), primary_key=True, doc="系列")
    serial: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="序号")
    number: Mapped[str] = mapped_column(String(80), doc="编号")
    record: Mapped[str] = mapped_column(String(26), doc="记录，空为没有记录")
    at: Mapped[datetime] = mapped_column(doc="取号时间")
    by: Mapped[str] = mapped_column(String(40), doc="取号人")
    reason: Mapped[str] = mapped_column(String(200), doc="空号原因")
