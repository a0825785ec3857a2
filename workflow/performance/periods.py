"""Periods (考核期): begun with the scheme's revision of that day, counted as a job, published, final when nobody may
appeal any more."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, Refusal
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.jobs.kinds import Hopeless, JobKind
from cti.office.jobs.service import Jobs
from cti.office.records import Office, RecordQuery
from cti.office.records.steps import Step, SteppedRecords
from cti.office.sharing import Shared
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import Timers
from workflow.performance.counting import Counted, Counting, averages, lines_of, units_of
from workflow.performance.library import SchemeLibrary
from workflow.performance.models import ExclusionRow, PeriodRow, ScoreRow
from workflow.performance.publishing import FINAL, publish, withdraw
from workflow.performance.rules import EXPORT, MANAGE, PERIOD_STATES, PUBLISH
from workflow.performance.scheme import Scheme
from workflow.performance.settling import corrected_before, put, settle
from workflow.performance.telling import Telling
from workflow.performance.views import PeriodFields, PeriodView, Withdrawn

JOB = "performance.count"
TIMEOUT = 900.0
WAIT = 8.0
"""Seconds for which who lets a period be counted waits for it: most are done by then."""
PREVIEWED = 3
"""So many periods a scheme is tried on."""


class Periods(SteppedRecords[PeriodRow, PeriodFields, PeriodView, RecordQuery]):
    """The service. A period keeps its scheme's revision until somebody takes the new one, before it is published."""

    table, fields, view, query = PeriodRow, PeriodFields, PeriodView, RecordQuery
    kind: ClassVar[str] = "performance_period"
    title: ClassVar[str] = "考核期"
    see: ClassVar[str] = MANAGE
    edit_permission: ClassVar[str] = MANAGE
    export_permission: ClassVar[str] = EXPORT
    screen: ClassVar[str] = "performance_periods"
    sort: ClassVar[str] = "-first"
    orders: ClassVar[tuple[str, ...]] = ("first",)
    filters: ClassVar[tuple[str, ...]] = ("of", "state")
    few: ClassVar[bool] = True
    sharing: ClassVar[Shared] = Shared(own=())
    unasked: ClassVar[tuple[str, ...]] = ("trouble", "counting")
    states: ClassVar[Mapping[str, str]] = PERIOD_STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("publish", "发布", ("ready",), "published", PUBLISH, tone="primary"),
        Step("withdraw", "撤回发布", ("published",), "ready", PUBLISH, Withdrawn, "danger"),
    )

    def __init__(
        self, office: Office, schemes: SchemeLibrary, counting: Counting, figures: Figures, jobs: Jobs, timers: Timers,
        telling: Telling,
    ) -> None:  # fmt: skip
        super().__init__(office)
        self.schemes, self.counting, self._figures = schemes, counting, figures
        self._jobs, self._timers, self._telling = jobs, timers, telling
        self._ends: dict[str, asyncio.Event] = {}
        self.job = JobKind(JOB, "绩效计算", self._work, tries=3, first=5.0, timeout=TIMEOUT, given_up=self._given_up)
        self.over = TimerKind(FINAL, "绩效申诉期限", self._final)

    # ── as records ───────────────────────────────────────────────────────────────────────────────────────────────

    async def values(
        self, session: AsyncSession, body: PeriodFields, row: PeriodRow | None, organisation: str
    ) -> dict[str, Any]:
        """One for each scheme and period of an organisation, which has begun."""
        if row is not None:
            raise Conflict("begun", "考核期不能修改，可以删除后重新建立")
        if not self.schemes.is_for(body.scheme, organisation):
            raise Invalid("no_scheme", "没有这个考核方案", "scheme")
        found = self.schemes.current(body.scheme)
        period = Period.around(found.head.every, date.fromisoformat(f"{body.month}-01"))
        if period.since > self.office.clock.wall():
            raise Invalid("future", "考核期还没有开始", "month")
        same = PeriodRow.scheme == body.scheme, PeriodRow.first == period.first, PeriodRow.organisation == organisation
        if await self.taken(session, row, *same):
            raise Conflict("taken", f"{period.title}的“{found.title}”已经有了", "month")
        return {
            "title": f"{period.title} {found.title}", "scheme": body.scheme, "revision": found.revision,
            "of": found.head.of, "every": found.head.every, "first": period.first, "last": period.last,
            "state": "draft", "trouble": "", "counting": 0, "scored": 0, "unscored": 0, "excluded": 0,
        }  # fmt: skip

    def offered(self, row: PeriodRow, writes: bool) -> list[str]:
        """It is counted and removed until it is published."""
        acts = [one for one in super().offered(row, writes) if one != "edit"]
        if row.removed_at is not None or not writes:
            return acts
        if row.state not in ("draft", "ready"):
            return [one for one in acts if one != "remove"]
        newer = ["renew"] if self._newer(row) else []
        return [*acts, "count", *newer]

    def words(self, visitor: Visitor, row: PeriodRow) -> dict[str, Any]:
        """What is to be known before one publishes."""
        told = []
        if row.trouble:
            told.append(f"上次计算没有完成：{row.trouble}")
        if newer := self._newer(row):
            told.append(f"考核方案已发布第 {newer} 版，本期仍按第 {row.revision} 版")
        if self._runs(row):
            told.append("考核期还没有结束，现在的得分是到目前为止的")
        return {"newer": "；".join(told)}

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[PeriodRow], views: Sequence[PeriodView]
    ) -> None:
        """Also when something was granted since a period was counted."""
        await super().complete(session, visitor, rows, views)
        mine = {row.organisation for row in rows if row.state == "ready"}
        if not mine:
            return
        wanted = select(ExclusionRow.organisation, func.max(ExclusionRow.judged_at)).where(
            ExclusionRow.organisation.in_(mine), ExclusionRow.stage.in_(("granted", "revoked"))
        )
        last = dict((await session.execute(wanted.group_by(ExclusionRow.organisation))).tuples().all())
        for row, view in zip(rows, views, strict=True):
            at = last.get(row.organisation)
            if row.state == "ready" and row.counted_at is not None and at is not None and at > row.counted_at:
                view.newer = "；".join(one for one in (view.newer, "计算以后又认定或撤销了不计考核，请重新计算") if one)

    def _newer(self, row: PeriodRow) -> int:
        found = self.schemes.files.get(row.scheme)
        return found.revision if found is not None and found.revision > row.revision else 0

    def _runs(self, row: PeriodRow) -> bool:
        return self.office.clock.wall() < period_of(row).until

    async def check_removed(self, session: AsyncSession, row: PeriodRow) -> None:
        """A published one stays."""
        if row.state not in ("draft", "ready"):
            raise Conflict("state", f"考核期{PERIOD_STATES[row.state]}，不能删除")
        now = self.office.clock.wall()
        mine = ScoreRow.period == row.id, ScoreRow.removed_at.is_(None)
        await session.execute(update(ScoreRow).where(*mine).values(removed_at=now))
        row.state, row.counted_at, row.average, row.scored = "draft", None, None, 0

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: PeriodRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """Published once it is over, or taken back."""
        if step.name == "withdraw":
            return await withdraw(session, row, body.reason, self._timers, self._telling)
        if self._runs(row):
            raise Conflict("runs", f"考核期到 {row.last} 才结束，结束后再发布")
        now, days = self.office.clock.wall(), self.scheme_of(row).appeal_days
        return await publish(session, row, now, days, self._timers, self._telling)

    def scheme_of(self, row: PeriodRow) -> Scheme:
        """The scheme as the period has it. Conflict where that revision is gone."""
        try:
            return self.schemes.revision(row.scheme, row.revision).head
        except KeyError:
            raise Conflict("no_scheme", f"考核方案 {row.scheme} 的第 {row.revision} 版已不存在") from None

    # ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def calculate(self, visitor: Visitor, id: str, *, renew: bool = False) -> PeriodView:
        """Count it in the background, anew where it was counted; `renew` takes the scheme's present revision."""
        visitor.need(MANAGE)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.removed_at is not None or row.state not in ("draft", "ready"):
                raise Conflict("state", f"考核期“{PERIOD_STATES[row.state]}”，不能计算")
            values: dict[str, Any] = {"state": "counting", "counting": row.counting + 1, "trouble": ""}
            before = {"revision": row.revision}
            if renew:
                values["revision"] = self._newer(row) or row.revision
            await self._jobs.add(session, JOB, {"period": id, "counting": row.counting + 1})
            await self.apply(session, visitor, row, row.version, values)
            action = "renew" if renew else "count"
            await self.audit(session, visitor, action, id, before, {"revision": row.revision})
            (found,) = await self.shown_all(session, visitor, [row])
        self._ends[id] = asyncio.Event()
        self._jobs.look()
        await self.changed([id])
        return found

    async def counted(self, visitor: Visitor, id: str) -> PeriodView:
        """The period once it is counted, or as it is after some seconds."""
        if (end := self._ends.get(id)) is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WAIT):
                    await end.wait()
        return await self.get(visitor, id)

    async def _work(self, data: dict[str, Any]) -> None:
        async with self.office.store.reading() as session:
            row = await session.get(PeriodRow, data["period"])
        if row is None or row.state != "counting" or row.counting != data["counting"]:
            return
        try:
            scheme = self.scheme_of(row)
            whose = await self.counting.whose(row.organisation, row.region)
            found = await self.counting.count(scheme, period_of(row), whose)
        except Refusal as refused:
            raise Hopeless(refused.detail) from None
        async with self.office.store.writing() as session:
            locked = await session.get(PeriodRow, row.id, with_for_update=True, populate_existing=True)
            if locked is None or locked.state != "counting" or locked.counting != data["counting"]:
                return
            await self._keep(session, locked, scheme, found)
            locked.state, locked.counted_at = "ready", self.office.clock.wall()
            locked.updated_at = locked.counted_at
        await self.changed([row.id])
        self._end(row.id)

    async def _given_up(self, session: AsyncSession, data: dict[str, Any], reason: str) -> None:
        row = await session.get(PeriodRow, data["period"], with_for_update=True)
        if row is not None and row.state == "counting" and row.counting == data["counting"]:
            row.state, row.trouble = "ready" if row.counted_at else "draft", reason[:400]
            self._end(row.id)

    def _end(self, id: str) -> None:
        if (end := self._ends.pop(id, None)) is not None:
            end.set()

    async def _keep(self, session: AsyncSession, row: PeriodRow, scheme: Scheme, found: Sequence[Counted]) -> None:
        units, now = units_of(scheme, self._figures), self.office.clock.wall()
        wanted = select(ScoreRow).where(ScoreRow.period == row.id)
        there = {one.subject: one for one in await session.scalars(wanted)}
        for one in found:
            kept = there.pop(one.subject.id, None)
            values = score_values(row, one, lines_of(scheme, units, one))
            if kept is None:
                session.add(ScoreRow(id=new_id(), created_at=now, updated_at=now, removed_at=None, **values))
                continue
            before = kept.lines
            for key, value in values.items():
                setattr(kept, key, value)
            if lines := corrected_before(before, kept.lines):
                put(kept, scheme, lines)
            kept.updated_at, kept.removed_at = now, None
        for gone in there.values():
            gone.removed_at = now
        await session.flush()
        await settle(session, row)

    async def preview(self, visitor: Visitor, scheme: Scheme) -> list[tuple[Period, list[Counted], float | None]]:
        """A scheme over the last periods that are over, for the visitor's organisation; nothing is kept."""
        visitor.need(MANAGE)
        period = Period.around(scheme.every, self.office.clock.wall().astimezone(ZONE).date())
        whose = await self.counting.whose(visitor.organisation or self.office.organisation, visitor.region)
        tried = []
        for _ in range(PREVIEWED):
            period = period.before()
            found = await self.counting.count(scheme, period, whose)
            tried.append((period, found, averages(found)))
        return tried[::-1]

    async def _final(self, session: AsyncSession, due: Sequence[Due]) -> None:
        """Nobody may appeal any more; appeals that wait are still decided."""
        ids = [one.key for one in due]
        mine = PeriodRow.id.in_(ids), PeriodRow.state == "published"
        await session.execute(update(PeriodRow).where(*mine).values(state="final"))
        await session.execute(
            update(ScoreRow).where(ScoreRow.period.in_(ids), ScoreRow.state == "published").values(state="final")
        )


def period_of(row: PeriodRow) -> Period:
    """The days that a period counts."""
    return Period.around("quarter" if row.every == "quarter" else "month", row.first)


def score_values(row: PeriodRow, one: Counted, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What a score keeps of what was counted; ranks and totals follow by `settle`."""
    subject = one.subject
    return {
        "organisation": subject.organisation, "region": subject.region, "owner": row.organisation,
        "owner_region": row.region, "period": row.id, "period_title": row.title, "scheme": row.scheme,
        "revision": row.revision, "of": row.of, "first": row.first, "state": "ready", "subject": subject.id,
        "person": subject.person, "agent": subject.agent, "name": subject.name, "lines": lines,
        "score": one.score.score, "counted": one.score.counted, "adjusted": 0.0, "total": None, "rank": None,
        "ranked": 0, "excluded": one.excluded, "corrected": False,
    }  # fmt: skip
