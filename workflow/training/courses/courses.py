"""Courses (培训课程): materials and an exam for people, until when, with a certificate at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.records import Office, Records
from cti.office.records.kinds import RecordReference
from cti.office.records.steps import Step, SteppedRecords
from cti.office.references import Reference
from cti.office.sharing import Shared
from workflow.training import rules
from workflow.training.bank.questions import CATEGORY
from workflow.training.courses.materials import Materials
from workflow.training.courses.models import CourseRow, EnrolmentRow, MaterialRow
from workflow.training.courses.views import (
    COURSE_STATES,
    COURSES,
    MATERIALS,
    CourseFields,
    CourseQuery,
    CourseView,
    EnrolmentQuery,
    EnrolmentView,
)
from workflow.training.exams.exams import Exams
from workflow.training.exams.sittings import NotFilled
from workflow.training.exams.views import EXAMS
from workflow.training.participants import LEARNERS, LEARNING_UNITS, check_chosen, participants, role_titles
from workflow.training.telling import Telling


class Courses(SteppedRecords[CourseRow, CourseFields, CourseView, CourseQuery]):
    """The service. Publishing one enrols its people and tells them."""

    table, fields, view, query = CourseRow, CourseFields, CourseView, CourseQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "training_course"
    title: ClassVar[str] = "培训课程"
    screen: ClassVar[str] = "training_courses"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=())
    refs: ClassVar[Mapping[str, Reference]] = {
        "category": CATEGORY,
        "materials": RecordReference(Materials, f"{MATERIALS}/choices", "title"),
        "exam": RecordReference(Exams, f"{EXAMS}/choices", "title"),
        "organisations": LEARNING_UNITS,
        "people": LEARNERS,
    }
    filters: ClassVar[tuple[str, ...]] = ("category", "state")
    few: ClassVar[bool] = True
    states: ClassVar[Mapping[str, str]] = COURSE_STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("open", "发布", ("draft",), "open", rules.EDIT, tone="primary"),
        Step("close", "结束", ("open",), "closed", rules.EDIT),
    )

    def __init__(self, office: Office, telling: Telling) -> None:
        super().__init__(office)
        self._telling = telling

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the title."""
        return CourseRow.title.contains(text, autoescape=True)

    async def values(
        self, session: AsyncSession, body: CourseFields, row: CourseRow | None, organisation: str
    ) -> dict[str, Any]:
        """Of open materials, for somebody. Invalid, Conflict."""
        faults = Faults()
        with faults.gathered():
            check_chosen(body)
        ids = set(body.materials)
        there = (
            select(func.count()).select_from(MaterialRow).where(MaterialRow.id.in_(ids), MaterialRow.state == "open")
        )
        if await session.scalar(there) != len(ids):
            faults.found(Invalid("materials", "有学习资料没有上架，请先上架", "materials"))
        if await self.taken(session, row, CourseRow.title == body.title, CourseRow.organisation == organisation):
            faults.found(Conflict("taken", "已有同名的培训课程", "title"))
        values = await super().values(session, body, row, organisation)
        kept = ("organisations", "roles", "people")
        if row is not None and row.state != "draft" and any(values[key] != getattr(row, key) for key in kept):
            faults.found(Conflict("announced", "已发布，不能修改参加人员"))
        faults.refuse()
        return values if row is not None else {**values, "state": "draft"}

    async def follow(self, session: AsyncSession, row: CourseRow) -> None:
        """Who takes it has its term."""
        late = update(EnrolmentRow).where(EnrolmentRow.course == row.id, EnrolmentRow.state == "learning")
        await session.execute(late.values(due_at=row.due_at))

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: CourseRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """Publishing enrols its people. Conflict when there are none."""
        if step.name == "open":
            now = self.office.clock.wall()
            if row.due_at is not None and row.due_at <= now:
                raise Conflict("over", "完成期限已过，请先修改期限")
            found = await participants(session, visitor, row)
            if not found:
                raise Conflict("nobody", "没有符合条件的参加人员")
            rows = [
                {
                    "id": new_id(), "course": row.id, "person": one.id, "state": "learning", "due_at": row.due_at,
                    "created_by": visitor.person, "created_at": now, "updated_at": now, "version": 1,
                    "organisation": one.organisation, "region": one.region,
                }
                for one in found
            ]  # fmt: skip
            await session.execute(insert(EnrolmentRow), rows)
            await self._telling.course(session, row.id, row.title, row.due_at, [one.id for one in found])
        return {}

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[CourseRow], views: Sequence[CourseView]
    ) -> None:
        """With its roles' titles, and how many take it and have finished."""
        await super().complete(session, visitor, rows, views)
        if not rows:
            return
        titles = await role_titles(session)
        done = func.sum(case((EnrolmentRow.state == "done", 1), else_=0))
        wanted = select(EnrolmentRow.course, func.count(), done).group_by(EnrolmentRow.course)
        counted = await session.execute(wanted.where(EnrolmentRow.course.in_([row.id for row in rows])))
        counts = {course: (taking, int(finished)) for course, taking, finished in counted.tuples()}
        for view in views:
            view.titles["roles"] = "、".join(titles.get(one, one) for one in view.roles)
            view.taking, view.finished = counts.get(view.id, (0, 0))

    async def check_removed(self, session: AsyncSession, row: CourseRow) -> None:
        """Not while people take it. Conflict."""
        if row.state == "open":
            raise Conflict("open", "正在进行，请先结束")


class Enrolments(Records[EnrolmentRow, NotFilled, EnrolmentView, EnrolmentQuery]):
    """Who takes which course, for who keeps courses."""

    table, fields, view, query = EnrolmentRow, NotFilled, EnrolmentView, EnrolmentQuery
    kind: ClassVar[str] = "training_enrolment"
    title: ClassVar[str] = "课程学员"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=("person",))
    refs: ClassVar[Mapping[str, Reference]] = {
        "course": RecordReference(Courses, f"{COURSES}/choices", "title"), "person": LEARNERS,
    }  # fmt: skip
    filters: ClassVar[tuple[str, ...]] = ("course", "person", "state")

    async def values(
        self, session: AsyncSession, body: NotFilled, row: EnrolmentRow | None, organisation: str
    ) -> dict[str, Any]:
        """Always Invalid: publishing a course enrols."""
        raise Invalid("not_by_hand", "学员由课程发布时生成，不能手工新增或修改")

    def offered(self, row: EnrolmentRow, writes: bool) -> list[str]:
        """Nothing."""
        return []


def is_late(due_at: datetime | None, done_at: datetime | None, now: datetime) -> bool:
    """Whether a course was not finished in time."""
    return due_at is not None and (done_at or now) > due_at
