"""A list as a spreadsheet: the rows of the present filters, as the visitor may see them."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select

from cti.base.refusal import Invalid
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.records.query import RecordQuery
from cti.office.records.service import Records
from cti.office.rich import plain
from cti.office.screens.description import Column, Option
from cti.office.screens.forms import columns_of
from cti.office.sheets.writing import SheetWriter

MOST = 100_000
LEFT_OUT = ("id", "removed", "titles", "acts")
CHUNK = 200
"""Rows that are opened and worded at once: a few milliseconds."""


async def exported(service: Records[Any, Any, Any, Any], visitor: Visitor, query: RecordQuery) -> bytes:
    """The file. At most `MOST` rows, in the order of the list; an entry of the audit says how many and of what."""
    visitor.need(service.see)
    visitor.need(service.export_permission)
    await service.check_query(visitor, query)
    limits, order = service.wanted(visitor, query)
    limits += service.readable(visitor, service.export_permission)
    chosen = [one for one in query.columns.split(",") if one]
    columns = [one for one in columns_of(service.view) if one.key not in LEFT_OUT and one.key in (chosen or [one.key])]
    if not columns:
        raise Invalid("columns", "没有可以导出的列", "columns")
    writer = SheetWriter([column.title for column in columns])
    ids: list[str] = []
    async with service.office.store.reading() as session:
        wanted = select(service.table).where(*limits).order_by(*order).limit(MOST)
        rows = await session.stream_scalars(wanted.execution_options(yield_per=CHUNK))
        async for chunk in rows.partitions(CHUNK):
            shown = await service.shown_all(session, visitor, chunk)
            texts = [[text_of(column, one) for column in columns] for one in shown]
            await asyncio.to_thread(writer.add, texts)
            ids += [row.id for row in chunk]
    said = {key: value for key, value in query.model_dump(mode="json", exclude_defaults=True).items() if key != "page"}
    async with service.office.store.writing() as session:
        await service.audit(session, visitor, "exported", "", after={"rows": len(ids), "filters": said})
        for part in service.parts:
            await part.exported(session, service, ids)
    return await asyncio.to_thread(writer.finish)


def text_of(column: Column, shown: Any) -> str | int | float | None:
    """A value of a view in words, as files have it."""
    value = shown.titles.get(column.key) or getattr(shown, column.key)
    words = {option.value: option.title for option in column.options}
    if value is None:
        return None
    if isinstance(value, bool):
        return words.get(str(value).lower(), "是" if value else "否")
    if isinstance(value, int | float):
        return value
    if column.kind == "rich":
        return plain(value)
    if isinstance(value, list | tuple):
        return "、".join(one.title if isinstance(one, Option) else words.get(str(one), str(one)) for one in value)
    if column.kind == "time":
        return str(value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"))
    return words.get(str(value), str(value))
