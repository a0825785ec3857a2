"""Papers (试卷): which questions one has, by hand or by rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.identity.directory import known_organisations, line_of
from cti.office.records import Office, RecordQuery, Records
from cti.office.sharing import Shared
from cti.office.tree.service import below
from workflow.training import rules
from workflow.training.bank.models import CategoryRow, QuestionRow
from workflow.training.bank.questions import Questions
from workflow.training.exams.drawing import Item, Pool, TooFew, draw
from workflow.training.exams.models import ExamRow, PaperRow
from workflow.training.exams.views import PaperFields, PaperLine, PaperView, Picked, Rule
from workflow.training.rules import KINDS, STARS


class PaperQuery(RecordQuery):
    """Filters of the list; `search` is a part of the title."""


class Papers(Records[PaperRow, PaperFields, PaperView, PaperQuery]):
    """The service. A paper draws from its organisation's questions and from those of all above it."""

    table, fields, view, query = PaperRow, PaperFields, PaperView, PaperQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "training_paper"
    title: ClassVar[str] = "试卷"
    screen: ClassVar[str] = "training_papers"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    few: ClassVar[bool] = True

    def __init__(self, office: Office, questions: Questions) -> None:
        super().__init__(office)
        self.questions = questions

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the title."""
        return PaperRow.title.contains(text, autoescape=True)

    async def values(
        self, session: AsyncSession, body: PaperFields, row: PaperRow | None, organisation: str
    ) -> dict[str, Any]:
        """With questions that are there, each once, and rules that find enough. Invalid, Conflict."""
        faults = Faults()
        picked = [one.model_dump() for one in body.picked] if body.way == "picked" else []
        drawn = [one.model_dump() for one in body.drawn] if body.way == "drawn" else []
        if not picked and not drawn:
            faults.found(Invalid("empty", "请至少添加一行", body.way))
        if await self.taken(session, row, PaperRow.title == body.title, PaperRow.organisation == organisation):
            faults.found(Conflict("taken", "已有同名的试卷", "title"))
        if body.way == "picked":
            await self._check_picked(session, body.picked, organisation, faults)
        else:
            with faults.gathered():
                self._draw_from(await self._pools(session, body.drawn, organisation), 0, "drawn")
        faults.refuse()
        count = len(picked) or sum(one.count for one in body.drawn)
        points = sum(one["points"] for one in picked) or sum(one.count * one.points for one in body.drawn)
        said = {"title": body.title, "way": body.way, "note": body.note}
        return {**said, "picked": picked, "drawn": drawn, "count": count, "points": round(points, 2)}

    async def check_removed(self, session: AsyncSession, row: PaperRow) -> None:
        """Not while an exam that goes on draws from it. Conflict."""
        using = select(ExamRow.title).where(
            ExamRow.paper == row.id, ExamRow.state.in_(("draft", "open")), ExamRow.removed_at.is_(None)
        )
        if (title := await session.scalar(using.limit(1))) is not None:
            raise Conflict("in_use", f"“{title}”正在使用该试卷")

    # ── which questions ──────────────────────────────────────────────────────────────────────────────────────────

    async def draw(self, session: AsyncSession, paper: PaperRow, seed: object) -> list[Item]:
        """The questions of a paper with their points. Conflict when the bank has too few by now."""
        if paper.way == "picked":
            return [(str(one["question"]), float(one["points"])) for one in paper.picked]
        drawn = [Rule.model_validate(one) for one in paper.drawn]
        return self._draw_from(await self._pools(session, drawn, paper.organisation), seed)

    @staticmethod
    def _draw_from(pools: Sequence[Pool], seed: object, field: str | None = None) -> list[Item]:
        try:
            return draw(pools, seed)
        except TooFew as few:
            words = f"“{few.title}”要抽 {few.wanted} 题，题库中只有 {few.left} 题可用"
            raise (Invalid("too_few", words, field) if field else Conflict("too_few", words)) from None

    async def _usable(self, session: AsyncSession, organisation: str) -> list[ColumnElement[bool]]:
        line = line_of(await known_organisations(session), organisation)
        return [QuestionRow.organisation.in_(sorted(line)), QuestionRow.removed_at.is_(None)]

    async def _limits(self, session: AsyncSession, rule: Rule, organisation: str) -> list[ColumnElement[bool]]:
        """The questions that a rule may draw."""
        found = [*await self._usable(session, organisation), QuestionRow.kind == rule.kind]
        if rule.category:
            node = CategoryRow
            inside = select(node.id).where(or_(node.id == rule.category, below(node, rule.category)))
            found.append(QuestionRow.category.in_(inside))
        if rule.stars:
            found.append(QuestionRow.stars == int(rule.stars))
        return found

    async def _pools(self, session: AsyncSession, drawn: Sequence[Rule], organisation: str) -> list[Pool]:
        titles = await self._titles(session, drawn)
        found = []
        for rule in drawn:
            ids = await session.scalars(select(QuestionRow.id).where(*await self._limits(session, rule, organisation)))
            found.append(Pool(_words(rule, titles), list(ids), rule.count, rule.points))
        return found

    @staticmethod
    async def _titles(session: AsyncSession, drawn: Sequence[Rule]) -> dict[str, str]:
        ids = {one.category for one in drawn if one.category}
        wanted = select(CategoryRow.id, CategoryRow.path).where(CategoryRow.id.in_(ids))
        return dict((await session.execute(wanted)).tuples().all()) if ids else {}

    async def _check_picked(
        self, session: AsyncSession, picked: Sequence[Picked], organisation: str, faults: Faults
    ) -> None:
        ids = [one.question for one in picked]
        if len(set(ids)) < len(ids):
            faults.found(Invalid("twice", "有题目选了两次", "picked"))
        wanted = select(func.count()).select_from(QuestionRow)
        usable = await self._usable(session, organisation)
        if await session.scalar(wanted.where(QuestionRow.id.in_(set(ids)), *usable)) != len(set(ids)):
            faults.found(Invalid("no_question", "有题目已删除，或不属于本机构及上级的题库", "picked"))

    async def add_question(self, visitor: Visitor, paper: str, question: str, points: float) -> bool:
        """Put a question at the end of a paper that was made by hand; False when it has it. Conflict, NotFound."""

        def changed(picked: list[dict[str, Any]]) -> list[dict[str, Any]]:
            is_there = any(one["question"] == question for one in picked)
            return picked if is_there else [*picked, {"question": question, "points": points}]

        return await self._repicked(visitor, paper, changed)

    async def drop_question(self, visitor: Visitor, paper: str, question: str) -> bool:
        """Take a question out of it again; False when it has it not. Conflict, NotFound."""
        return await self._repicked(
            visitor, paper, lambda picked: [one for one in picked if one["question"] != question]
        )

    async def _repicked(
        self, visitor: Visitor, paper: str, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
    ) -> bool:
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, paper, lock=True)
            if row.way != "picked" or row.removed_at is not None:
                raise Conflict("not_by_hand", "只能加入手动选题的试卷")
            before, picked = self.told(row), change(row.picked)
            if len(picked) == len(row.picked):
                return False
            points = round(sum(one["points"] for one in picked), 2)
            values = {"picked": picked, "count": len(picked), "points": points}
            await self.apply(session, visitor, row, row.version, values)
            await self.audit(session, visitor, "edited", paper, before, self.told(row))
        await self.changed([paper])
        return True

    async def lines(self, visitor: Visitor, id: str) -> list[PaperLine]:
        """What a paper has, in its order. NotFound."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            if row.way == "drawn":
                drawn = [Rule.model_validate(one) for one in row.drawn]
                pools = await self._pools(session, drawn, row.organisation)
                return [
                    PaperLine(
                        id=str(at), place=at, what=pool.title, kind=rule.kind, stars=STARS.get(rule.stars, "不限"),
                        count=rule.count, available=len(pool.questions), points=rule.points,
                    )
                    for at, (rule, pool) in enumerate(zip(drawn, pools, strict=True), 1)
                ]  # fmt: skip
            wanted = select(QuestionRow).where(QuestionRow.id.in_([one["question"] for one in row.picked]))
            by_id = {one.id: one for one in await session.scalars(wanted)}
        return [
            PaperLine(
                id=one.id, place=at, what=one.text, kind=one.kind, stars=STARS[str(one.stars)], count=1,
                available=0 if one.removed_at is not None else 1, points=said["points"],
            )
            for at, said in enumerate(row.picked, 1)
            if (one := by_id.get(said["question"])) is not None
        ]  # fmt: skip


def _words(rule: Rule, titles: dict[str, str]) -> str:
    category = titles.get(rule.category, "全部类别")
    return f"{category} {KINDS[rule.kind]}{f' {STARS[rule.stars]}' if rule.stars else ''}"
