"""Corrections (知识纠错, D11 and D12): something wrong in an article, reviewed, mended, and thanked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.numbering import Numbered
from cti.office.numbering.service import Taken
from cti.office.parts import Files
from cti.office.processes.case import ActionTaken, Actor, Moved
from cti.office.processes.records import CaseRecords
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.references import Reference
from cti.office.sharing.rule import Way
from workflow.knowledge import rules
from workflow.knowledge.asking.models import CorrectionRow
from workflow.knowledge.asking.views import CorrectionFields, CorrectionQuery, CorrectionView, WrongFields
from workflow.knowledge.categories import UNITS
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.published import Published
from workflow.knowledge.publishing import Publishing
from workflow.knowledge.rules import Belongs
from workflow.knowledge.service import NOBODY
from workflow.knowledge.telling import Telling

CORRECTION = "knowledge_correction"
BEFORE: Mapping[str, Any] = {
    "name": "", "edition": 0, "unit": "", "case": "", "step": "", "stage": "", "due_at": None, "reply": "",
    "handled_by": "", "handled_at": None,
}  # fmt: skip
"""What nobody fills in with a new correction."""


class Corrections(CaseRecords[CorrectionRow, CorrectionFields, CorrectionView, CorrectionQuery]):
    """The service. The row belongs to the article's organisation; who reported it is `created_by`."""

    table, fields, view, query = CorrectionRow, CorrectionFields, CorrectionView, CorrectionQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = CORRECTION
    title: ClassVar[str] = "知识纠错"
    filters: ClassVar[tuple[str, ...]] = ("stage", "kind", "unit")
    broad: ClassVar[tuple[str, ...]] = ("kind",)
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.SEE
    export_permission: ClassVar[str] = rules.EXPORT
    process: ClassVar[str] = CORRECTION
    usual: ClassVar[tuple[str, ...]] = ("accept", "done")
    grave: ClassVar[tuple[str, ...]] = ("reject",)
    refs: ClassVar[Mapping[str, Reference]] = {"unit": UNITS}
    tallied: ClassVar[tuple[str, ...]] = ("stage", "kind")
    searched: ClassVar[tuple[str, ...]] = ("name", "content", "reply")
    numbered: ClassVar[Numbered | None] = Numbered("number", "J{region}{day}{serial:04}")
    unasked: ClassVar[tuple[str, ...]] = ("article",)
    parts: ClassVar = (Files(),)
    screen: ClassVar[str] = "knowledge_corrections"

    def __init__(
        self, office: Office, cases: Cases, published: Published, publishing: Publishing, telling: Telling
    ) -> None:
        super().__init__(office, cases)
        self._published, self._telling = published, telling
        self.reported: list[Callable[[AsyncSession, CorrectionRow], Awaitable[None]]] = []
        """Hear of each that is made."""
        publishing.shown.append(self._newer)

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """Who reported it, the unit that mends it, and those who review articles there."""
        if not visitor.may(permission):
            return []
        found: list[Way] = [[CorrectionRow.created_by == visitor.person]] if visitor.person else []
        if writing:
            return found
        if visitor.may(rules.WRITE):
            found.append([*visitor.reach(rules.WRITE).limits(Belongs.of(CorrectionRow.unit, CorrectionRow.region))])
        if visitor.may(rules.REVIEW):
            found.append([*visitor.reach(rules.REVIEW).limits(CorrectionRow)])
        return found

    def limits(self, visitor: Visitor, query: CorrectionQuery) -> list[ColumnElement[bool]]:
        """One's own corrections are found whatever one may see."""
        found = super().limits(visitor, query)
        return [*found, CorrectionRow.created_by == visitor.person] if query.mine else found

    async def values(
        self, session: AsyncSession, body: CorrectionFields, row: CorrectionRow | None, organisation: str
    ) -> dict[str, Any]:
        """What was reported stays as it is."""
        if row is not None:
            raise Conflict("reported", "纠错已提交，不能修改")
        return {**BEFORE, **body.model_dump(include=set(CorrectionFields.model_fields))}

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: CorrectionFields) -> CorrectionRow:
        """Of an article that the visitor reads; it belongs to whom the article belongs."""
        try:
            article = await self._published.row(session, visitor, body.article)
        except NotFound:
            raise Invalid("no_article", "没有这条知识，或您不能查阅", "article") from None
        row = await super().drafted(session, visitor, body)
        row.organisation, row.region = article.organisation, article.region
        row.name, row.edition, row.unit = article.title, article.edition, article.unit
        return row

    async def correct(self, visitor: Visitor, article: str, body: WrongFields) -> CorrectionView:
        """Report what is wrong in an article. NotFound for one that he does not read."""
        async with self.office.store.reading() as session:
            await self._published.row(session, visitor, article)
        return await self.create(visitor, CorrectionFields(article=article, **body.model_dump()))

    async def insert(
        self, session: AsyncSession, visitor: Visitor, body: CorrectionFields, number: Taken | None = None
    ) -> CorrectionRow:
        """The reviewers are told."""
        row = await super().insert(session, visitor, body, number)
        await self._telling.correction(session, row, "corrected", visitor.name)
        for listener in self.reported:
            await listener(session, row)
        return row

    async def complete(self, session: AsyncSession, visitor: Visitor, rows: Any, views: Any) -> None:
        """The article by its name: who mends it opens it by that."""
        await super().complete(session, visitor, rows, views)
        for row, view in zip(rows, views, strict=True):
            view.titles["article"] = row.name

    def offered(self, row: CorrectionRow, writes: bool) -> list[str]:
        """What the process offers, and no more."""
        return []

    async def check_removed(self, session: AsyncSession, row: CorrectionRow) -> None:
        """It is answered by its process."""
        raise Conflict("reported", "纠错不能删除")

    # ── the case ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def facts(self, session: AsyncSession, id: str) -> Mapping[str, Any]:
        """What the process reads of a correction; `newer` says that a later edition was approved."""
        row = await session.get_one(CorrectionRow, id)
        now = await session.scalar(select(ArticleRow.edition).where(ArticleRow.id == row.article)) or 0
        return {"number": row.number, "unit": row.unit, "edition": row.edition, "newer": now > row.edition}

    async def hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        """The row follows its case; who mends it is told, and who reported it is thanked."""
        root = moved.cases[moved.root]
        step = self.cases.step_of(root)
        running = [one.due_at for one in moved.limits if one.state == "running"]
        now = self.office.clock.wall()
        values: dict[str, Any] = {
            "case": root.id, "step": step.title, "stage": step.stage or root.step, "updated_at": now,
            "due_at": min(running, default=None), "reply": str(root.values.get("reply") or ""),
            "handled_by": str(root.values.get("handled_by") or ""),
        }  # fmt: skip
        acts = [one.action for one in moved.events if isinstance(one, ActionTaken)]
        if acts:
            values["handled_at"] = now
        await session.execute(update(CorrectionRow).where(CorrectionRow.id == moved.record).values(values))
        row = await session.get_one(CorrectionRow, moved.record, populate_existing=True)
        await self.indexed(session, row)
        if "accept" in acts:
            await self._telling.correction(session, row, "to_mend", actor.name)
        elif root.outcome:
            await self._telling.reporter(session, row, "thanks" if root.outcome == "mended" else "not_so", actor.name)

    async def _newer(self, session: AsyncSession, article: str, edition: int) -> None:
        """A new edition was published: what was reported of those before it is mended."""
        wanted = select(CorrectionRow.case).where(
            CorrectionRow.article == article, CorrectionRow.stage == "mending", CorrectionRow.edition < edition
        )
        for case in (await session.scalars(wanted)).all():
            await self.cases.act(session, NOBODY, case, "published", {})
