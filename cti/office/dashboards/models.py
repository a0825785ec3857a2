"""The table of dashboards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base
from cti.store.edits import Versioned


class DashboardRow(Versioned, Base):
    """A page of tiles, somebody's own, or with a role for all of the organisation who have that role.

    `home_of` says whose home page it is: there is one for each person, and one for each role of an organisation.
    """

    __tablename__ = "dashboards"
    __table_args__ = (
        Index(None, "person"),
        Index(None, "organisation", "role"),
        Index(None, "home_of", unique=True),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    title: Mapped[str] = mapped_column(String(40), doc="名称")
    person: Mapped[str] = mapped_column(String(26), doc="创建人")
    organisation: Mapped[str] = mapped_column(String(40), doc="所属机构")
    role: Mapped[str] = mapped_column(String(40), doc="角色，空为本人")
    home_of: Mapped[str | None] = mapped_column(String(90), doc="是谁的首页")
    tiles: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="磁贴")
    updated_at: Mapped[datetime] = mapped_column(doc="修改时间")
