"""Tables of the black and white lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText, Owned


class ListEntryRow(Record, Base):
    """A number or pattern on a list. `pattern` is canonical: `+86138…`, `138*`, `0519????0000` or `anonymous`."""

    __tablename__ = "list_entries"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "list", "updated_at", "id"),
        Index(None, "last_hit_at", "id"),
        Index(None, "pattern_index"),
    )

    list: Mapped[str] = mapped_column(String(8), doc="名单")
    pattern: Mapped[str] = mapped_column(EncryptedText, doc="号码或号段")
    pattern_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    reason: Mapped[str] = mapped_column(String(200), doc="原因")
    until: Mapped[datetime | None] = mapped_column(doc="失效时间")
    hits: Mapped[int] = mapped_column(server_default="0", doc="命中次数")
    last_hit_at: Mapped[datetime | None] = mapped_column(doc="最近命中时间")


class ListHitRow(Owned, Base):
    """A call that met an entry: when, from which number, and whether it was refused."""

    __tablename__ = "list_hits"
    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "entry", "at", "id"),
        Index(None, "number_index", "at"),
        Index(None, "number_last_four", "at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    entry: Mapped[str] = mapped_column(String(26), doc="名单编号")
    list: Mapped[str] = mapped_column(String(8), doc="名单类型")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    at: Mapped[datetime] = mapped_column(doc="来电时间")
    number: Mapped[str] = mapped_column(EncryptedText, doc="来电号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="来电号码索引")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="来电号码后四位索引")
    called: Mapped[str] = mapped_column(String(40), doc="被叫号码")
