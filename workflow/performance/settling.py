"""Totals and ranks of a period, whenever a score, or points by hand, are others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workflow.performance.models import AdjustmentRow, PeriodRow, ScoreRow
from workflow.performance.scheme import Scheme
from workflow.performance.scoring import ranks, weighed


async def settle(session: AsyncSession, row: PeriodRow) -> None:
    """Bring all scores of a locked period, and what it says of them, into line."""
    there = ScoreRow.period == row.id, ScoreRow.removed_at.is_(None)
    scores = (await session.scalars(select(ScoreRow).where(*there))).all()
    granted = AdjustmentRow.period == row.id, AdjustmentRow.state == "granted", AdjustmentRow.removed_at.is_(None)
    given = select(AdjustmentRow.subject, func.sum(AdjustmentRow.points)).where(*granted)
    points = dict((await session.execute(given.group_by(AdjustmentRow.subject))).tuples().all())
    for one in scores:
        one.adjusted = round(float(points.get(one.subject) or 0.0), 2)
        one.total = None if one.score is None else round(max(one.score + one.adjusted, 0.0), 2)
    order = ranks({one.id: one.total for one in scores})
    totals = [one.total for one in scores if one.total is not None]
    for one in scores:
        one.rank, one.ranked = order[one.id], len(totals)
    row.scored, row.unscored = len(scores), len(scores) - len(totals)
    row.average = round(sum(totals) / len(totals), 2) if totals else None
    row.excluded = sum(one.excluded for one in scores)
    await session.flush()


def correct(row: ScoreRow, scheme: Scheme, kpi: str, points: float, trail: Mapping[str, Any]) -> None:
    """Give a KPI of a score other points; what it had before stays in its line."""
    lines = [dict(one) for one in row.lines]
    for one in lines:
        if one["kpi"] == kpi:
            one["corrected"] = {"before": one["points"], "after": points, **trail}
            one["points"] = points
    put(row, scheme, lines)


def put(row: ScoreRow, scheme: Scheme, lines: list[dict[str, Any]]) -> None:
    """Put the lines in the place of those there are, and work out what they come to."""
    found = weighed(scheme, [(one["kpi"], one["value"], one["points"], one["why"]) for one in lines])
    lost = {one.kpi: one.lost for one in found.lines}
    row.lines = [{**one, "lost": lost[one["kpi"]]} for one in lines]
    row.score, row.counted, row.corrected = found.score, found.counted, True


def corrected_before(before: Sequence[Mapping[str, Any]], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines that were counted anew, with what appeals had corrected; empty where they had corrected nothing."""
    trails = {one["kpi"]: one["corrected"] for one in before if one["corrected"]}
    for line in lines:
        if (trail := trails.get(line["kpi"])) is not None:
            line["points"], line["corrected"] = trail["after"], trail
    return lines if trails else []
