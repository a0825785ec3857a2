"""The service of articles as those who make them see them: drafts, their way to publication, their editions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.bulk.acts import BulkAct
from cti.office.identity.directory import known_organisations
from cti.office.numbering import Numbered
from cti.office.parts import Comments, Files, Followers, Links, Tags
from cti.office.processes.case import ActionTaken, Actor, Case, Moved
from cti.office.processes.records import CaseRecords
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.references import Reference
from cti.office.screens import Action
from cti.office.sharing.rule import Way
from cti.office.tree.service import TreeReference
from workflow.knowledge import rules
from workflow.knowledge.categories import CATEGORIES, INDUSTRIES, LIFE_EVENTS, UNITS, Categories, Industries, LifeEvents
from workflow.knowledge.hotlines.names import HOTLINES
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.publishing import KIND, Publishing, said_by
from workflow.knowledge.reviewing import doubles
from workflow.knowledge.telling import Telling
from workflow.knowledge.types import Types
from workflow.knowledge.views import ArticleFields, ArticleQuery, ArticleView, BegunFields

BEFORE: Mapping[str, Any] = {
    "details": {}, "source": "", "hotline": "", "origin": "", "case": "", "step": "", "stage": "", "opinion": "",
    "state": "none", "edition": 0, "published_at": None, "withdrawn_at": None, "confirmed_at": None,
    "confirm_by": None,
}  # fmt: skip
"""What nobody fills in with a new article."""
BY_TIME: Mapping[str, str] = {"expired": "expire", "unconfirmed": "lapse"}
"""What the house does in the process when a time is over, by the reason."""
NOBODY = Visitor("", "", "", None, "", "")
"""The house acts by it when time is over."""


class Articles(CaseRecords[ArticleRow, ArticleFields, ArticleView, ArticleQuery]):
    """Articles as cases of their process; only a draft is edited."""

    table, fields, view, query = ArticleRow, ArticleFields, ArticleView, ArticleQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = KIND
    title: ClassVar[str] = "知识"
    see: ClassVar[str] = rules.DRAFTS
    edit_permission: ClassVar[str] = rules.WRITE
    export_permission: ClassVar[str] = rules.EXPORT
    refs: ClassVar[Mapping[str, Reference]] = {
        "category": TreeReference(Categories, CATEGORIES),
        "industry": TreeReference(Industries, INDUSTRIES),
        "life_event": TreeReference(LifeEvents, LIFE_EVENTS),
        "unit": UNITS,
        "hotline": HOTLINES,
    }
    tallied: ClassVar[tuple[str, ...]] = ("stage", "state", "audience")
    orders: ClassVar[tuple[str, ...]] = ("confirm_by",)
    filters: ClassVar[tuple[str, ...]] = (
        "stage", "state", "audience", "type", "category", "industry", "life_event", "unit", "hotline",
    )  # fmt: skip
    broad: ClassVar[tuple[str, ...]] = ("audience", "type")
    searched: ClassVar[tuple[str, ...]] = ("title", "summary", "body")
    unasked: ClassVar[tuple[str, ...]] = ("type", "lines")
    numbered: ClassVar[Numbered | None] = Numbered("number", "Z{region}{day}{serial:04}")
    parts: ClassVar = (Files(), Comments(), Followers(), Links(), Tags())
    screen: ClassVar[str] = "knowledge_articles"
    process: ClassVar[str] = "knowledge_article"
    usual: ClassVar[tuple[str, ...]] = ("submit", "approve")
    grave: ClassVar[tuple[str, ...]] = ("withdraw",)

    def __init__(self, office: Office, cases: Cases, types: Types, publishing: Publishing, telling: Telling) -> None:
        super().__init__(office, cases)
        self.types, self.publishing, self._telling = types, publishing, telling
        publishing.end = self._end
        self.many: tuple[BulkAct, ...] = ()

    def limits(self, visitor: Visitor, query: ArticleQuery) -> list[ColumnElement[bool]]:
        """Also one's own, and what is to be confirmed."""
        found = super().limits(visitor, query)
        if query.mine:
            found.append(ArticleRow.created_by == visitor.person)
        if query.due:
            found += [ArticleRow.confirm_by.is_not(None), ArticleRow.confirm_by <= self.office.clock.wall()]
        return found

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """Also those that his unit is responsible for, wherever they were begun; whose they are to manage stays."""
        found = super().ways(visitor, permission, writing=writing)
        if permission not in (rules.DRAFTS, rules.WRITE) or not visitor.may(permission) or [] in found:
            return found
        return [*found, [*visitor.reach(permission).limits(rules.Belongs.of(ArticleRow.unit, ArticleRow.region))]]

    # ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def values(
        self, session: AsyncSession, body: ArticleFields, row: ArticleRow | None, organisation: str
    ) -> dict[str, Any]:
        """Written only while it is a draft; the unit is one that there is, by default the article's own."""
        if row is not None and row.stage != "draft":
            raise Conflict("not_draft", "知识不在采编环节，请先选择“修改内容”")
        faults, said = Faults(), body.model_dump(include=set(ArticleFields.model_fields))
        with faults.gathered():
            self.types.check(body.type)
        with faults.gathered():
            said["unit"] = await self._unit(session, body.unit or organisation)
        faults.refuse()
        if row is None and not isinstance(body, BegunFields):
            await doubles.refuse(session, said, organisation)
        return {**BEFORE, **said} if row is None else said

    async def _unit(self, session: AsyncSession, unit: str) -> str:
        found = (await known_organisations(session)).get(unit)
        if found is None or found.closed:
            raise Invalid("no_unit", "没有这个单位，或已撤销", "unit")
        return unit

    async def begun(
        self, visitor: Visitor, body: ArticleFields, source: str, details: Mapping[str, Any] | None = None
    ) -> ArticleView:
        """A draft of what stands elsewhere, such as a ticket; `source` says where, `details` is what its type asks."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.insert(session, visitor, body)
            row.source, row.details = source, dict(details or {})
            await session.flush()
            await self.audit(session, visitor, "added", row.id, after=self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        self.cases.done()
        await self.changed([row.id])
        return found

    async def copied(self, visitor: Visitor, id: str) -> ArticleView:
        """A draft that begins as another article, its template, but for pictures and times. NotFound."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id)
            said = {
                key: getattr(row, key) for key in ArticleFields.model_fields if key not in ("valid_from", "valid_until")
            }
            said |= {"title": f"{row.title[:190]}（参照）", "body": re.sub(r"<img[^>]*>", "", row.body)}
            made = await self.insert(session, visitor, BegunFields(**said))
            made.details, made.source = row.details, f"参照 {row.number}"
            await session.flush()
            await self.audit(session, visitor, "added", made.id, after=self.told(made))
            (found,) = await self.shown_all(session, visitor, [made])
        self.cases.done()
        await self.changed([made.id])
        return found

    async def fill_in(self, visitor: Visitor, id: str, given: Mapping[str, Any]) -> ArticleView:
        """What the article's type asks besides. Invalid names each field that is wrong."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.stage != "draft" or row.removed_at is not None:
                raise Conflict("not_draft", "知识不在采编环节，请先选择“修改内容”")
            before = self.told(row)
            details = self.types.checked(row.type, given)
            await self.apply(session, visitor, row, row.version, {"details": _plainly(details)})
            await self.audit(session, visitor, "edited", id, before, self.told(row))
        await self.changed([id])
        return await self.get(visitor, id)

    async def check_removed(self, session: AsyncSession, row: ArticleRow) -> None:
        """What was approved once stays: it is withdrawn, not removed."""
        if row.edition:
            raise Conflict("approved", "已审核过的知识不能删除，请下架")

    def bulk_acts(self) -> tuple[BulkAct, ...]:
        """Beside the usual ones what other modules of the room add."""
        return (*self.many, *super().bulk_acts())

    def offered(self, row: ArticleRow, writes: bool) -> list[str]:
        """A draft can be written, and removed while it was never approved."""
        usual = super().offered(row, writes)
        if row.stage != "draft":
            return [one for one in usual if one not in ("edit", "remove")]
        return [one for one in usual if one != "remove" or not row.edition]

    def words(self, visitor: Visitor, row: ArticleRow) -> dict[str, Any]:
        """The type in words, and what it asked for."""
        return {"type_title": self.types.title(row.type), "lines": self.types.lines(row.type, row.details)}

    # ── the case ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def facts(self, session: AsyncSession, id: str) -> Mapping[str, Any]:
        """What the process reads of an article."""
        return self.facts_of(await session.get_one(ArticleRow, id, populate_existing=True))

    def facts_of(self, row: ArticleRow) -> Mapping[str, Any]:
        """The same of a row at hand."""
        valid = row.valid_until is None or row.valid_until > self.office.clock.wall()
        return {
            "number": row.number, "edition": row.edition, "state": row.state, "missing": self._missing(row),
            "valid": valid, "audience": row.audience, "type": row.type, "unit": row.unit,
        }  # fmt: skip

    def _missing(self, row: ArticleRow) -> str:
        if wrong := self.types.missing(row.type, row.details):
            return f"请先填写要素：{wrong}"
        if not row.body and not any(value for value in row.details.values()):
            return "请填写内容"
        return "" if row.category else "请选择归口"

    async def hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        """The row follows its case, readers see what was approved, and the other side is told."""
        root = moved.cases[moved.root]
        row = await session.get_one(ArticleRow, moved.record, populate_existing=True)
        values = {**self.standing(root), "updated_at": self.office.clock.wall()}
        for one in moved.events:
            if isinstance(one, ActionTaken):
                values |= await self._taken(session, row, root, one, actor)
        # Nobody edited it: its version stays, and with it what somebody is writing in its form.
        await session.execute(update(ArticleRow).where(ArticleRow.id == row.id).values(values))
        row = await session.get_one(ArticleRow, moved.record, populate_existing=True)
        await self.indexed(session, row)

    def standing(self, root: Case) -> dict[str, Any]:
        """What of the row follows from its case."""
        step = self.cases.step_of(root)
        opinion = str(root.values.get("opinion") or "")
        return {"case": root.id, "step": step.title, "stage": step.stage or root.step, "opinion": opinion}

    async def _taken(
        self, session: AsyncSession, row: ArticleRow, root: Case, taken: ActionTaken, actor: Actor
    ) -> dict[str, Any]:
        submitter, said = str(root.values.get("submitter") or ""), str(root.values.get("opinion") or "")
        match taken.action:
            case "submit":
                await self._telling.reviewers(session, row, actor.name)
            case "send_back":
                await self._telling.author(session, row, "sent_back", submitter, said, actor.name)
            case "approve":
                await self._telling.author(session, row, "approved", submitter, said or "同意", actor.name)
                return await self.publishing.approve(session, row, submitter, actor.id)
            case "discard":
                return await self._texts_before(session, row)
            case "republish":
                if (edition := await self.publishing.edition(session, row.id, row.edition)) is not None:
                    return await self.publishing.show(session, row, edition)
            case "withdraw":
                return await self.publishing.withdraw(session, row, "withdrawn", said, actor.id)
            case "expire" | "lapse":
                reason = next(one for one, act in BY_TIME.items() if act == taken.action)
                return await self.publishing.withdraw(session, row, reason)
            case "confirm":
                return await self.publishing.confirmed(session, row, actor.id)
        return {}

    async def _texts_before(self, session: AsyncSession, row: ArticleRow) -> dict[str, Any]:
        edition = await self.publishing.edition(session, row.id, row.edition)
        if edition is None:
            return {}
        await self.publishing.files_back(session, edition)
        return said_by(edition)

    async def _end(self, session: AsyncSession, row: ArticleRow, reason: str) -> None:
        """Its time is over: it is withdrawn, also while somebody writes its next edition."""
        if row.stage == "published":
            await self.cases.act(session, NOBODY, row.case, BY_TIME[reason], {})
        else:
            values = await self.publishing.withdraw(session, row, reason)
            await session.execute(update(ArticleRow).where(ArticleRow.id == row.id).values(values))

    async def offers(self, visitor: Visitor, id: str) -> list[Action]:
        """Beside what the process offers, the form of what the type asks for."""
        found = await super().offers(visitor, id)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            writes = await session.scalar(select(ArticleRow.id).where(ArticleRow.id == id, *self.writable(visitor)))
            details, stage, type = row.details, row.stage, row.type
        if stage != "draft" or not writes or not (fields := self.types.fields(type)):
            return found
        fields = tuple(one.model_copy(update={"default": details.get(one.key, one.default)}) for one in fields)
        asking = Action(
            name="details", title=f"填写{self.types.title(type)}要素", kind="form", method="PUT",
            path=f"{self.base}/{id}/details", form=fields, done="已保存",
        )  # fmt: skip
        return [asking, *found]


def _plainly(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON keeps it."""
    found: dict[str, Any] = to_jsonable_python(dict(values))
    return found
