"""Who has finished a course: all its materials, and its exam where it has one. Then there is a certificate."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor, system
from cti.office.numbering import Facts, Numbered
from cti.office.numbering import service as numbering
from cti.office.records import Office, Records
from cti.office.references import Reference
from cti.office.sharing import Shared
from workflow.training import rules
from workflow.training.courses.courses import is_late
from workflow.training.courses.learning import Learning
from workflow.training.courses.models import CertificateRow, CourseRow, EnrolmentRow, MaterialRow, StudyRow
from workflow.training.courses.views import CertificateQuery, CertificateView, MyCertificate, MyCourse
from workflow.training.exams.models import ExamRow, SittingRow
from workflow.training.exams.sittings import NotFilled
from workflow.training.participants import LEARNERS
from workflow.training.telling import KIND, Telling

MOST = 200
AT_ONCE = 500


class Certificates(Records[CertificateRow, NotFilled, CertificateView, CertificateQuery]):
    """The service. Nobody writes one: whoever finishes a course has it."""

    table, fields, view, query = CertificateRow, NotFilled, CertificateView, CertificateQuery
    kind: ClassVar[str] = "training_certificate"
    title: ClassVar[str] = "培训证书"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=("person",))
    numbered: ClassVar[Numbered | None] = Numbered("number", "PX{region}{day}{serial:04}")
    refs: ClassVar[Mapping[str, Reference]] = {"person": LEARNERS}
    filters: ClassVar[tuple[str, ...]] = ("person",)
    period: ClassVar[str] = "valid_until"
    unasked: ClassVar[tuple[str, ...]] = ("course",)

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """The number, or a part of the course."""
        return or_(CertificateRow.number == text, CertificateRow.course_title.contains(text, autoescape=True))

    async def values(
        self, session: AsyncSession, body: NotFilled, row: CertificateRow | None, organisation: str
    ) -> dict[str, Any]:
        """Always Invalid."""
        raise Invalid("not_by_hand", "证书在完成课程时自动颁发，不能手工新增或修改")

    def offered(self, row: CertificateRow, writes: bool) -> list[str]:
        """Nothing."""
        return []


class Finishing:
    """Looks who has finished, and gives certificates."""

    def __init__(self, office: Office, certificates: Certificates, learning: Learning, telling: Telling) -> None:
        self.office, self._certificates, self._learning, self._telling = office, certificates, learning, telling

    async def settle(self, session: AsyncSession, *limits: ColumnElement[bool]) -> list[str]:
        """Those of the enrolments under way who have all that their course asks are done; the ids of these people."""
        enrolled, wanted = EnrolmentRow, [EnrolmentRow.state == "learning", EnrolmentRow.removed_at.is_(None), *limits]
        rows = (
            await session.scalars(
                select(enrolled).where(*wanted).order_by(enrolled.id).limit(AT_ONCE).with_for_update()
            )
        ).all()
        if not rows:
            return []
        courses = {one.id: one for one in await session.scalars(
            select(CourseRow).where(CourseRow.id.in_({row.course for row in rows}))
        )}  # fmt: skip
        people = {row.person for row in rows}
        studied = await self._studied(session, people)
        passed = await self.passed(session, people, {one.exam for one in courses.values() if one.exam})
        now, done = self.office.clock.wall(), []
        for row in rows:
            course = courses[row.course]
            learnt = all((row.person, one) in studied for one in course.materials)
            if learnt and (not course.exam or (row.person, course.exam) in passed):
                row.state, row.done_at, row.updated_at = "done", now, now
                done.append(row.person)
                if course.certificate:
                    await self._certify(session, course, row, now)
        await session.flush()
        return done

    @staticmethod
    async def _studied(session: AsyncSession, people: set[str]) -> set[tuple[str, str]]:
        wanted = select(StudyRow.person, StudyRow.material).where(
            StudyRow.person.in_(people), StudyRow.done_at.is_not(None)
        )
        return set((await session.execute(wanted)).tuples())

    @staticmethod
    async def passed(session: AsyncSession, people: set[str], exams: set[str]) -> set[tuple[str, str]]:
        """Who passed which of these exams, as far as it may be known."""
        wanted = (
            select(SittingRow.person, SittingRow.exam)
            .join(ExamRow, ExamRow.id == SittingRow.exam)
            .where(SittingRow.person.in_(people), SittingRow.exam.in_(exams), SittingRow.passed.is_(True))
            .where(or_(ExamRow.tells == "at_once", ExamRow.state == "released"))
        )
        return set((await session.execute(wanted)).tuples()) if exams else set()

    async def _certify(self, session: AsyncSession, course: CourseRow, row: EnrolmentRow, now: datetime) -> None:
        name = (await LEARNERS.titles(session, system(KIND), [row.person])).get(row.person, "")
        made = CertificateRow(
            id=new_id(), number="", course=course.id, course_title=course.title, person=row.person, person_name=name,
            issued_at=now, valid_until=months_later(now, course.months) if course.months else None,
            organisation=row.organisation, region=row.region, created_by="", created_at=now, updated_at=now,
        )  # fmt: skip
        rule = self._certificates.numbered
        assert rule is not None
        facts = Facts(made.organisation, made.region, now)
        made.number = (await numbering.take(session, Certificates.kind, rule, facts, name, made.id)).number
        session.add(made)
        await self._telling.say(
            session, "certificate", [row.person], course.title, f"证书编号 {made.number}", "/training_my_courses"
        )

    async def mine(self, visitor: Visitor) -> list[MyCourse]:
        """One's courses, those under way first, with all that is done and left."""
        visitor.need(rules.LEARN)
        now = self.office.clock.wall()
        async with self.office.store.writing() as session:
            await self.settle(session, EnrolmentRow.person == visitor.person)
        async with self.office.store.reading() as session:
            wanted = (
                select(EnrolmentRow, CourseRow)
                .join(CourseRow, CourseRow.id == EnrolmentRow.course)
                .where(EnrolmentRow.person == visitor.person, CourseRow.removed_at.is_(None))
                .order_by(EnrolmentRow.state.desc(), EnrolmentRow.updated_at.desc())
                .limit(MOST)
            )
            rows = (await session.execute(wanted)).tuples().all()
            ids = {one for _, course in rows for one in course.materials}
            materials = (await session.scalars(select(MaterialRow).where(MaterialRow.id.in_(ids)))).all()
            known = {one.id: one for one in await self._learning.mine(session, visitor, materials)}
            exams = {course.exam for _, course in rows if course.exam}
            named = await session.execute(select(ExamRow.id, ExamRow.title).where(ExamRow.id.in_(exams)))
            titles = dict(named.tuples().all())
            passed = await self.passed(session, {visitor.person}, exams)
            own = CertificateRow.person == visitor.person
            numbered = select(CertificateRow.course, func.max(CertificateRow.number)).where(own)
            numbers = await session.execute(numbered.group_by(CertificateRow.course))
            certificates = dict(numbers.tuples().all())
        return [
            MyCourse(
                id=course.id, title=course.title, about=course.about, state=row.state, due_at=row.due_at,
                is_late=is_late(row.due_at, row.done_at, now), done_at=row.done_at,
                materials=(parts := [known[one] for one in course.materials if one in known]),
                exam=course.exam, exam_title=titles.get(course.exam, ""),
                passed=(visitor.person, course.exam) in passed, certificate=certificates.get(course.id, ""),
                percent=_percent([one.done for one in parts], course.exam, (visitor.person, course.exam) in passed),
            )
            for row, course in rows
        ]  # fmt: skip

    async def certificates(self, visitor: Visitor) -> list[MyCertificate]:
        """One's own, the newest first."""
        visitor.need(rules.LEARN)
        now = self.office.clock.wall()
        mine = CertificateRow.person == visitor.person, CertificateRow.removed_at.is_(None)
        wanted = select(CertificateRow).where(*mine).order_by(CertificateRow.issued_at.desc()).limit(MOST)
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return [
            MyCertificate(
                id=row.id, number=row.number, course=row.course_title, issued_at=row.issued_at,
                valid_until=row.valid_until, is_valid=row.valid_until is None or row.valid_until > now,
            )
            for row in rows
        ]  # fmt: skip


def _percent(done: Sequence[bool], exam: str, passed: bool) -> int:
    every = [*done, *([passed] if exam else [])]
    return int(100 * sum(every) / len(every)) if every else 0


def months_later(at: datetime, months: int) -> datetime:
    """The same day of the month so many months later, or the last of it: 31 January and one month is 28 February."""
    years, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + years, month + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))
