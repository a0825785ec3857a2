"""What every table is made of: the declarative base, and columns for time, encrypted text and blind indexes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from sqlalchemy import DateTime, Dialect, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from cti.store.cipher import Cipher

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""One name for each constraint on every database, so that migrations can speak of it."""


def cipher_of(dialect: Dialect) -> Cipher:
    """The cipher of the store whose engine has this dialect."""
    return cast("Cipher", dialect.hotline_cipher)  # type: ignore[attr-defined] # set by Store


def bind_cipher(dialect: Dialect, cipher: Cipher) -> None:
    """Let the columns of this engine seal with `cipher`."""
    dialect.hotline_cipher = cipher  # type: ignore[attr-defined] # a dialect belongs to one engine


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, UTC in the table; a naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; naive where the database knows no zones."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator[str]):
    """Text that is sealed in the table. It cannot be compared or searched: see BlindIndex."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal."""
        return None if value is None else cipher_of(dialect).seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open."""
        return None if value is None else cipher_of(dialect).open(value).decode()


class BlindIndex(TypeDecorator[str]):
    """The blind index of what is assigned to it or compared with it: `where(Table.number_index == digits)`.

    Assign the plain text; what is read back is the index itself. `last_four` indexes the last four characters only.
    Columns with one `kind` can be joined with each other; telephone numbers (canonical digits) have kind `number`.
    """

    impl = String(32)
    cache_ok = True

    def __init__(self, kind: str = "number", *, last_four: bool = False) -> None:
        super().__init__()
        self.kind = kind
        self.last_four = last_four

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make the index."""
        if value is None:
            return None
        cipher = cipher_of(dialect)
        return cipher.index_last(self.kind, value) if self.last_four else cipher.index(self.kind, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The index as it stands in the table."""
        return value


class Base(DeclarativeBase):
    """The base of all tables of all rooms.

    The `doc` of a column is its name for people, in Chinese: in the catalogue of an export, and where edits conflict.
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 # SQLAlchemy's own protocol


class Owned:
    """Columns of whatever belongs to an organisation and its region (GB/T 2260), from the number called."""

    organisation: Mapped[str] = mapped_column(String(40), doc="所属机构")
    region: Mapped[str] = mapped_column(String(6), doc="行政区划代码")
