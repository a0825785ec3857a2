"""Counts a scheme over a period: each figure once for all who are scored, as boards and reports count it, and once
more without what does not count. The numbers are the house's own: this module adds none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, select

from cti.base.refusal import NotFound
from cti.base.scope import EVERYTHING, Scope
from cti.base.times.business_time import ZONE
from cti.base.visitor import ALL, Visitor
from cti.office.figures import FactSource, Figures, Period
from cti.office.figures.conditions import Conditions
from cti.office.figures.service import RowsBehind, Value
from cti.office.identity.directory import known_organisations, subtree
from cti.office.records import Office
from cti.office.references import AGENTS
from workflow.performance.leaving_out import counts, place_of, thing_of
from workflow.performance.library import SchemeLibrary
from workflow.performance.models import ExclusionRow
from workflow.performance.scheme import Kpi, Scheme
from workflow.performance.scoring import ABSENT, NOTHING, Part, Score, scored, value_of
from workflow.performance.subjects import Subject, people, units, within

LOST = "lost"
"""The rows of a rate that pull it down: those it counts, and has not among the good ones."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose period it is, and what is to be told apart of the house: all of it, or an organisation with those below."""

    organisation: str
    region: str
    organisations: frozenset[str]
    is_house: bool

    @property
    def visitor(self) -> Visitor:
        """Who counts: the house itself, as far as this organisation reaches."""
        scope = EVERYTHING if self.is_house else Scope(organisations=self.organisations)
        return Visitor("", "绩效考核", "绩效考核", None, self.organisation, self.region, permissions=frozenset({ALL}),
                       scope=scope)  # fmt: skip


@dataclass(slots=True)
class Counted:
    """One who is scored: what each figure of each KPI says, and the score."""

    subject: Subject
    score: Score
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def excluded(self) -> int:
        """How many rows did not count: the most of any figure, since one record is a row of several."""
        return max((int(part["excluded"]) for parts in self.parts.values() for part in parts), default=0)


@dataclass(slots=True)
class _Figure:
    """A figure over all who are scored: by key, with and without what does not count."""

    name: str
    title: str
    by: str
    raw: Mapping[str, Value]
    net: Mapping[str, Value]
    nothing: Value
    by_number: bool


