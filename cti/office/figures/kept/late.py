"""Days whose numbers changed after they were over (期后变化): what they were when they were first told.

A day that a change touched is held as it was before it is let go of. Counted again, it is compared: where nothing is
different the day is forgotten here, else it is marked from then on. What a number changes by while its day still runs
is nobody's surprise, and not kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.figures.kept.cuts import Line
from cti.office.figures.kept.models import FigureLateRow, FigureSpanRow
from cti.store.engine import Store

MOST_DAYS = 120
"""Days of a cut, those that changed last; and of all cuts together:"""
MOST = 50_000
MOST_CHARACTERS = 4000
"""Of a day with more groups than these write it is not kept what it was."""
MOST_RECORDS = 20
WIDTH = 600
"""Characters of records that are kept, some twenty."""
RECOUNT = "recount"
"""In place of a record: somebody had everything counted again."""
DAY = 10
Part = Any
"""A number or a text, or what stands for it in a statement that is asked often."""
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class LateDay:
    """A day that changed: what it was, when that was found first and last, and the ids of what changed it."""

    span: str
    was: list[Line]
    first_at: datetime
    changed_at: datetime
    records: list[str]


class LateTable:
    """The table."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def changed(self, id: Part, times: Sequence[tuple[Part, Part]], what: int) -> Select[Any]:
        """The days of a cut that changed, each from one to before another, with a number beside them."""
        row = FigureLateRow
        return select(row.span, literal(what), literal(0)).where(*self._limits(id, times))

    async def of(self, session: AsyncSession, id: int, first: date, after: date) -> list[LateDay]:
        """The same as they were, the latest first."""
        wanted = (
            select(FigureLateRow)
            .where(*self._limits(id, [(first.isoformat(), after.isoformat())]))
            .order_by(FigureLateRow.span.desc())
        )
        return [
            LateDay(one.span, json.loads(one.was), one.first_at, one.changed_at, _ids(one.records))
            for one in (await session.scalars(wanted)).all()
            if one.first_at is not None and one.changed_at is not None
        ]

    @staticmethod
    def _limits(id: Part, times: Sequence[tuple[Part, Part]]) -> list[ColumnElement[bool]]:
        span = FigureLateRow.span
        within = [and_(span >= first, span < after) for first, after in times]
        return [FigureLateRow.cut == id, FigureLateRow.changed_at.is_not(None), or_(*within)]

    async def hold(self, session: AsyncSession, cuts: Select[Any], days: Sequence[str] | None = None) -> None:
        """Hold what these days of cuts are, all of them without `days`; what was held before stays as it was."""
        row, nothing = FigureSpanRow, literal("")
        wanted = select(row.cut, row.span, row.cells, nothing, nothing, nothing).where(
            row.cut.in_(cuts), func.length(row.span) == DAY, func.length(row.cells) <= MOST_CHARACTERS
        )
        if days is not None:
            wanted = wanted.where(row.span.in_(days))
        names = ["cut", "span", "was", "told", "records", "suspects"]
        made = sqlite.insert if self._store.is_sqlite else postgresql.insert
        await session.execute(made(FigureLateRow).from_select(names, wanted).on_conflict_do_nothing())

    async def suspect(
        self, session: AsyncSession, cuts: Select[Any], records: Mapping[str | None, Sequence[str]]
    ) -> None:
        """Say what may have changed held days of cuts: by day, or for all of them."""
        row = FigureLateRow
        for day, some in records.items():
            if some:
                more = "".join(f"{one}\n" for one in some)
                limits = [row.cut.in_(cuts), *([row.span == day] if day is not None else [])]
                said = func.substr(literal(more).concat(row.suspects), 1, WIDTH)
                await session.execute(update(row).where(*limits).values(suspects=said))

    async def compare(self, session: AsyncSession, id: int, spans: Mapping[str, list[Line]], at: datetime) -> None:
        """Compare days that were counted again with what they were."""
        row, days = FigureLateRow, [one for one in spans if len(one) == DAY]
        for begin in range(0, len(days), CHUNK):
            wanted = select(row).where(row.cut == id, row.span.in_(days[begin : begin + CHUNK]))
            same = []
            for one in (await session.scalars(wanted)).all():
                now = _digest(spans[one.span])
                if now == _digest(json.loads(one.was)):
                    same.append(one.span)
                elif now == one.told:
                    one.suspects = ""
                else:
                    one.first_at, one.changed_at, one.told = one.first_at or at, at, now
                    one.records, one.suspects = (one.suspects + one.records)[:WIDTH], ""
            if same:
                await session.execute(delete(row).where(row.cut == id, row.span.in_(same)))

    async def forget(self, session: AsyncSession, id: int) -> None:
        """A cut is let go of."""
        await session.execute(delete(FigureLateRow).where(FigureLateRow.cut == id))

    async def prune(self) -> None:
        """Let go of what are too many: those whose change was found longest ago."""
        row = FigureLateRow
        latest = row.changed_at.desc().nulls_last(), row.span.desc()
        of_cut = func.row_number().over(partition_by=row.cut, order_by=latest).label("of_cut")
        of_all = func.row_number().over(order_by=latest).label("of_all")
        placed = select(row.cut, row.span, of_cut, of_all).subquery()
        gone = select(placed.c.cut, placed.c.span).where(or_(placed.c.of_cut > MOST_DAYS, placed.c.of_all > MOST))
        async with self._store.reading() as session:
            found = (await session.execute(gone)).tuples().all()
        for begin in range(0, len(found), CHUNK):
            async with self._store.writing() as session:
                await session.execute(delete(row).where(tuple_(row.cut, row.span).in_(found[begin : begin + CHUNK])))


def _digest(lines: Sequence[Line]) -> str:
    """Tells one count of a day from another; groups in which nothing was counted say nothing."""
    said = sorted("|".join(map(_part, one)) for one in lines if any(part for part in one if not isinstance(part, str)))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _part(part: Any) -> str:
    # A sum of seconds may differ in its last digits when the rows come in another order.
    return f"{part:.9g}" if isinstance(part, float) else str(part)


def _ids(text: str) -> list[str]:
    """Whole lines, each once: what is behind the last end of a line was cut off."""
    return list(dict.fromkeys(one for one in text.split("\n")[:-1] if one))
