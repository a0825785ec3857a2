"""Plans of quality: daily ones draw on each working day, special ones once (F28, F29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.service import Acd
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.jobs.service import Jobs
from cti.office.records import Office
from cti.office.records.steps import Step, SteppedRecords
from cti.office.references import Reference
from cti.office.sharing import Shared
from cti.telephony.queue_titles import QueueTitles
from workflow.quality.drawing.candidates import Candidates
from workflow.quality.inspectors import INSPECTORS, inspectors_of
from workflow.quality.models import DrawRow, PlanRow, ReviewRow
from workflow.quality.rules import PLAN, PLAN_STATES
from workflow.quality.scoring.library import SheetLibrary
from workflow.quality.views import DrawLine, PlanFields, PlanQuery, PlanView

DRAW = "quality_draw"
"""The kind of jobs that draw."""
LONGEST = timedelta(days=100)


class Plans(SteppedRecords[PlanRow, PlanFields, PlanView, PlanQuery]):
    """The service. A plan draws by `Drawing`, with the organisation that it belongs to and all below."""

    table, fields, view, query = PlanRow, PlanFields, PlanView, PlanQuery
    kind: ClassVar[str] = "quality_plan"
    title: ClassVar[str] = "质检计划"
    see: ClassVar[str] = PLAN
    edit_permission: ClassVar[str] = PLAN
    export_permission: ClassVar[str] = PLAN
    sharing: ClassVar[Shared] = Shared(own=())
    screen: ClassVar[str] = "quality_plans"
    filters: ClassVar[tuple[str, ...]] = ("kind", "state")
    refs: ClassVar[Mapping[str, Reference]] = {"inspectors": INSPECTORS}
    few: ClassVar[bool] = True
    states: ClassVar[Mapping[str, str]] = PLAN_STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("start", "启用", ("draft", "paused"), "running", PLAN, tone="primary"),
        Step("pause", "停用", ("running",), "paused", PLAN),
    )

    def __init__(
        self, office: Office, sheets: SheetLibrary, candidates: Candidates, acd: Acd, queues: QueueTitles, jobs: Jobs
    ) -> None:
        super().__init__(office)
        self._sheets, self._candidates, self._acd, self._queues, self._jobs = sheets, candidates, acd, queues, jobs

    def limits(self, visitor: Visitor, query: PlanQuery) -> list[ColumnElement[bool]]:
        """Also by a part of the title."""
        found = super().limits(visitor, query)
        return [*found, PlanRow.title.contains(query.search, autoescape=True)] if query.search else found

    async def values(
        self, session: AsyncSession, body: PlanFields, row: PlanRow | None, organisation: str
    ) -> dict[str, Any]:
        """Spans that have a length, a sheet that is there, transcripts for words. Invalid, Conflict."""
        faults = Faults()
        kind = row.kind if row is not None else body.kind
        if not self._sheets.is_for(body.sheet, organisation):
            faults.found(Invalid("sheet", "没有这个评分标准", "sheet"))
        if kind == "special" and body.since is not None and body.until is not None:
            if body.until <= body.since:
                faults.found(Invalid("until", "结束时间必须晚于开始时间", "until"))
            elif body.until - body.since > LONGEST:
                faults.found(Invalid("until", f"专项质检的时间最长 {LONGEST.days} 天", "until"))
        if body.min_seconds is not None and body.max_seconds is not None and body.max_seconds < body.min_seconds:
            faults.found(Invalid("max_seconds", "最长不能小于最短", "max_seconds"))
        if body.words and self._candidates.saying is None:
            faults.found(Invalid("words", "通话转写没有运行，不能按说到的字词抽取", "words"))
        if row is not None and row.state == "finished":
            faults.found(Conflict("finished", "专项质检已抽取完成，不能再修改", "title"))
        if await self.taken(session, row, PlanRow.title == body.title, PlanRow.organisation == organisation):
            faults.found(Conflict("taken", "已有同名的质检计划", "title"))
        faults.refuse()
        values = {**await super().values(session, body, row, organisation), "kind": kind}
        if kind == "daily":
            values |= {"since": None, "until": None}
        return values if row is not None else {**values, "state": "draft", "drawn_until": None}

    async def insert(self, session: AsyncSession, visitor: Visitor, body: PlanFields, number: Any = None) -> PlanRow:
        """Only people who may score are given work, and such as the visitor may give it."""
        await self._check_inspectors(session, visitor, body.inspectors)
        return await super().insert(session, visitor, body, number)

    async def apply(
        self, session: AsyncSession, visitor: Visitor, row: PlanRow, version: int, values: Mapping[str, Any]
    ) -> None:
        """The same where a plan is changed."""
        if (named := values.get("inspectors")) and set(named) - set(row.inspectors):
            await self._check_inspectors(session, visitor, [one for one in named if one not in row.inspectors])
        await super().apply(session, visitor, row, version, values)

    async def _check_inspectors(self, session: AsyncSession, visitor: Visitor, named: Sequence[str]) -> None:
        may = {one.id for one in await inspectors_of(session, visitor)}
        if strange := len([one for one in named if one not in may]):
            raise Invalid("inspectors", f"其中 {strange} 人没有质检评分的权限，或不在您的管理范围内", "inspectors")

    def words(self, visitor: Visitor, row: PlanRow) -> dict[str, Any]:
        """With titles of sheet, groups and queues."""
        sheet, groups = self._sheets.files.get(row.sheet), self._acd.settings.groups
        titles = {
            "sheet": sheet.title if sheet is not None else "",
            "groups": "、".join(groups[one].title or one for one in row.groups if one in groups),
            "queues": "、".join(self._queues.get(one, one) for one in row.queues),
        }
        return {**super().words(visitor, row), "titles": {key: one for key, one in titles.items() if one}}

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[PlanRow], views: Sequence[PlanView]
    ) -> None:
        """With how many talks each has drawn, counted at once."""
        await super().complete(session, visitor, rows, views)
        wanted = (
            select(ReviewRow.plan, ReviewRow.state, func.count())
            .where(ReviewRow.plan.in_([row.id for row in rows]), ReviewRow.removed_at.is_(None))
            .group_by(ReviewRow.plan, ReviewRow.state)
        )
        by_id = {view.id: view for view in views}
        for plan, state, count in (await session.execute(wanted)).tuples():
            by_id[plan].talks += count
            by_id[plan].left += count if state == "open" else 0

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: PlanRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """A special plan draws as soon as it is started."""
        if step.name == "start" and row.kind == "special":
            if row.until is not None and row.until > self.office.clock.wall():
                raise Conflict("not_over", "“来电到”还没有到，届时再启用")
            await self._jobs.add(session, DRAW, {"plan": row.id, "day": ""})
        return {}

    async def step(self, visitor: Visitor, id: str, name: str, body: Any = None) -> PlanView:
        """See `SteppedRecords.step`; what is to be drawn is drawn at once."""
        found = await super().step(visitor, id, name, body)
        self._jobs.look()
        return found

    async def draws(self, visitor: Visitor, id: str) -> list[DrawLine]:
        """What a plan has drawn, the latest first. NotFound."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            wanted = select(DrawRow).where(DrawRow.plan == row.id).order_by(DrawRow.at.desc(), DrawRow.id.desc())
            return [
                DrawLine.model_validate(one, from_attributes=True) for one in await session.scalars(wanted.limit(500))
            ]
