"""The table of reports."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records.table import Record
from cti.store.columns import Base


class ReportRow(Record, Base):
    """A report. `made_for` is the first day of the latest period that was sent."""

    __tablename__ = "reports"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "title", "id"),
        Index(None, "every"),
    )

    title: Mapped[str] = mapped_column(String(100), doc="名称")
    note: Mapped[str] = mapped_column(String(500), doc="说明")
    figures: Mapped[list[str]] = mapped_column(JSON, doc="指标")
    by: Mapped[list[str]] = mapped_column(JSON, doc="分组")
    only: Mapped[list[dict[str, str]]] = mapped_column(JSON, doc="筛选")
    period: Mapped[str] = mapped_column(String(20), doc="统计期")
    compare: Mapped[bool] = mapped_column(doc="同比环比")
    chart: Mapped[str] = mapped_column(String(10), doc="图形")
    every: Mapped[str] = mapped_column(String(10), doc="定期发送")
    format: Mapped[str] = mapped_column(String(10), doc="发送格式")
    mail: Mapped[bool] = mapped_column(default=False, doc="随邮件发送文件")
    roles: Mapped[list[str]] = mapped_column(JSON, doc="发送给角色")
    people: Mapped[list[str]] = mapped_column(JSON, doc="发送给人员")
    made_for: Mapped[date | None] = mapped_column(doc="最近一次发送的统计期")
