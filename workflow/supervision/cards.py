"""The service of cards (红黄牌): lists for who inspects and who is inspected, handling, appeals (E18, E19, E21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.parts import Comments, Files
from cti.office.processes.service import Cases
from cti.office.records import Office, Records
from cti.office.references import ORGANISATIONS, PEOPLE, Reference
from cti.office.sharing.rule import Way
from workflow.supervision import rules
from workflow.supervision.models import CardRow
from workflow.supervision.telling import Telling
from workflow.supervision.views import STATES, Appeal, CardQuery, CardView, Decision, Handled

_ANSWERING: Mapping[str, tuple[str, ...]] = {
    "open": ("handle", "appeal"), "handled": ("handle", "appeal"), "refused": ("handle",),
}  # fmt: skip
_DECIDING: Mapping[str, tuple[str, ...]] = {"appealed": ("decide",)}
"""What can be done with a card by its state: by the inspected, and by inspectors."""


class Cards(Records[CardRow, Handled, CardView, CardQuery]):
    """The service. Cards are given by time alone (`giving`); people handle them, appeal, and decide appeals."""

    table, fields, view, query = CardRow, Handled, CardView, CardQuery
    kind: ClassVar[str] = "supervision_card"
    title: ClassVar[str] = "红黄牌"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.SEE
    export_permission: ClassVar[str] = rules.EXPORT
    sort: ClassVar[str] = "-given_at"
    orders: ClassVar[tuple[str, ...]] = ("given_at",)
    filters: ClassVar[tuple[str, ...]] = ("colour", "state", "part", "kind", "record", "unit")
    broad: ClassVar[tuple[str, ...]] = ("part", "kind")
    period: ClassVar[str] = "given_at"
    refs: ClassVar[Mapping[str, Reference]] = {"unit": ORGANISATIONS, "person": PEOPLE}
    parts: ClassVar = (Files(), Comments())
    screen: ClassVar[str] = "supervision_cards"

    def __init__(self, office: Office, cases: Cases, telling: Telling) -> None:
        super().__init__(office)
        self._cases, self._telling = cases, telling

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """See `rules.ways`."""
        return rules.ways(CardRow, visitor, permission)

    def limits(self, visitor: Visitor, query: CardQuery) -> list[ColumnElement[bool]]:
        """Also whether it holds."""
        found = super().limits(visitor, query)
        if query.lit is not None:
            found.append(CardRow.lifted_at.is_(None) if query.lit else CardRow.lifted_at.is_not(None))
        return found

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By the number of what a card is about."""
        return CardRow.number == text

    async def values(
        self, session: AsyncSession, body: Handled, row: CardRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody gives a card by hand."""
        raise Invalid("not_by_hand", "红黄牌由时限产生，不能手工新增或修改")

    def words(self, visitor: Visitor, row: CardRow) -> dict[str, Any]:
        """What it is about."""
        return {"kind_title": self._cases.watching.kinds.get(row.kind, row.kind)}

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[CardRow], views: Sequence[CardView]
    ) -> None:
        """What the visitor may do with each now: the inspected handle and appeal, inspectors decide."""
        await super().complete(session, visitor, rows, views)
        for permission, acts in ((rules.ANSWER, _ANSWERING), (rules.INSPECT, _DECIDING)):
            ids = [row.id for row in rows if acts.get(row.state)]
            if ids and visitor.may(permission):
                wanted = select(CardRow.id).where(CardRow.id.in_(ids), *self.writable(visitor, permission))
                his = set(await session.scalars(wanted))
                for row, view in zip(rows, views, strict=True):
                    view.acts += acts.get(row.state, ()) if row.id in his else ()

    def offered(self, row: CardRow, writes: bool) -> list[str]:
        """Nothing that is not said by `complete`."""
        return []

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def handle(self, visitor: Visitor, id: str, body: Handled) -> CardView:
        """The inspected says what was done about it."""

        async def work(session: AsyncSession, row: CardRow) -> dict[str, Any]:
            self._need_state(row, "open", "handled", "refused")
            await self._telling.handled(session, row)
            return {"state": "refused" if row.state == "refused" else "handled", "situation": body.situation}

        return await self._act(visitor, id, "handled", rules.ANSWER, work)

    async def appeal(self, visitor: Visitor, id: str, body: Appeal) -> CardView:
        """The inspected says why it should not count; the house adds what the limit's own events say."""

        async def work(session: AsyncSession, row: CardRow) -> dict[str, Any]:
            self._need_state(row, "open", "handled")
            checked = await self._check(session, row)
            return {"state": "appealed", "ground": body.ground, "appeal": body.appeal, "checked": checked}

        return await self._act(visitor, id, "appealed", rules.ANSWER, work)

    async def decide(self, visitor: Visitor, id: str, body: Decision) -> CardView:
        """An inspector grants an appeal, and the card counts no more; or does not, and it stays."""

        async def work(session: AsyncSession, row: CardRow) -> dict[str, Any]:
            self._need_state(row, "appealed")
            if visitor.person and row.person == visitor.person:
                raise Conflict("own", "不能裁定本人的申诉")
            said: dict[str, Any] = {"opinion": body.opinion, "decided_by": visitor.name}
            if not body.granted:
                return {**said, "state": "refused"}
            lifted = row.lifted_at or self.office.clock.wall()
            return {**said, "state": "withdrawn", "lifted_at": lifted, "lifted_why": row.lifted_why or "申诉通过"}

        return await self._act(visitor, id, "decided", rules.INSPECT, work)

    async def _act(self, visitor: Visitor, id: str, act: str, permission: str, work: Any) -> CardView:
        visitor.need(permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True, permission=permission)
            before = self.told(row)
            await self.apply(session, visitor, row, row.version, await work(session, row))
            if act == "appealed":
                await self._telling.appealed(session, row, visitor.name)
            elif act == "decided":
                await self._telling.decided(session, row, visitor.name)
                if row.lifted_at is not None:
                    await self._telling.over(session, row)
            await self.audit(session, visitor, act, id, before, self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    @staticmethod
    def _need_state(row: CardRow, *states: str) -> None:
        if row.state not in states:
            raise Conflict("state", f"该牌现为“{STATES[row.state]}”，不能进行此操作，请刷新")

    async def _check(self, session: AsyncSession, row: CardRow) -> str:
        """What the case itself says: whether it has ended, and how its time limit ended (E21)."""
        limits = await self._cases.deadlines(session, row.root)
        limit = next((one for one in limits if (one.case, one.clock) == (row.case, row.clock)), None)
        case = (await self._cases.family(session, row.root)).cases[row.case]
        said = []
        if case.ended_at is not None:
            said.append(f"已于{_moment(case.ended_at)}办结")
        if limit is not None and limit.started_at == row.started_at:
            if limit.ended_at is not None:
                late = "超时" if limit.ended_at > limit.due_at else "未超时"
                said.append(f"{limit.title}到期{_moment(limit.due_at)}，完成{_moment(limit.ended_at)}，{late}")
            else:
                late = "已超时" if self.office.clock.wall() > limit.due_at else "未超时"
                said.append(f"{limit.title}到期{_moment(limit.due_at)}，尚未完成，{late}")
        return "；".join(said) or "该时限已重新计时"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"
