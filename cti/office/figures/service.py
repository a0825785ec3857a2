"""Figures as everybody reads them: tiles, reports, the API and modules all ask here, so that a value is one value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.expressions.types import MOMENT
from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.figures.counting import Counting
from cti.office.figures.definition import Figure
from cti.office.figures.facts import Fact, FactSource, MoreFacts
from cti.office.figures.groups import Asked, Key, Sums
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.latest import said
from cti.office.figures.library import FigureFile, FigureLibrary
from cti.office.figures.periods import NAMED, STEPS, Period, step_title
from cti.office.figures.recipe import Recipes
from cti.office.figures.working_out import worked_out
from cti.office.references.reference import OUT_OF_SIGHT, Reference
from cti.office.workshop.owning import Owning
from cti.store.engine import Store

MOST_SPLITS = 3
Condition = Callable[[FactSource], ColumnElement[bool]]
"""A condition on the rows of whatever source a figure counts."""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of one group: in its unit, None where there is nothing to divide by; and what it was made of."""

    value: float | None
    numerator: float
    denominator: float | None
    pending: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One group: the values of its splits, their words, and the figure; `before` is the period before, `year_ago` the
    same of the year before, where they were asked for."""

    by: tuple[str, ...]
    titles: tuple[str, ...]
    now: Value
    before: Value | None = None
    year_ago: Value | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure over a period: the whole, and its groups; `nothing` is the value of a group without rows, `late` on how
    many days it changed after they were over."""

    figure: str
    title: str
    unit: str
    revision: int
    better: str
    target: float | None
    period: str
    since: datetime
    until: datetime
    total: Cell
    nothing: Value
    cells: list[Cell] = field(default_factory=list)
    late: int = 0


@dataclass(frozen=True, slots=True)
class RowsColumn:
    """What is shown of each row: its key, title, and kind (`time`, or a type of expressions such as `text`)."""

    key: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class RowsBehind:
    """A page of the rows that a figure counted; `total` counts all of them."""

    columns: list[RowsColumn]
    items: list[dict[str, Any]]
    total: int
    screen: str


