"""Routes of papers, exams, sittings, marks and appeals."""

from __future__ import annotations

from collections.abc import Sequence

import pydantic
from aiohttp import web
from sqlalchemy import select

from cti.base.http.routes import Exchange, Page, Paged, Query, Route
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.records.routes import without_changes
from cti.office.screens import Choice
from workflow.training.bank.api import MOST_CHOICES, ChoiceQuery
from workflow.training.bank.questions import Questions
from workflow.training.exams.appeals import APPEALS, Appeals
from workflow.training.exams.essay_marking import Essay, EssayMarking, Given, ToMark
from workflow.training.exams.exams import Exams
from workflow.training.exams.models import ExamRow
from workflow.training.exams.papers import Papers
from workflow.training.exams.results import Results
from workflow.training.exams.sitting import Sitting
from workflow.training.exams.sitting_views import Appealed, Left, MyExam, Noted, ResultPage, Said, Saved, SittingPage
from workflow.training.exams.sittings import SITTINGS, Sittings
from workflow.training.exams.views import EXAMS, PAPERS, ExamView, More, PaperLine
from workflow.training.files import file_answer
from workflow.training.rules import BASE, EDIT, LEARN, MARK, SEE

MINE = f"{BASE}/mine"
ESSAYS = f"{BASE}/essays"


class PurposeQuery(Query):
    """Exams, or practice."""

    purpose: str = pydantic.Field(default="exam", pattern="^(exam|practice)$")


class ExamQuery(Query):
    """Of which exam."""

    exam: str = pydantic.Field(min_length=1, max_length=26)


class NextEssay(pydantic.BaseModel):
    """The next one to mark; None when none waits."""

    essay: Essay | None


class Invited(pydantic.BaseModel):
    """How many were new."""

    words: str


