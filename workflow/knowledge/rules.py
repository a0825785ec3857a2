"""Who reads and who makes what: the one place that says so, for every list, page, search, export and act."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.sharing.rule import Condition, Way
from workflow.knowledge.models import CategoryRow, GrantRow, PublishedRow

SEE, DRAFTS, WRITE = "knowledge.see", "knowledge.drafts", "knowledge.write"
REVIEW, MANAGE, EXPORT = "knowledge.review", "knowledge.manage", "knowledge.export"
ASK, ANSWER = "knowledge.ask", "knowledge.answer"
STATISTICS = "knowledge.statistics"
_READERS = 1_000
"""So many sorts of readers, by reach, region and organisation, are at work at a time."""


def from_above(table: Any, visitor: Visitor) -> Way:
    """Rows of the regions in which the visitor's own lies, his own among them: what counts there counts for him."""
    return _from_above(table, visitor.region)


def _from_above(table: Any, region: str) -> Way:
    return [table.region.in_(regions.above(region))] if region else [false()]


def with_above(ways: list[Way], table: Any, visitor: Visitor, writing: bool = False) -> list[Way]:
    """Ways to rows of one's reach as ways to read also those of the regions above; nobody writes these."""
    return ways if writing or not ways or not ways[0] else [*ways, from_above(table, visitor)]


def of_the_house(table: Any, visitor: Visitor) -> list[Way]:
    """The ways to what orders articles, such as scenarios: one's reach, and the regions above."""
    return with_above([[*visitor.reach(SEE).limits(table)]], table, visitor) if visitor.may(SEE) else []


def reading(visitor: Visitor) -> list[Way]:
    """The ways in which published articles are somebody's to read: his reach, his region and those above it, shared."""
    return list(_reading(visitor.reach(SEE), visitor.region, visitor.organisation)) if visitor.may(SEE) else []


@lru_cache(_READERS)
def _reading(scope: Scope, region: str, organisation: str) -> tuple[Way, ...]:
    # Each search and each list asks for them: made anew they cost more than the question itself.
    own: Way = [*scope.limits(PublishedRow)]
    return (own, _from_above(PublishedRow, region), [_shared(region, organisation)]) if own else (own,)


def _shared(region: str, organisation: str) -> Condition:
    """That an article, or its category or one above that, is shared with a region or organisation."""
    grants = (_whom(region, organisation), GrantRow.paused.is_(False), GrantRow.removed_at.is_(None))
    single = select(GrantRow.article).where(GrantRow.article != "", *grants)
    given = select(GrantRow.category).where(GrantRow.category != "", *grants)
    inside = select(CategoryRow.id).where(CategoryRow.id.in_(given))
    above = select(CategoryRow.id).join(GrantRow, CategoryRow.line.contains(GrantRow.category)).where(
        GrantRow.category != "", *grants
    )  # fmt: skip
    return or_(PublishedRow.id.in_(single), PublishedRow.category.in_(inside), PublishedRow.category.in_(above))


def _whom(region: str, organisation: str) -> Condition:
    above = GrantRow.whom.in_(regions.above(region)) if region else false()
    return or_((GrantRow.sort == "region") & above, (GrantRow.sort == "organisation") & (GrantRow.whom == organisation))


@dataclass(frozen=True, slots=True)
class Readable:
    """What a visitor reads, for an index that keeps organisation, region and id of each article.

    An article is his when `everything`, or its organisation and region lie within `organisations` and `regions` (None
    is no limit, both must hold), or its region is one of `above`, or its id one of `given`. `audiences` bounds all.
    """

    everything: bool = False
    organisations: frozenset[str] | None = frozenset()
    regions: frozenset[str] | None = frozenset()
    above: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset({"inside", "public"})


async def published_for(session: AsyncSession, visitor: Visitor) -> Readable:
    """What `reading` says, as sets."""
    if not visitor.may(SEE):
        return Readable()
    scope = visitor.reach(SEE)
    if scope.organisations is None and scope.regions is None:
        return Readable(everything=True)
    above = frozenset(regions.above(visitor.region)) if visitor.region else frozenset[str]()
    return Readable(False, scope.organisations, scope.regions, above, await _given(session, visitor))


async def _given(session: AsyncSession, visitor: Visitor) -> frozenset[str]:
    """The articles that are shared with a visitor, one by one and by category; those withdrawn are in no index."""
    grants = select(GrantRow.article, GrantRow.category).where(
        _whom(visitor.region, visitor.organisation), GrantRow.paused.is_(False), GrantRow.removed_at.is_(None)
    )
    rows = (await session.execute(grants)).tuples().all()
    articles = {article for article, _ in rows if article}
    if not (categories := {category for _, category in rows if category}):
        return frozenset(articles)
    inside = or_(CategoryRow.id.in_(categories), *(CategoryRow.line.contains(one) for one in sorted(categories)))
    filed = select(PublishedRow.id).where(PublishedRow.category.in_(select(CategoryRow.id).where(inside)))
    return frozenset(articles | set(await session.scalars(filed)))


def for_public(region: str) -> Readable:
    """What anybody reads who lives in a region: public articles of it and of those above."""
    return Readable(above=frozenset(regions.above(region)), audiences=frozenset({"public"}))


@dataclass(frozen=True, slots=True)
class Belongs:
    """A table as one of rows that belong to another column's organisation, such as whose turn it is."""

    organisation: Any
    region: Any

    @classmethod
    def of(cls, organisation: Any, region: Any) -> Any:
        """The two columns together, as `Scope.limits` asks for them."""
        return cls(organisation, region)
