"""Shares single records, in the transaction of whoever may change them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.sharing.models import RecordShareRow
from cti.office.sharing.rule import Given, Way

MANY = 5_000
"""Whoever was given more rows than this has them looked for in the order of the list, not one by one."""


async def share(
    session: AsyncSession, kind: str, record: str, sort: str, whom: str, *, writes: bool, by: Visitor, at: datetime
) -> None:
    """Let somebody read a record, or also change it; what he might before is replaced."""
    await session.merge(
        RecordShareRow(kind=kind, record=record, sort=sort, whom=whom, writes=writes, by=by.name or by.login, at=at)
    )


async def take_back(session: AsyncSession, kind: str, record: str, sort: str, whom: str) -> bool:
    """End a share; False when there was none."""
    wanted = delete(RecordShareRow).where(
        RecordShareRow.kind == kind, RecordShareRow.record == record, RecordShareRow.sort == sort,
        RecordShareRow.whom == whom,
    ).returning(RecordShareRow.record)  # fmt: skip
    return await session.scalar(wanted) is not None


async def shares_of(session: AsyncSession, kind: str, record: str) -> Sequence[RecordShareRow]:
    """With whom a record is shared, the latest first."""
    wanted = select(RecordShareRow).where(RecordShareRow.kind == kind, RecordShareRow.record == record)
    return (await session.scalars(wanted.order_by(RecordShareRow.at.desc(), RecordShareRow.whom))).all()


async def apart(session: AsyncSession, ways: Sequence[Way]) -> list[Way]:
    """The ways by which a list is gone, each by its own index: without those by which nothing was given.

    What was given to somebody who was given more than `MANY` is asked row by row.
    """
    if len(ways) < 2:
        return list(ways)
    found: list[Way] = []
    for way in ways:
        if not isinstance(way, Given):
            found.append(way)
            continue
        some = way.ids.limit(MANY + 1).subquery()
        given = await session.scalar(select(func.count()).select_from(some)) or 0
        if given:
            found.append(way if given <= MANY else [way.each])
    return found


async def forget(session: AsyncSession, kind: str, records: Iterable[str]) -> None:
    """The records are no more."""
    gone = RecordShareRow.record.in_(list(records))
    await session.execute(delete(RecordShareRow).where(RecordShareRow.kind == kind, gone))
