"""What came of sittings: for who sat, once he may know it, and for who keeps the exams."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from workflow.training import rules
from workflow.training.exams.exams import Exams
from workflow.training.exams.marking import Marking
from workflow.training.exams.models import AppealRow, ExamRow, MarkRow, SittingRow
from workflow.training.exams.sitting import Sitting, answers_of, shown
from workflow.training.exams.sitting_rules import ABSENT, ENDS, MARKED, OVER, SITTING, STATES, WAITING
from workflow.training.exams.sitting_views import MyExam, ResultPage, ResultQuestion

MOST = 200
"""Exams that somebody's list shows, the newest."""


def known(exam: ExamRow, sitting: SittingRow) -> bool:
    """Whether who sat it may know what came of it."""
    if sitting.state not in OVER:
        return False
    return exam.state == "released" or exam.tells == "at_once"


def may_appeal(exam: ExamRow, now: datetime) -> bool:
    """Whether marks of an exam can be appealed now."""
    if exam.purpose != "exam" or exam.released_at is None or exam.state != "released":
        return False
    return now < exam.released_at + timedelta(days=exam.appeal_days)


class Results:
    """Reads them."""

    def __init__(self, exams: Exams, marking: Marking) -> None:
        self._exams, self._marking = exams, marking
        self._office = exams.office

    async def mine(self, visitor: Visitor, purpose: str) -> list[MyExam]:
        """All that the visitor is, or was, to sit: what he can do now first, then the newest."""
        visitor.need(rules.LEARN)
        now = self._office.clock.wall()
        wanted = (
            select(SittingRow, ExamRow)
            .join(ExamRow, ExamRow.id == SittingRow.exam)
            .where(SittingRow.person == visitor.person, SittingRow.purpose == purpose, ExamRow.removed_at.is_(None))
            .where(ExamRow.state != "cancelled")
            .order_by(SittingRow.updated_at.desc(), SittingRow.id.desc())
            .limit(MOST)
        )
        async with self._office.store.reading() as session:
            rows = (await session.execute(wanted)).tuples().all()
        tries: dict[str, list[tuple[SittingRow, ExamRow]]] = {}
        for sitting, exam in rows:
            tries.setdefault(exam.id, []).append((sitting, exam))
        found = [_mine(sorted(one, key=lambda both: both[0].attempt), now) for one in tries.values()]
        order = ("continue", "begin", "wait", "look", "")
        return sorted(found, key=lambda one: order.index(one.can))

    async def of_own(self, visitor: Visitor, id: str) -> ResultPage:
        """One's own. NotFound."""
        async with self._office.store.reading() as session:
            row = await Sitting.own(session, visitor, id)
            exam = await session.get_one(ExamRow, row.exam)
            return await self._page(session, exam, row, is_known=known(exam, row))

    async def of_any(self, visitor: Visitor, id: str) -> ResultPage:
        """Somebody's within reach; one's own only once it may be known. NotFound."""
        visitor.need(rules.SEE)
        async with self._office.store.reading() as session:
            row = await session.get(SittingRow, id)
            if row is None:
                raise NotFound("no_sitting", "没有这份答卷")
            exam = await self._exams.row(session, visitor, row.exam)
            is_known = row.state in OVER and (row.person != visitor.person or known(exam, row))
            page = await self._page(session, exam, row, is_known=is_known)
        await self._office.audit.look(visitor, "training_sitting.seen", f"training_sitting:{id}")
        return page

    async def _page(self, session: AsyncSession, exam: ExamRow, row: SittingRow, *, is_known: bool) -> ResultPage:
        questions = await self._questions(session, exam, row) if is_known else []
        words = STATES[row.state] if is_known or row.state not in OVER else "已交卷，成绩待公布"
        return ResultPage(
            id=row.id, title=exam.title, purpose=exam.purpose, words=words, known=is_known,
            points=row.points if is_known else None, of=row.of, passed=row.passed if is_known else None,
            begun_at=row.begun_at, ended_at=row.ended_at, ended=ENDS.get(row.ended_by, ""), leaves=row.leaves,
            away=row.away, person=row.person_name, questions=questions,
        )  # fmt: skip

    async def _questions(self, session: AsyncSession, exam: ExamRow, row: SittingRow) -> list[ResultQuestion]:
        contents = await self._marking.editions.read(session, [one for one, _ in row.items])
        said = await answers_of(session, row.id)
        got = await _marks_of(session, row.id)
        appealed = set(await session.scalars(select(AppealRow.place).where(AppealRow.sitting == row.id)))
        open_now = row.state == MARKED and may_appeal(exam, self._office.clock.wall())
        seed = row.seed if exam.shuffled else None
        return [
            ResultQuestion(
                **shown(place, contents[edition], of, said.get(place, ""), seed).model_dump(),
                answer=contents[edition].answer, explanation=contents[edition].explanation, got=got.get(place),
                can_appeal=open_now and place not in appealed and (got.get(place) or 0.0) < of,
            )
            for place, (edition, of) in enumerate(row.items, 1)
        ]  # fmt: skip

    async def question_with(self, session: AsyncSession, visitor: Visitor, id: str, file: str) -> str:
        """The question with a file, of a sitting that the visitor sits, sat, or may look at. NotFound."""
        row = await session.get(SittingRow, id)
        if row is None or row.state in (WAITING, ABSENT):
            raise NotFound("no_sitting", "没有这份答卷")
        if row.person != visitor.person:
            visitor.need(rules.SEE)
            await self._exams.row(session, visitor, row.exam)
        contents = await self._marking.editions.read(session, [one for one, _ in row.items])
        found = [one.question for one in contents.values() if any(file == known.id for known in one.files)]
        if not found:
            raise NotFound("no_file", "附件不存在")
        return found[0]


async def _marks_of(session: AsyncSession, sitting: str) -> Mapping[int, float | None]:
    wanted = select(MarkRow.place, MarkRow.points).where(MarkRow.sitting == sitting)
    return dict((await session.execute(wanted)).tuples().all())


def _mine(tries: list[tuple[SittingRow, ExamRow]], now: datetime) -> MyExam:
    last, exam = tries[-1]
    runs = exam.state == "open" and exam.begins_at <= now < exam.ends_at
    over = [sitting for sitting, _ in tries if sitting.state in OVER]
    best = max(over, key=lambda one: -1.0 if one.points is None else one.points, default=None)
    tells = best is not None and known(exam, best)
    can = ""
    if last.state == SITTING:
        can = "continue"
    elif runs and (last.state == WAITING or (last.state in OVER and last.attempt < exam.attempts)):
        can = "begin"
    elif last.state == WAITING and exam.state == "open" and now < exam.begins_at:
        can = "wait"
    elif over:
        can = "look"
    words = STATES[last.state]
    if last.state in OVER and not tells:
        words = "已交卷，成绩待公布"
    elif can == "wait":
        words = "未到时间"
    return MyExam.model_validate(
        {
            "exam": exam.id, "sitting": (best or last).id if can in ("look", "begin") else last.id,
            "purpose": exam.purpose, "title": exam.title, "begins_at": exam.begins_at, "ends_at": exam.ends_at,
            "minutes": exam.minutes, "attempt": last.attempt, "attempts": exam.attempts, "state": last.state,
            "words": words, "can": can, "points": best.points if best is not None and tells else None,
            "of": last.of or (best.of if best is not None else 0), "passed": best.passed if best and tells else None,
        }
    )  # fmt: skip
