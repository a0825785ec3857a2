"""Marks sittings that are over: what has one right answer at once, essays by their markers, the sum at the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workflow.training.bank import answers
from workflow.training.bank.editions import Editions
from workflow.training.exams.models import AnswerRow, ExamRow, MarkRow, SittingRow
from workflow.training.exams.sitting_rules import MARKED, SITTING, SUBMITTED

Heard = tuple[SittingRow, list[tuple[str, str, bool]]]
"""A sitting that was marked at once, with question, kind and whether it was right, of each answer that had one."""


class Marking:
    """Ends sittings, each once: whoever comes second finds it over."""

    def __init__(self, editions: Editions) -> None:
        self.editions = editions

    async def end(self, session: AsyncSession, ids: Sequence[str], by: str, now: datetime) -> list[Heard]:
        """Those of these that are being sat are over, and marked as far as no person is needed. A writing session.

        A sitting whose `ended_by` says already how it ends keeps that. So many queries, however many sittings.
        """
        wanted = select(SittingRow).where(SittingRow.id.in_(list(ids)), SittingRow.state == SITTING)
        rows = (await session.scalars(wanted.order_by(SittingRow.id).with_for_update())).all()
        if not rows:
            return []
        said: dict[str, dict[int, str]] = {row.id: {} for row in rows}
        given = select(AnswerRow.sitting, AnswerRow.place, AnswerRow.said).where(AnswerRow.sitting.in_(list(said)))
        for sitting, place, text in (await session.execute(given)).tuples():
            said[sitting][place] = text
        contents = await self.editions.read(session, {edition for row in rows for edition, _ in row.items})
        exams = await session.execute(
            select(ExamRow.id, ExamRow.pass_percent).where(ExamRow.id.in_({row.exam for row in rows}))
        )
        lines = dict(exams.tuples().all())
        marks: list[dict[str, Any]] = []
        heard: list[Heard] = []
        for row in rows:
            mine, told = [], []
            for place, (edition, of) in enumerate(row.items, 1):
                content, answer = contents[edition], said[row.id].get(place, "")
                got = answers.worth(content.kind, content.answer, answer, of)
                mine.append(
                    {"sitting": row.id, "place": place, "exam": row.exam, "edition": edition, "points": got, "of": of}
                )
                if answer and content.kind != "essay":
                    told.append((content.question, content.kind, answer == content.answer))
            marks += mine
            row.ended_at, row.updated_at, row.ended_by = min(now, row.due_at or now), now, row.ended_by or by
            row.state = SUBMITTED
            if all(one["points"] is not None for one in mine):
                _summed(row, sum(one["points"] for one in mine), lines[row.exam])
            heard.append((row, told))
        await session.execute(insert(MarkRow), marks)
        await session.flush()
        return heard

    async def sum_up(self, session: AsyncSession, sitting: str, now: datetime) -> SittingRow:
        """The sum of a sitting's marks anew, once none of them waits. A writing session."""
        row = await session.get_one(SittingRow, sitting, with_for_update=True, populate_existing=True)
        points = list(await session.scalars(select(MarkRow.points).where(MarkRow.sitting == sitting)))
        if all(one is not None for one in points):
            exam = await session.get_one(ExamRow, row.exam)
            _summed(row, sum(one for one in points if one is not None), exam.pass_percent)
            row.updated_at = now
            await session.flush()
        return row

    @staticmethod
    async def set_points(session: AsyncSession, sitting: str, place: int, points: float) -> None:
        """What one answer is worth from now on."""
        mine = MarkRow.sitting == sitting, MarkRow.place == place
        await session.execute(update(MarkRow).where(*mine).values(points=points))


def _summed(row: SittingRow, points: float, pass_percent: int) -> None:
    row.state, row.points = MARKED, round(points, 2)
    row.passed = row.of > 0 and row.points >= row.of * pass_percent / 100 - 1e-9
