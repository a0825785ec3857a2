"""Plans of revisits (回访计划): which tickets, by which flow, from when to when; how far they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.office.records.kinds import RecordReference
from cti.office.records.steps import Step, SteppedRecords
from cti.office.references import Reference
from cti.office.sharing import Shared
from workflow.revisit.models import PlanRow, RevisitRow
from workflow.revisit.rules import ON_THE_LINE, OPEN, rate_of
from workflow.revisit.strategies import EDIT, SEE, Strategies
from workflow.revisit.views import PLAN_STATES, STRATEGIES, Outlook, PlanFields, PlanQuery, PlanView
from workflow.tickets.calls.revisiting import Revisiting, ToRevisit
from workflow.tickets.views import TicketQuery

SAMPLE = 20
Told = tuple[str, str]
"""What a citizen said of the result, and on which way."""


class Plans(SteppedRecords[PlanRow, PlanFields, PlanView, PlanQuery]):
    """The service. Whoever calls by the plans listens to its changes. `flows` are the titles of flows by name."""

    table, fields, view, query = PlanRow, PlanFields, PlanView, PlanQuery
    kind: ClassVar[str] = "revisit_plan"
    title: ClassVar[str] = "回访计划"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = EDIT
    sharing: ClassVar[Shared] = Shared(own=())
    screen: ClassVar[str] = "revisit_plans"
    filters: ClassVar[tuple[str, ...]] = ("state",)
    refs: ClassVar[Mapping[str, Reference]] = {
        "strategy": RecordReference(Strategies, f"{STRATEGIES}/choices", "title")
    }
    few: ClassVar[bool] = True
    states: ClassVar[Mapping[str, str]] = PLAN_STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("start", "开始", ("draft", "paused"), "running", EDIT, tone="primary"),
        Step("pause", "暂停", ("running",), "paused", EDIT),
        Step("finish", "结束", ("draft", "running", "paused"), "finished", EDIT, tone="danger"),
    )

    def __init__(
        self, office: Office, strategies: Strategies, revisiting: Revisiting, flows: Callable[[], Mapping[str, str]]
    ) -> None:
        super().__init__(office)
        self.strategies, self._revisiting, self.flows = strategies, revisiting, flows

    def limits(self, visitor: Visitor, query: PlanQuery) -> list[ColumnElement[bool]]:
        """By state and what the title contains."""
        found = super().limits(visitor, query)
        return [*found, PlanRow.title.contains(query.search, autoescape=True)] if query.search else found

    async def values(
        self, session: AsyncSession, body: PlanFields, row: PlanRow | None, organisation: str
    ) -> dict[str, Any]:
        """With a flow that is there and a window that has a length. Invalid; Conflict for a second one of a title."""
        faults = Faults()
        if body.flow not in self.flows():
            faults.found(Invalid("flow", "没有这个故事板", "flow"))
        if body.ends_at <= body.begins_at:
            faults.found(Invalid("ends_at", "结束时间必须晚于开始时间", "ends_at"))
        if await self.taken(session, row, PlanRow.title == body.title, PlanRow.organisation == organisation):
            faults.found(Conflict("taken", "已有同名的回访计划", "title"))
        faults.refuse()
        values = await super().values(session, body, row, organisation)
        return values if row is not None else {**values, "state": "draft", "started_by": ""}

    async def led_by(self, flow: str) -> list[str]:
        """In words, plans that are not over and call by a flow."""
        still = PlanRow.flow == flow, PlanRow.state != "finished", PlanRow.removed_at.is_(None)
        async with self.office.store.reading() as session:
            found = await session.scalars(select(PlanRow.title).where(*still).order_by(PlanRow.title))
        return [f"回访计划“{title}”" for title in found]

    def words(self, visitor: Visitor, row: PlanRow) -> dict[str, Any]:
        """With the flow's title."""
        title = self.flows().get(row.flow, "")
        return {**super().words(visitor, row), "titles": {"flow": title} if title else {}}

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: PlanRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """Who starts it lends it his reach; what is not called yet when it ends is called no more. Conflict."""
        now = self.office.clock.wall()
        if step.name == "start":
            if row.ends_at <= now:
                raise Conflict("over", "结束时间已过，请先修改计划的时间")
            return {"started_by": visitor.person}
        if step.name == "finish":
            await self.let_go(session, row.id)
        return {}

    async def let_go(self, session: AsyncSession, plan: str) -> None:
        """Who waits to be called by a plan is called no more by it: another plan, or people, may."""
        waiting = RevisitRow.plan == plan, RevisitRow.state == "waiting"
        now = self.office.clock.wall()
        await session.execute(update(RevisitRow).where(*waiting).values(state="stopped", updated_at=now))

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[PlanRow], views: Sequence[PlanView]
    ) -> None:
        """With how far each is, counted at once."""
        await super().complete(session, visitor, rows, views)
        wanted = (
            select(RevisitRow.plan, RevisitRow.state, func.count())
            .where(RevisitRow.plan.in_([row.id for row in rows]), RevisitRow.removed_at.is_(None))
            .group_by(RevisitRow.plan, RevisitRow.state)
        )
        found: dict[str, dict[str, int]] = {}
        for plan, state, count in (await session.execute(wanted)).tuples():
            found.setdefault(plan, {})[state] = count
        said = await self._said(session, [row.id for row in rows])
        for view in views:
            counts = found.get(view.id, {})
            told = said.get(view.id, Counter())
            view.rate = rate_of(_summed(told, 0), sum(counts.values()))
            by = _summed(told, 1)
            view.by_phone, view.by_link = by["phone"], by["sms"]
            view.total, view.left = sum(counts.values()), counts.get("waiting", 0)
            view.talking = sum(counts.get(one, 0) for one in ON_THE_LINE)
            view.proposed, view.accepted = counts.get("proposed", 0), counts.get("accepted", 0)
            view.human, view.failed = counts.get("human", 0), counts.get("failed", 0)

    @staticmethod
    async def _said(session: AsyncSession, plans: Sequence[str]) -> dict[str, Counter[Told]]:
        """How many of each plan's citizens said what of the result, and on which way, verified or not."""
        told = RevisitRow.satisfaction != "", RevisitRow.state.in_(("proposed", "accepted"))
        wanted = (
            select(RevisitRow.plan, RevisitRow.satisfaction, RevisitRow.medium, func.count())
            .where(RevisitRow.plan.in_(plans), RevisitRow.removed_at.is_(None), *told)
            .group_by(RevisitRow.plan, RevisitRow.satisfaction, RevisitRow.medium)
        )
        found: dict[str, Counter[Told]] = {}
        for plan, satisfaction, medium, count in (await session.execute(wanted)).tuples():
            # Those from before ways were written down were told by telephone.
            found.setdefault(plan, Counter())[satisfaction, medium or "phone"] += count
        return found

    # ── which tickets ────────────────────────────────────────────────────────────────────────────────────────────

    async def outlook(self, visitor: Visitor, id: str) -> Outlook:
        """How many tickets it would take if it began now. NotFound."""
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            total = await self._revisiting.count(session, visitor, self.meant(row), taken(row.id))
        people = round(total * row.human_share / 100)
        share = f"，其中约 {people} 张转人工回访" if people else ""
        return Outlook(
            total=total, words=f"现在有 {total} 张待回访工单符合条件{share}" if total else "没有符合条件的待回访工单"
        )

    async def sample(self, visitor: Visitor, id: str) -> list[ToRevisit]:
        """The first of them."""
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            return await self._revisiting.find(session, visitor, self.meant(row), taken(row.id), SAMPLE)

    def meant(self, row: PlanRow) -> TicketQuery:
        """The filters of the tickets' list that it stands for."""
        said: dict[str, Any] = {key: getattr(row, key) for key in ("type", "channel", "category", "lead")}
        since = self.office.clock.wall() - timedelta(days=row.since_days)
        return TicketQuery.model_validate({**{key: one for key, one in said.items() if one}, "from": since})


def taken(plan: str) -> Select[tuple[str]]:
    """Tickets that a plan does not take: in the hands of some plan now, or asked about by this one without success."""
    mine = (RevisitRow.plan == plan) & (RevisitRow.state != "accepted")
    return select(RevisitRow.ticket).where(or_(RevisitRow.state.in_(OPEN), mine), RevisitRow.removed_at.is_(None))


def _summed(told: Counter[Told], at: int) -> Counter[str]:
    """By what was said (0), or by its way (1)."""
    found: Counter[str] = Counter()
    for key, count in told.items():
        found[key[at]] += count
    return found
