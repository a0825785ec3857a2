"""What expressions of processes read of a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.expressions.types import BOOLEAN, NUMBER, TEXT, list_of, record
from cti.office.files.by_unit import units_with_files
from cti.office.processes.service import Cases
from cti.telephony.own_calls import OwnCalls
from workflow.tickets.calls.behind import REVISITING
from workflow.tickets.limits import NUMBERS, Limits
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.settings import TicketSettings

RECORD = record(
    {
        **dict.fromkeys(("number", "type", "channel", "place", "registrar", "lacks"), TEXT),
        **dict.fromkeys(("urgent", "confidential", "anonymous", "enterprise", "revisited", "called"), BOOLEAN),
        **dict.fromkeys(("reminders", "reminders_today", "reminders_a_day", *NUMBERS), NUMBER),
        **dict.fromkeys(("evidence", "evidenced", "grounds"), list_of(TEXT)),
    }
)
"""The same for lint."""
FROM_CASE: dict[str, Any] = {
    "case": "", "process": "", "step": "", "stage": "", "person": "", "lead": "", "card": "green", "due_at": None,
    "answer": "", "citations": [], "satisfaction": "", "solved": "", "reminders": 0, "outcome": "", "ended_at": None,
}  # fmt: skip
"""What follows from the case, before there is one."""


def facts_of(row: TicketRow, settings: TicketSettings, limits: Limits, *, has_categories: bool) -> dict[str, Any]:
    """Of a row that may not be stored yet; with the limits that hold for it."""
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
        **limits.facts,
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


async def reminded_since(session: AsyncSession, row: TicketRow, cases: Cases, since: datetime) -> int:
    """How often the citizen has asked again since then; the number of today's counts."""
    if not row.reminders:
        return 0
    lines = await cases.events(session, row.case)
    return sum(one.kind == "ActionTaken" and one.data["action"] == "remind" and one.at >= since for one in lines)


async def evidence_of(session: AsyncSession, row: TicketRow, calls: OwnCalls) -> list[str]:
    """What there is of each organisation, as `file:water`: files of its people, recorded talks, and any call of theirs.

    A citizen's call that goes on is one, too: its recording comes later.
    """
    found = {f"file:{one}" for one in await units_with_files(session, "ticket", row.id)}
    wanted = select(TicketCallRow.organisation, TicketCallRow.call, TicketCallRow.purpose).where(
        TicketCallRow.ticket == row.id
    )
    for organisation, call, purpose in (await session.execute(wanted)).tuples():
        found.add(f"call:{organisation}")
        if purpose not in ("department", "contact", "revisit"):
            continue
        booked = await calls.booked(call)
        if booked is not None and booked.recordings:
            found.add(f"recording:{organisation}")
    return sorted(found)
