"""Lines as they are stored: sealed, one row each."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.store.columns import placed
from cti.store.upsert import insert_or_change
from workflow.transcripts.lines import Line, in_order
from workflow.transcripts.models import LineRow

_WRITE = insert_or_change(LineRow, ("id",), "told")


async def keep_lines(session: AsyncSession, call: str, lines: Iterable[Line]) -> None:
    """Write lines of a call; one of a number that is there replaces it."""
    if rows := [_row(call, one) for one in lines]:
        await session.execute(_WRITE, rows)


async def replace_lines(session: AsyncSession, call: str, lines: Iterable[Line]) -> None:
    """Write all lines of a call anew."""
    rows = [_row(call, one) for one in lines]
    kept = [row["id"] for row in rows]
    await session.execute(delete(LineRow).where(LineRow.call == call, LineRow.id.not_in(kept)))
    if rows:
        await session.execute(_WRITE, rows)


async def kept_lines(session: AsyncSession, call: str) -> list[Line]:
    """All lines of a call, as they were said."""
    rows = await session.scalars(select(LineRow).where(LineRow.call == call))
    return in_order(msgspec.json.decode(row.told, type=Line) for row in rows)


def _row(call: str, one: Line) -> dict[str, object]:
    id = f"{call}-{one.number:06}"
    told = placed(LineRow.told, msgspec.json.encode(one).decode(), id)
    return {"id": id, "call": call, "number": one.number, "told": told}
