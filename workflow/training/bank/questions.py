"""The question bank (在线题库): questions by hand and by Excel, with pictures and sound, and their editions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Faults
from cti.office.bulk.acts import BulkAct
from cti.office.files.service import Files as FileService
from cti.office.parts import Files
from cti.office.records import Office, Records
from cti.office.records.parts import RecordPart
from cti.office.references import Reference
from cti.office.sharing import Shared
from cti.office.tree.service import TreeReference
from cti.store.upsert import insert_or_leave
from workflow.training import rules
from workflow.training.bank import answers
from workflow.training.bank.categories import CATEGORIES, Categories
from workflow.training.bank.editions import Content, QuestionFile
from workflow.training.bank.models import EditionRow, QuestionRow
from workflow.training.bank.views import QuestionFields, QuestionQuery, QuestionView
from workflow.training.rules import OPTIONS

QUESTIONS = f"{rules.BASE}/questions"
CATEGORY = TreeReference(Categories, f"{CATEGORIES}/tree")


class Questions(Records[QuestionRow, QuestionFields, QuestionView, QuestionQuery]):
    """The service. A county has its own questions and uses the city's."""

    table, fields, view, query = QuestionRow, QuestionFields, QuestionView, QuestionQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "training_question"
    title: ClassVar[str] = "题目"
    screen: ClassVar[str] = "training_questions"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.EDIT
    export_permission: ClassVar[str] = rules.EXPORT
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    refs: ClassVar[Mapping[str, Reference]] = {"category": CATEGORY}
    filters: ClassVar[tuple[str, ...]] = ("category", "kind", "stars", "used_for")
    tallied: ClassVar[tuple[str, ...]] = ("kind",)
    searched: ClassVar[tuple[str, ...]] = (
        "text", "option_a", "option_b", "option_c", "option_d", "option_e", "option_f", "explanation", "keywords",
    )  # fmt: skip
    parts: ClassVar[tuple[RecordPart, ...]] = (Files(),)

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.more_acts: list[BulkAct] = []
        """What else can be done with many questions: papers take them in."""

    def bulk_acts(self) -> tuple[BulkAct, ...]:
        """With those of papers."""
        return (*self.more_acts, *super().bulk_acts())

    async def values(
        self, session: AsyncSession, body: QuestionFields, row: QuestionRow | None, organisation: str
    ) -> dict[str, Any]:
        """With an answer that its options have; each question once in an organisation's bank. Invalid, Conflict."""
        faults, values = Faults(), await super().values(session, body, row, organisation)
        options = {one: values[f"option_{one.lower()}"] for one in OPTIONS}
        values |= {f"option_{one.lower()}": "" for one in OPTIONS} if body.kind in ("judge", "essay") else {}
        with faults.gathered():
            options = answers.filled(options, body.kind)
            values["answer"] = answers.checked(body.kind, body.answer, options)
        values["content"] = sha256(f"{body.kind} {body.text} {sorted(options.values())}".encode()).hexdigest()
        same = QuestionRow.content == values["content"], QuestionRow.organisation == organisation
        if await self.taken(session, row, *same):
            faults.found(Conflict("taken", "题库中已有这道题", "text"))
        faults.refuse()
        return values

    def name_of(self, view: QuestionView) -> str:
        """The beginning of its text."""
        return view.text[:40]

    async def check_restored(self, session: AsyncSession, row: QuestionRow) -> None:
        """Not beside its like. Conflict."""
        same = QuestionRow.content == row.content, QuestionRow.organisation == row.organisation
        if await self.taken(session, row, *same):
            raise Conflict("taken", "题库中已有这道题")

    # ── editions ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def editions_of(self, session: AsyncSession, ids: Iterable[str]) -> dict[str, str]:
        """The editions that questions have now, by their ids; made where nobody sat them yet. A writing session.

        Those that were removed are left out.
        """
        wanted = select(QuestionRow).where(QuestionRow.id.in_(sorted(set(ids))), QuestionRow.removed_at.is_(None))
        rows = (await session.scalars(wanted)).all()
        files = await self._sounds(session, rows)
        now, contents = self.office.clock.wall(), {row.id: Content.of(row, files.get(row.id, [])) for row in rows}
        made = [
            {"id": new_id(), "question": id, "digest": one.digest, "made_at": now, "content": one.kept()}
            for id, one in contents.items()
        ]
        if made:
            await session.execute(insert_or_leave(EditionRow, "question", "digest"), made)
        known = select(EditionRow.question, EditionRow.digest, EditionRow.id).where(
            EditionRow.question.in_(list(contents))
        )
        found = (await session.execute(known)).tuples()
        return {question: id for question, digest, id in found if contents[question].digest == digest}

    async def _sounds(self, session: AsyncSession, rows: Sequence[QuestionRow]) -> dict[str, list[QuestionFile]]:
        """The files of questions that have some."""
        files = self.office.need(FileService)
        counts = await files.counts(session, self.kind, [row.id for row in rows])
        with_some = [id for id, count in counts.items() if count]
        return {
            id: [QuestionFile(one.id, one.type) for one in await files.of(session, self.kind, id)] for id in with_some
        }
