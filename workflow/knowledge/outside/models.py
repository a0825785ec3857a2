"""Tables of what other systems show of the knowledge base."""

from __future__ import annotations

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base


class ComponentRow(Record, Base):
    """The knowledge base in another system's pages: a key, and the sites that may show it."""

    __tablename__ = "knowledge_components"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "key", unique=True))

    name: Mapped[str] = mapped_column(String(60), doc="名称")
    key: Mapped[str] = mapped_column(String(32), doc="接入密钥")
    sites: Mapped[list[str]] = mapped_column(JSON, doc="可以嵌入的网站")
    per_minute: Mapped[int] = mapped_column(doc="每分钟请求数")
    used: Mapped[bool] = mapped_column(doc="启用")