class Figures:
    """Counts figures within the visitor's scope."""

    def __init__(
        self, store: Store, clock: Clock, library: FigureLibrary, owning: Owning, services: Mapping[str, Any]
    ) -> None:
        self.store, self._clock, self._owning, self._services = store, clock, owning, services
        self.library = library
        self.recipes = Recipes(sqlite=store.is_sqlite)
        self.kept: Kept | None = None
        """Days that are over, where they are kept."""

    def offer(self, source: FactSource) -> Callable[[], None]:
        """Let figures be counted of a module's facts; returns the undo."""
        return self.library.offer(source)

    def extend(self, name: str, more: Callable[[FactSource], MoreFacts]) -> Callable[[], None]:
        """Let figures of another module's facts read what this one knows of the same rows; returns the undo."""
        return self.library.extend(name, more)

    # ── what there is ──

    def file(self, visitor: Visitor, name: str) -> FigureFile:
        """A published definition that the visitor may count by; NotFound."""
        found = self.library.files.get(name)
        if found is None or not self._is_his(visitor, found):
            raise NotFound("no_figure", f"没有指标“{name}”，或您不能查看它的数据")
        return found

    def all(self, visitor: Visitor) -> list[FigureFile]:
        """All that the visitor may count by, in the order of their groups and titles."""
        found = [one for one in self.library.files.values() if self._is_his(visitor, one)]
        return sorted(found, key=lambda one: (one.head.source, one.head.group, one.name))

    def source(self, figure: Figure) -> FactSource:
        """What a figure counts; NotFound while the module that has it does not run."""
        found = self.library.sources.get(figure.source)
        if found is None:
            raise NotFound("no_facts", f"指标“{figure.title}”的数据来源 {figure.source} 没有运行")
        return found

    def splits(self, figures: Iterable[Figure]) -> dict[str, str]:
        """By what all of these can be split, with titles."""
        found: dict[str, str] | None = None
        for figure in figures:
            own = {name: fact.title for name, fact in self.source(figure).splits.items()}
            found = own if found is None else {name: title for name, title in found.items() if name in own}
        return {**STEPS, **(found or {})}

    def _is_his(self, visitor: Visitor, found: FigureFile) -> bool:
        source = self.library.sources.get(found.head.source)
        may_count = source is not None and visitor.may(source.permission)
        return may_count and self._owning.may_see(visitor, found.organisation)

    # ── counting ──

    def period(self, name: str) -> Period:
        """A period by where it lies from now: see `periods.NAMED`. Invalid."""
        if name not in NAMED:
            raise Invalid("bad_period", f"没有统计期“{name}”", "period")
        return Period.named(name, self._clock.wall())

    async def value(
        self,
        visitor: Visitor,
        name: str,
        period: Period | str,
        by: Sequence[str] = (),
        *,
        where: Mapping[str, str] | None = None,
        compare: bool = False,
        also: Condition | None = None,
    ) -> Counted:
        """A figure over a period (or the name of one), split by up to three things, perhaps compared with before.

        With `also` only rows that meet a further condition count. NotFound for a figure that is not there for the
        visitor, Invalid for splits that it cannot have.
        """
        file = self.file(visitor, name)
        return await self.counted(visitor, file, period, by, where=where, compare=compare, also=also)

    async def counted(
        self,
        visitor: Visitor,
        file: FigureFile,
        period: Period | str,
        by: Sequence[str] = (),
        *,
        where: Mapping[str, str] | None = None,
        compare: bool = False,
        also: Condition | None = None,
    ) -> Counted:
        """The same by a definition that is at hand, such as a draft."""
        if len(by) > MOST_SPLITS or len(set(by)) < len(by):
            raise Invalid("bad_splits", f"最多按 {MOST_SPLITS} 项分组，且不能重复", "by")
        figure, source = file.head, self.source(file.head)
        over = self.period(period) if isinstance(period, str) else period
        counting = Counting(self.recipes.of(figure, source), visitor, self.kept)
        periods = (over, *(self.earlier(over, by) if compare else ()))
        asked = Asked(periods, tuple(by), where or {}, (also(source),) if also is not None else ())
        async with self.store.reading() as session:
            found = await counting.groups(session, asked)
            groups = sorted({key for one in found for key in one.cells}) if by else []
            titles = await self.titles(session, visitor, source, asked.by, groups)
        return Counted(
            file.name, file.title, figure.unit, file.revision, figure.better, figure.target, over.title,
            over.since, over.until,
            _cell(figure, (), (), [one.total for one in found]),
            value_of(figure, found[0].nothing),
            [_cell(figure, key, titles[key], [one.cells.get(key, one.nothing) for one in found]) for key in groups],
            found[0].late,
        )  # fmt: skip

    def earlier(self, period: Period, by: Sequence[str]) -> list[Period]:
        """With what a period is compared: the one before, and the same of the year before."""
        now = self._clock.wall()
        # Steps of time have no namesake in another period, but for the hour of the day.
        if any(name in STEPS and name != "hour" for name in by):
            return []
        return [period.so_far(one, now) for one in (period.before(), period.year_ago())]

    async def titles(
        self, session: AsyncSession, visitor: Visitor, source: FactSource, by: tuple[str, ...], keys: Collection[Key]
    ) -> dict[Key, tuple[str, ...]]:
        """The words of groups."""
        words = [
            await self.words(session, visitor, source.splits[name], {key[at] for key in keys})
            if name not in STEPS else {key[at]: step_title(name, key[at]) for key in keys}
            for at, name in enumerate(by)
        ]  # fmt: skip
        return {key: tuple(words[at].get(value, value) or "（空）" for at, value in enumerate(key)) for key in keys}

    async def words(
        self, session: AsyncSession, visitor: Visitor, fact: Fact, values: Iterable[str]
    ) -> Mapping[str, str]:
        """The words of a fact's values."""
        if not isinstance(fact.words, Reference):
            return {"true": "是", "false": "否", **fact.words}
        wanted = sorted({one for one in values if one})
        titles = await fact.words.bound(self._services).told(session, visitor, wanted)
        return {one: titles.get(one, OUT_OF_SIGHT) for one in wanted}

    # ── what is behind ──

    async def rows(
        self,
        visitor: Visitor,
        name: str,
        count: str,
        period: Period,
        where: Mapping[str, str],
        page: int,
        size: int,
        also: Condition | None = None,
    ) -> RowsBehind:
        """The rows that a count of a figure counted, the latest first: exactly as many as the figure says."""
        file = self.file(visitor, name)
        figure, source = file.head, self.source(file.head)
        if count not in figure.counts:
            raise NotFound("no_count", "该指标没有这一项")
        counting = Counting(self.recipes.of(figure, source), visitor)
        asked = Asked((period,), where=where, also=(also(source),) if also is not None else ())
        shown = {key: fact for key, fact in source.facts.items() if fact.shown}
        columns: list[Any] = [source.id.label("id"), *(fact.value.label(f"f_{key}") for key, fact in shown.items())]
        if source.record is not None:
            columns.append(source.record.label("record"))
        async with self.store.reading() as session:
            total = await session.scalar(
                select(func.count()).select_from(counting.rows(count, asked, [source.id]).subquery())
            )
            listed = counting.rows(count, asked, columns).order_by(counting.moment(count).desc(), source.id.desc())
            rows = (await session.execute(listed.limit(size).offset((page - 1) * size))).mappings().all()
            words = {
                key: await self.words(session, visitor, fact, {str(row[f"f_{key}"] or "") for row in rows})
                for key, fact in shown.items()
            }
        items = [
            {
                "id": row["id"],
                "record": row.get("record", row["id"]) or "",
                **{key: said(row[f"f_{key}"], fact, words[key]) for key, fact in shown.items()},
            }
            for row in rows
        ]
        told = [
            RowsColumn(key, fact.title, "time" if fact.type == MOMENT else fact.type.name)
            for key, fact in shown.items()
        ]
        return RowsBehind(told, items, total or 0, source.screen)


def _cell(figure: Figure, key: Key, titles: tuple[str, ...], sums: Sequence[Sums]) -> Cell:
    now, before, year_ago = (*(value_of(figure, one) for one in sums), None, None)[:3]
    assert now is not None
    return Cell(key, titles, now, before, year_ago)


def value_of(figure: Figure, sums: Sums) -> Value:
    """A figure's value, and what it was made of."""

    def count(name: str) -> float | None:
        return sums.counts.get(name) if name in figure.counts else None

    return Value(worked_out(figure, sums), count("numerator") or 0, count("denominator"), count("pending"))
