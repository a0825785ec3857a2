"""The table of links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base


class WallLinkRow(Record, Base):
    """A link that opens a wall without signing in, as its maker sees it, until it dies."""

    __tablename__ = "bigscreen_links"
    __table_args__ = (Index(None, "updated_at", "id"),)

    title: Mapped[str] = mapped_column(String(60), doc="用途")
    wall: Mapped[str] = mapped_column(String(60), doc="大屏")
    until: Mapped[datetime] = mapped_column(doc="失效时间")
