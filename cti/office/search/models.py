"""The table of what can be found. Its full-text index, `search_words`, is each database's own: see the migrations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Dialect, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from cti.store.columns import Base, Owned


class Tokens(TypeDecorator[str]):
    """Tokens separated by spaces, as text on SQLite and as a `tsvector` with positions on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else TSVECTOR())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """As the database reads it."""
        if value is None or dialect.name == "sqlite":
            return value
        return " ".join(f"{token}:{place}" for place, token in enumerate(value.split(" "), 1))


class SearchEntry(Owned, Base):
    """A part of a record's text. `id` grows with the record's own time, so that results come in its order."""

    __tablename__ = "search_entries"
    __table_args__ = (Index(None, "kind", "record", "part", unique=True),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False, doc="序号，按记录时间"
    )
    kind: Mapped[str] = mapped_column(String(40), doc="类型")
    record: Mapped[str] = mapped_column(String(40), doc="记录编号")
    part: Mapped[int] = mapped_column(doc="第几部分")
    tokens: Mapped[str] = mapped_column(Tokens, doc="检索词")
