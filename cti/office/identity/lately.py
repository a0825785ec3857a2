"""Who used the house lately, for what is made ready before somebody asks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from cti.base.visitor import Visitor
from cti.office.identity.directory import load_visitor
from cti.office.identity.models import PersonRow, SessionRow
from cti.store.engine import Store


async def seen_since(store: Store, since: datetime, most: int, now: datetime) -> list[Visitor]:
    """Enabled people who were seen since then, as those who ask, the last seen first; at most so many."""
    last = func.max(SessionRow.seen_at)
    lately = select(SessionRow.person).where(SessionRow.seen_at >= since).group_by(SessionRow.person)
    async with store.reading() as session:
        seen = (await session.scalars(lately.order_by(last.desc()).limit(most))).all()
        there = select(PersonRow).where(PersonRow.id.in_(seen), PersonRow.disabled_at.is_(None))
        people = {row.id: row for row in await session.scalars(there)}
        return [(await load_visitor(session, people[one], now))[0] for one in seen if one in people]
