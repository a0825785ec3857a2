"""What people do with flows: who may, what is written to the audit. No HTTP here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from cti.base.findings import Finding
from cti.business_time import ZONE
from cti.clock import Clock
from cti.identity.audit import Audit
from cti.identity.visitor import Visitor
from cti.refusal import Conflict, Invalid, NotFound
from cti.store.engine import Store
from ivr import differences, pictures
from ivr.checking import refused
from ivr.drafts import Draft, DraftChanged, Drafts
from ivr.flow import Flow
from ivr.library import FlowLibrary, Refused
from ivr.lint.names import said_by
from ivr.owning import EDIT, PUBLISH, READ, Owning
from ivr.pictures import Graph
from ivr.revisions import Conflict as Outdated
from ivr.revisions import Revision, Revisions
from ivr.statistics import Figures, FlowStatistics


@dataclass(frozen=True, slots=True)
class FlowSummary:
    """A flow in a list; `revision` is 0 while it is a draft only. `problems` are why the watched file was refused.

    `now`, `today` and `lost` count calls: inside now, begun today, hung up inside today. `mine`: the visitor's own to
    change, as far as his permissions go.
    """

    name: str
    title: str
    organisation: str
    revision: int
    nodes: int
    published_at: str
    author: str
    message: str
    draft_by: str
    draft_at: str
    now: int
    today: int
    lost: int
    problems: list[Finding]
    mine: bool


class FlowService:
    """Every function first checks the visitor's permission, and whose flow it is."""

    def __init__(
        self,
        library: FlowLibrary,
        statistics: FlowStatistics,
        clock: Clock,
        store: Store,
        audit: Audit,
        owning: Owning,
    ) -> None:
        assert library.revisions is not None
        self._library = library
        self._revisions: Revisions = library.revisions
        self._drafts = Drafts(library.revisions)
        self._statistics = statistics
        self._clock = clock
        self._store = store
        self._audit = audit
        self._owning = owning

    def today(self) -> date:
        """The business day."""
        return self._clock.wall().astimezone(ZONE).date()

    # ── who may ──

    def _flow(self, visitor: Visitor, name: str, revision: int | None = None) -> Flow:
        visitor.need(READ)
        if not self.may_see(visitor, name):
            raise NotFound("no_flow", "没有这个流程")
        try:
            return self._library.current(name) if revision is None else self._library.revision(name, revision)
        except KeyError:
            raise NotFound("no_flow", "没有这个流程或版本") from None

    def may_see(self, visitor: Visitor, name: str) -> bool:
        """Whether a flow exists for the visitor; a draft that was never published is the house's."""
        flow = self._library.flows.get(name)
        return self._owning.may_see(visitor, flow.head.organisation if flow is not None else "")

    def may_count(self, visitor: Visitor, name: str) -> bool:
        """Whether the visitor sees the figures of a flow, which exists for him."""
        flow = self._library.flows.get(name)
        return self._owning.may_count(visitor, flow.head.organisation if flow is not None else "")

    def _need_change(self, visitor: Visitor, permission: str, name: str, text: str = "") -> None:
        """The flow must be the visitor's as it is published, and as the new text has it."""
        visitor.need(permission)
        self._known(name)
        if name in self._library.names:
            self._owning.need_change(visitor, permission, self._flow(visitor, name).head.organisation)
        if text:
            flow, _ = self._library.check(text, name)
            self._owning.need_change(visitor, permission, flow.head.organisation if flow is not None else "")

    def _known(self, name: str) -> None:
        try:
            self._revisions.folder_of(name)
        except KeyError:
            raise Invalid("bad_name", "流程名称只能用小写字母、数字、下划线和连字符，以字母开头", "name") from None

    # ── looking ──

    def flows(self, visitor: Visitor) -> list[FlowSummary]:
        """All flows, also those that are only drafts, or files that were refused."""
        visitor.need(READ)
        names = sorted({*self._library.names, *self._drafts.names(), *self._library.refused})
        return [self._summary(visitor, name) for name in names if self.may_see(visitor, name)]

    def _summary(self, visitor: Visitor, name: str) -> FlowSummary:
        flow, history, draft = self._library.flows.get(name), self._revisions.history(name), self._drafts.find(name)
        last = history[-1] if history else Revision(0, "", "", "", "")
        counts = self.may_count(visitor, name)
        figures = self._statistics.of(name, since=self.today(), until=self.today()) if counts else {}
        began = figures.get(flow.head.start) if flow is not None else None
        return FlowSummary(
            name=name,
            title=flow.head.title if flow is not None else "",
            organisation=flow.head.organisation if flow is not None else "",
            revision=flow.revision if flow is not None else 0,
            nodes=len(flow.nodes) if flow is not None else 0,
            published_at=last.at,
            author=last.author,
            message=last.message,
            draft_by=draft.author if draft is not None else "",
            draft_at=draft.at if draft is not None else "",
            now=sum(self._statistics.now(name).values()) if counts else 0,
            today=began.entered if began is not None else 0,
            lost=sum(one.hangups for one in figures.values()),
            problems=self._library.refused.get(name, []),
            mine=self._owning.may_change(visitor, flow.head.organisation if flow is not None else ""),
        )

    def summary(self, visitor: Visitor, name: str) -> FlowSummary:
        """One flow, or one that is only a draft."""
        visitor.need(READ)
        self._known(name)
        exists = name in self._library.names or name in self._library.refused or self._drafts.find(name) is not None
        if not exists or not self.may_see(visitor, name):
            raise NotFound("no_flow", "没有这个流程")
        return self._summary(visitor, name)

    def history(self, visitor: Visitor, name: str) -> list[Revision]:
        """All revisions, the newest first."""
        self._flow(visitor, name)
        return list(reversed(self._revisions.history(name)))

    def text(self, visitor: Visitor, name: str, revision: int | None = None) -> str:
        """The text of a revision, by default of the newest."""
        return self._revisions.text(name, self._flow(visitor, name, revision).revision)

    def diff(self, visitor: Visitor, name: str, older: int, newer: int) -> tuple[str, differences.Changes]:
        """What differs between two revisions: by lines, and by nodes."""
        before, after = self._flow(visitor, name, older), self._flow(visitor, name, newer)
        lines = differences.by_lines(
            self._revisions.text(name, older), self._revisions.text(name, newer),
            before_name=f"{name}@{older}", after_name=f"{name}@{newer}",
        )  # fmt: skip
        return lines, differences.by_nodes(before, after)

    def figures(self, visitor: Visitor, name: str, *, since: date, until: date, revision: int | None = None) -> Figures:
        """The figures of a flow's nodes over days, both included."""
        self._flow(visitor, name, revision)
        if not self.may_count(visitor, name):
            return {}
        return self._statistics.of(name, since=since, until=until, revision=revision)

    def graph(self, visitor: Visitor, name: str, *, since: date, until: date, revision: int | None = None) -> Graph:
        """The picture of a flow with the figures of some days and the calls that are there now."""
        flow = self._flow(visitor, name, revision)
        if not self.may_count(visitor, name):
            return pictures.picture(flow, {}, {}, self._library.texts)
        figures = self._statistics.of(name, since=since, until=until, revision=revision)
        return pictures.picture(flow, figures, self._statistics.now(name), self._library.texts)

    def uses_of_prompt(self, visitor: Visitor, prompt: str) -> list[tuple[str, str]]:
        """Where a prompt is used in published flows: flow and node."""
        visitor.need(READ)
        return [
            (flow.name, name)
            for flow in self._library.flows.values()
            for name, node in flow.nodes.items()
            if any(found == prompt for _, piece in said_by(node) for _, found in piece.prompts)
        ]

    # ── drafts ──

    def draft(self, visitor: Visitor, name: str) -> Draft | None:
        """The draft, if there is one."""
        visitor.need(READ)
        self._known(name)
        return self._drafts.find(name) if self.may_see(visitor, name) else None

    async def save_draft(
        self, visitor: Visitor, name: str, text: str, *, base: int = 0, seen: str | None = None
    ) -> Draft:
        """Keep a draft, however unfinished; Conflict when somebody has saved since `seen` (its digest) was read."""
        draft = Draft(text, visitor.login, self._clock.wall().isoformat(timespec="seconds"), base)
        await asyncio.to_thread(self._need_change, visitor, EDIT, name, text)
        try:
            await asyncio.to_thread(self._drafts.save, name, draft, seen=seen)
        except DraftChanged:
            raise self._changed(name) from None
        after = {"base": base, "digest": draft.digest}
        await self._write_down(visitor, "flow.draft", name, {"digest": seen or ""}, after)
        return draft

    async def drop_draft(self, visitor: Visitor, name: str, *, seen: str | None = None) -> None:
        """Forget the draft; Conflict as above."""
        self._need_change(visitor, EDIT, name)
        try:
            found = await asyncio.to_thread(self._drafts.drop, name, seen=seen)
        except DraftChanged:
            raise self._changed(name) from None
        if found is not None:
            await self._write_down(visitor, "flow.draft_dropped", name, {"digest": found.digest}, {})

    def _changed(self, name: str) -> Conflict:
        found = self._drafts.find(name)
        who = f"{found.author} 已保存了另一份草稿" if found is not None else "草稿已被他人发布或删除"
        return Conflict("draft_changed", f"{who}，请先查看再决定是否覆盖")

    # ── publishing ──

    async def publish(self, visitor: Visitor, name: str, text: str, message: str, base: int | None = None) -> Revision:
        """Publish a text; raises Invalid (with the findings) or Conflict (somebody else was first)."""
        await asyncio.to_thread(self._need_change, visitor, PUBLISH, name, text)
        return await self._publish(
            visitor, name, "flow.publish",
            lambda: self._library.publish(text, author=visitor.login, message=message, name=name, base=base),
        )  # fmt: skip

    async def roll_back(self, visitor: Visitor, name: str, revision: int, message: str = "") -> Revision:
        """Publish an older revision again."""
        visitor.need(PUBLISH)
        self._flow(visitor, name, revision)
        await asyncio.to_thread(self._need_change, visitor, PUBLISH, name, self._revisions.text(name, revision))
        return await self._publish(
            visitor, name, "flow.roll_back",
            lambda: self._library.roll_back(name, revision, author=visitor.login, message=message),
        )  # fmt: skip

    async def _publish(self, visitor: Visitor, name: str, action: str, work: Callable[[], Revision]) -> Revision:
        before = self._library.current(name).revision if name in self._library.names else 0
        try:
            revision = await asyncio.to_thread(work)
        except Refused as error:
            raise refused(error.findings) from None
        except Outdated:
            raise Conflict("outdated", "流程已被他人发布，请对比后重新提交") from None
        await asyncio.to_thread(self._drafts.drop, name)
        await self._write_down(visitor, action, name, {"revision": before}, asdict(revision))
        return revision

    async def _write_down(
        self, visitor: Visitor, action: str, name: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        async with self._store.writing() as session:
            await self._audit.write(session, visitor, action, f"flow:{name}", before, after)
