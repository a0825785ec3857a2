"""The table of drafts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, EncryptedText


class FormDraftRow(Base):
    """A form as it was at the last pause in typing; `version` grows with each."""

    __tablename__ = "form_drafts"
    __table_args__ = (Index(None, "updated_at"),)

    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="填写人")
    form: Mapped[str] = mapped_column(String(40), primary_key=True, doc="表单")
    subject: Mapped[str] = mapped_column(String(60), primary_key=True, doc="对象")
    title: Mapped[str] = mapped_column(EncryptedText, doc="标题")
    content: Mapped[str] = mapped_column(EncryptedText, doc="内容（JSON，已加密）")
    version: Mapped[int] = mapped_column(doc="版本")
    opened_at: Mapped[datetime] = mapped_column(doc="打开时间")
    updated_at: Mapped[datetime] = mapped_column(doc="保存时间")
