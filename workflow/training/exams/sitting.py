"""Sitting an exam: begun, each answer on disk before it is acknowledged, gone on with anywhere, over by the server's
clock.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import Timers
from cti.store import unasked
from cti.store.upsert import insert_or_change
from workflow.training import rules
from workflow.training.bank import answers
from workflow.training.bank.editions import Content
from workflow.training.exams.drawing import options_in_order, shuffled
from workflow.training.exams.exams import END, Exams
from workflow.training.exams.marking import Heard, Marking
from workflow.training.exams.models import AnswerRow, ExamRow, SittingRow
from workflow.training.exams.sitting_rules import OVER, SITTING, WAITING, due, takes_answers
from workflow.training.exams.sitting_views import Left, Noted, Saved, ShownFile, ShownOption, ShownQuestion, SittingPage

OVERDUE = "training.sitting"
"""The timer of a sitting's end."""
_SAVE = insert_or_change(AnswerRow, ("sitting", "place"), "said", "saved_at")
_HEAD = select(
    SittingRow.person, SittingRow.state, SittingRow.due_at, SittingRow.items, SittingRow.exam, SittingRow.leaves
)  # fmt: skip


class Sitting:
    """The verbs of who sits, each for his own sittings alone. `heard` is told what was right and what was wrong."""

    def __init__(self, office: Office, exams: Exams, marking: Marking, timers: Timers) -> None:
        self.office, self.exams, self.marking, self._timers = office, exams, marking, timers
        self.listeners: list[Callable[[AsyncSession, Sequence[Heard]], Awaitable[None]]] = []

    def timers(self) -> Sequence[TimerKind]:
        """The timers by which sittings and exams end, whoever's browser is open."""
        return (
            TimerKind(OVERDUE, "考试到时交卷", self._overdue),
            TimerKind(END, "考试结束", self._exam_ends, batch=20),
        )

    # ── begin and go on ──────────────────────────────────────────────────────────────────────────────────────────

    async def begin(self, visitor: Visitor, exam: str) -> SittingPage:
        """Begin, or go on where one was, on whatever device. NotFound for who is not invited; Conflict."""
        visitor.need(rules.LEARN)
        now = self.office.clock.wall()
        async with self.exams.changing() as session:
            row = await session.get(ExamRow, exam)
            last = await session.scalar(
                select(SittingRow)
                .where(SittingRow.exam == exam, SittingRow.person == visitor.person)
                .order_by(SittingRow.attempt.desc())
                .limit(1)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
            if row is None or last is None or row.removed_at is not None:
                raise NotFound("no_exam", "没有这场考试，或您不在参加人员中")
            if last.state != SITTING:
                _check_window(row, now)
                if last.state in OVER:
                    last = await self._again(session, row, last, now)
                elif last.state != WAITING:
                    raise Conflict("absent", "您已被记为缺考，请联系管理员")
                await self._started(session, visitor, row, last, now)
            if not takes_answers(last.state, last.due_at, now):
                raise Conflict("over", "答题时间已到，正在自动交卷")
            page = await self._page(session, row, last, now)
        self._timers.look()
        return page

    async def _again(self, session: AsyncSession, exam: ExamRow, last: SittingRow, now: datetime) -> SittingRow:
        if last.attempt >= exam.attempts:
            raise Conflict("sat", "您已交卷，不能再次参加")
        row = SittingRow(
            id=new_id(), exam=exam.id, purpose=exam.purpose, person=last.person, person_name=last.person_name,
            attempt=last.attempt + 1, state=WAITING, items=[], seed=secrets.randbelow(2**31), ended_by="", of=0.0,
            leaves=0, away=0, organisation=last.organisation, region=last.region, created_by="", created_at=now,
            updated_at=now,
        )  # fmt: skip
        session.add(row)
        return row

    async def _started(
        self, session: AsyncSession, visitor: Visitor, exam: ExamRow, row: SittingRow, now: datetime
    ) -> None:
        """What he sits from now on is his edition, whatever happens to paper and questions."""
        items = await self.exams.own_items(session, exam, row.id)
        if exam.shuffled:
            contents = await self.marking.editions.read(session, [one for one, _ in items])
            items = shuffled(items, [contents[one].kind for one, _ in items], row.seed)
        row.items, row.of = items, round(sum(points for _, points in items), 2)
        row.state, row.begun_at, row.updated_at = SITTING, now, now
        row.due_at = due(now, exam.minutes, exam.ends_at)
        await session.flush()
        await self._timers.set(session, OVERDUE, row.id, row.due_at)
        await self.office.audit.write(
            session, visitor, "training_sitting.begun", f"training_sitting:{row.id}", after={"exam": exam.title}
        )

    async def page(self, visitor: Visitor, id: str) -> SittingPage:
        """What is sat now, with all that was saved. NotFound; Conflict when it is over."""
        now = self.office.clock.wall()
        async with self.office.store.reading() as session:
            row = await self.own(session, visitor, id)
            if not takes_answers(row.state, row.due_at, now):
                raise Conflict("over", "已交卷，不能再作答")
            return await self._page(session, await session.get_one(ExamRow, row.exam), row, now)

    async def _page(self, session: AsyncSession, exam: ExamRow, row: SittingRow, now: datetime) -> SittingPage:
        contents = await self.marking.editions.read(session, [one for one, _ in row.items])
        said = await answers_of(session, row.id)
        questions = [
            shown(place, contents[edition], points, said.get(place, ""), row.seed if exam.shuffled else None)
            for place, (edition, points) in enumerate(row.items, 1)
        ]
        left = max(0.0, ((row.due_at or now) - now).total_seconds())
        return SittingPage(
            id=row.id, exam=exam.id, title=exam.title, purpose=exam.purpose, state=row.state, left=left,
            minutes=exam.minutes, full_screen=exam.full_screen, leaves=row.leaves, leaves_most=exam.leaves,
            questions=questions,
        )  # fmt: skip

    @staticmethod
    async def own(session: AsyncSession, visitor: Visitor, id: str) -> SittingRow:
        """One of the visitor's own. NotFound."""
        visitor.need(rules.LEARN)
        row = await session.scalar(select(SittingRow).where(SittingRow.id == id, SittingRow.person == visitor.person))
        if row is None:
            raise NotFound("no_sitting", "没有这份答卷")
        return row

    # ── answer, leave, submit ────────────────────────────────────────────────────────────────────────────────────

    async def save(self, visitor: Visitor, id: str, place: int, said: str) -> Saved:
        """Keep an answer: it is on disk when this returns. NotFound, Invalid; Conflict once it is over.

        The one statement that asks holds the sitting until the answer is written, so that none comes after its end.
        """
        visitor.need(rules.LEARN)
        async with self.office.store.writing() as session:
            head = await self._head(session, visitor, id, shared=True)
            now = self.office.clock.wall()
            if not takes_answers(head.state, head.due_at, now):
                raise Conflict("over", "已交卷，不能再作答")
            if not 1 <= place <= len(head.items):
                raise NotFound("no_question", "没有这道题")
            edition = head.items[place - 1][0]
            content = (await self.marking.editions.read(session, [edition]))[edition]
            kept = answers.given(content.kind, said, content.options)
            values = {"sitting": id, "place": place, "said": kept, "saved_at": now}
            await unasked.write(session, _SAVE, values)
        return Saved(said=kept, left=(head.due_at - now).total_seconds())

    async def _head(self, session: AsyncSession, visitor: Visitor, id: str, *, shared: bool) -> Row[Any]:
        wanted = _HEAD.where(SittingRow.id == id)
        head = (await session.execute(wanted.with_for_update(read=shared, of=SittingRow))).one_or_none()
        if head is None or head.person != visitor.person:
            raise NotFound("no_sitting", "没有这份答卷")
        return head

    async def left(self, visitor: Visitor, id: str, body: Left) -> Noted:
        """Note that he left the page or the full screen; too often ends the sitting where the exam says so."""
        visitor.need(rules.LEARN)
        now, over, heard = self.office.clock.wall(), False, list[Heard]()
        async with self.exams.changing() as session:
            head = await self._head(session, visitor, id, shared=False)
            if not takes_answers(head.state, head.due_at, now):
                return Noted(leaves=head.leaves, over=True)
            mine = update(SittingRow).where(SittingRow.id == id)
            counted = {"leaves": SittingRow.leaves + 1, "away": SittingRow.away + body.seconds, "updated_at": now}
            leaves = await session.scalar(mine.values(**counted).returning(SittingRow.leaves)) or 0
            exam = await session.get_one(ExamRow, head.exam)
            after = {"what": body.what, "seconds": body.seconds, "leaves": leaves}
            about = f"training_sitting:{id}"
            await self.office.audit.write(session, visitor, "training_sitting.left", about, after=after)
            if over := 0 < exam.leaves < leaves:
                heard = await self._end(session, [id], "left", now)
        await self._tell(heard)
        return Noted(leaves=leaves, over=over)

    async def submit(self, visitor: Visitor, id: str) -> None:
        """Hand it in; done twice it is the same. NotFound."""
        now = self.office.clock.wall()
        async with self.exams.changing() as session:
            row = await self.own(session, visitor, id)
            heard = await self._end(session, [id], "hand", now)
            if heard:
                about = f"training_sitting:{row.id}"
                await self.office.audit.write(session, visitor, "training_sitting.handed_in", about)
        await self._tell(heard)

    async def _end(self, session: AsyncSession, ids: Sequence[str], by: str, now: datetime) -> list[Heard]:
        heard = await self.marking.end(session, ids, by, now)
        await self._timers.drop(session, OVERDUE, *ids)
        for listener in self.listeners:
            await listener(session, heard)
        return heard

    async def _tell(self, heard: Sequence[Heard]) -> None:
        if heard:
            await self.exams.changed(sorted({row.exam for row, _ in heard}))

    # ── the server's clock ───────────────────────────────────────────────────────────────────────────────────────

    async def _overdue(self, session: AsyncSession, due: Sequence[Due]) -> None:
        await self._end(session, [one.key for one in due], "time", self.office.clock.wall())

    async def _exam_ends(self, session: AsyncSession, due: Sequence[Due]) -> None:
        now = self.office.clock.wall()
        for one in due:
            row = await session.get(ExamRow, one.key, with_for_update=True)
            if row is not None and row.state == "open":
                await self.exams.stop(session, row.id)
                row.state, row.updated_at = "closed", now


def _check_window(exam: ExamRow, now: datetime) -> None:
    if exam.state != "open" or now >= exam.ends_at:
        raise Conflict("closed", "考试已结束")
    if now < exam.begins_at:
        raise Conflict("not_yet", "考试还没有开始")


async def answers_of(session: AsyncSession, sitting: str) -> dict[int, str]:
    """What was answered at each place."""
    wanted = select(AnswerRow.place, AnswerRow.said).where(AnswerRow.sitting == sitting)
    return dict((await session.execute(wanted)).tuples().all())


def shown(place: int, content: Content, points: float, said: str, seed: int | None) -> ShownQuestion:
    """A question as who sits it sees it; options in his own order where there is a seed."""
    letters = list(content.options) if seed is None else options_in_order(content.options, f"{seed} {place}")
    options = [ShownOption(letter=one, text=content.options[one]) for one in letters]
    return ShownQuestion(
        place=place, kind=content.kind, text=content.text, points=points, options=options, said=said,
        files=[ShownFile(id=one.id, type=one.type) for one in content.files],
    )  # fmt: skip
