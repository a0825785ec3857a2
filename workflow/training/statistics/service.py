"""What came of training, for oneself (我的考培) and for who keeps it (考培总览): exams, videos, reading, practice.

Each figure is counted by the columns of the lists behind it: what the lists show in the same time is what is counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pydantic
from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Query
from cti.base.scope import Scope
from cti.base.times.business_time import start_of_day
from cti.base.visitor import Visitor
from cti.office.identity.directory import known_organisations
from cti.office.records import Office
from workflow.training import rules
from workflow.training.courses.models import CertificateRow, EnrolmentRow, StudyRow
from workflow.training.exams.models import ExamRow, SittingRow
from workflow.training.exams.sitting_rules import ABSENT, MARKED, OVER
from workflow.training.practice.models import PracticeDayRow

Limits = list[ColumnElement[bool]]
USUAL = timedelta(days=90)


class Period(Query):
    """From when to when; the last 90 days without."""

    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


class Totals(pydantic.BaseModel):
    """Figures of one person or of all. `pass_rate` and `right_rate` are percent, None where there is nothing."""

    exams: int
    absent: int
    passed: int
    pass_rate: float | None
    average: float | None
    videos: int
    video_seconds: float
    readings: int
    reading_seconds: float
    reading_times: int
    credits: float
    practised: int
    right_rate: float | None
    courses: int
    courses_done: int
    certificates: int


class UnitLine(pydantic.BaseModel):
    """Figures of an organisation."""

    unit: str
    exams: int
    passed: int
    practised: int
    study_hours: float


class ExamLine(pydantic.BaseModel):
    """An exam of one's own: points in percent."""

    at: str
    title: str
    percent: float


