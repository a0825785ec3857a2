"""The table of saved views."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base
from cti.store.edits import Versioned


class SavedViewRow(Versioned, Base):
    """A list as somebody wants to find it again. With a role it is for all of his organisation who have that role."""

    __tablename__ = "saved_views"
    __table_args__ = (Index(None, "person"), Index(None, "organisation", "role"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    screen: Mapped[str] = mapped_column(String(60), doc="界面")
    title: Mapped[str] = mapped_column(String(40), doc="名称")
    person: Mapped[str] = mapped_column(String(26), doc="创建人")
    organisation: Mapped[str] = mapped_column(String(40), doc="所属机构")
    role: Mapped[str] = mapped_column(String(40), doc="角色，空为本人")
    filters: Mapped[dict[str, str]] = mapped_column(JSON, doc="筛选条件")
    sort: Mapped[str] = mapped_column(String(60), doc="排序")
    columns: Mapped[list[str]] = mapped_column(JSON, doc="显示的列")
    badge: Mapped[bool] = mapped_column(doc="在菜单上显示数量")
    updated_at: Mapped[datetime] = mapped_column(doc="修改时间")
