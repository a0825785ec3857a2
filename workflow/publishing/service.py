"""The service of publications as their editors see them: drafts, and their way to the public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.files.service import Files as FileService
from cti.office.numbering import Numbered
from cti.office.parts import Comments, Files, Followers, Links
from cti.office.processes.case import ActionTaken, Actor, Case, Moved
from cti.office.processes.records import CaseRecords
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.references import PEOPLE, Reference
from workflow.publishing import rules
from workflow.publishing.checking import doubts_of, summed
from workflow.publishing.models import PublicationRow
from workflow.publishing.showing import Showing, texts_of
from workflow.publishing.telling import Telling
from workflow.publishing.views import Doubt, PublicationFields, PublicationQuery, PublicationView

BEFORE: Mapping[str, Any] = {
    "ticket": "", "source": "", "checked": "", "checked_by": "", "case": "", "step": "", "stage": "", "opinion": "",
    "state": "none", "edition": 0, "published_at": None, "withdrawn_at": None,
}  # fmt: skip
"""What nobody fills in with a new publication."""
NOBODY = Visitor("", "", "", None, "", "")
"""The house acts by it when time is over."""


class Publications(CaseRecords[PublicationRow, PublicationFields, PublicationView, PublicationQuery]):
    """Publications as cases of their process; only a draft is edited."""

    table, fields, view, query = PublicationRow, PublicationFields, PublicationView, PublicationQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = rules.KIND
    title: ClassVar[str] = "信息"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.WRITE
    export_permission: ClassVar[str] = rules.EXPORT
    tallied: ClassVar[tuple[str, ...]] = ("section", "stage", "state")
    filters: ClassVar[tuple[str, ...]] = ("section", "stage", "state")
    refs: ClassVar[Mapping[str, Reference]] = {"checked_by": PEOPLE}
    searched: ClassVar[tuple[str, ...]] = ("title", "summary", "body")
    numbered: ClassVar[Numbered | None] = Numbered("number", "F{region}{day}{serial:04}")
    parts: ClassVar = (Files(), Comments(), Followers(), Links())
    screen: ClassVar[str] = "publications"
    process: ClassVar[str] = "publication"
    usual: ClassVar[tuple[str, ...]] = ("submit", "approve")
    grave: ClassVar[tuple[str, ...]] = ("withdraw",)

    def __init__(self, office: Office, cases: Cases, showing: Showing, telling: Telling) -> None:
        super().__init__(office, cases)
        self._showing, self._telling = showing, telling
        showing.end = self._end

    def limits(self, visitor: Visitor, query: PublicationQuery) -> list[ColumnElement[bool]]:
        """Also one's own."""
        found = super().limits(visitor, query)
        return [*found, PublicationRow.created_by == visitor.person] if query.mine else found

    # ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def values(
        self, session: AsyncSession, body: PublicationFields, row: PublicationRow | None, organisation: str
    ) -> dict[str, Any]:
        """Written only while it is a draft. Conflict."""
        if row is not None and row.stage != "draft":
            raise Conflict("not_draft", "信息不在采编环节，请先选择“修改内容”")
        said = body.model_dump(include=set(PublicationFields.model_fields))
        return {**BEFORE, **said} if row is None else said

    async def begun(self, visitor: Visitor, body: PublicationFields, ticket: str, source: str) -> PublicationView:
        """A draft of what stands elsewhere, such as a ticket."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.insert(session, visitor, body)
            row.ticket, row.source = ticket, source
            await session.flush()
            await self.audit(session, visitor, "added", row.id, after=self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        self.cases.done()
        await self.changed([row.id])
        return found

    async def check_removed(self, session: AsyncSession, row: PublicationRow) -> None:
        """What was public once stays: it is withdrawn, not removed."""
        if row.edition:
            raise Conflict("approved", "已审核过的信息不能删除，请撤下")

    def offered(self, row: PublicationRow, writes: bool) -> list[str]:
        """A draft can be written, and removed while it was never approved; a case's is checked for personal data."""
        usual = super().offered(row, writes)
        if row.stage != "draft":
            return [one for one in usual if one not in ("edit", "remove")]
        kept = [one for one in usual if one != "remove" or not row.edition]
        unchecked = row.section == "case" and row.checked != summed(row)
        return [*kept, *(["check"] if writes and unchecked and row.removed_at is None else [])]

    # ── personal data ────────────────────────────────────────────────────────────────────────────────────────────

    async def doubts(self, visitor: Visitor, id: str) -> list[Doubt]:
        """What of a case's text may tell who somebody is. NotFound."""
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            return doubts_of(row) if row.section == "case" else []

    async def check(self, visitor: Visitor, id: str) -> PublicationView:
        """Somebody has read it and says that it tells nobody's identity; it counts for this text alone. Conflict."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.stage != "draft" or row.removed_at is not None:
                raise Conflict("not_draft", "信息不在采编环节，请先选择“修改内容”")
            await self.apply(session, visitor, row, row.version, {"checked": summed(row), "checked_by": visitor.person})
            await self.audit(session, visitor, "checked", id, after={"number": row.number})
        await self.changed([id])
        return await self.get(visitor, id)

    # ── the case ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def facts(self, session: AsyncSession, id: str) -> Mapping[str, Any]:
        """What the process reads of a publication."""
        row = await session.get_one(PublicationRow, id, populate_existing=True)
        valid = row.show_until is None or row.show_until > self.office.clock.wall()
        return {
            "number": row.number, "edition": row.edition, "state": row.state, "missing": _missing(row),
            "valid": valid, "section": row.section,
        }  # fmt: skip

    async def hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        """The row follows its case, the public reads what was approved, and the other side is told."""
        root = moved.cases[moved.root]
        row = await session.get_one(PublicationRow, moved.record, populate_existing=True)
        step = self.cases.step_of(root)
        values: dict[str, Any] = {
            "case": root.id, "step": step.title, "stage": step.stage or root.step,
            "opinion": str(root.values.get("opinion") or ""), "updated_at": self.office.clock.wall(),
        }  # fmt: skip
        for one in moved.events:
            if isinstance(one, ActionTaken):
                values |= await self._taken(session, row, root, one, actor)
        # Nobody edited it: its version stays, and with it what somebody is writing in its form.
        await session.execute(update(PublicationRow).where(PublicationRow.id == row.id).values(values))
        await self.indexed(session, await session.get_one(PublicationRow, row.id, populate_existing=True))

    async def _taken(
        self, session: AsyncSession, row: PublicationRow, root: Case, taken: ActionTaken, actor: Actor
    ) -> dict[str, Any]:
        submitter, said = str(root.values.get("submitter") or ""), str(root.values.get("opinion") or "")
        match taken.action:
            case "submit":
                await self._telling.reviewers(session, row, actor.name)
            case "send_back":
                await self._telling.author(session, row, "sent_back", submitter, said, actor.name)
            case "approve":
                await self._telling.author(session, row, "approved", submitter, said or "同意", actor.name)
                return await self._showing.approve(session, row, submitter, actor.id)
            case "discard":
                edition = await self._showing.edition(session, row.id, row.edition)
                if edition is not None:
                    await self.office.need(FileService).bring_back(session, self.kind, row.id, edition.files)
                    return texts_of(edition)
            case "republish":
                if (edition := await self._showing.edition(session, row.id, row.edition)) is not None:
                    return await self._showing.show(session, row, edition)
            case "withdraw":
                return await self._showing.withdraw(session, row, "withdrawn", actor.id)
            case "expire":
                await self._telling.author(session, row, "over", row.created_by, "到期自动撤下", "")
                return await self._showing.withdraw(session, row, "expired")
        return {}

    async def _end(self, session: AsyncSession, row: PublicationRow) -> None:
        """Its time is over: it is withdrawn, also while somebody writes its next edition."""
        if row.stage == "published":
            await self.cases.act(session, NOBODY, row.case, "expire", {})
            return
        values = await self._showing.withdraw(session, row, "expired")
        await session.execute(update(PublicationRow).where(PublicationRow.id == row.id).values(values))


def _missing(row: PublicationRow) -> str:
    if not row.body:
        return "请填写内容"
    if row.section == "case" and row.checked != summed(row):
        return "典型案例请先核对个人信息（“核对个人信息”）；核对后改过内容的须再核对"
    return ""
