"""Pages of lists that may have millions of rows: nothing is counted, skipped or sorted that nobody looks at."""

from __future__ import annotations

from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from cti.base.refusal import Invalid

T = TypeVar("T")
MOST = 10_000
"""So far pages are turned."""
STEP = 500
"""A total is counted to the next multiple of it behind the page: counting all takes longer than reading a page."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A page of rows; `total` of all are counted, and `more` says that there are more than these."""

    rows: tuple[T, ...]
    total: int
    more: bool = False


async def listed(
    session: AsyncSession,
    table: type[T],
    limits: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    page: int,
    size: int,
    key: InstrumentedAttribute[Any] | None = None,
) -> Listed[T]:
    """The page (from 1) of the rows within `limits`; an index must begin with what they compare and go on with `order`.

    With the table's primary key, rows are read whole only when they are on the page: an index that has also what
    `limits` compare, in whatever place, then tells which these are. Invalid when it lies beyond `MOST`.
    """
    skipped = _skipped(page, size)
    wanted = select(table if key is None else key).where(*limits).order_by(*order).limit(size).offset(skipped)
    if key is not None:
        wanted = select(table).where(key.in_(select(wanted.subquery()))).order_by(*order)
    rows = (await session.scalars(wanted)).all()
    if len(rows) < size and (rows or page == 1):
        return Listed(tuple(rows), skipped + len(rows))
    most = _counted(skipped + size)
    some = select(literal(1)).select_from(table).where(*limits).limit(most + 1).subquery()
    count = await session.scalar(select(func.count()).select_from(some)) or 0
    return Listed(tuple(rows), min(count, most), count > most)


async def listed_once(
    session: AsyncSession,
    table: type[T],
    key: InstrumentedAttribute[Any],
    keys: Select[tuple[Any]],
    order: Sequence[ColumnElement[Any]],
    page: int,
    size: int,
    step: int = STEP,
) -> Listed[T]:
    """`listed` where finding is dearer than reading: `keys`, in order, are gone through once for page and count.

    `key` is the table's primary key, which they are; a total is counted to the next multiple of `step`.
    """
    skipped = _skipped(page, size)
    most = _counted(skipped + size, step)
    found = (await session.scalars(keys.limit(most + 1))).all()
    some = found[skipped : skipped + size]
    rows = (await session.scalars(select(table).where(key.in_(some)).order_by(*order))).all() if some else []
    return Listed(tuple(rows), min(len(found), most), len(found) > most)


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
        return await listed(session, table, ways[0], order, page, size, key)
    skipped = _skipped(page, size)
    first = [select(key).where(*way).order_by(*order).limit(skipped + size).subquery() for way in ways]
    some = union(*(select(one) for one in first)).subquery()
    wanted = select(table).where(key.in_(select(some))).order_by(*order).limit(size).offset(skipped)
    rows = (await session.scalars(wanted)).all()
    if len(rows) < size and (rows or page == 1):
        return Listed(tuple(rows), skipped + len(rows))
    most = _counted(skipped + size)
    count = await counted_in_ways(session, key, ways, most + 1)
    return Listed(tuple(rows), min(count, most), count > most)


async def listed_in_batches(
    session: AsyncSession,
    table: type[T],
    key: InstrumentedAttribute[Any],
    batches: AsyncIterable[Select[tuple[Any]]],
    page: int,
    size: int,
    step: int = STEP,
) -> Listed[T]:
    """`listed_once` where keys are found in batches, in order: no more of them than page and count need."""
    skipped = _skipped(page, size)
    most = _counted(skipped + size, step)
    found: dict[Any, None] = {}
    async for keys in batches:
        found |= dict.fromkeys(await session.scalars(keys))
        if len(found) > most:
            break
    some = list(found)[skipped : skipped + size]
    places = {one: place for place, one in enumerate(some)}
    rows = (await session.scalars(select(table).where(key.in_(some)))).all() if some else []
    rows = sorted(rows, key=lambda row: places[getattr(row, key.key)])
    return Listed(tuple(rows), min(len(found), most), len(found) > most)


async def counted_in_ways(
    session: AsyncSession,
    key: InstrumentedAttribute[Any],
    ways: Sequence[Sequence[ColumnElement[bool]]],
    most: int,
) -> int:
    """How many rows are within any of some ways, counted no further than `most`."""
    some = [select(select(key).where(*way).limit(most).subquery()) for way in ways]
    every = (some[0] if len(some) == 1 else union(*some)).subquery()
    return min(await session.scalar(select(func.count()).select_from(every)) or 0, most)


def _counted(end: int, step: int | None = None) -> int:
    """How far a total is counted for a page that ends there: the next page is always known of."""
    step = step or STEP
    return min(MOST, (end // step + 1) * step)


def _skipped(page: int, size: int) -> int:
    skipped = (page - 1) * size
    if skipped >= MOST:
        raise Invalid("too_far", f"只能翻看前 {MOST} 条，请缩小查找范围", "page")
    return skipped


def points_to(column: InstrumentedAttribute[Any], called: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """That a column has the id of a row in whose column `called`, such as a title or a path, stands the text."""
    return column.in_(select(called.class_.id).where(called.contains(text, autoescape=True)))


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
