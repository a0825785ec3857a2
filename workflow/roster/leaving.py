"""Somebody leaves in mid-month: his shifts after his last day are free again, and who plans is told which."""

from __future__ import annotations

from datetime import date, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from cti.base.times.business_time import ZONE
from cti.base.visitor import system
from cti.office.identity.directory import people_of
from workflow.roster.cells import Move
from workflow.roster.models import ShiftRow
from workflow.roster.rules import PLAN, shift_words
from workflow.roster.shifts import Shifts
from workflow.roster.telling import Telling

log = structlog.get_logger()
HOUSE = system("排班考勤")
TOLD = 12
"""So many shifts are named in the message; of more, their number is told."""


class Leaving:
    """Frees shifts of published months and of those that are not, in the transaction in which it becomes known."""

    def __init__(self, shifts: Shifts, telling: Telling) -> None:
        self._shifts, self._telling = shifts, telling

    async def closed(self, person: str) -> None:
        """His account was closed: nothing that has not begun is his any more."""
        office = self._shifts.office
        yesterday = office.clock.wall().astimezone(ZONE).date() - timedelta(days=1)
        try:
            async with office.store.writing() as session:
                await self.left(session, person, yesterday, "账号已停用")
        except Conflict as refused:
            log.warning("shifts of a closed account are not free", person=person, reason=refused.detail)

    async def left(self, session: AsyncSession, person: str, last: date, words: str = "") -> None:
        """`last` is the last day on which he works. Conflict while a roster that has shifts of his is generated."""
        now = self._shifts.office.clock.wall()
        wanted = select(ShiftRow).where(ShiftRow.person == person, ShiftRow.day > last, ShiftRow.begins_at > now)
        rows = (await session.scalars(wanted.order_by(ShiftRow.day))).all()
        for organisation in sorted({row.organisation for row in rows}):
            his = [row for row in rows if row.organisation == organisation]
            shifts, days = [shift_words(row) for row in his], [row.day for row in his]
            rosters = await self._shifts.locked(session, organisation, days)
            name = next((one.name for one in await people_of(session, organisation, [person]) if one.id == person), "")
            why = f"{name}{words or f'离职，{last.month}月{last.day}日为最后一天'}"
            moves = [Move(person, day, "") for day in days]
            await self._shifts.move(session, HOUSE, organisation, rosters, moves, why)
            named = "、".join(shifts[:TOLD]) + (f" 等 {len(shifts)} 个班次" if len(shifts) > TOLD else "")
            link = f"/roster?day={days[0].isoformat()}&organisation={organisation}"
            await self._telling.holders(
                session, PLAN, organisation, "vacant", why, f"空出：{named}。请安排他人。", link
            )
