"""The tables of alarms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base

OPEN = text("ended_at IS NULL")


class AlarmRow(Base):
    """An alarm, from its beginning to its end; of one name there is one at a time."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index(None, "raised_at", "id"),
        Index(None, "name", "raised_at"),
        Index("uq_alarms_open", "name", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="告警编号")
    name: Mapped[str] = mapped_column(String(160), doc="告警名称")
    text: Mapped[str] = mapped_column(String(400), doc="内容")
    raised_at: Mapped[datetime] = mapped_column(doc="发生时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
    acknowledged_at: Mapped[datetime | None] = mapped_column(doc="确认时间")
    acknowledged_by: Mapped[str] = mapped_column(String(40), doc="确认人")
    note: Mapped[str] = mapped_column(String(200), doc="处理说明")
    told: Mapped[int] = mapped_column(doc="已告知次数")
    told_at: Mapped[datetime | None] = mapped_column(doc="最近告知时间")


class AlarmEventRow(Base):
    """Something in the life of an alarm."""

    __tablename__ = "alarm_events"
    __table_args__ = (Index(None, "alarm", "at", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    alarm: Mapped[str] = mapped_column(String(26), doc="告警编号")
    at: Mapped[datetime] = mapped_column(doc="时间")
    title: Mapped[str] = mapped_column(String(80), doc="事项")
    text: Mapped[str] = mapped_column(String(400), doc="说明")
    actor: Mapped[str] = mapped_column(String(40), doc="人员")
    tone: Mapped[str] = mapped_column(String(8), doc="颜色")
