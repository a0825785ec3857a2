"""What a department, or an emergency service, is given of the request when its line is called into a talk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cti.base.call import Call
from cti.store.engine import Store
from cti.telephony.talk_about import about_of
from workflow.tickets.calls.talk_about import CONFIDENTIAL
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.views import TYPES

MOST = 3
LONGEST = 300
NUMBER, SUMMARY, PLACE = "工单号", "工单摘要", "工单地址"


class HandedOver:
    """Tells the tickets of a call: number, summary and address; of a confidential one the number alone."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, call: Call) -> Mapping[str, Any]:
        """By its title; before anything is registered what the agent has typed so far."""
        calls = [one for one in (call.id, call.follows) if one]
        mine = select(TicketCallRow.ticket).where(TicketCallRow.call.in_(calls))
        wanted = select(TicketRow).where(TicketRow.id.in_(mine), TicketRow.removed_at.is_(None))
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted.order_by(TicketRow.id.desc()).limit(MOST))).all()
        if not rows:
            return {"诉求": about_of(call)} if about_of(call) else {}
        found = {
            NUMBER: "、".join(row.number for row in rows),
            SUMMARY: "；".join(_summary(row) for row in rows),
            PLACE: "；".join(row.address for row in rows if row.address and not row.confidential),
        }
        return {title: words for title, words in found.items() if words}


def _summary(row: TicketRow) -> str:
    if row.confidential:
        return CONFIDENTIAL
    return f"{TYPES.get(row.type, row.type)} · {row.title}：{row.content}"[:LONGEST]
