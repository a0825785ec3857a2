"""Changes of flows that groups ask for: made, tried against all kept stories, shown, published or dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import Office, Records
from cti.office.sharing import Shared
from cti.office.workshop.kept import errors
from cti.office.workshop.refusing import refused
from ivr.definition.flow import Flow
from ivr.nodes import Ask
from ivr.nodes.asides import Asides
from ivr.service import FlowService
from ivr.workshop.library import FlowLibrary
from workflow.learning.editing import with_entry, with_item
from workflow.learning.effect import Effect, effect_of
from workflow.learning.groups import TurnGroups
from workflow.learning.models import BotTurnRow, FlowChangeRow, TurnGroupRow
from workflow.learning.rules import EDIT, SEE, ChangeState, Kind
from workflow.learning.titles import Titles
from workflow.learning.views import ChangeQuery, ChangeView, NewIntent, NotByHand, Taught

MOST_COMPARED = 300
"""Turns of before with which a change is tried, the newest."""
TRIED = ("stories", "broken", "mended", "asked", "recognised", "compared", "altered", "effect", "base")
"""Columns that say what a change does."""
NEW = "learned_"
"""What intents are called that are made here."""


class FlowChanges(Records[FlowChangeRow, NotByHand, ChangeView, ChangeQuery]):
    """The service. A flow that was changed meanwhile is not overwritten: the change is tried anew."""

    table, fields, view, query = FlowChangeRow, NotByHand, ChangeView, ChangeQuery
    kind: ClassVar[str] = "bot_flow_change"
    title: ClassVar[str] = "流程学习修改"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = EDIT
    export_permission: ClassVar[str] = EDIT
    sharing: ClassVar[Shared] = Shared(own=())
    screen: ClassVar[str] = "bot_changes"
    filters: ClassVar[tuple[str, ...]] = ("state", "group")
    unasked: ClassVar[tuple[str, ...]] = ("words", "effect")

    def __init__(
        self, office: Office, groups: TurnGroups, flows: FlowService, library: FlowLibrary, titles: Titles
    ) -> None:
        super().__init__(office)
        self.groups, self._flows, self._library, self._titles = groups, flows, library, titles

    def words(self, visitor: Visitor, row: FlowChangeRow) -> dict[str, Any]:
        """What it does, in words."""
        compared = f"{row.compared} 句中 {row.altered} 句的结果改变" if row.compared else "没有可比的"
        stories = f"{row.stories} 个中 {row.broken} 个因此不通过" if row.stories else "没有对话"
        return {
            "flow_title": self._titles.flow(row.flow),
            "intent_title": row.title or self._titles.intent(row.flow, row.node, row.intent),
            "recognised_words": f"{row.recognised} / {row.asked} 句",
            "stories_words": stories + (f"，{row.mended} 个因此通过" if row.mended else ""),
            "turns_words": compared,
        }

    # ── proposing ──

    async def teach(self, visitor: Visitor, group: str, body: Taught) -> ChangeView:
        """A sentence or a word for an intent. Invalid, Conflict."""
        return await self._propose(visitor, group, body.kind, body.intent, words=body.words)

    async def new_intent(self, visitor: Visitor, group: str, body: NewIntent) -> ChangeView:
        """An intent of its own. Invalid, Conflict."""
        return await self._propose(visitor, group, "intent", "", body.words, body.title, body.target)

    async def _propose(
        self, visitor: Visitor, group: str, kind: Kind, intent: str, words: str, title: str = "", target: str = ""
    ) -> ChangeView:
        visitor.need(EDIT)
        async with self.office.store.reading() as session:
            asks = await self.groups.row(session, visitor, group)
        if asks.state != "open":
            raise Conflict("state", "该问题已经处理，请刷新后重试")
        flow = self._current(visitor, asks)
        now = self.office.clock.wall()
        row = FlowChangeRow(
            id=new_id(), group=group, flow=asks.flow, node=asks.node, kind=kind,
            intent=intent or _unused(flow, asks.node), title=title, target=target, words=words.strip() or asks.said,
            state="proposed", published=0, base=flow.revision, effect="", organisation=asks.organisation,
            region=asks.region, created_at=now, updated_at=now, created_by=visitor.person or "", version=1,
        )  # fmt: skip
        await self._try(visitor, row, flow)
        async with self.changing() as session:
            session.add(row)
            await session.flush()
            await self.audit(session, visitor, "added", row.id, after=self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([row.id])
        return found

    async def _try(self, visitor: Visitor, row: FlowChangeRow, flow: Flow) -> None:
        """Work out what it does, into the row. Invalid when the flow would not be sound."""
        text = edited(self._flows.text(visitor, row.flow), flow, row)
        after, findings = await asyncio.to_thread(self._library.check, text, row.flow)
        if after is None or errors(findings):
            raise refused(errors(findings))
        async with self.office.store.reading() as session:
            asked = await self.groups.said_in(session, row.group)
            said = await self._said_before(session, row)
        found = await asyncio.to_thread(effect_of, self._library, flow, after, row.node, asked or [row.words], said)
        _keep(row, found, flow.revision)

    async def _said_before(self, session: AsyncSession, row: FlowChangeRow) -> Sequence[str]:
        """What was said at that question and understood."""
        turn = BotTurnRow
        wanted = (
            select(turn.said)
            .where(turn.flow == row.flow, turn.node == row.node, turn.how.in_(("intent", "open", "aside")))
            .where(turn.organisation == row.organisation, turn.region == row.region)
            .order_by(turn.at.desc())
            .limit(MOST_COMPARED)
        )
        return [one for one in dict.fromkeys(await session.scalars(wanted)) if one]

    def _current(self, visitor: Visitor, row: TurnGroupRow | FlowChangeRow) -> Flow:
        flow = self._flows.found(visitor, row.flow)
        if row.flow in self._library.withdrawn:
            raise Conflict("withdrawn", "流程已下架，重新发布后才能修改")
        if row.node not in flow.nodes:
            raise Conflict("no_node", "流程已修改，没有这个节点了")
        return flow

    # ── deciding ──

    async def publish(self, visitor: Visitor, id: str) -> ChangeView:
        """The change as it was shown. Conflict when the flow has changed since: `again` shows it anew."""
        visitor.need(EDIT)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
        _need_proposed(row)
        flow = self._current(visitor, row)
        if flow.revision != row.base:
            raise Conflict("flow_changed", "流程已被修改，请先重新检查影响")
        text = edited(self._flows.text(visitor, row.flow), flow, row)
        message = f"机器人学习：{row.words}"[:500]
        made = await self._flows.publish(visitor, row.flow, text, message, base=row.base)
        found = await self._decide(visitor, id, "published", made.revision)
        await self.groups.settle(visitor, row.group, "learned")
        return found

    async def again(self, visitor: Visitor, id: str) -> ChangeView:
        """Tried with the flow as it is now."""
        visitor.need(EDIT)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
        _need_proposed(row)
        await self._try(visitor, row, self._current(visitor, row))
        async with self.changing() as session:
            kept = await self.row(session, visitor, id, lock=True)
            for key in TRIED:
                setattr(kept, key, getattr(row, key))
            kept.updated_at = self.office.clock.wall()
            (found,) = await self.shown_all(session, visitor, [kept])
        await self.changed([id])
        return found

    async def drop(self, visitor: Visitor, id: str) -> ChangeView:
        """Not published; the group stays."""
        return await self._decide(visitor, id, "dropped")

    async def _decide(self, visitor: Visitor, id: str, state: ChangeState, revision: int = 0) -> ChangeView:
        visitor.need(EDIT)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            _need_proposed(row)
            before = self.told(row)
            row.state, row.published, row.updated_at = state, revision, self.office.clock.wall()
            await self.audit(session, visitor, state, id, before, self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found


def edited(text: str, flow: Flow, row: FlowChangeRow) -> str:
    """A flow's text with the change in it. Invalid when it cannot be written there."""
    where = ("nodes", row.node, "intents")
    if row.kind == "intent":
        if row.target not in flow.nodes:
            raise Invalid("no_node", "没有这个节点", "target")
        entry = {"next": row.target, "title": row.title, "examples": [row.words]}
        return with_entry(text, where, row.intent, entry)
    key = "examples" if row.kind == "example" else "words"
    found = flow.nodes[row.node]
    if isinstance(found, Ask) and row.intent in found.intents:
        return with_item(text, (*where, row.intent, key), row.words)
    if (aside := Asides.name(row.intent)) in flow.head.asides:
        return with_item(text, ("asides", aside, key), row.words)
    raise Invalid("no_intent", "该节点没有这个意图", "intent")


def _unused(flow: Flow, node: str) -> str:
    found = flow.nodes.get(node)
    if not isinstance(found, Ask):
        raise Invalid("no_intents", "该节点不区分意图，请打开流程编辑", "title")
    return next(name for number in range(1, 10_000) if (name := f"{NEW}{number}") not in found.intents)


def _keep(row: FlowChangeRow, effect: Effect, base: int) -> None:
    row.stories, row.broken, row.mended = effect.stories, effect.broken, effect.mended
    row.asked, row.recognised = effect.asked, effect.recognised
    row.compared, row.altered, row.effect = effect.compared, effect.altered, "\n".join(effect.lines)
    row.base = base


def _need_proposed(row: FlowChangeRow) -> None:
    if row.state != "proposed":
        raise Conflict("state", "该修改已经处理，请刷新后重试")
