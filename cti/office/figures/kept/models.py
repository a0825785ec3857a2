"""Tables of kept days, and of which days a change touched since."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, UtcDateTime


class FigureChangeRow(Base):
    """A row of a source was made, changed or removed that lies at this moment; written by triggers."""

    __tablename__ = "figure_changes"
    __table_args__ = (Index(None, "source", "moment"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, doc="序号")
    source: Mapped[str] = mapped_column(String(40), doc="数据来源")
    moment: Mapped[datetime] = mapped_column(UtcDateTime, doc="该记录所在的时刻")
    record: Mapped[str] = mapped_column(String(64), server_default="", doc="记录编号")


class FigureCutRow(Base):
    """Something whose days are kept. `key` is worked out of the SQL that counts them, definition and scope included."""

    __tablename__ = "figure_cuts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, doc="序号")
    key: Mapped[str] = mapped_column(String(64), unique=True, doc="统计语句的摘要")
    source: Mapped[str] = mapped_column(String(40), index=True, doc="数据来源")
    asked_on: Mapped[date] = mapped_column(Date, doc="最近查看的日期")
    turn: Mapped[int] = mapped_column(Integer, doc="被改动的日子第几次作废")
    """Goes up whenever days of it are let go: what another engine counted before that is not written after it."""


class FigureSpanRow(Base):
    """What was counted of a day (2026-03-01), or of a whole month (2026-03)."""

    __tablename__ = "figure_spans"

    cut: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, doc="统计项")
    span: Mapped[str] = mapped_column(String(10), primary_key=True, doc="日或月")
    cells: Mapped[str] = mapped_column(Text, doc="各组的计数（JSON）")


class FigureLateRow(Base):
    """A day of a cut that was counted again: what it was when it was first told. Where that is the same, the row goes.

    `told` tells one count from another, empty until the day is counted again; `records` are ids of what changed it, the
    latest first, a line each, and `suspects` those of which the next count shows whether they did.
    """

    __tablename__ = "figure_late"

    cut: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, doc="统计项")
    span: Mapped[str] = mapped_column(String(10), primary_key=True, doc="日")
    was: Mapped[str] = mapped_column(Text, doc="最初各组的计数（JSON）")
    told: Mapped[str] = mapped_column(String(64), doc="现在计数的摘要")
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime, doc="最早发现变化的时间")
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, doc="最近发现变化的时间")
    records: Mapped[str] = mapped_column(String(700), doc="引起变化的记录")
    suspects: Mapped[str] = mapped_column(String(700), doc="可能引起变化的记录")
