"""Whom records are about, for lists of people who are to be called: those of a query, within a visitor's reach."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.records.query import RecordQuery

if TYPE_CHECKING:
    from cti.office.records.parts import Service

MOST = 20_000
"""Records of one query."""
CHUNK = 200
"""Rows that are opened at once: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Who can be called about a record: `about` is what the caller has to know, such as a ticket's number and title.

    `number` is canonical; empty where there is none, or who asks may not know it. `place` is the code of his region.
    """

    record: str
    number: str = ""
    name: str = ""
    about: str = ""
    place: str = ""


async def whom_of(service: Service, visitor: Visitor, query: RecordQuery) -> list[Whom]:
    """Whom the records of a query are about, in the order of its list. Invalid for more than `MOST`."""
    visitor.need(service.see)
    await service.check_query(visitor, query)
    limits, order = service.wanted(visitor, query)
    found: list[Whom] = []
    async with service.office.store.reading() as session:
        wanted = select(service.table).where(*limits).order_by(*order).limit(MOST + 1)
        rows = await session.stream_scalars(wanted.execution_options(yield_per=CHUNK))
        async for chunk in rows.partitions(CHUNK):
            found += [service.whom(visitor, row) for row in chunk]
            await asyncio.sleep(0)
    if len(found) > MOST:
        raise Invalid("too_many", f"符合条件的超过 {MOST} 条，请在视图中缩小筛选范围")
    return found