class Statistics:
    """Counts."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def _window(self, query: Period) -> tuple[datetime, datetime]:
        now = self._office.clock.wall()
        return query.since or start_of_day(now - USUAL), query.until or now + timedelta(days=1)

    async def mine(self, visitor: Visitor, query: Period) -> Totals:
        """One's own; exams count once one may know what came of them."""
        visitor.need(rules.LEARN)
        own = visitor.person
        async with self._office.store.reading() as session:
            return await self._totals(
                session, query, [SittingRow.person == own, *_known()], [StudyRow.person == own],
                [PracticeDayRow.person == own], [EnrolmentRow.person == own], [CertificateRow.person == own],
            )  # fmt: skip

    async def all(self, visitor: Visitor, query: Period) -> Totals:
        """Of all whom the visitor reaches."""
        visitor.need(rules.SEE)
        scope = visitor.reach(rules.SEE)
        tables = (SittingRow, StudyRow, PracticeDayRow, EnrolmentRow, CertificateRow)
        async with self._office.store.reading() as session:
            return await self._totals(session, query, *(_within(scope, visitor, one) for one in tables))

    async def _totals(
        self, session: AsyncSession, query: Period, sat: Limits, studied: Limits, practised: Limits, enrolled: Limits,
        certified: Limits,
    ) -> Totals:  # fmt: skip
        since, until = self._window(query)
        one, study, day = SittingRow, StudyRow, PracticeDayRow
        exam = select(
            _count(one.state.in_(OVER)), _count(one.state == ABSENT),
            _count(and_(one.state == MARKED, one.passed.is_(True))), _count(one.state == MARKED),
            func.sum(case((and_(one.state == MARKED, one.of > 0), one.points * 100 / one.of))),
        ).join(ExamRow, ExamRow.id == one.exam)  # fmt: skip
        exam = exam.where(one.purpose == "exam", one.updated_at >= since, one.updated_at < until, *sat)
        sat_count, absent, passed, marked, percent = await _one(session, exam)
        kinds = [
            (_count(and_(study.medium == medium, study.done_at.is_not(None))),
             _sum(study.seconds, study.medium == medium), _sum(study.times, study.medium == medium))
            for medium in ("video", "reading")
        ]  # fmt: skip
        learning = select(*kinds[0], *kinds[1], func.sum(study.credits))
        window = study.updated_at >= since, study.updated_at < until
        videos, watched, _, readings, read, times, credits = await _one(session, learning.where(*window, *studied))
        practice = select(func.sum(day.answered), func.sum(day.right))
        answered, right = await _one(session, practice.where(day.day >= since, day.day < until, *practised))
        done = _count(EnrolmentRow.state == "done")
        courses, finished = await _one(session, select(func.count(EnrolmentRow.id), done).where(*enrolled))
        (certificates,) = await _one(session, select(func.count(CertificateRow.id)).where(*certified))
        return Totals(
            exams=int(sat_count), absent=int(absent), passed=int(passed), pass_rate=_rate(passed, marked),
            average=round(percent / marked, 1) if marked else None, videos=int(videos), video_seconds=watched,
            readings=int(readings), reading_seconds=read, reading_times=int(times), credits=round(credits, 2),
            practised=int(answered), right_rate=_rate(right, answered), courses=int(courses),
            courses_done=int(finished), certificates=int(certificates),
        )  # fmt: skip

    async def units(self, visitor: Visitor, query: Period) -> list[UnitLine]:
        """By organisation, those within reach of which there was something."""
        visitor.need(rules.SEE)
        since, until = self._window(query)
        scope = visitor.reach(rules.SEE)
        one, study, day = SittingRow, StudyRow, PracticeDayRow
        exam = select(one.organisation, _count(one.state.in_(OVER)), _count(one.passed.is_(True)))
        exam = exam.where(
            one.purpose == "exam", one.updated_at >= since, one.updated_at < until, *_within(scope, visitor, one)
        )
        practice = select(day.organisation, func.sum(day.answered)).where(day.day >= since, day.day < until)
        learning = select(study.organisation, func.sum(study.seconds)).where(
            study.updated_at >= since, study.updated_at < until, *_within(scope, visitor, study)
        )
        async with self._office.store.reading() as session:
            sat = {unit: rest for unit, *rest in await session.execute(exam.group_by(one.organisation))}
            asked = practice.where(*_within(scope, visitor, day)).group_by(day.organisation)
            practised = dict((await session.execute(asked)).tuples().all())
            hours = dict((await session.execute(learning.group_by(study.organisation))).tuples().all())
            known = await known_organisations(session)
        return [
            UnitLine(
                unit=known[name].title if name in known else name, exams=int(sat.get(name, (0, 0))[0]),
                passed=int(sat.get(name, (0, 0))[1]), practised=int(practised.get(name, 0)),
                study_hours=round(float(hours.get(name, 0)) / 3600, 1),
            )
            for name in sorted({*sat, *practised, *hours})
        ]  # fmt: skip

    async def exams(self, visitor: Visitor, query: Period) -> list[ExamLine]:
        """One's own points, the oldest first."""
        visitor.need(rules.LEARN)
        since, until = self._window(query)
        one = SittingRow
        wanted = (
            select(one.ended_at, ExamRow.title, one.points * 100 / one.of)
            .join(ExamRow, ExamRow.id == one.exam)
            .where(one.person == visitor.person, one.state == MARKED, one.of > 0, *_known())
            .where(one.ended_at >= since, one.ended_at < until)
            .order_by(one.ended_at)
            .limit(100)
        )
        async with self._office.store.reading() as session:
            rows = (await session.execute(wanted)).tuples().all()
        return [
            ExamLine(at=at.isoformat() if at else "", title=title[:12], percent=round(float(percent or 0), 1))
            for at, title, percent in rows
        ]


def _within(scope: Scope, visitor: Visitor, table: Any) -> Limits:
    """As the lists of these rows: who reaches his own alone counts his own."""
    return [*scope.limits(table), *([table.person == visitor.person] if scope.agent is not None else [])]


def _known() -> Limits:
    return [(ExamRow.tells == "at_once") | (ExamRow.state == "released")]


def _count(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _sum(column: Any, condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, column), else_=0))


async def _one(session: AsyncSession, wanted: Select[Any]) -> list[float]:
    return [float(one or 0) for one in (await session.execute(wanted)).one()]


def _rate(part: float, whole: float) -> float | None:
    return round(100 * part / whole, 1) if whole else None
