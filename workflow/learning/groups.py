"""Turns, and groups of those that say the same: read by who runs the flows, and put to some use."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import Office, Records
from cti.office.sharing import Shared
from workflow.learning.models import BotTurnRow, TurnGroupRow
from workflow.learning.rules import EDIT, SEE, State
from workflow.learning.titles import Titles
from workflow.learning.views import GroupQuery, GroupView, NotByHand, TurnQuery, TurnView

MOST_SAID = 200
"""Sentences of a group that a change is tried with."""


class BotTurns(Records[BotTurnRow, NotByHand, TurnView, TurnQuery]):
    """What citizens said to bots."""

    table, fields, view, query = BotTurnRow, NotByHand, TurnView, TurnQuery
    kind: ClassVar[str] = "bot_turn"
    title: ClassVar[str] = "机器人对话"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = EDIT
    export_permission: ClassVar[str] = EDIT
    sharing: ClassVar[Shared] = Shared(own=())
    screen: ClassVar[str] = "bot_turns"
    sort: ClassVar[str] = "-at"
    orders: ClassVar[tuple[str, ...]] = ("at",)
    filters: ClassVar[tuple[str, ...]] = ("reason", "group", "flow", "talk")
    period: ClassVar[str] = "at"
    unasked: ClassVar[tuple[str, ...]] = ("said",)

    def __init__(self, office: Office, titles: Titles) -> None:
        super().__init__(office)
        self._titles = titles

    def words(self, visitor: Visitor, row: BotTurnRow) -> dict[str, Any]:
        """Names for people."""
        return {"flow_title": self._titles.flow(row.flow)}


class TurnGroups(Records[TurnGroupRow, NotByHand, GroupView, GroupQuery]):
    """Groups, the largest first."""

    table, fields, view, query = TurnGroupRow, NotByHand, GroupView, GroupQuery
    kind: ClassVar[str] = "bot_question"
    title: ClassVar[str] = "未解决的问题"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = EDIT
    export_permission: ClassVar[str] = EDIT
    sharing: ClassVar[Shared] = Shared(own=())
    screen: ClassVar[str] = "bot_questions"
    sort: ClassVar[str] = "-count"
    orders: ClassVar[tuple[str, ...]] = ("count",)
    filters: ClassVar[tuple[str, ...]] = ("state", "reason", "flow")
    broad: ClassVar[tuple[str, ...]] = ("reason",)
    unasked: ClassVar[tuple[str, ...]] = ("said",)

    def __init__(self, office: Office, titles: Titles) -> None:
        super().__init__(office)
        self._titles = titles

    def words(self, visitor: Visitor, row: TurnGroupRow) -> dict[str, Any]:
        """Names for people."""
        return {
            "flow_title": self._titles.flow(row.flow),
            "node_title": self._titles.node(row.flow, row.node),
            "near_title": self._titles.intent(row.flow, row.node, row.near) if row.near else "",
        }

    async def said_in(self, session: AsyncSession, group: str) -> list[str]:
        """What was said, the newest first, each once."""
        turn = BotTurnRow
        wanted = select(turn.said).where(turn.group == group).order_by(turn.at.desc()).limit(MOST_SAID)
        return list(dict.fromkeys(await session.scalars(wanted)))

    async def settle(self, visitor: Visitor, id: str, state: State) -> GroupView:
        """Put aside, or take up again. Conflict when it stands so already."""
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.state == state:
                raise Conflict("state", "该问题的状态已变化，请刷新后重试")
            before = self.told(row)
            row.state, row.updated_at = state, self.office.clock.wall()
            await self.audit(session, visitor, _ACTS[state], id, before, self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    async def found_article(self, id: str, title: str) -> None:
        """The article that is nearest to it."""
        async with self.office.store.writing() as session:
            await session.execute(update(TurnGroupRow).where(TurnGroupRow.id == id).values(article=title[:200]))


_ACTS: dict[State, str] = {
    "open": "reopened", "learned": "learned", "asked": "sent_to_knowledge", "dismissed": "dismissed",
}  # fmt: skip
