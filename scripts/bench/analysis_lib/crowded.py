"""A day with as many tickets as other days have in weeks, which come while figures are looked at."""

from __future__ import annotations

import random
from datetime import datetime

from sqlalchemy import select, update

from bench.analysis_lib.rows import BATCH, let_run, request, write
from cti.base.times.business_time import ZONE
from cti.store.engine import Store
from workflow.tickets.models import TicketRow, TicketTaskRow

FIRST = 900_000_000
"""The number of the first of them: no other ticket has it."""

DICE = random.Random(3)  # noqa: S311 # the same at each run


async def crowd(store: Store, count: int, now: datetime) -> None:
    """Write so many tickets of today until now, with what hangs on them."""
    dice = random.Random(2)  # noqa: S311 # the same at each run
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for begin in range(0, count, BATCH):
        places = range(begin, min(begin + BATCH, count))
        moments = {place: today + (now - today) * (place / count) for place in places}
        await write(store, [row for place, at in moments.items() for row in request(dice, FIRST + place, at)])
    await let_run(store, now, today)


async def change(store: Store, count: int, now: datetime) -> None:
    """Let so many tickets of today, at any of its moments, be reminded of, and the tasks of as many go on a step."""
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    ticket, task = TicketRow, TicketTaskRow
    async with store.writing() as session:
        found = (await session.scalars(
            select(ticket.id).where(ticket.created_at >= today, ticket.created_at < now).order_by(ticket.id)
        )).all()  # fmt: skip
        some = DICE.sample(found, min(count, len(found)))
        await session.execute(update(ticket).where(ticket.id.in_(some)).values(reminders=ticket.reminders + 1))
        await session.execute(
            update(task).where(task.ticket.in_(some), task.ended_at.is_(None)).values(extensions=task.extensions + 1)
        )
