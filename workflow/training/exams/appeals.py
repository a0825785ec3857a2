"""Appeals of a mark (成绩申诉): who sat says why, somebody else decides, the sum follows, all of it stays written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.messages import WithRight
from cti.office.records import Office, RecordQuery, RecordView
from cti.office.records.kinds import RecordReference
from cti.office.records.steps import Step, SteppedRecords
from cti.office.references import PEOPLE, Reference
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.training import rules
from workflow.training.exams.exams import Exams
from workflow.training.exams.marking import Marking
from workflow.training.exams.models import AppealRow, ExamRow, MarkRow
from workflow.training.exams.results import may_appeal
from workflow.training.exams.sitting import Sitting, answers_of
from workflow.training.exams.sitting_rules import MARKED
from workflow.training.exams.sitting_views import Appealed
from workflow.training.exams.sittings import NotFilled
from workflow.training.telling import Telling

APPEALS = f"{rules.BASE}/appeals"
STATES = {"open": "待处理", "upheld": "已改分", "refused": "维持原分"}


class Upheld(Body):
    """The points that the answer is worth after all."""

    points: float = pydantic.Field(ge=0, le=100, title="复核得分")
    reply: str = pydantic.Field(min_length=2, max_length=500, title="处理意见", json_schema_extra=form(kind="long"))


class Refused(Body):
    """Why the mark stays."""

    reply: str = pydantic.Field(min_length=2, max_length=500, title="处理意见", json_schema_extra=form(kind="long"))


class AppealView(RecordView):
    """An appeal."""

    exam: str = pydantic.Field(title="考试", json_schema_extra=form(link="training_exams", width=180))
    person: str = pydantic.Field(title="申诉人")
    place: int = pydantic.Field(title="题号", json_schema_extra=form(width=70))
    question: str = pydantic.Field(title="题干", json_schema_extra=form(kind="long", width=260))
    said: str = pydantic.Field(title="作答", json_schema_extra=form(kind="long", none="未作答"))
    answer: str = pydantic.Field(title="答案", json_schema_extra=form(kind="long"))
    reason: str = pydantic.Field(title="申诉理由", json_schema_extra=form(kind="long", width=220))
    before: float = pydantic.Field(title="原得分", json_schema_extra=form(width=80))
    of: float = pydantic.Field(title="分值", json_schema_extra=form(width=70))
    after: float | None = pydantic.Field(title="复核得分", json_schema_extra=form(none="—", width=90))
    reply: str = pydantic.Field(title="处理意见", json_schema_extra=form(kind="long", none=""))
    decided_by: str = pydantic.Field(title="处理人", json_schema_extra=form(none=""))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(options=STATES, tones={"open": "ring", "upheld": "ready", "refused": "off"}),
    )


class AppealQuery(RecordQuery):
    """Filters of the list."""

    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


class Appeals(SteppedRecords[AppealRow, NotFilled, AppealView, AppealQuery]):
    """The service."""

    table, fields, view, query = AppealRow, NotFilled, AppealView, AppealQuery
    kind: ClassVar[str] = "training_appeal"
    title: ClassVar[str] = "成绩申诉"
    screen: ClassVar[str] = "training_appeals"
    see: ClassVar[str] = rules.MARK
    edit_permission: ClassVar[str] = rules.MARK
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=())
    filters: ClassVar[tuple[str, ...]] = ("exam", "state")
    refs: ClassVar[Mapping[str, Reference]] = {
        "exam": RecordReference(Exams, f"{APPEALS}/exams", "title"), "person": PEOPLE, "decided_by": PEOPLE,
    }  # fmt: skip
    states: ClassVar[Mapping[str, str]] = STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("uphold", "改分", ("open",), "upheld", rules.MARK, body=Upheld, tone="primary"),
        Step("refuse", "维持原分", ("open",), "refused", rules.MARK, body=Refused),
    )

    def __init__(self, office: Office, marking: Marking, telling: Telling) -> None:
        super().__init__(office)
        self._marking, self._telling = marking, telling

    async def values(
        self, session: AsyncSession, body: NotFilled, row: AppealRow | None, organisation: str
    ) -> dict[str, Any]:
        """Always Invalid: who sat appeals, by `appeal`."""
        raise Invalid("not_by_hand", "申诉由考生提出，不能手工新增或修改")

    async def appeal(self, visitor: Visitor, sitting: str, body: Appealed) -> None:
        """Appeal the mark of one's own answer, once. NotFound, Conflict."""
        now = self.office.clock.wall()
        async with self.changing() as session:
            sat = await Sitting.own(session, visitor, sitting)
            exam = await session.get_one(ExamRow, sat.exam)
            mark = await session.get(MarkRow, (sitting, body.place))
            if mark is None:
                raise NotFound("no_question", "没有这道题")
            if sat.state != MARKED or not may_appeal(exam, now):
                raise Conflict("closed", "现在不能申诉：成绩公布后在申诉期内可以提出")
            if await session.scalar(
                select(AppealRow.id).where(AppealRow.sitting == sitting, AppealRow.place == body.place)
            ):
                raise Conflict("appealed", "这道题已经申诉过")
            content = (await self._marking.editions.read(session, [mark.edition]))[mark.edition]
            said = (await answers_of(session, sitting)).get(body.place, "")
            row = AppealRow(
                id=new_id(), exam=exam.id, sitting=sitting, place=body.place, person=visitor.person, said=said,
                question=content.text, answer=content.answer, reason=body.reason, before=mark.points or 0.0, of=mark.of,
                reply="", decided_by="", state="open", organisation=sat.organisation, region=sat.region,
                created_by=visitor.person, created_at=now, updated_at=now,
            )  # fmt: skip
            session.add(row)
            await session.flush()
            await self.audit(session, visitor, "added", row.id, after=self.told(row))
            whom = WithRight(rules.MARK, organisation=exam.organisation)
            await self._telling.to(session, "appealed", whom, exam.title, body.reason, f"/training_appeals/{row.id}")
        await self.changed([row.id])

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: AppealRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """The mark and the sum follow, who appealed hears it. NotAllowed for one's own; Invalid."""
        if row.person == visitor.person:
            raise NotAllowed("own", "不能处理自己的申诉")
        after = row.before
        if isinstance(body, Upheld):
            if body.points > row.of:
                raise Invalid("points", f"该题满分 {row.of:g} 分", "points")
            after = body.points
            await self._marking.set_points(session, row.sitting, row.place, after)
            await self._marking.sum_up(session, row.sitting, self.office.clock.wall())
        exam = await session.get_one(ExamRow, row.exam)
        await self._telling.decided(session, exam.title, row.person, row.place, (row.before, after), body.reply)
        return {"after": after, "reply": body.reply, "decided_by": visitor.person}

    def offered(self, row: AppealRow, writes: bool) -> list[str]:
        """The steps alone: nobody changes or removes what somebody appealed."""
        return [one for one in super().offered(row, writes) if one in {step.name for step in self.steps}]

    async def check_removed(self, session: AsyncSession, row: AppealRow) -> None:
        """Never. Conflict."""
        raise Conflict("kept", "申诉不能删除")