def routes(
    papers: Papers,
    exams: Exams,
    sittings: Sittings,
    sitting: Sitting,
    results: Results,
    essays: EssayMarking,
    appeals: Appeals,
) -> list[Route]:
    """The table."""
    office = exams.office

    async def paper_choices(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        found = await papers.find(visitor, papers.query(search=query.search, size=MOST_CHOICES))
        return [Choice(value=row.id, title=f"{row.title}（{row.count} 题 {row.points:g} 分）") for row in found.items]

    async def by_hand(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        found = await papers.find(visitor, papers.query(search=query.search, size=MOST_CHOICES))
        return [Choice(value=row.id, title=row.title) for row in found.items if row.way == "picked"]

    async def lines(visitor: Visitor, id: str, query: Page) -> Paged[PaperLine]:
        return Paged.cut(await papers.lines(visitor, id), query)

    async def exam_choices(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        found = await exams.find(visitor, exams.query(search=query.search, size=MOST_CHOICES))
        return [Choice(value=row.id, title=row.title) for row in found.items]

    async def appealed(visitor: Visitor, query: ChoiceQuery) -> list[Choice]:
        named = ExamRow.title.contains(query.search, autoescape=True), ExamRow.state == "released"
        wanted = select(ExamRow.id, ExamRow.title).where(*exams.readable(visitor, MARK), *named)
        async with office.store.reading() as session:
            rows = await session.execute(wanted.order_by(ExamRow.updated_at.desc()).limit(MOST_CHOICES))
            return [Choice(value=id, title=title) for id, title in rows.tuples()]

    async def add_people(visitor: Visitor, id: str, body: More) -> Invited:
        added = await exams.add_people(visitor, id, body)
        return Invited(words=f"已补充 {added} 人" if added else "这些人员已在参加人员中")

    async def redraw(visitor: Visitor, id: str) -> ExamView:
        return await exams.redraw(visitor, id)

    # ── who sits ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def mine(visitor: Visitor, query: PurposeQuery) -> list[MyExam]:
        return await results.mine(visitor, query.purpose)

    async def begin(visitor: Visitor, exam: str) -> SittingPage:
        return await sitting.begin(visitor, exam)

    async def page(visitor: Visitor, id: str) -> SittingPage:
        return await sitting.page(visitor, id)

    async def save(visitor: Visitor, id: str, place: str, body: Said) -> Saved:
        return await sitting.save(visitor, id, _number(place), body.said)

    async def left(visitor: Visitor, id: str, body: Left) -> Noted:
        return await sitting.left(visitor, id, body)

    async def submit(visitor: Visitor, id: str) -> None:
        await sitting.submit(visitor, id)

    async def own_result(visitor: Visitor, id: str) -> ResultPage:
        return await results.of_own(visitor, id)

    async def result(visitor: Visitor, id: str) -> ResultPage:
        return await results.of_any(visitor, id)

    async def appeal(visitor: Visitor, id: str, body: Appealed) -> None:
        await appeals.appeal(visitor, id, body)

    async def file(visitor: Visitor, id: str, file: str, exchange: Exchange) -> web.StreamResponse:
        async with office.store.reading() as session:
            question = await results.question_with(session, visitor, id, file)
        return await file_answer(office, exchange, Questions.kind, question, file)

    # ── who marks ────────────────────────────────────────────────────────────────────────────────────────────────

    async def to_mark(visitor: Visitor) -> Sequence[ToMark]:
        return await essays.waiting(visitor)

    async def next_essay(visitor: Visitor, query: ExamQuery) -> NextEssay:
        return NextEssay(essay=await essays.next(visitor, query.exam))

    async def mark(visitor: Visitor, id: str, place: str, body: Given) -> None:
        await essays.give(visitor, id, _number(place), body)

    own = f"{MINE}/sittings/{{id}}"
    return [
        Route("GET", f"{PAPERS}/choices", paper_choices, SEE, "可选的试卷"),
        Route("GET", f"{PAPERS}/by_hand", by_hand, SEE, "可加入题目的试卷"),
        Route("GET", f"{PAPERS}/{{id}}/lines", lines, SEE, "试卷的题目"),
        Route("GET", f"{EXAMS}/choices", exam_choices, SEE, "可选的考试"),
        Route("GET", f"{APPEALS}/exams", appealed, MARK, "有成绩可以申诉的考试"),
        Route("POST", f"{EXAMS}/{{id}}/people", add_people, EDIT, "补充参加人员"),
        Route("POST", f"{EXAMS}/{{id}}/redraw", redraw, EDIT, "更新试题"),
        Route("GET", f"{MINE}/exams", mine, LEARN, "我的考试和练习"),
        Route("POST", f"{MINE}/exams/{{exam}}/begin", begin, LEARN, "开始或继续答题"),
        Route("GET", own, page, LEARN, "正在作答的答卷"),
        Route("PUT", f"{own}/answers/{{place}}", save, LEARN, "保存作答"),
        Route("POST", f"{own}/left", left, LEARN, "记录离开答题页面"),
        Route("POST", f"{own}/submit", submit, LEARN, "交卷"),
        Route("GET", f"{own}/result", own_result, LEARN, "我的成绩"),
        Route("POST", f"{own}/appeal", appeal, LEARN, "提出成绩申诉"),
        Route("GET", f"{own}/files/{{file}}", file, LEARN, "题目中的图片和声音"),
        Route("GET", f"{SITTINGS}/{{id}}/result", result, SEE, "答卷的成绩"),
        Route("GET", ESSAYS, to_mark, MARK, "待阅卷的考试"),
        Route("GET", f"{ESSAYS}/next", next_essay, MARK, "下一份待评的作答"),
        Route("POST", f"{ESSAYS}/{{id}}/{{place}}", mark, MARK, "评分"),
        *record_routes(papers, PAPERS, imports=False),
        *record_routes(exams, EXAMS, imports=False),
        *without_changes(record_routes(sittings, SITTINGS, imports=False), SITTINGS),
        *without_changes(record_routes(appeals, APPEALS, imports=False), APPEALS),
    ]


def _number(place: str) -> int:
    """A place in a path. NotFound for what is none."""
    if not place.isascii() or not place.isdecimal() or len(place) > 4:
        raise NotFound("no_question", "没有这道题")
    return int(place)
