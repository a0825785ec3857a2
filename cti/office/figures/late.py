"""What of a figure changed after its days were over, and why: for whoever asks why last month is not what it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.figures.counting import Counting
from cti.office.figures.definition import UNITS
from cti.office.figures.facts import FactSource
from cti.office.figures.groups import Asked, LateGroup, Sums
from cti.office.figures.kept.cuts import CALENDAR
from cti.office.figures.kept.late import RECOUNT
from cti.office.figures.kept.touched import record_of
from cti.office.figures.latest import said
from cti.office.figures.library import FigureFile
from cti.office.figures.periods import Period
from cti.office.figures.service import Value, value_of
from cti.office.identity.audit.trail import Audit
from cti.office.identity.audit.words import title_of
from cti.office.identity.models import AuditRow

if TYPE_CHECKING:
    from cti.office.figures.service import Figures

MOST_LINES = 200
MOST_CAUSES = 200


@dataclass(frozen=True, slots=True)
class LateCause:
    """A record whose change changed the day: its id for the screen, its words, what was done with it last, and when.

    Without a record: everything was counted again.
    """

    record: str
    title: str
    action: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class LateLine:
    """A day, or a group of it: what it was when it was first told, what it is, since when, and why as far as known."""

    day: str
    titles: tuple[str, ...]
    was: Value
    now: Value
    first_at: datetime
    changed_at: datetime
    causes: list[LateCause]


@dataclass(frozen=True, slots=True)
class OlderDefinition:
    """The period was over when the definition became another one: what it says by the one before."""

    revision: int
    older: int
    published_at: datetime
    message: str
    was: Value


@dataclass(frozen=True, slots=True)
class Late:
    """A figure whose days changed; `was` is the period with all days as they were first told, None for a figure that
    does not add up."""

    title: str
    unit: str
    period: str
    screen: str
    was: Value | None
    now: Value
    lines: list[LateLine]
    more: int
    definition: OlderDefinition | None


async def late(
    figures: Figures,
    audit: Audit,
    visitor: Visitor,
    name: str,
    period: Period,
    by: Sequence[str],
    where: Mapping[str, str],
) -> Late:
    """What changed within the visitor's reach. NotFound, Invalid: see `Figures.value`."""
    file = figures.file(visitor, name)
    figure, source = file.head, figures.source(file.head)
    # Each day is told by itself, whatever longer step of time it was asked by.
    by = tuple(one for one in by if one not in CALENDAR)
    whole = await figures.counted(visitor, file, period, where=where)
    counting = Counting(figures.recipes.of(figure, source), visitor, figures.kept)
    async with figures.store.reading() as session:
        found = await counting.late(session, Asked((period,), by, where))
        titles = await figures.titles(session, visitor, source, by, {one.key[1:] for one in found})
        shown = found[:MOST_LINES]
        causes = await _causes(figures, audit, session, visitor, source, shown)
    lines = [
        LateLine(
            one.day.span, titles[one.key[1:]], value_of(figure, one.was), value_of(figure, one.now),
            one.day.first_at, one.day.changed_at, [causes[id] for id in one.day.records if id in causes],
        )
        for one in shown
    ]  # fmt: skip
    adds_up = all(count.adds_up and not count.whole for count in figure.counts.values())
    return Late(
        file.title, UNITS[figure.unit], period.title, source.screen,
        value_of(figure, _was(whole.total.now, found)) if adds_up else None,
        whole.total.now, lines, len(found) - len(shown),
        await _older(figures, visitor, file, period, where),
    )  # fmt: skip


def _was(now: Value, found: Sequence[LateGroup]) -> Sums:
    counts = {"numerator": now.numerator, "denominator": now.denominator, "pending": now.pending}
    sums: dict[str, float | None] = {name: value for name, value in counts.items() if value is not None}
    for one in found:
        for name, value in sums.items():
            sums[name] = (value or 0) + (one.was.counts.get(name) or 0) - (one.now.counts.get(name) or 0)
    return Sums(sums)


async def _causes(
    figures: Figures,
    audit: Audit,
    session: AsyncSession,
    visitor: Visitor,
    source: FactSource,
    found: Sequence[LateGroup],
) -> dict[str, LateCause]:
    """The records, as far as the visitor may see them, with what was done with each last."""
    named, wanted = record_of(source), list(dict.fromkeys(id for one in found for id in one.day.records))[:MOST_CAUSES]
    causes = {RECOUNT: LateCause("", "重算统计结果", "", None)} if RECOUNT in wanted else {}
    shown = next((fact for fact in source.facts.values() if fact.shown), None)
    if named is None or shown is None or not wanted:
        return causes
    fact = shown
    record = source.record if source.record is not None else source.id
    rows = (
        await session.execute(
            select(named, record, fact.value)
            .select_from(source.rows)
            .where(named.in_(wanted), *source.there, *source.readable(visitor))
        )
    ).all()
    words = await figures.words(session, visitor, fact, {str(value or "") for *_, value in rows})
    done = await _done(audit, session, source.subject, {str(id) for _, id, _ in rows}) if source.subject else {}
    for id, of, value in rows:
        action, at = done.get(str(of), ("", None))
        told = said(value, fact, words)
        title = told.strftime("%Y-%m-%d %H:%M") if isinstance(told, datetime) else str(told or "")
        causes[str(id)] = LateCause(str(of), title, action, at)
    return causes


async def _done(
    audit: Audit, session: AsyncSession, subject: str, records: set[str]
) -> dict[str, tuple[str, datetime]]:
    subjects = {f"{subject}:{one}": one for one in records}
    wanted = select(AuditRow.subject, AuditRow.action, AuditRow.at).where(AuditRow.subject.in_(subjects))
    found: dict[str, tuple[str, datetime]] = {}
    for about, action, at in (await session.execute(wanted.order_by(AuditRow.sequence))).tuples():
        found[subjects[about]] = title_of(action, audit.kinds, audit.named), at
    return found


async def _older(
    figures: Figures, visitor: Visitor, file: FigureFile, period: Period, where: Mapping[str, str]
) -> OlderDefinition | None:
    """What the definition before says of a period that was over when it became another one."""
    revisions = figures.library.revisions
    published = {one.revision: one for one in revisions.history(file.name)} if revisions is not None else {}
    now, older = published.get(file.revision), published.get(file.revision - 1)
    if now is None or older is None:
        return None
    at = datetime.fromisoformat(now.at).astimezone(UTC)
    if at < period.until:
        return None
    try:
        before = figures.library.revision(file.name, older.revision)
    except KeyError:
        return None
    told: Any = await figures.counted(visitor, before, period, where=where)
    return OlderDefinition(now.revision, older.revision, at, now.message, told.total.now)
