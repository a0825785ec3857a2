"""The table of jobs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, EncryptedText


class JobRow(Base):
    """Work that must be done; `state` is waiting, running, done, failed or cancelled."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "state", "next_at"),
        Index(None, "created_at", "id"),
        Index("uq_jobs_kind_key", "kind", "key", unique=True),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="任务编号")
    kind: Mapped[str] = mapped_column(String(60), doc="任务类型")
    key: Mapped[str | None] = mapped_column(String(80), doc="去重键")
    data: Mapped[str] = mapped_column(EncryptedText, doc="任务内容（JSON，已加密）")
    state: Mapped[str] = mapped_column(String(12), doc="状态")
    tries: Mapped[int] = mapped_column(doc="已尝试次数")
    created_at: Mapped[datetime] = mapped_column(doc="创建时间")
    next_at: Mapped[datetime] = mapped_column(doc="下次执行时间；执行中为认定中断的时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
    last_error: Mapped[str] = mapped_column(String(400), doc="最近一次错误")
