"""Each morning (E17b): who has a course, an exam or a certificate that ends soon is told; who finished is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from workflow.training.courses.finishing import Finishing
from workflow.training.courses.models import CertificateRow, CourseRow, EnrolmentRow
from workflow.training.exams.models import ExamRow, SittingRow
from workflow.training.exams.sitting_rules import WAITING
from workflow.training.telling import Telling

WORK, CRON = "training.reminders", "0 8 * * *"
BEFORE = timedelta(days=3)
EXAM_BEFORE = timedelta(days=1)
CERTIFICATE_BEFORE = timedelta(days=30)


class Reminding:
    """Each is told once of each end: a message's key says so."""

    def __init__(self, finishing: Finishing, telling: Telling) -> None:
        self._finishing, self._telling = finishing, telling

    async def remind(self, session: AsyncSession, at: datetime) -> None:
        """All of it."""
        await self._finishing.settle(session)
        await self._courses(session, at)
        await self._exams(session, at)
        await self._certificates(session, at)

    async def _courses(self, session: AsyncSession, at: datetime) -> None:
        soon = EnrolmentRow.due_at > at, EnrolmentRow.due_at <= at + BEFORE, EnrolmentRow.state == "learning"
        wanted = (
            select(CourseRow, EnrolmentRow.person)
            .join(CourseRow, CourseRow.id == EnrolmentRow.course)
            .where(*soon, CourseRow.state == "open", CourseRow.removed_at.is_(None))
        )
        people: dict[str, tuple[CourseRow, list[str]]] = {}
        for course, person in (await session.execute(wanted)).tuples():
            people.setdefault(course.id, (course, []))[1].append(person)
        for id, (course, some) in people.items():
            assert course.due_at is not None
            said = f"请在 {_moment(course.due_at)} 前完成"
            key = f"course_soon:{id}:{course.due_at:%Y%m%d}"
            await self._telling.say(session, "course_soon", some, course.title, said, "/training_my_courses", key=key)

    async def _exams(self, session: AsyncSession, at: datetime) -> None:
        wanted = (
            select(ExamRow, SittingRow.person)
            .join(ExamRow, ExamRow.id == SittingRow.exam)
            .where(SittingRow.state == WAITING, ExamRow.state == "open")
            .where(ExamRow.begins_at <= at, ExamRow.ends_at > at, ExamRow.ends_at <= at + EXAM_BEFORE)
        )
        people: dict[str, tuple[ExamRow, list[str]]] = {}
        for exam, person in (await session.execute(wanted)).tuples():
            people.setdefault(exam.id, (exam, []))[1].append(person)
        for id, (exam, some) in people.items():
            link = "/training_my_exams" if exam.purpose == "exam" else "/training_my_practice"
            said = f"{_moment(exam.ends_at)} 截止"
            await self._telling.say(session, "exam_soon", some, exam.title, said, link, key=f"exam_soon:{id}")

    async def _certificates(self, session: AsyncSession, at: datetime) -> None:
        soon = CertificateRow.valid_until > at, CertificateRow.valid_until <= at + CERTIFICATE_BEFORE
        wanted = select(CertificateRow).where(*soon, CertificateRow.removed_at.is_(None))
        for row in await session.scalars(wanted):
            assert row.valid_until is not None
            said = f"证书 {row.number} 于 {_moment(row.valid_until)} 到期"
            key = f"certificate_soon:{row.id}"
            link = "/training_my_courses"
            await self._telling.say(session, "certificate_soon", [row.person], row.course_title, said, link, key=key)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%m月%d日 %H:%M}"
