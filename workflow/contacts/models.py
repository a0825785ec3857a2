"""The table of the phone book."""

from __future__ import annotations

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base


class ContactRow(Record, Base):
    """An organisation or somebody in it. Its numbers are public or the office's own, so they lie open."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index(None, "book", "parent", "place", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "phone"),
    )

    book: Mapped[str] = mapped_column(String(8), doc="通讯录：internal 内部，external 外部")
    parent: Mapped[str | None] = mapped_column(String(26), doc="上级")
    place: Mapped[int] = mapped_column(doc="排序")
    name: Mapped[str] = mapped_column(String(80), doc="名称")
    initials: Mapped[str] = mapped_column(String(80), doc="拼音首字母")
    phone: Mapped[str] = mapped_column(String(32), doc="联系电话")
    phones: Mapped[list[str]] = mapped_column(JSON, doc="其他电话")
    address: Mapped[str] = mapped_column(String(200), doc="地址")
    site: Mapped[str] = mapped_column(String(200), doc="服务网站")
    mail: Mapped[str] = mapped_column(String(120), doc="邮箱")
    duties: Mapped[str] = mapped_column(Text, doc="部门职能")
    notes: Mapped[str] = mapped_column(String(500), doc="备注")
