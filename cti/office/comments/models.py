"""The table of the comments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base


class CommentRow(Base):
    """What somebody said about a record, inside the house. One that was taken back keeps its place without its text."""

    __tablename__ = "comments"
    __table_args__ = (Index(None, "kind", "record", "at", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    kind: Mapped[str] = mapped_column(String(40), doc="所属记录类型")
    record: Mapped[str] = mapped_column(String(26), doc="所属记录编号")
    text: Mapped[str] = mapped_column(Text, doc="内容（仅内部可见）")
    mentions: Mapped[list[str]] = mapped_column(JSON, doc="提到的人员编号")
    person: Mapped[str] = mapped_column(String(26), doc="评论人编号")
    by: Mapped[str] = mapped_column(String(80), doc="评论人")
    at: Mapped[datetime] = mapped_column(doc="时间")
    edited_at: Mapped[datetime | None] = mapped_column(doc="修改时间")
    removed_at: Mapped[datetime | None] = mapped_column(doc="撤回时间")
