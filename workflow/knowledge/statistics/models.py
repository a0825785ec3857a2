"""Tables of the statistics."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, Owned


class VisitRow(Owned, Base):
    """A visitor's use of the knowledge base on a day (business time); `organisation` and `region` are the visitor's."""

    __tablename__ = "knowledge_visits"
    __table_args__ = (
        UniqueConstraint("visitor", "day"),
        Index(None, "at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), doc="日期")
    visitor: Mapped[str] = mapped_column(String(26), doc="人员；公众为每月更换的摘要")
    inside: Mapped[bool] = mapped_column(doc="热线内部人员")
    visits: Mapped[int] = mapped_column(doc="当日检索和查看次数")
    new_in_month: Mapped[bool] = mapped_column(doc="当月首次使用")
    at: Mapped[datetime] = mapped_column(doc="当日首次时间")
