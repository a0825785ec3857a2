"""Scores: whose they are, what each is made of, the rows behind each number, and the trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.figures.service import RowsBehind
from cti.office.records import Office, Records
from cti.office.sharing.rule import Reached, Way
from workflow.performance.counting import Counting
from workflow.performance.models import AdjustmentRow, AppealRow, PeriodRow, ScoreRow
from workflow.performance.periods import period_of
from workflow.performance.rules import EXPORT, MANAGE, SEE, SHOWN
from workflow.performance.subjects import is_himself
from workflow.performance.views import (
    AdjustedView,
    AppealedView,
    PointView,
    RowsQuery,
    ScoreQuery,
    ScoreView,
    SheetView,
)

TREND = 12
"""So many periods the trend goes back."""


class NotFilled(Body):
    """Nobody fills in a score by hand."""


class Owner:
    """Scores as rows of whose period it is."""

    organisation: Any = ScoreRow.owner
    region: Any = ScoreRow.owner_region


class Scores(Records[ScoreRow, NotFilled, ScoreView, ScoreQuery]):
    """The service. Who manages a period sees its scores before they are published, others their own afterwards."""

    table, fields, view, query = ScoreRow, NotFilled, ScoreView, ScoreQuery
    kind: ClassVar[str] = "performance_score"
    title: ClassVar[str] = "绩效得分"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = MANAGE
    export_permission: ClassVar[str] = EXPORT
    screen: ClassVar[str] = "performance_scores"
    sort: ClassVar[str] = "-first"
    orders: ClassVar[tuple[str, ...]] = ("first", "rank")
    filters: ClassVar[tuple[str, ...]] = ("period", "of", "subject")
    broad: ClassVar[tuple[str, ...]] = ("of",)
    unasked: ClassVar[tuple[str, ...]] = ("lines", "subject", "person", "owner", "owner_region", "period")

    def __init__(self, office: Office, counting: Counting) -> None:
        super().__init__(office)
        self._counting = counting

    # ── whose they are ───────────────────────────────────────────────────────────────────────────────────────────

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """Those of periods that he manages; published ones of his reach; his own, and those of his unit."""
        found: list[Way] = []
        if visitor.may(MANAGE):
            found.append([*visitor.reach(MANAGE).limits(Owner)])
        if writing or permission not in (SEE, EXPORT) or not visitor.may(permission):
            return found
        shown = ScoreRow.state.in_(SHOWN)
        scope = visitor.reach(permission)
        if scope.agent is None:
            found.append(Reached(scope, [*scope.limits(ScoreRow), shown]))
        found += [[ScoreRow.person == one, shown] for one in {visitor.person} - {""}]
        found.append([ScoreRow.subject == visitor.organisation, shown])
        return found

    def limits(self, visitor: Visitor, query: ScoreQuery) -> list[ColumnElement[bool]]:
        """Also one's own alone, and those of one's unit, as they were published."""
        found = super().limits(visitor, query)
        if query.own:
            mine = or_(ScoreRow.person == visitor.person, ScoreRow.subject == visitor.organisation)
            found += [mine, ScoreRow.state.in_(SHOWN)]
        return found

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By name or agent number."""
        return or_(ScoreRow.agent == text, ScoreRow.name.contains(text, autoescape=True))

    async def values(
        self, session: AsyncSession, body: NotFilled, row: ScoreRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody makes one by hand."""
        raise Invalid("not_by_hand", "得分由考核期计算，不能手工新增")

    def offered(self, row: ScoreRow, writes: bool) -> list[str]:
        """A score is corrected by appeals, and by points that somebody grants."""
        return []

    def words(self, visitor: Visitor, row: ScoreRow) -> dict[str, Any]:
        """What cost most."""
        return {"worst": worst(row.lines)}

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[ScoreRow], views: Sequence[ScoreView]
    ) -> None:
        """What the visitor may do with each now."""
        await super().complete(session, visitor, rows, views)
        now = self.office.clock.wall()
        wanted = select(PeriodRow.id, PeriodRow.appeal_until).where(PeriodRow.id.in_({one.period for one in rows}))
        until = dict((await session.execute(wanted)).tuples().all())
        for row, view in zip(rows, views, strict=True):
            last, himself = until.get(row.period), is_himself(visitor, row.subject, row.agent)
            acts = []
            if himself and row.state == "published" and last is not None and now <= last:
                acts.append("appeal")
            if not himself and row.state in ("ready", "published") and manages(visitor, row):
                acts.append("adjust")
            view.acts = acts

    # ── one of them ──────────────────────────────────────────────────────────────────────────────────────────────

    async def sheet(self, visitor: Visitor, id: str) -> SheetView:
        """A score with its lines, points by hand, appeals, and the periods before it. NotFound."""
        visitor.need(SEE)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            (view,) = await self.shown_all(session, visitor, [row])
            period = await session.get_one(PeriodRow, row.period)
            trend = await self._trend(session, row)
            given = select(AdjustmentRow).where(
                AdjustmentRow.period == row.period, AdjustmentRow.subject == row.subject,
                AdjustmentRow.state == "granted", AdjustmentRow.removed_at.is_(None),
            )  # fmt: skip
            adjusted = (await session.scalars(given.order_by(AdjustmentRow.id))).all()
            against = select(AppealRow).where(AppealRow.score == row.id, AppealRow.removed_at.is_(None))
            appeals = (await session.scalars(against.order_by(AppealRow.id))).all()
        return SheetView(
            score=view, lines=row.lines, trend=trend,
            adjustments=[AdjustedView(id=one.id, points=one.points, reason=one.reason) for one in adjusted],
            appeals=[
                AppealedView(
                    id=one.id, kpi_title=one.kpi_title, reason=one.reason, state=one.state, before=one.before,
                    after=one.after, opinion=one.opinion, at=one.created_at,
                )
                for one in appeals
            ],
            appeal_until=period.appeal_until,
            may_ask=may_ask(visitor, row),
        )  # fmt: skip

    async def _trend(self, session: AsyncSession, row: ScoreRow) -> list[PointView]:
        wanted = select(ScoreRow).where(
            ScoreRow.subject == row.subject, ScoreRow.scheme == row.scheme, ScoreRow.owner == row.owner,
            ScoreRow.first <= row.first, ScoreRow.removed_at.is_(None),
            or_(ScoreRow.state.in_(SHOWN), ScoreRow.id == row.id),
        )  # fmt: skip
        found = (await session.scalars(wanted.order_by(ScoreRow.first.desc()).limit(TREND))).all()
        return [
            PointView(
                title=one.period_title.split(" ")[0], first=one.first, total=one.total, rank=one.rank,
                ranked=one.ranked, here=one.id == row.id,
            )
            for one in reversed(found)
        ]  # fmt: skip

    async def rows(self, visitor: Visitor, id: str, query: RowsQuery) -> RowsBehind:
        """The rows behind a number of a score, as it stands in its line. NotFound for what it has not."""
        visitor.need(SEE)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            period = await session.get_one(PeriodRow, row.period)
        part = part_of(row, query.kpi, query.part)
        whose = await self._counting.whose(row.owner, row.owner_region)
        count = query.count
        if count == "excluded":
            count = "denominator" if part["denominator"] is not None else "numerator"
        return await self._counting.rows(
            whose, part["figure"], count, period_of(period), part["by"], part["key"], query.page, query.size,
            excluded=query.count == "excluded",
        )  # fmt: skip

    async def locked(self, session: AsyncSession, score: str) -> tuple[ScoreRow, PeriodRow]:
        """A score and its period, both locked: the period first, as counting does. NotFound."""
        period = await session.scalar(select(ScoreRow.period).where(ScoreRow.id == score))
        found = await session.get(PeriodRow, period, with_for_update=True, populate_existing=True) if period else None
        row = await session.get(ScoreRow, score, with_for_update=True, populate_existing=True)
        if row is None or found is None or row.removed_at is not None:
            raise NotFound("no_score", "没有这条得分")
        if found.state == "counting":
            raise Conflict("counting", "正在计算，请稍后再试")
        return row, found


def part_of(row: ScoreRow, kpi: str, name: str) -> Mapping[str, Any]:
    """A figure in a line of a score. NotFound."""
    for line in row.lines:
        for part in line["parts"] if line["kpi"] == kpi else ():
            if part["name"] == name and part["by"]:
                found: Mapping[str, Any] = part
                return found
    raise NotFound("no_kpi", "得分里没有这一项")


def worst(lines: Sequence[Mapping[str, Any]]) -> str:
    """What cost most, in words."""
    found = max(lines, key=lambda one: float(one["lost"]), default=None)
    return f"−{found['lost']:.1f} {found['title']}" if found is not None and found["lost"] > 0 else ""


def manages(visitor: Visitor, row: ScoreRow) -> bool:
    """Whether the visitor manages the period of a score."""
    return visitor.reach(MANAGE).covers(row.owner, row.owner_region)


def may_ask(visitor: Visitor, row: ScoreRow) -> bool:
    """Whether he may ask that something does not count: about himself, or in a period that he manages."""
    if row.state == "final":
        return False
    return is_himself(visitor, row.subject, row.agent) or manages(visitor, row)
