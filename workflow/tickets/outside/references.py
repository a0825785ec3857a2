"""What other systems call tickets: each of their ids stands for one, however often it comes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.store.upsert import insert_or_leave
from workflow.tickets.models import OutsideRow

Said = Literal["ticket", "addition", "answer", "report", "state"]
"""What an id of another system stands for."""


async def claim(
    session: AsyncSession, system: str, kind: Said, external: str, at: datetime, *, ticket: str = "", digest: str = "",
    batch: str | None = None,
) -> tuple[OutsideRow, bool]:  # fmt: skip
    """Take the id for this transaction; False when it was here before. Who comes at the same moment waits.

    Conflict when it was here with another content.
    """
    values = {
        "id": new_id(), "system": system, "kind": kind, "external": external, "ticket": ticket, "digest": digest,
        "batch": batch, "at": at,
    }  # fmt: skip
    made = insert_or_leave(OutsideRow, "system", "kind", "external", returning="id")
    fresh = await session.scalar(made, values) is not None
    row = await find(session, system, kind, external)
    assert row is not None, "it stands there now, whoever brought it"
    if not fresh and digest and row.digest and row.digest != digest:
        raise Conflict("other_content", f"编号“{external}”已用于内容不同的请求")
    return row, fresh


async def find(session: AsyncSession, system: str, kind: Said, external: str) -> OutsideRow | None:
    """What an id of a system stands for."""
    mine = OutsideRow.system == system, OutsideRow.kind == kind, OutsideRow.external == external
    found: OutsideRow | None = await session.scalar(select(OutsideRow).where(*mine))
    return found


async def externals(session: AsyncSession, system: str, tickets: list[str]) -> dict[str, str]:
    """What a system calls these tickets, by their ids."""
    mine = OutsideRow.system == system, OutsideRow.kind == "ticket", OutsideRow.ticket.in_(tickets)
    wanted = select(OutsideRow.ticket, OutsideRow.external).where(*mine)
    return dict((await session.execute(wanted)).tuples().all())