class Counting:
    """Asks the house's figures."""

    def __init__(self, office: Office, figures: Figures, schemes: SchemeLibrary) -> None:
        self._office, self._figures, self._schemes = office, figures, schemes

    async def whose(self, organisation: str, region: str) -> Whose:
        """What an organisation scores: its own and all below."""
        async with self._office.store.reading() as session:
            below = subtree(await known_organisations(session), organisation)
        return Whose(organisation, region, below, organisation == self._office.organisation)

    async def count(self, scheme: Scheme, period: Period, whose: Whose) -> list[Counted]:
        """All who have a row in any of the figures, with their scores."""
        found: dict[tuple[str, str], _Figure | None] = {}
        has_some = await self._has_exclusions(whose)
        for name, kpi in scheme.kpis.items():
            for figure in kpi.named.values():
                key = figure, scheme.by(name)
                if key not in found:
                    found[key] = await self._figure(*key, period, whose, has_some)
        subjects, whose_number = await self._subjects(scheme, found, period, whose)
        better = self._schemes.better(scheme)
        return [
            self._counted(scheme, better, one, found, whose_number)
            for one in sorted(subjects.values(), key=lambda one: (one.agent, one.id))
        ]

    async def rows(
        self, whose: Whose, figure: str, count: str, period: Period, by: str, key: str, page: int, size: int,
        *, excluded: bool = False,
    ) -> RowsBehind:  # fmt: skip
        """The rows behind a number of somebody; `lost` are those that pull a rate down, or else what does not count."""
        if count == LOST:
            condition = self._lost(figure, by, whose)
            return await self._figures.rows(
                whose.visitor, figure, "denominator", period, {by: key}, page, size, condition
            )
        if excluded:

            def left_out(source: FactSource) -> ColumnElement[bool]:
                return not_(counts(source, by, whose.organisation))

            return await self._figures.rows(whose.visitor, figure, count, period, {by: key}, page, size, left_out)

        def left(source: FactSource) -> ColumnElement[bool]:
            return counts(source, by, whose.organisation)

        return await self._figures.rows(whose.visitor, figure, count, period, {by: key}, page, size, left)

    async def one(
        self, whose: Whose, figure: str, count: str, period: Period, by: str, key: str, record: str
    ) -> tuple[str, str] | None:
        """What kind of record that is among the rows behind a number, and what it is called; None where it is not."""

        def this_one(source: FactSource) -> ColumnElement[bool]:
            return thing_of(source) == record

        found = await self._figures.rows(whose.visitor, figure, count, period, {by: key}, 1, 1, this_one)
        if not found.items:
            return None
        head = self._figures.library.files[figure].head
        said = [found.items[0][one.key] for one in found.columns if one.kind in ("text", "time")][:2]
        return place_of(self._figures.source(head)), " ".join(_named(one) for one in said if one)

    def has_lost(self, figure: str) -> bool:
        """Whether a figure is a rate of rows of which some pull it down."""
        found = self._figures.library.files.get(figure)
        if found is None or found.head.better != "more":
            return False
        head = found.head
        numerator, denominator = head.numerator, head.denominator
        return (
            denominator is not None and not numerator.method and not denominator.method
            and numerator.at == denominator.at and not numerator.whole and not denominator.whole
        )  # fmt: skip

    def _counted_rows(self, figure: str) -> list[str]:
        """Those of its counts that are numbers of rows, not sums of something."""
        found = self._figures.library.files.get(figure)
        return [name for name, count in found.head.counts.items() if not count.method] if found is not None else []

    def _lost(self, figure: str, by: str, whose: Whose) -> Any:
        if not self.has_lost(figure):
            raise NotFound("no_count", "该指标没有这一项")
        good = self._figures.library.files[figure].head.numerator.when

        def condition(source: FactSource) -> ColumnElement[bool]:
            is_good = Conditions(source.columns, source.types).truth(good)
            return and_(not_(func.coalesce(is_good, False)), counts(source, by, whose.organisation))

        return condition

    # ── one figure ──

    async def _figure(self, name: str, by: str, period: Period, whose: Whose, has_exclusions: bool) -> _Figure | None:
        visitor = whose.visitor
        try:
            file = self._figures.file(visitor, name)
            source = self._figures.source(file.head)
        except NotFound:
            return None
        if by not in source.splits:
            return None
        raw = await self._figures.counted(visitor, file, period, [by])

        def left(source: FactSource) -> ColumnElement[bool]:
            return counts(source, by, whose.organisation)

        net = await self._figures.counted(visitor, file, period, [by], also=left) if has_exclusions else raw
        return _Figure(
            name, file.title, by, {cell.by[0]: cell.now for cell in raw.cells},
            {cell.by[0]: cell.now for cell in net.cells}, net.nothing, source.splits[by].words is AGENTS,
        )  # fmt: skip

    async def _has_exclusions(self, whose: Whose) -> bool:
        mine = ExclusionRow.organisation == whose.organisation, ExclusionRow.stage == "granted"
        async with self._office.store.reading() as session:
            return await session.scalar(select(ExclusionRow.id).where(*mine).limit(1)) is not None

    async def _subjects(
        self, scheme: Scheme, figures: Mapping[tuple[str, str], _Figure | None], period: Period, whose: Whose
    ) -> tuple[dict[str, Subject], dict[str, str]]:
        there = [one for one in figures.values() if one is not None]
        async with self._office.store.reading() as session:
            if scheme.of == "units":
                keys = {key for one in there for key in one.raw if key}
                return within(await units(session, keys), whose.organisations), {}
            numbers = {key for one in there if one.by_number for key in one.raw if key}
            ids = {key for one in there if not one.by_number for key in one.raw if key}
            found, whose_number = await people(session, numbers, ids, period)
        # Who only registered tickets is nobody whom agents are compared with.
        return within({id: one for id, one in found.items() if one.agent}, whose.organisations), whose_number

    def _counted(
        self, scheme: Scheme, better: Mapping[str, str], subject: Subject,
        figures: Mapping[tuple[str, str], _Figure | None], whose_number: Mapping[str, str],
    ) -> Counted:  # fmt: skip
        values: dict[str, tuple[float | None, str]] = {}
        shown: dict[str, list[dict[str, Any]]] = {}
        for name, kpi in scheme.kpis.items():
            parts: dict[str, Part] = {}
            shown[name] = []
            for key, figure in kpi.named.items():
                found = figures[figure, scheme.by(name)]
                parts[key], told = _part(subject, key, figure, found, whose_number)
                told |= {"lost": self.has_lost(figure), "rows": self._counted_rows(figure)}
                shown[name].append(told)
            values[name] = value_of(kpi, parts)
        return Counted(subject, scored(scheme, values, better), shown)


