"""Figures over HTTP: definitions with lint and trial beside the published ones, values, the rows behind them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import pydantic

from cti.base.files.findings import Finding
from cti.base.http.routes import Page, Query, Route
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.figures.definition import UNITS
from cti.office.figures.late import Late, late
from cti.office.figures.library import FigureFile, FigureLibrary
from cti.office.figures.periods import NAMED, NAMES, Kind, Period
from cti.office.figures.rights import FIGURES, READ
from cti.office.figures.service import Counted, Figures, RowsBehind
from cti.office.identity.audit.trail import Audit
from cti.office.workshop.api import TEXT_LIMIT, FilesApi, TextBody, chinese
from cti.office.workshop.service import FileSummary, Workshop

MOST_DAYS = 3700
Split = Annotated[str, pydantic.Field(max_length=40)]
Name = Annotated[str, pydantic.Field(max_length=60)]
MOST_TITLES = 3
"""So many names of one split are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSummary(FileSummary):
    """A definition in the list: under which heading, in which unit, of what, since when, by what law."""

    group: str
    unit: str
    source: str
    about: str
    since: str
    ground: str
    target: float | None


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """A figure that a report can have; `splits` is what it can be split by: titles by their names."""

    value: str
    title: str
    group: str
    unit: str
    splits: dict[str, str]


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact, for whoever writes a definition."""

    name: str
    title: str
    type: str
    split: bool
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """A source with its facts."""

    name: str
    title: str
    facts: list[FactLine]


@dataclass(frozen=True, slots=True)
class FigureVocabulary:
    """What an editor completes: the schema, and what can be counted."""

    schema: dict[str, Any]
    sources: list[Facts]


@dataclass(frozen=True, slots=True)
class Tried:
    """What lint says of a text; and, where it can be counted, its value beside that of the published definition."""

    findings: list[Finding]
    drafted: Counted | None
    published: Counted | None


class PeriodQuery(Query):
    """A period: the name of one (`last_month`), or a kind with a day in it, or with its first and last day."""

    period: str = pydantic.Field(default="this_month", max_length=20)
    day: date | None = None
    since: date | None = None
    until: date | None = None


class ValueQuery(PeriodQuery):
    """What is counted; `by` has up to three splits with commas, `where` JSON of values by split."""

    by: str = pydantic.Field(default="", max_length=130)
    where: str = pydantic.Field(default="", max_length=1000)
    compare: bool = False


class LateQuery(PeriodQuery):
    """Of which groups: `by` has up to three splits with commas, `where` JSON of values by split."""

    by: str = pydantic.Field(default="", max_length=130)
    where: str = pydantic.Field(default="", max_length=1000)


class RowsQuery(PeriodQuery, Page):
    """Whose rows: of which count, where the splits have these values."""

    count: str = pydantic.Field(default="numerator", max_length=20)
    where: str = pydantic.Field(default="", max_length=1000)


class TryBody(TextBody):
    """A definition that is tried over a period, split by one thing perhaps."""

    period: str = pydantic.Field(default="last_month", max_length=20)
    day: date | None = None
    since: date | None = None
    until: date | None = None
    by: list[Split] = pydantic.Field(default=[], max_length=3)


class FiguresApi(FilesApi[FigureFile]):
    """What files of every kind have, and values of figures with the rows behind each."""

    parts = "parts"

    def __init__(self, desk: Workshop[FigureFile], figures: Figures, audit: Audit) -> None:
        super().__init__(desk)
        self._figures, self._audit = figures, audit

    def routes(self) -> list[Route]:
        """Each route with its permission, and what it is called in the contract."""
        one = "/api/figures/{name}"
        return [
            Route("GET", "/api/figure_vocabulary", self.vocabulary, READ, "统计口径可用的数据来源与语法"),
            Route("GET", "/api/figure_options", self.options, READ, "可以放进报表的指标"),
            Route("GET", "/api/figure_splits", self.splits, READ, "指标可以按什么分组"),
            Route("GET", "/api/figure_periods", self.periods, READ, "统计期"),
            Route("POST", "/api/figures/try", self.trial, READ, "用真实数据试算统计口径", limit=TEXT_LIMIT),
            Route("GET", f"{one}/value", self.value, READ, "指标的数值、分组与同环比"),
            Route("GET", f"{one}/rows", self.rows, READ, "指标背后的明细"),
            Route("GET", f"{one}/late", self.late, READ, "指标在统计期结束后的变化"),
            *self.file_routes("/api/figures", FIGURES),
        ]  # fmt: skip

    # ── definitions ──

    def summary_of(self, visitor: Visitor, name: str) -> FigureSummary:
        """What the list says of a definition."""
        base, found = super().summary_of(visitor, name), self._figures.library.files.get(name)
        head = found.head if found is not None else None
        source = self._figures.library.sources.get(head.source) if head is not None else None
        return FigureSummary(
            **{key: getattr(base, key) for key in FileSummary.__dataclass_fields__},
            group=head.group if head else "",
            unit=UNITS[head.unit] if head else "",
            source=source.title if source else head.source if head else "",
            about=head.about if head else "",
            since=head.since.isoformat() if head and head.since else "",
            ground=head.ground if head else "",
            target=head.target if head else None,
        )

    async def vocabulary(self, visitor: Visitor) -> FigureVocabulary:
        """The schema, and the facts of those sources that the visitor may count."""
        sources = [one for one in self._figures.library.sources.values() if visitor.may(one.permission)]
        return FigureVocabulary(
            FigureLibrary.schema(),
            [
                Facts(
                    one.name,
                    one.title,
                    [
                        FactLine(name, fact.title, fact.type.name, fact.split,
                                 dict(fact.words) if isinstance(fact.words, Mapping) else {})
                        for name, fact in one.facts.items()
                    ],
                )
                for one in sources
            ],
        )  # fmt: skip

    async def trial(self, visitor: Visitor, body: TryBody) -> Tried:
        """What a text says, on real data beside the published definition of its name."""
        found, findings = await self._files.check(visitor, body.text)
        if found is None or any(one.severity == "error" for one in findings):
            return Tried(chinese(findings), None, None)
        visitor.need(self._figures.source(found.head).permission)
        period = period_of(self._figures, body.period, body.day, body.since, body.until)
        drafted = await self._figures.counted(visitor, found, period, body.by)
        old = self._figures.library.files.get(found.name)
        may_see = old is not None and old.name in {one.name for one in self._figures.all(visitor)}
        usable = may_see and old is not None and set(body.by) <= self._figures.splits([old.head]).keys()
        published = await self._figures.counted(visitor, old, period, body.by) if usable and old is not None else None
        return Tried(chinese(findings), drafted, published)

    # ── values ──

    async def options(self, visitor: Visitor) -> list[FigureChoice]:
        """All figures that the visitor may count."""
        return [
            FigureChoice(one.name, one.title, one.head.group, UNITS[one.head.unit], self._figures.splits([one.head]))
            for one in self._figures.all(visitor)
        ]

    async def splits(self, visitor: Visitor) -> list[dict[str, str]]:
        """Everything by which some figure of the visitor's can be split, by all that the figures call it."""
        found: dict[str, list[str]] = {}
        for one in self._figures.all(visitor):
            for name, title in self._figures.splits([one.head]).items():
                if title not in (titles := found.setdefault(name, [])):
                    titles.append(title)
        return [{"value": name, "title": "／".join(titles[:MOST_TITLES])} for name, titles in found.items()]

    async def periods(self) -> list[dict[str, str]]:
        """Periods by where they lie from now."""
        return [{"value": name, "title": title} for name, title in NAMES.items()]

    async def value(self, visitor: Visitor, name: str, query: ValueQuery) -> Counted:
        """A figure over a period."""
        period = period_of(self._figures, query.period, query.day, query.since, query.until)
        by = [one for one in query.by.split(",") if one]
        return await self._figures.value(
            visitor, name, period, by, where=where_of(query.where), compare=query.compare
        )  # fmt: skip

    async def rows(self, visitor: Visitor, name: str, query: RowsQuery) -> RowsBehind:
        """The rows behind a number."""
        period = period_of(self._figures, query.period, query.day, query.since, query.until)
        return await self._figures.rows(
            visitor, name, query.count, period, where_of(query.where), query.page, query.size
        )  # fmt: skip

    async def late(self, visitor: Visitor, name: str, query: LateQuery) -> Late:
        """What changed after it was over."""
        period = period_of(self._figures, query.period, query.day, query.since, query.until)
        by = [one for one in query.by.split(",") if one]
        return await late(self._figures, self._audit, visitor, name, period, by, where_of(query.where))


def period_of(figures: Figures, name: str, day: date | None, since: date | None, until: date | None) -> Period:
    """The period that is asked for; Invalid names what is wrong."""
    if name in NAMED:
        return figures.period(name)
    if name == "own":
        if since is None or until is None or not 0 <= (until - since).days < MOST_DAYS:
            raise Invalid("bad_period", f"请选择起止日期，最长 {MOST_DAYS} 天", "since")
        return Period("own", since, until)
    if name not in ("day", "week", "month", "quarter", "year") or day is None:
        raise Invalid("bad_period", f"没有统计期“{name}”，或没有写明日期", "period")
    kinds: dict[str, Kind] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
    return Period.around(kinds[name], day)


def where_of(text: str) -> dict[str, str]:
    """Values by split; Invalid."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise Invalid("bad_where", "筛选条件不正确", "where")
    return found
