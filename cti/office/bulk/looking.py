"""Which records are meant, and what an act would do with each: nothing is stored, and no lock is taken for long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid, Refusal
from cti.base.visitor import Visitor
from cti.office.bulk.acts import BulkAct
from cti.office.bulk.asking import MOST, SHOWN, BulkPreview, Many, Outlook

if TYPE_CHECKING:
    from cti.office.records.parts import Service

BATCH = 50
LOOKED = 2000
"""So many are looked at for a preview; of more, these are the first."""
AT_ONCE = 1000
"""More are done as a job."""
GONE = "记录不存在，或不在您的查看范围内"


async def chosen(service: Service, visitor: Visitor, body: Many) -> list[str]:
    """The ids that are meant, in the order of the list. Invalid for none, or too many."""
    if body.query is None:
        if not body.ids:
            raise Invalid("none", "请选择记录", "ids")
        return list(dict.fromkeys(body.ids))
    try:
        query = service.query.model_validate({key: value for key, value in body.query.items() if value})
    except pydantic.ValidationError:
        raise Invalid("query", "筛选条件已失效，请刷新后重试", "query") from None
    await service.check_query(visitor, query)
    limits, order = service.wanted(visitor, query)
    async with service.office.store.reading() as session:
        wanted = select(service.table.id).where(*limits).order_by(*order).limit(MOST + 1)
        ids = list(await session.scalars(wanted))
    if not ids:
        raise Invalid("none", "没有符合条件的记录", "query")
    if len(ids) > MOST:
        raise Invalid("too_many", f"一次最多处理 {MOST} 条，请缩小筛选范围", "query")
    return ids


async def preview(
    service: Service, visitor: Visitor, act: BulkAct, body: Many, filled: pydantic.BaseModel
) -> BulkPreview:
    """What the act would do with the records of `body`."""
    visitor.need(act.permission(service))
    ids = await chosen(service, visitor, body)
    rows: list[Outlook] = []
    seen: dict[str, int] = {}
    for begin in range(0, min(len(ids), LOOKED), BATCH):
        async with service.office.store.reading() as session:
            found = await _rows(session, service, visitor, ids[begin : begin + BATCH])
            for id in ids[begin : begin + BATCH]:
                row = found.get(id)
                if row is None:
                    rows.append(Outlook(id=id, title=f"…{id[-6:]}", sort="refused", words=GONE))
                    continue
                if version := getattr(row, "version", 0):
                    # Rows of others than records have none: they are looked at once more when it is done.
                    seen[id] = version
                rows.append(await _outlook(session, service, visitor, act, row, filled))
    counts = {sort: sum(one.sort == sort for one in rows) for sort in ("good", "same", "refused")}
    order = {"refused": 0, "good": 1, "same": 2}
    first = sorted(rows, key=lambda one: order[one.sort])[:SHOWN]
    return BulkPreview(total=len(ids), rows=first, seen=seen, background=len(ids) > AT_ONCE, **counts)


async def _rows(session: AsyncSession, service: Service, visitor: Visitor, ids: Sequence[str]) -> dict[str, Any]:
    wanted = select(service.table).where(service.table.id.in_(ids), *service.readable(visitor))
    return {row.id: row for row in await session.scalars(wanted)}


async def _outlook(
    session: AsyncSession, service: Service, visitor: Visitor, act: BulkAct, row: Any, filled: pydantic.BaseModel
) -> Outlook:
    title = await service.titled(session, visitor, row)
    try:
        # What rules set in a row while they look goes nowhere.
        with session.no_autoflush:
            words = await act.look(session, service, visitor, row, filled)
    except Refusal as refusal:
        return Outlook(id=row.id, title=title, sort="refused", words=refusal.detail)
    return Outlook(id=row.id, title=title, sort="good" if words else "same", words=words or "已是如此，不需处理")
