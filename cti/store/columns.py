"""What every table is made of: the declarative base, and columns for time, encrypted text and blind indexes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any
from typing import cast as typed

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Label,
    MetaData,
    String,
    Text,
    cast,
    event,
    literal_column,
    type_coerce,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, Mapper, mapped_column
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.types import TypeDecorator

from cti.base.ciphers.cipher import Cipher

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""One name for each constraint on every database, so that migrations can speak of it."""


SPACE = literal_column("' '", Text)


def cipher_of(dialect: Dialect) -> Cipher:
    """The cipher of the store whose engine has this dialect."""
    return typed("Cipher", dialect.hotline_cipher)  # type: ignore[attr-defined] # set by Store


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
        """The moment with its time zone, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Placed(str):
    """Text that will be sealed for its place: `place_of` the column and the row's primary key."""

    __slots__ = ("place",)
    place: str

    def __new__(cls, text: str, place: str) -> Placed:
        """The text and where it goes."""
        made = super().__new__(cls, text)
        made.place = place
        return made


def place_of(column: KeyedColumnElement[Any], *key: object) -> str:
    """Where a sealed value stands: `table.column` and the row's primary key, its parts in order."""
    return " ".join((f"{column.table.name}.{column.name}", *map(str, key)))


def placed(attribute: InstrumentedAttribute[Any], text: str, *key: object) -> Placed:
    """What a statement gives a sealed column: the text, and the primary key of the one row that it goes to.

    Sessions need no such care: rows that are added or changed know their keys.
    """
    return Placed(text, place_of(attribute.property.columns[0], *key))


class EncryptedText(TypeDecorator[str]):
    """Text that is sealed in the table, for its row alone: moved to another row or column it does not open.

    It cannot be compared or searched: see BlindIndex. Where a subquery has it, the row's key must be there too.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal; TypeError for text that does not say where it goes."""
        if value is None:
            return None
        if not isinstance(value, Placed):
            raise TypeError("text for a sealed column needs its row: see cti.store.columns.placed")
        return cipher_of(dialect).seal(value, value.place)

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The place comes with the value: it is known nowhere else whatever is selected."""
        found = column.element if isinstance(column, Label) else column
        root = next(iter(found.base_columns))
        if not isinstance(root, Column) or not isinstance(found, Column):
            raise TypeError(f"{column}: a sealed column must be selected as it is")
        whole: ColumnElement[str] = literal_column(f"'{root.table.name}.{root.name} '", Text)
        for key in root.table.primary_key:
            if key.key not in found.table.c:
                raise TypeError(f"{column}: a sealed column opens with its row's key only, which lacks {key.name}")
            part = found.table.c[key.key]
            whole = whole.concat(part if isinstance(key.type, String) else cast(part, Text)).concat(SPACE)
        return type_coerce(whole.concat(found), self)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The text that was sealed for this place; KeyProblem when it does not open."""
        if value is None:
            return None
        place, _, sealed = value.rpartition(" ")
        return cipher_of(dialect).open(sealed, place).decode()


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
        """What is looked for, as the index has it: equal values are equal there."""
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


@cache
def _sealed_attributes(mapper: Mapper[Any]) -> tuple[tuple[str, Column[Any]], ...]:
    found = ((one.key, one.columns[0]) for one in mapper.column_attrs)
    return tuple((key, column) for key, column in found if isinstance(column.type, EncryptedText))  # type: ignore[misc]


@event.listens_for(Mapper, "before_insert")
@event.listens_for(Mapper, "before_update")
def _place(mapper: Mapper[Any], _connection: object, row: Any) -> None:
    """What a session writes is sealed for its row."""
    for name, column in _sealed_attributes(mapper):
        if (text := row.__dict__.get(name)) is not None:
            # Beside the attribute's own bookkeeping: it is the same text.
            row.__dict__[name] = Placed(text, place_of(column, *mapper.primary_key_from_instance(row)))


@event.listens_for(Mapper, "after_insert")
@event.listens_for(Mapper, "after_update")
def _plain_again(mapper: Mapper[Any], _connection: object, row: Any) -> None:
    for name, _ in _sealed_attributes(mapper):
        if (text := row.__dict__.get(name)) is not None:
            row.__dict__[name] = str(text)


class Owned:
    """Columns of whatever belongs to an organisation and its region (GB/T 2260), from the number called."""

    organisation: Mapped[str] = mapped_column(String(40), doc="所属机构")
    region: Mapped[str] = mapped_column(String(6), doc="行政区划代码")
