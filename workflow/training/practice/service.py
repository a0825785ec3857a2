"""Free practice (在线练习): questions of a category, or those answered wrong before, answered and explained at once."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import pydantic
from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Query
from cti.base.ids import new_id
from cti.base.refusal import NotFound
from cti.base.times.business_time import ZONE, start_of_day
from cti.base.visitor import Visitor
from cti.office.files.service import Files
from cti.office.records import Office
from cti.office.tree.service import below
from workflow.training import rules
from workflow.training.bank import answers
from workflow.training.bank.editions import Content
from workflow.training.bank.models import CategoryRow, QuestionRow
from workflow.training.exams.marking import Heard
from workflow.training.exams.sitting import shown
from workflow.training.exams.sitting_views import ShownFile, ShownQuestion
from workflow.training.practice.boxes import OUT, Card
from workflow.training.practice.boxes import answered as moved
from workflow.training.practice.models import CardRow, PracticeDayRow

AT_ONCE = 20
LOOKED_AT = 400
"""Questions among which the next ones are drawn: those that were never answered first."""


class Wanted(Query):
    """Which questions: of a category with those below it, of a kind; or the wrong ones that are due (`book`)."""

    category: str = pydantic.Field(default="", max_length=26)
    kind: Literal["", "single", "multiple", "judge"] = ""
    book: bool = False
    count: int = pydantic.Field(default=10, ge=1, le=AT_ONCE)


class PracticeQuestion(ShownQuestion):
    """A question to practise; `id` is what an answer names."""

    id: str


class Tried(Body):
    """An answer."""

    said: str = pydantic.Field(min_length=1, max_length=100)


class Told(pydantic.BaseModel):
    """Whether it was right, and why."""

    right: bool
    answer: str
    explanation: str
    box: int


class Standing(pydantic.BaseModel):
    """How somebody stands: answers of today and of all days, questions in his book, and those of them that are due."""

    today: int
    today_right: int
    answered: int
    right: int
    book: int
    due: int


class DayOfPractice(pydantic.BaseModel):
    """Answers of a day, for the chart of his progress."""

    day: str
    answered: int
    right: int


class Practice:
    """Everybody practises for himself."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def draw(self, visitor: Visitor, query: Wanted) -> list[PracticeQuestion]:
        """Some questions; nothing of their answers."""
        visitor.need(rules.LEARN)
        async with self.office.store.reading() as session:
            limits = [*await self._usable(session, visitor), *self._meant(query)]
            mine = (CardRow.question == QuestionRow.id) & (CardRow.person == visitor.person)
            wanted = select(QuestionRow).join(CardRow, mine, isouter=not query.book).where(*limits)
            if query.book:
                due = CardRow.box > OUT, CardRow.due <= self._today()
                rows = (await session.scalars(wanted.where(*due).order_by(CardRow.due).limit(query.count))).all()
            else:
                never = case((CardRow.last_at.is_(None), 0), else_=1)
                order = never, CardRow.last_at, QuestionRow.id
                some = list(await session.scalars(wanted.order_by(*order).limit(LOOKED_AT)))
                known = await self._known(session, visitor, [row.id for row in some])
                fresh = [row for row in some if row.id not in known]
                old = [row for row in some if row.id in known]
                random.shuffle(fresh)
                rows = [*fresh, *old][: query.count]
            files = await self._files(session, [row.id for row in rows])
        seed = random.randrange(2**31)  # noqa: S311 # no secret: the order of options
        found = []
        for place, row in enumerate(rows, 1):
            content = Content.of(row, [])
            question = shown(place, content, 0, "", seed if row.kind != "judge" else None)
            said = {**question.model_dump(), "files": files.get(row.id, []), "id": row.id}
            found.append(PracticeQuestion.model_validate(said))
        return found

    async def answer(self, visitor: Visitor, question: str, body: Tried) -> Told:
        """Right or wrong, at once; the book and the tracking follow. NotFound, Invalid."""
        visitor.need(rules.LEARN)
        async with self.office.store.writing() as session:
            limits = await self._usable(session, visitor)
            row = await session.scalar(select(QuestionRow).where(QuestionRow.id == question, *limits))
            if row is None:
                raise NotFound("no_question", "没有这道题")
            content = Content.of(row, [])
            right = answers.given(row.kind, body.said, content.options) == row.answer
            person = visitor.person, visitor.organisation, visitor.region
            cards = await self.keep(session, person, [(row.id, row.category, right)])
        return Told(right=right, answer=row.answer, explanation=row.explanation, box=cards[row.id].box)

    async def keep(
        self, session: AsyncSession, whose: tuple[str, str, str], heard: Sequence[tuple[str, str, bool]]
    ) -> Mapping[str, Card]:
        """Note answers of a person (id, organisation, region): question, category, whether it was right."""
        person, organisation, region = whose
        now, today = self.office.clock.wall(), self._today()
        wanted = select(CardRow).where(CardRow.person == person, CardRow.question.in_([one for one, _, _ in heard]))
        known = {row.question: row for row in await session.scalars(wanted.with_for_update())}
        cards: dict[str, Card] = {}
        days: dict[str, list[bool]] = {}
        for question, category, right in heard:
            row = known.get(question)
            if row is None:
                row = CardRow(person=person, question=question, box=OUT, due=None, right=0, wrong=0, last_at=now)
                session.add(row)
                known[question] = row
            card = moved(Card(row.box, row.due), right, today)
            row.box, row.due, row.last_at = card.box, card.due, now
            row.right, row.wrong = row.right + right, row.wrong + (not right)
            cards[question] = card
            days.setdefault(category, []).append(right)
        begin = start_of_day(now)
        of_day = select(PracticeDayRow).where(PracticeDayRow.person == person, PracticeDayRow.day == begin)
        counted = {row.category: row for row in await session.scalars(of_day.with_for_update())}
        for category, results in days.items():
            line = counted.get(category)
            if line is None:
                line = PracticeDayRow(
                    id=new_id(), person=person, day=begin, category=category, answered=0, right=0,
                    organisation=organisation, region=region,
                )  # fmt: skip
                session.add(line)
            line.answered, line.right = line.answered + len(results), line.right + sum(results)
        await session.flush()
        return cards

    async def heard(self, session: AsyncSession, heard: Sequence[Heard]) -> None:
        """What was practised in practice that people are told to do counts, too."""
        told = [(row, answered) for row, answered in heard if row.purpose == "practice" and answered]
        ids = {question for _, answered in told for question, _, _ in answered}
        rows = await session.execute(select(QuestionRow.id, QuestionRow.category).where(QuestionRow.id.in_(ids)))
        categories = dict(rows.tuples().all())
        for row, answered in told:
            said = [(one, categories[one], right) for one, _, right in answered if one in categories]
            await self.keep(session, (row.person, row.organisation, row.region), said)

    async def standing(self, visitor: Visitor) -> Standing:
        """One's own."""
        visitor.need(rules.LEARN)
        day = PracticeDayRow
        today = case((day.day == start_of_day(self.office.clock.wall()), 1), else_=0)
        sums = func.sum(day.answered), func.sum(day.right), func.sum(day.answered * today), func.sum(day.right * today)
        due = func.sum(case((CardRow.due <= self._today(), 1), else_=0))
        async with self.office.store.reading() as session:
            found = (await session.execute(select(*sums).where(day.person == visitor.person))).one()
            book = select(func.count(), due).where(CardRow.person == visitor.person, CardRow.box > OUT)
            count, now_due = (await session.execute(book)).one()
        answered, right, of_today, right_today = (int(one or 0) for one in found)
        return Standing(
            today=of_today, today_right=right_today, answered=answered, right=right, book=count, due=int(now_due or 0)
        )  # fmt: skip

    async def days(self, visitor: Visitor, since: datetime) -> list[DayOfPractice]:
        """One's own days since a moment, the oldest first (练习跟踪)."""
        visitor.need(rules.LEARN)
        day = PracticeDayRow
        wanted = (
            select(day.day, func.sum(day.answered), func.sum(day.right))
            .where(day.person == visitor.person, day.day >= since)
            .group_by(day.day)
            .order_by(day.day)
        )
        async with self.office.store.reading() as session:
            rows = (await session.execute(wanted)).tuples()
            return [
                DayOfPractice(day=at.astimezone(ZONE).strftime("%m-%d"), answered=int(one), right=int(other))
                for at, one, other in rows
            ]

    # ── which questions ──────────────────────────────────────────────────────────────────────────────────────────

    async def _usable(self, session: AsyncSession, visitor: Visitor) -> list[ColumnElement[bool]]:
        """Those that are not kept for exams; essays are marked by people, and not practised here."""
        limits = await rules.learnable(session, visitor, QuestionRow)
        return [*limits, QuestionRow.used_for.in_(("both", "practice")), QuestionRow.kind != "essay"]

    @staticmethod
    def _meant(query: Wanted) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if query.category:
            inside = or_(CategoryRow.id == query.category, below(CategoryRow, query.category))
            found.append(QuestionRow.category.in_(select(CategoryRow.id).where(inside)))
        if query.kind:
            found.append(QuestionRow.kind == query.kind)
        return found

    @staticmethod
    async def _known(session: AsyncSession, visitor: Visitor, ids: Sequence[str]) -> set[str]:
        mine = CardRow.person == visitor.person, CardRow.question.in_(ids)
        return set(await session.scalars(select(CardRow.question).where(*mine)))

    async def _files(self, session: AsyncSession, ids: Sequence[str]) -> dict[str, list[ShownFile]]:
        files = self.office.need(Files)
        counts = await files.counts(session, "training_question", ids)
        return {
            id: [ShownFile(id=one.id, type=one.type) for one in await files.of(session, "training_question", id)]
            for id, count in counts.items()
            if count
        }

    async def need_usable(self, session: AsyncSession, visitor: Visitor, question: str) -> None:
        """NotFound unless the visitor may practise it."""
        limits = await self._usable(session, visitor)
        if await session.scalar(select(QuestionRow.id).where(QuestionRow.id == question, *limits)) is None:
            raise NotFound("no_question", "没有这道题")

    def _today(self) -> date:
        return self.office.clock.wall().astimezone(ZONE).date()
