"""Tables of the citizens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText


class CitizenRow(Record, Base):
    """Somebody who calls. `numbers` are canonical, the usual one first, as sealed JSON."""

    __tablename__ = "citizens"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "organisation", "updated_at", "id"),
        Index(None, "region", "updated_at", "id"),
        Index(None, "vip", "updated_at", "id"),
        Index(None, "last_call_at", "id"),
        Index(None, "name", postgresql_ops={"name": "text_pattern_ops"}),
    )

    name: Mapped[str] = mapped_column(String(80), doc="姓名")
    gender: Mapped[str] = mapped_column(String(8), doc="性别")
    numbers: Mapped[str] = mapped_column(EncryptedText, doc="电话号码")
    address: Mapped[str] = mapped_column(String(200), doc="地址")
    notes: Mapped[str] = mapped_column(Text, doc="备注")
    tags: Mapped[list[str]] = mapped_column(JSON, doc="标签")
    vip: Mapped[bool] = mapped_column(server_default=text("false"), doc="重点服务对象")
    calls: Mapped[int] = mapped_column(server_default="0", doc="来电次数")
    last_call_at: Mapped[datetime | None] = mapped_column(doc="最近来电时间")
    merged_into: Mapped[str | None] = mapped_column(String(26), doc="已合并到的档案")


class CitizenNumberRow(Base):
    """The numbers of the citizens, to find them by."""

    __tablename__ = "citizen_numbers"
    __table_args__ = (Index(None, "number_last_four"), {"sqlite_with_rowid": False})

    number_index: Mapped[str] = mapped_column(BlindIndex, primary_key=True, doc="号码索引")
    citizen: Mapped[str] = mapped_column(String(26), primary_key=True, index=True, doc="市民档案编号")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="号码后四位索引")
