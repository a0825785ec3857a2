"""The table of what was shared."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base


class RecordShareRow(Base):
    """A record that somebody beside its own people may read, or change."""

    __tablename__ = "record_shares"
    __table_args__ = (Index(None, "kind", "sort", "whom", "record"),)

    kind: Mapped[str] = mapped_column(String(40), primary_key=True, doc="类型")
    record: Mapped[str] = mapped_column(String(26), primary_key=True, doc="记录编号")
    sort: Mapped[str] = mapped_column(String(12), primary_key=True, doc="共享给：人员、机构、角色、班组")
    whom: Mapped[str] = mapped_column(String(40), primary_key=True, doc="共享对象")
    writes: Mapped[bool] = mapped_column(doc="可以修改")
    by: Mapped[str] = mapped_column(String(40), doc="共享人")
    at: Mapped[datetime] = mapped_column(doc="共享时间")
