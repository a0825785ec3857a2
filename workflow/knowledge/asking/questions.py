"""Questions (知识提问, D9 and D10): asked at the desk, answered by the department, made an article in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.citing.part import Citations
from cti.office.citing.service import Citing
from cti.office.identity.directory import load_organisations
from cti.office.numbering import Numbered
from cti.office.parts import Files
from cti.office.processes.case import ActionTaken, Actor, CaseEnded, Moved, StepEntered
from cti.office.processes.records import CaseRecords
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.references import Reference
from cti.office.sharing.rule import Way
from cti.office.tree.service import TreeReference
from workflow.knowledge import rules
from workflow.knowledge.asking.models import QuestionRow
from workflow.knowledge.asking.views import QuestionFields, QuestionQuery, QuestionView
from workflow.knowledge.categories import CATEGORIES, UNITS, Categories
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.rules import Belongs
from workflow.knowledge.service import Articles
from workflow.knowledge.telling import Telling
from workflow.knowledge.views import ArticleFields

QUESTION = "knowledge_question"
BEFORE: Mapping[str, Any] = {
    "case": "", "step": "", "stage": "", "holder": "", "due_at": None, "overdue": False, "answer": "",
    "answered_by": "", "answered_at": None, "reason": "", "article": "",
}  # fmt: skip
"""What nobody fills in with a new question."""


class Questions(CaseRecords[QuestionRow, QuestionFields, QuestionView, QuestionQuery]):
    """Questions as cases of their process; nobody edits one that was asked."""

    table, fields, view, query = QuestionRow, QuestionFields, QuestionView, QuestionQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = QUESTION
    title: ClassVar[str] = "知识提问"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.ASK
    export_permission: ClassVar[str] = rules.EXPORT
    process: ClassVar[str] = QUESTION
    usual: ClassVar[tuple[str, ...]] = ("answer", "assign")
    grave: ClassVar[tuple[str, ...]] = ("close", "refuse", "withdraw")
    refs: ClassVar[Mapping[str, Reference]] = {
        "category": TreeReference(Categories, CATEGORIES), "unit": UNITS, "holder": UNITS,
    }  # fmt: skip
    tallied: ClassVar[tuple[str, ...]] = ("stage", "holder")
    filters: ClassVar[tuple[str, ...]] = ("stage", "overdue", "category", "holder")
    searched: ClassVar[tuple[str, ...]] = ("title", "content", "answer")
    numbered: ClassVar[Numbered | None] = Numbered("number", "T{region}{day}{serial:04}")
    parts: ClassVar = (Files(), Citations())
    screen: ClassVar[str] = "knowledge_questions"

    def __init__(self, office: Office, cases: Cases, articles: Articles, citing: Citing, telling: Telling) -> None:
        super().__init__(office, cases)
        self._articles, self._citing, self._telling = articles, citing, telling

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """Who asked, whose turn it is to answer, and the knowledge desks of the place where it was asked."""
        if not visitor.may(permission):
            return []
        found: list[Way] = [[QuestionRow.created_by == visitor.person]] if visitor.person else []
        if writing:
            return found
        if visitor.may(rules.ANSWER):
            found.append([*visitor.reach(rules.ANSWER).limits(Belongs.of(QuestionRow.holder, QuestionRow.region))])
        if visitor.may(rules.MANAGE):
            found.append([*visitor.reach(rules.MANAGE).limits(QuestionRow)])
        return found

    def limits(self, visitor: Visitor, query: QuestionQuery) -> list[ColumnElement[bool]]:
        """One's own questions are found whatever one may see."""
        found = super().limits(visitor, query)
        return [*found, QuestionRow.created_by == visitor.person] if query.mine else found

    async def values(
        self, session: AsyncSession, body: QuestionFields, row: QuestionRow | None, organisation: str
    ) -> dict[str, Any]:
        """A unit that there is; what was asked stays as it is."""
        if row is not None:
            raise Conflict("asked", "提问已发出，不能修改，可以撤回后重新提问")
        known = await load_organisations(session)
        if body.unit and (body.unit not in known or known[body.unit].closed):
            raise Invalid("no_unit", "没有这个单位，或已撤销", "unit")
        return {**BEFORE, **body.model_dump(include=set(QuestionFields.model_fields))}

    async def complete(self, session: AsyncSession, visitor: Visitor, rows: Any, views: Any) -> None:
        """Whether it came up in a call, and what article it became, in words by which they are opened."""
        await super().complete(session, visitor, rows, views)
        made = [row.article for row in rows if row.article]
        named = await session.execute(select(ArticleRow.id, ArticleRow.number).where(ArticleRow.id.in_(made)))
        numbers = dict(named.tuples().all())
        for row, view in zip(rows, views, strict=True):
            if row.call:
                view.titles["call"] = "通话中提出"
            if row.article in numbers:
                view.titles["article"] = numbers[row.article]

    def offered(self, row: QuestionRow, writes: bool) -> list[str]:
        """What the process offers, and an article made of an answer."""
        return ["to_article"] if row.stage == "answered" and not row.article else []

    async def check_removed(self, session: AsyncSession, row: QuestionRow) -> None:
        """It is withdrawn by its process."""
        raise Conflict("asked", "提问不能删除，可以撤回")

    # ── the case ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def facts(self, session: AsyncSession, id: str) -> Mapping[str, Any]:
        """What the process reads of a question."""
        row = await session.get_one(QuestionRow, id)
        return {"number": row.number, "unit": row.unit, "urgent": row.urgent, "asker": row.created_by}

    async def hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        """The row follows its case; whose turn it is and who asked are told."""
        root = moved.cases[moved.root]
        step = self.cases.step_of(root)
        running = [one for one in moved.limits if one.state == "running"]
        said = {key: str(root.values.get(key) or "") for key in ("answer", "answered_by", "reason")}
        values: dict[str, Any] = {
            **said, "case": root.id, "step": step.title, "stage": step.stage or root.step, "holder": root.holder,
            "due_at": min((one.due_at for one in running), default=None), "updated_at": self.office.clock.wall(),
            "overdue": any(one.missed for one in moved.limits),
        }  # fmt: skip
        if any(isinstance(one, CaseEnded) for one in moved.events) and root.outcome == "answered":
            values["answered_at"] = self.office.clock.wall()
        await session.execute(update(QuestionRow).where(QuestionRow.id == moved.record).values(values))
        row = await session.get_one(QuestionRow, moved.record, populate_existing=True)
        await self.indexed(session, row)
        acts = [one.action for one in moved.events if isinstance(one, ActionTaken)]
        if root.outcome and moved.events and any(isinstance(one, CaseEnded) for one in moved.events):
            if "withdraw" not in acts:
                await self._telling.asker(session, row, root.outcome == "answered", actor.name)
        elif any(isinstance(one, StepEntered) for one in moved.events):
            await self._telling.question(session, row, actor.name)

    async def acted(
        self, session: AsyncSession, visitor: Visitor, row: QuestionRow, action: str, form: Mapping[str, Any]
    ) -> None:
        """An answer cites what it rests on, kept as it reads now."""
        await super().acted(session, visitor, row, action, form)
        if action == "answer" and (values := form.get("citations")):
            await self._citing.cite(session, visitor, self.kind, row.id, [str(one) for one in values])

    async def to_article(self, visitor: Visitor, id: str) -> QuestionView:
        """A draft with the question and its answer, once; it goes the way of all articles. Conflict."""
        visitor.need(rules.WRITE)
        async with self.changing() as session:
            row = await self.row(session, visitor, id)
            await session.refresh(row, with_for_update=True)
            if row.stage != "answered" or row.article:
                raise Conflict("not_answered", "还没有回答，或已形成知识")
            fields = ArticleFields(
                type="knowledge_question",
                title=row.title,
                category=row.category,
                unit=row.holder,
                questions=[row.title],
            )
            made = await self._articles.insert(session, visitor, fields)
            details = {"question": row.content or row.title, "answer": row.answer}
            made.details, made.source = details, f"知识提问 {row.number}"
            row.article = made.id
            await session.flush()
            await self.audit(session, visitor, "to_article", id, after={"article": made.id})
            await self._articles.audit(session, visitor, "added", made.id, after=self._articles.told(made))
        self.cases.done()
        await self.changed([id])
        return await self.get(visitor, id)
