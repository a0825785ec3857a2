"""Essays are marked by people (阅卷): two who see neither name nor the other's mark, a third where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pydantic
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from workflow.training import rules
from workflow.training.exams.essays import MOST, points_of
from workflow.training.exams.exams import Exams
from workflow.training.exams.marking import Marking
from workflow.training.exams.models import AnswerRow, EssayMarkRow, ExamRow, MarkRow, SittingRow
from workflow.training.exams.sitting_rules import SUBMITTED


class ToMark(pydantic.BaseModel):
    """An exam with essays that wait for this marker."""

    exam: str
    title: str
    waiting: int


class Essay(pydantic.BaseModel):
    """An answer to mark, without the name of who wrote it."""

    sitting: str
    place: int
    exam: str
    title: str
    text: str
    reference: str
    explanation: str
    said: str
    of: float
    round: int
    waiting: int


class Given(Body):
    """The points of an essay, with a word for who wrote it."""

    points: float = pydantic.Field(ge=0, le=100, title="评分")
    comment: str = pydantic.Field(default="", max_length=500, title="评语")


class EssayMarking:
    """The verbs of markers: each marks an essay once, nobody his own."""

    def __init__(self, exams: Exams, marking: Marking) -> None:
        self._exams, self._marking = exams, marking
        self._office = exams.office

    def _mine(self, visitor: Visitor) -> list[ColumnElement[bool]]:
        """The essays that wait and that this visitor may mark."""
        marks = (
            select(func.count())
            .select_from(EssayMarkRow)
            .where(EssayMarkRow.sitting == MarkRow.sitting, EssayMarkRow.place == MarkRow.place)
        )
        mine = marks.where(EssayMarkRow.marker == visitor.person)
        return [
            MarkRow.points.is_(None),
            SittingRow.state == SUBMITTED,
            SittingRow.person != visitor.person,
            *self._exams.readable(visitor, rules.MARK),
            mine.scalar_subquery() == 0,
            marks.scalar_subquery() < MOST,
        ]

    def _waiting(self, visitor: Visitor, *columns: Any) -> Any:
        joined = select(*columns).select_from(MarkRow).join(SittingRow, SittingRow.id == MarkRow.sitting)
        return joined.join(ExamRow, ExamRow.id == MarkRow.exam).where(*self._mine(visitor))

    async def waiting(self, visitor: Visitor) -> Sequence[ToMark]:
        """The exams of which essays wait for the visitor."""
        visitor.need(rules.MARK)
        wanted = self._waiting(visitor, MarkRow.exam, ExamRow.title, func.count())
        async with self._office.store.reading() as session:
            rows = await session.execute(wanted.group_by(MarkRow.exam, ExamRow.title).order_by(ExamRow.title))
            return [ToMark(exam=exam, title=title, waiting=count) for exam, title, count in rows.tuples()]

    async def next(self, visitor: Visitor, exam: str) -> Essay | None:
        """The next essay of an exam for the visitor; the same question one after the other, then the next question."""
        visitor.need(rules.MARK)
        order = MarkRow.edition, MarkRow.place, MarkRow.sitting
        async with self._office.store.reading() as session:
            wanted = self._waiting(visitor, MarkRow, ExamRow.title).where(MarkRow.exam == exam)
            found = (await session.execute(wanted.order_by(*order).limit(1))).first()
            if found is None:
                return None
            mark, title = found
            counted = self._waiting(visitor, func.count()).where(MarkRow.exam == exam)
            waiting = await session.scalar(counted) or 0
            content = (await self._marking.editions.read(session, [mark.edition]))[mark.edition]
            answer = await session.get(AnswerRow, (mark.sitting, mark.place))
            earlier = await self._marks(session, mark.sitting, mark.place)
        return Essay(
            sitting=mark.sitting, place=mark.place, exam=exam, title=title, text=content.text,
            reference=content.answer, explanation=content.explanation, said=answer.said if answer else "", of=mark.of,
            round=len(earlier) + 1, waiting=waiting,
        )  # fmt: skip

    async def give(self, visitor: Visitor, sitting: str, place: int, body: Given) -> None:
        """Mark an essay. NotFound, Invalid; Conflict when it needs no mark of this visitor any more."""
        visitor.need(rules.MARK)
        now = self._office.clock.wall()
        async with self._exams.changing() as session:
            row = await session.get(MarkRow, (sitting, place), with_for_update=True)
            sat = await session.get(SittingRow, sitting)
            if row is None or sat is None:
                raise NotFound("no_answer", "没有这份作答")
            exam = await self._exams.row(session, visitor, row.exam, permission=rules.MARK)
            if sat.person == visitor.person:
                raise Conflict("own", "不能评阅自己的答卷")
            if body.points > row.of:
                raise Invalid("points", f"该题满分 {row.of:g} 分", "points")
            marks = await self._marks(session, sitting, place)
            if row.points is not None or len(marks) >= MOST:
                raise Conflict("marked", "该题已评完")
            if any(one.marker == visitor.person for one in marks):
                raise Conflict("twice", "您已评过这份作答")
            given = EssayMarkRow(
                sitting=sitting, place=place, marker=visitor.person, marker_name=visitor.name, points=body.points,
                comment=body.comment, at=now,
            )  # fmt: skip
            session.add(given)
            points = points_of([*(one.points for one in marks), body.points], row.of, exam.difference)
            if points is not None:
                await self._marking.set_points(session, sitting, place, points)
                await self._marking.sum_up(session, sitting, now)
            after = {"place": place, "points": body.points, "round": len(marks) + 1}
            await self._office.audit.write(
                session, visitor, "training_sitting.essay_marked", f"training_sitting:{sitting}", after=after
            )
        await self._exams.changed([exam.id])

    @staticmethod
    async def _marks(session: AsyncSession, sitting: str, place: int) -> Sequence[EssayMarkRow]:
        mine = EssayMarkRow.sitting == sitting, EssayMarkRow.place == place
        return (await session.scalars(select(EssayMarkRow).where(*mine).order_by(EssayMarkRow.at))).all()
