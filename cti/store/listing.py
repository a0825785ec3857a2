"""Pages of lists that may have millions of rows: nothing is counted, skipped or sorted that nobody looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, func, literal, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from cti.base.refusal import Invalid

T = TypeVar("T")
MOST = 10_000
"""So far a total is counted and pages are turned: counting a million rows takes longer than reading a page of them."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A page of rows; `total` is at most `MOST`, which then means that many or more."""

    rows: tuple[T, ...]
    total: int


async def listed(
    session: AsyncSession,
    table: type[T],
    limits: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    page: int,
    size: int,
) -> Listed[T]:
    """The page (from 1) of the rows within `limits`; an index must begin with what they compare and go on with `order`.

    Invalid when it lies beyond `MOST`.
    """
    skipped = _skipped(page, size)
    rows = (await session.scalars(select(table).where(*limits).order_by(*order).limit(size).offset(skipped))).all()
    if len(rows) < size and (rows or page == 1):
        return Listed(tuple(rows), skipped + len(rows))
    some = select(literal(1)).select_from(table).where(*limits).limit(MOST).subquery()
    return Listed(tuple(rows), await session.scalar(select(func.count()).select_from(some)) or 0)


async def listed_in_ways(
    session: AsyncSession,
    table: type[T],
    key: InstrumentedAttribute[Any],
    ways: Sequence[Sequence[ColumnElement[bool]]],
    order: Sequence[ColumnElement[Any]],
    page: int,
    size: int,
) -> Listed[T]:
    """`listed`, of the rows within any of some `ways`: each is gone by its own index, which one OR would hinder.

    `key` is the table's primary key.
    """
    if len(ways) == 1:
        return await listed(session, table, ways[0], order, page, size)
    skipped = _skipped(page, size)
    first = [select(key).where(*way).order_by(*order).limit(skipped + size).subquery() for way in ways]
    some = union(*(select(one) for one in first)).subquery()
    wanted = select(table).where(key.in_(select(some))).order_by(*order).limit(size).offset(skipped)
    rows = (await session.scalars(wanted)).all()
    if len(rows) < size and (rows or page == 1):
        return Listed(tuple(rows), skipped + len(rows))
    every = union(*(select(select(key).where(*way).limit(MOST).subquery()) for way in ways)).subquery()
    count = await session.scalar(select(func.count()).select_from(select(every).limit(MOST).subquery()))
    return Listed(tuple(rows), count or 0)


def _skipped(page: int, size: int) -> int:
    skipped = (page - 1) * size
    if skipped >= MOST:
        raise Invalid("too_far", f"只能翻看前 {MOST} 条，请缩小查找范围", "page")
    return skipped


class starts_with(FunctionElement[bool]):  # noqa: N801 # used as a function
    """Whether a text column starts with a text, found by an index; on PostgreSQL one with `text_pattern_ops`.

    The index: `Index(None, "name", postgresql_ops={"name": "text_pattern_ops"})`.
    """

    inherit_cache = True

    def __init__(self, column: Any, text: str) -> None:
        super().__init__(column, literal(text), literal(text + "\U0010ffff"))


@compiles(starts_with)
def _compile(element: starts_with, compiler: SQLCompiler, **more: Any) -> str:
    column, first, last = (compiler.process(part, **more) for part in element.clauses)
    # LIKE would not do: on SQLite it ignores case and so the index, and patterns must be escaped.
    least, below = ("~>=~", "~<=~") if compiler.dialect.name == "postgresql" else (">=", "<=")
    return f"({column} {least} {first} AND {column} {below} {last})"
