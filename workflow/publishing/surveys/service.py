"""The service of surveys as the staff sees them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import Office, RecordQuery, RecordView
from cti.office.records.steps import Step, SteppedRecords
from cti.office.screens import form
from cti.office.screens.description import Tone
from cti.office.screens.forms import fields_of
from workflow.publishing.rules import EXPORT, MANAGE, SEE, WRITE
from workflow.publishing.surveys.models import SurveyAnswerRow, SurveyRow, SurveyTallyRow
from workflow.publishing.surveys.questions import KINDS, Question, check_questions

STATES = {"draft": "编制中", "open": "开放", "closed": "已结束"}
STATE_TONES: dict[str, Tone] = {"draft": "break", "open": "ready", "closed": "off"}
AUDIENCES = {"anyone": "不限，匿名填写", "once": "登录后填写，每人一次"}
MOST_QUESTIONS = 100


class SurveyFields(Body):
    """What the staff fills in."""

    title: str = pydantic.Field(min_length=2, max_length=100, title="标题")
    intro: str = pydantic.Field(
        default="", max_length=1000, title="说明",
        json_schema_extra=form(kind="long", help="开头显示：目的、对象、约需多少时间"),
    )  # fmt: skip
    audience: Literal["anyone", "once"] = pydantic.Field(
        default="anyone", title="填写对象", json_schema_extra=form(kind="choice", options=AUDIENCES)
    )
    opens_at: datetime | None = pydantic.Field(
        default=None, title="开始时间", json_schema_extra=form(help="空为发布后立即")
    )
    closes_at: datetime | None = pydantic.Field(
        default=None, title="结束时间", json_schema_extra=form(help="空为直到手工结束")
    )
    questions: list[Question] = pydantic.Field(
        default=[], max_length=MOST_QUESTIONS, title="题目",
        json_schema_extra=form(
            kind="rows", rows=fields_of(Question), help="按顺序提问；“仅当第几题、选了”用于只问选了某项的人"
        ),
    )  # fmt: skip

    @pydantic.model_validator(mode="after")
    def _in_order(self) -> SurveyFields:
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValueError("结束时间应晚于开始时间")
        return self


class SurveyView(RecordView):
    """A survey and how many have answered."""

    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=280))
    intro: str = pydantic.Field(title="说明", json_schema_extra=form(kind="long", none=""))
    audience: str = pydantic.Field(title="填写对象", json_schema_extra=form(kind="choice", options=AUDIENCES))
    questions: list[Question] = pydantic.Field(title="题目")
    opens_at: datetime | None = pydantic.Field(title="开始时间", json_schema_extra=form(none="发布后立即"))
    closes_at: datetime | None = pydantic.Field(title="结束时间", json_schema_extra=form(none="手工结束"))
    state: str = pydantic.Field(
        title="状态", json_schema_extra=form(kind="choice", options=STATES, tones=STATE_TONES, width=90)
    )
    answers: int = pydantic.Field(title="答卷", json_schema_extra=form(width=80))
    address: str = pydantic.Field(default="", title="公开地址", json_schema_extra=form(none=""))


class SurveyQuery(RecordQuery):
    """Filters of the list."""

    state: Literal["draft", "open", "closed"] | None = None


class Count(pydantic.BaseModel):
    """An option and how many chose it; `share` is of those who answered the question."""

    option: str
    times: int
    share: float


class Result(pydantic.BaseModel):
    """A question and what was chosen; a text has its last answers."""

    id: str
    number: int
    title: str
    kind: str
    answered: int
    counts: list[Count]
    mean: float | None = pydantic.Field(description="of a scale")
    texts: list[str]


LAST_TEXTS = 50


class Surveys(SteppedRecords[SurveyRow, SurveyFields, SurveyView, SurveyQuery]):
    """The service. Questions are changed in a draft alone, so that all answers are to the same ones."""

    table, fields, view, query = SurveyRow, SurveyFields, SurveyView, SurveyQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "survey"
    title: ClassVar[str] = "问卷"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = WRITE
    export_permission: ClassVar[str] = EXPORT
    searched: ClassVar[tuple[str, ...]] = ("title", "intro")
    filters: ClassVar[tuple[str, ...]] = ("state",)
    screen: ClassVar[str] = "surveys"
    states = STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("open", "发布", ("draft", "closed"), "open", MANAGE, tone="primary"),
        Step("close", "结束", ("open",), "closed", MANAGE, tone="danger"),
    )

    def __init__(self, office: Office, at: str) -> None:
        super().__init__(office)
        self._at = at

    async def values(
        self, session: AsyncSession, body: SurveyFields, row: SurveyRow | None, organisation: str
    ) -> dict[str, Any]:
        """Once it was published its questions and audience stay. Invalid names the question that is wrong; Conflict."""
        check_questions(body.questions)
        said = body.model_dump(include=set(SurveyFields.model_fields))
        if row is None:
            return {**said, "state": "draft", "answers": 0}
        if row.state != "draft" and (said["questions"], body.audience) != (row.questions, row.audience):
            raise Conflict("published", "问卷已发布过，题目和填写对象不能修改；可复制为新问卷", "questions")
        return said

    def words(self, visitor: Visitor, row: SurveyRow) -> dict[str, Any]:
        """Where the public answers it."""
        return {"address": "" if row.state == "draft" else self._at.format(id=row.id)}

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: SurveyRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """One that is over is not opened. Conflict."""
        now = self.office.clock.wall()
        if step.name == "open" and row.closes_at is not None and row.closes_at <= now:
            raise Conflict("over", "结束时间已过，请先修改结束时间", "closes_at")
        return {}

    async def copied(self, visitor: Visitor, id: str) -> SurveyView:
        """A draft with the same questions. NotFound."""
        one = await self.get(visitor, id)
        said = SurveyFields(
            title=f"{one.title[:94]}（复制）", intro=one.intro, questions=one.questions,
            audience="once" if one.audience == "once" else "anyone",
        )  # fmt: skip
        return await self.create(visitor, said)

    async def results(self, visitor: Visitor, id: str) -> list[Result]:
        """What was answered, question by question. NotFound."""
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            tallies = (await session.scalars(select(SurveyTallyRow).where(SurveyTallyRow.survey == id))).all()
            last = select(SurveyAnswerRow.said).where(SurveyAnswerRow.survey == id)
            said = (await session.scalars(last.order_by(SurveyAnswerRow.at.desc()).limit(LAST_TEXTS))).all()
        times = {(one.question, one.option): one.times for one in tallies}
        questions = [Question.model_validate(one) for one in row.questions]
        return [_result(number, one, times, said) for number, one in enumerate(questions, start=1)]

    async def sheet(self, visitor: Visitor, id: str) -> tuple[str, list[str], list[list[str]]]:
        """All answers as rows: title, headings, cells. NotAllowed, NotFound."""
        visitor.need(self.export_permission)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            wanted = select(SurveyAnswerRow).where(SurveyAnswerRow.survey == id).order_by(SurveyAnswerRow.at)
            answers = (await session.scalars(wanted)).all()
        questions = [Question.model_validate(one) for one in row.questions]
        heading = ["提交时间", "渠道", *(f"{at}. {one.title}" for at, one in enumerate(questions, start=1))]
        cells = [
            [one.at.astimezone().strftime("%Y-%m-%d %H:%M"), one.channel,
             *(_words(one.said.get(str(at), "")) for at in range(1, len(questions) + 1))]
            for one in answers
        ]  # fmt: skip
        async with self.office.store.writing() as session:
            await self.audit(session, visitor, "exported", id, after={"count": len(cells)})
        return row.title, heading, cells


def _words(said: Any) -> str:
    return "、".join(said) if isinstance(said, list) else str(said)


def _result(number: int, one: Question, times: dict[tuple[int, str], int], said: Sequence[dict[str, Any]]) -> Result:
    answered = times.get((number, ""), 0)
    counts = [
        Count(option=option, times=(count := times.get((number, option), 0)), share=count / answered if answered else 0)
        for option in one.choices
    ]
    total = sum(int(part.option) * part.times for part in counts) if one.kind == "scale" else 0
    texts = [str(text) for row in said if (text := row.get(str(number)))] if one.kind == "text" else []
    return Result(
        id=str(number), number=number, title=one.title, kind=KINDS[one.kind], answered=answered, counts=counts,
        mean=round(total / answered, 2) if one.kind == "scale" and answered else None, texts=texts,
    )  # fmt: skip