def _part(
    subject: Subject, name: str, figure: str, found: _Figure | None, whose_number: Mapping[str, str]
) -> tuple[Part, dict[str, Any]]:
    told: dict[str, Any] = {"name": name, "figure": figure, "title": figure, "by": "", "key": "", "value": None,
                            "raw": None, "numerator": 0, "denominator": None, "excluded": 0}  # fmt: skip
    if found is None:
        return Part(None, why=ABSENT), told
    key = subject.id
    if found.by_number:
        # A number that two had in one period counts for the one who had it last.
        key = next((one for one, person in whose_number.items() if person == subject.id), subject.agent)
    raw, net = found.raw.get(key, found.nothing), found.net.get(key, found.nothing)
    told |= {
        "title": found.title, "by": found.by, "key": key, "value": net.value, "raw": raw.value,
        "numerator": net.numerator, "denominator": net.denominator, "excluded": _fewer(raw, net),
    }  # fmt: skip
    why = "" if net.value is not None else NOTHING
    return Part(net.value, net.numerator, net.denominator, why), told


def _fewer(raw: Value, net: Value) -> float:
    """How many rows did not count: of the denominator, or of the only count."""
    if raw.denominator is not None and net.denominator is not None:
        return max(raw.denominator - net.denominator, 0)
    return max(raw.numerator - net.numerator, 0)


def lines_of(scheme: Scheme, units_of: Mapping[str, str], counted: Counted) -> list[dict[str, Any]]:
    """The KPIs of a score as they are kept: with what each cost, the figures behind it, and how it was reckoned."""
    return [
        {
            "kpi": line.kpi, "title": scheme.kpis[line.kpi].title, "weight": scheme.kpis[line.kpi].weight,
            "unit": units_of.get(line.kpi, ""), "value": line.value, "points": line.points, "why": line.why,
            "lost": line.lost, "how": how(scheme.kpis[line.kpi], units_of.get(line.kpi, "")),
            "parts": counted.parts[line.kpi], "corrected": None,
        }
        for line in counted.score.lines
    ]  # fmt: skip


def _named(value: Any) -> str:
    return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def how(kpi: Kpi, unit: str) -> str:
    """How points come of a value, in words."""
    if kpi.steps:
        steps = sorted(kpi.steps.items())
        sign = "≥" if steps[-1][1] >= steps[0][1] else "≤"
        return "，".join(f"{sign}{value:g} 得 {points:g} 分" for value, points in steps)
    return f"{kpi.zero:g} 为 0 分，{kpi.full:g} 为 100 分"


def units_of(scheme: Scheme, figures: Figures) -> dict[str, str]:
    """The unit of each KPI: its own, or that of its only figure."""
    files = figures.library.files
    return {
        name: kpi.unit or (files[kpi.figure].head.unit if kpi.figure and kpi.figure in files else "")
        for name, kpi in scheme.kpis.items()
    }


def averages(found: Sequence[Counted]) -> float | None:
    """The average of the scores that there are."""
    scores = [one.score.score for one in found if one.score.score is not None]
    return round(sum(scores) / len(scores), 2) if scores else None
