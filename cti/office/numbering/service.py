"""Takes numbers, and keeps the book of them: each serial of a series stands in it once, with its record or a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import Select, Update, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Refusal
from cti.office.numbering.models import NumberSeriesRow, TakenNumberRow
from cti.office.numbering.rule import Facts, Numbered
from cti.store.engine import Store
from cti.store.upsert import insert_or_count

FAILED = "登记失败，已撤销"
WORDS = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """A number that was taken, and its place in the book."""

    kind: str
    series: str
    serial: int
    number: str


@dataclass(frozen=True, slots=True)
class Hole:
    """Serials of a series that stand nowhere in the book: somebody took them out by hand."""

    series: str
    last: int
    known: int


async def take(session: AsyncSession, kind: str, rule: Numbered, facts: Facts, by: str, record: str = "") -> Taken:
    """The next number, in the transaction of `session`: who takes the one after it waits for its end."""
    (taken,) = await take_all(session, kind, rule, [(facts, record)], by)
    await session.flush()
    return taken


async def take_all(
    session: AsyncSession, kind: str, rule: Numbered, wanted: Sequence[tuple[Facts, str]], by: str
) -> list[Taken]:
    """The next numbers for many records, each with its facts; they stand in the book with the session's next flush."""
    series = [rule.series(facts) for facts, _ in wanted]
    # One statement reads and counts: two transactions cannot both see the same last one.
    counted = insert_or_count(NumberSeriesRow, ("kind", "series"), "last")
    serials: dict[str, Iterator[int]] = {}
    for one, count in sorted(Counter(series).items()):
        last = (await session.execute(counted, {"kind": kind, "series": one, "last": count})).scalar_one()
        serials[one] = iter(range(last - count + 1, last + 1))
    found = []
    for own, (facts, record) in zip(series, wanted, strict=True):
        serial = next(serials[own])
        found.append(Taken(kind, own, serial, rule.number(facts, serial)))
        session.add(
            TakenNumberRow(
                kind=kind, series=own, serial=serial, number=found[-1].number, record=record, at=facts.at, by=by,
                reason="", organisation=facts.organisation, region=facts.region,
            )
        )  # fmt: skip
    return found


@asynccontextmanager
async def drawn(store: Store, kind: str, rule: Numbered, facts: Facts, by: str) -> AsyncIterator[Taken]:
    """A number drawn beforehand, for which nobody waits; `give` it in the transaction of its record.

    Where that is refused or fails, the number stays without a record, and the book says why.
    """
    async with store.writing() as session:
        taken = await take(session, kind, rule, facts, by)
    try:
        yield taken
    except BaseException as error:
        reason = error.detail if isinstance(error, Refusal) else FAILED
        async with store.writing() as session:
            await session.execute(_free(taken).values(reason=reason[:WORDS]))
        raise


async def give(session: AsyncSession, taken: Taken, record: str) -> None:
    """The number is this record's, if the transaction of `session` holds."""
    await session.execute(_free(taken).values(record=record))


async def withdraw(session: AsyncSession, kind: str, record: str, reason: str) -> None:
    """The numbers of a record that is no more: they stay in the book with the reason, and nobody gets them again."""
    wanted = update(TakenNumberRow).where(TakenNumberRow.kind == kind, TakenNumberRow.record == record)
    await session.execute(wanted.values(record="", reason=reason[:WORDS]))


async def holes(session: AsyncSession, kind: str) -> Sequence[Hole]:
    """Series in whose book serials are missing: there are none, unless somebody changed the tables."""
    known = func.count(TakenNumberRow.serial)
    wanted = (
        select(NumberSeriesRow.series, NumberSeriesRow.last, known)
        .outerjoin(
            TakenNumberRow,
            (TakenNumberRow.kind == NumberSeriesRow.kind) & (TakenNumberRow.series == NumberSeriesRow.series),
        )
        .where(NumberSeriesRow.kind == kind)
        .group_by(NumberSeriesRow.series, NumberSeriesRow.last)
        .having(known != NumberSeriesRow.last)
        .order_by(NumberSeriesRow.series)
    )
    return [Hole(series, last, count) for series, last, count in await session.execute(wanted)]


async def without_record(session: AsyncSession, kind: str, there: Select[tuple[str]]) -> Sequence[str]:
    """Numbers whose record the book names and `there` (ids) has not: somebody took it out by hand."""
    wanted = select(TakenNumberRow.number).where(TakenNumberRow.kind == kind, TakenNumberRow.record != "")
    return (await session.scalars(wanted.where(TakenNumberRow.record.not_in(there)))).all()


def _free(taken: Taken) -> Update:
    """The number's row in the book, as long as it is no record's."""
    place = (taken.kind, taken.series, taken.serial)
    return update(TakenNumberRow).where(
        tuple_(TakenNumberRow.kind, TakenNumberRow.series, TakenNumberRow.serial) == place, TakenNumberRow.record == ""
    )
