"""A period is published to those who are scored, and taken back where something in it was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from cti.office.timers.service import Timers
from workflow.performance.models import AppealRow, PeriodRow, ScoreRow
from workflow.performance.telling import Telling

FINAL = "performance.final"
"""The timer of the day from which nobody may appeal any more."""


async def publish(
    session: AsyncSession, row: PeriodRow, now: datetime, days: int, timers: Timers, telling: Telling
) -> dict[str, Any]:
    """All see their scores, and may appeal for some days. Conflict for a period without scores."""
    scores = await _scores(session, row)
    if not scores:
        raise Conflict("empty", "没有可以发布的得分")
    until = now + timedelta(days=days)
    for one in scores:
        one.state = "published"
    await timers.set(session, FINAL, row.id, until)
    await telling.published(session, row, scores, until)
    return {"published_at": now, "appeal_until": until}


async def withdraw(
    session: AsyncSession, row: PeriodRow, reason: str, timers: Timers, telling: Telling
) -> dict[str, Any]:
    """Nobody sees his score until it is published anew; what appeals have corrected stays. Conflict while some wait."""
    waits = AppealRow.period == row.id, AppealRow.state == "asked", AppealRow.removed_at.is_(None)
    if await session.scalar(select(AppealRow.id).where(*waits).limit(1)) is not None:
        raise Conflict("appealed", "还有绩效申诉没有裁定，裁定后再撤回")
    scores = await _scores(session, row)
    for one in scores:
        one.state = "ready"
    await timers.drop(session, FINAL, row.id)
    await telling.withdrawn(session, row, scores, reason)
    return {"published_at": None, "appeal_until": None}


async def _scores(session: AsyncSession, row: PeriodRow) -> list[ScoreRow]:
    there = ScoreRow.period == row.id, ScoreRow.removed_at.is_(None)
    return list(await session.scalars(select(ScoreRow).where(*there)))
