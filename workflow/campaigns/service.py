"""Campaigns: what they are, how far they are, and when they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.office.records.steps import Step, SteppedRecords
from cti.office.sharing import Shared
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.redialling import ANSWERED
from workflow.campaigns.models import CampaignRow, TargetRow
from workflow.campaigns.rules import OPEN
from workflow.campaigns.scripts import Scripts
from workflow.campaigns.views import CAMPAIGN_STATES, CampaignFields, CampaignQuery, CampaignView

SEE, EDIT, WORK = "campaigns.see", "campaigns.edit", "campaigns.work"
"""To see them and their lists, to change them, to call for them."""


class Campaigns(SteppedRecords[CampaignRow, CampaignFields, CampaignView, CampaignQuery]):
    """The service. Whoever feeds a campaign to the agents listens to its changes."""

    table, fields, view, query = CampaignRow, CampaignFields, CampaignView, CampaignQuery
    kind: ClassVar[str] = "campaign"
    title: ClassVar[str] = "外呼活动"
    sharing: ClassVar[Shared] = Shared(own=())
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = EDIT
    screen: ClassVar[str] = "campaigns"
    filters: ClassVar[tuple[str, ...]] = ("state", "mode")
    few: ClassVar[bool] = True
    states: ClassVar[Mapping[str, str]] = CAMPAIGN_STATES
    steps: ClassVar[tuple[Step, ...]] = (
        Step("start", "开始", ("draft", "paused"), "running", EDIT, tone="primary"),
        Step("pause", "暂停", ("running",), "paused", EDIT),
        Step("finish", "结束", ("draft", "running", "paused"), "finished", EDIT, tone="danger"),
        Step("reopen", "重新打开", ("finished",), "paused", EDIT),
    )

    def __init__(
        self,
        office: Office,
        queues: QueueTitles,
        calendars: Calendars,
        scripts: Scripts,
        permitted: Callable[[str], Sequence[str]],
    ) -> None:
        """`permitted` are the numbers that an organisation may show."""
        super().__init__(office)
        self._queues, self._calendars, self.scripts, self.permitted = queues, calendars, scripts, permitted

    def limits(self, visitor: Visitor, query: CampaignQuery) -> list[ColumnElement[bool]]:
        """By state, mode and what the title contains."""
        found = super().limits(visitor, query)
        return [*found, CampaignRow.title.contains(query.search, autoescape=True)] if query.search else found

    async def values(
        self, session: AsyncSession, body: CampaignFields, row: CampaignRow | None, organisation: str
    ) -> dict[str, Any]:
        """With a queue and a calendar that are there, and a number that may be shown; one that could be before and
        cannot any more stays, and the usual one is shown. Invalid; Conflict for a second one of a title."""
        faults = Faults()
        stays = row is not None and row.shown == body.shown
        if body.shown and not stays and body.shown not in self.permitted(organisation):
            faults.found(Invalid("shown", "本机构不能外显这个号码", "shown"))
        if body.queue not in self._queues:
            faults.found(Invalid("queue", "没有这个座席队列", "queue"))
        if body.calendar not in self._calendars.names:
            faults.found(Invalid("calendar", "没有这个日历", "calendar"))
        same = CampaignRow.title == body.title, CampaignRow.organisation == organisation
        if await self.taken(session, row, *same):
            faults.found(Conflict("taken", "已有同名的外呼活动", "title"))
        if body.form and (row is None or row.form != body.form):
            with faults.gathered():
                self.scripts.check(body.form)
        faults.refuse()
        return await super().values(session, body, row, organisation)

    def words(self, visitor: Visitor, row: CampaignRow) -> dict[str, Any]:
        """The queue and the calendar by their titles."""
        calendar = self._calendars.titles.get(row.calendar, row.calendar)
        form = {"form": self.scripts.title(row.form)} if row.form else {}
        return {"titles": {**self._queues.beside(row.queue), "calendar": calendar, **form}}

    async def stepped(
        self, session: AsyncSession, visitor: Visitor, row: CampaignRow, step: Step, body: Any
    ) -> dict[str, Any]:
        """Nothing starts without anybody to call, or at a queue that is gone. Conflict."""
        if step.name == "start":
            if row.queue not in self._queues:
                raise Conflict("queue", "该活动的座席队列已不存在，请先修改")
            mine = TargetRow.campaign == row.id, TargetRow.removed_at.is_(None)
            if await session.scalar(select(TargetRow.id).where(*mine).limit(1)) is None:
                raise Conflict("empty", "名单为空，请先导入或加入外呼对象")
        return {}

    async def check_removed(self, session: AsyncSession, row: CampaignRow) -> None:
        """Not while it runs. Conflict."""
        if row.state == "running":
            raise Conflict("running", "活动正在进行，请先暂停或结束")

    async def check_restored(self, session: AsyncSession, row: CampaignRow) -> None:
        """Not beside its like. Conflict."""
        same = CampaignRow.title == row.title, CampaignRow.organisation == row.organisation
        if await self.taken(session, row, *same):
            raise Conflict("taken", "已有同名的外呼活动")

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[CampaignRow], views: Sequence[CampaignView]
    ) -> None:
        """With the figures of each, all in one query."""
        await super().complete(session, visitor, rows, views)
        by_id = {view.id: view for view in views}
        wanted = (
            select(TargetRow.campaign, TargetRow.state, TargetRow.result, func.count())
            .where(TargetRow.campaign.in_(list(by_id)), TargetRow.removed_at.is_(None))
            .group_by(TargetRow.campaign, TargetRow.state, TargetRow.result)
        )
        for campaign, state, result, count in (await session.execute(wanted)).all() if by_id else ():
            view, answered = by_id[campaign], result == ANSWERED
            view.total += count
            view.reached += count if answered else 0
            view.left += count if state in OPEN and not answered else 0
            view.failed += count if state == "failed" and not answered else 0
