"""What expressions of processes read of a ticket."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.expressions.types import BOOLEAN, NUMBER, TEXT, record
from cti.office.processes.service import Cases
from workflow.tickets.calls_behind import REVISITING
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.settings import TicketSettings

RECORD = record(
    {
        **dict.fromkeys(("number", "type", "channel", "place", "registrar", "lacks"), TEXT),
        **dict.fromkeys(("urgent", "confidential", "anonymous", "enterprise", "revisited", "called"), BOOLEAN),
        "reminders": NUMBER,
    }
)
"""The same for lint."""


def facts_of(row: TicketRow, settings: TicketSettings, *, has_categories: bool) -> dict[str, Any]:
    """Of a row that may not be stored yet."""
    known = [row.category is not None, not settings.category_needed, not has_categories]
    return {
        "number": row.number,
        "type": row.type,
        "urgent": row.urgent,
        "confidential": row.confidential,
        "anonymous": row.anonymous,
        "enterprise": row.enterprise,
        "channel": row.channel,
        "place": row.place,
        "registrar": row.registrar,
        "reminders": row.reminders,
        "called": False,
        "revisited": bool(row.contact) and row.answer_by != "none" and row.type in settings.revisited,
        "lacks": "" if any(known) else "诉求分类",
    }


async def was_called(session: AsyncSession, row: TicketRow, cases: Cases) -> bool:
    """Whether somebody has dialled the citizen from here since the ticket waits for its revisit."""
    if row.stage not in REVISITING:
        return False
    begun = None
    for line in await cases.events(session, row.case):
        if line.kind == "StepEntered" and line.case == row.case and line.data["step"] in REVISITING:
            # Between two tries it waits: the calls of both count.
            begun = begun or line.at
        elif line.kind == "StepEntered" and line.case == row.case:
            begun = None
    dialled = select(TicketCallRow.id).where(TicketCallRow.ticket == row.id, TicketCallRow.purpose == "revisit")
    since = [TicketCallRow.at >= begun] if begun is not None else []
    return await session.scalar(dialled.where(*since).limit(1)) is not None
