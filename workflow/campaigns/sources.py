"""Where a campaign's list comes from: a saved view of tickets, citizens or other lists, taken in as often as wanted.

What the view asks for is kept with the campaign, so that whoever changes his view changes no campaign. Who takes it in
gets the records that he himself may read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.bulk.asking import SHOWN, BulkAnswer, BulkPreview, Failure, Outlook
from cti.office.identity.masking import SEE_NUMBERS, Disclosure, shown_name, shown_number
from cti.office.records import Office, Records
from cti.office.records.kinds import RecordReference
from cti.office.records.whom import Whom, whom_of
from cti.office.references import Reference
from cti.office.sharing import Shared
from cti.office.views.service import Views
from workflow.campaigns.joining import Joining, Judged, Verdict
from workflow.campaigns.models import CampaignRow, SourceRow
from workflow.campaigns.service import SEE, Campaigns
from workflow.campaigns.views import BASE, SourceFields, SourceQuery, SourceView

SORTS = {
    Verdict.NEW: "good", Verdict.KNOWN: "same", Verdict.GONE: "same", Verdict.TWICE: "same",
    Verdict.SPARED: "refused", Verdict.FORBIDDEN: "refused", Verdict.NOBODY: "refused",
}  # fmt: skip
FIRST = ("refused", "good", "same")
"""What a preview shows first."""


class Sources(Records[SourceRow, SourceFields, SourceView, SourceQuery]):
    """The service. `look` says what taking in would do, with whom; `take_in` does it."""

    table, fields, view, query = SourceRow, SourceFields, SourceView, SourceQuery
    kind: ClassVar[str] = "campaign_source"
    title: ClassVar[str] = "名单来源"
    sharing: ClassVar[Shared] = Shared(own=())
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = "campaigns.edit"
    refs: ClassVar[Mapping[str, Reference]] = {"campaign": RecordReference(Campaigns, f"{BASE}/choices", "title")}
    filters: ClassVar[tuple[str, ...]] = ("campaign",)
    few: ClassVar[bool] = True

    def __init__(self, office: Office, views: Views, joining: Joining) -> None:
        super().__init__(office)
        self._views, self._joining = views, joining

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: SourceFields) -> SourceRow:
        """With what the view asks for now. Invalid for one that is not the visitor's."""
        found = next((one for one in await self._views.of_people(visitor) if one.id == body.view), None)
        if found is None:
            raise Invalid("view", "没有这个视图，请重新选择", "view")
        row = await super().drafted(session, visitor, body)
        row.title, row.records, row.filters = body.title or found.title, found.kind, dict(found.filters)
        return row

    async def values(
        self, session: AsyncSession, body: SourceFields, row: SourceRow | None, organisation: str
    ) -> dict[str, Any]:
        """It belongs to whom the campaign does; later only its name changes. Conflict."""
        if row is not None:
            return {"title": body.title or row.title}
        campaign = await session.get(CampaignRow, body.campaign)
        if campaign is None or campaign.state == "finished":
            raise Conflict("finished", "该外呼活动已结束，不能再加入", "campaign")
        owner = {"organisation": campaign.organisation, "region": campaign.region}
        begun = {"title": "", "records": "", "filters": {}, "matched": 0, "added": 0, "taken_at": None}
        return {"campaign": campaign.id, **owner, **begun}

    def words(self, visitor: Visitor, row: SourceRow) -> dict[str, Any]:
        """What its records are called."""
        service = self.office.services.get(row.records)
        return {"of": service.title if service is not None else "已停用的业务"}

    def offered(self, row: SourceRow, writes: bool) -> list[str]:
        """Taking in, beside the usual acts."""
        return [*super().offered(row, writes), *(["take_in"] if writes and row.removed_at is None else [])]

    async def look(self, visitor: Visitor, id: str) -> BulkPreview:
        """What taking in would do with each: as masked as the visitor sees them. NotFound, Conflict."""
        row = await self._mine(visitor, id)
        judged = await self._joining.judge(visitor, row.campaign, await self._whom(visitor, row))
        counts = Counter(SORTS[one.verdict] for one in judged)
        first = sorted(judged, key=lambda one: FIRST.index(SORTS[one.verdict]))[:SHOWN]
        await Disclosure(self.office.audit).seen(visitor, SEE_NUMBERS, row.records, [one.whom.record for one in first])
        return BulkPreview(
            total=len(judged), good=counts["good"], same=counts["same"], refused=counts["refused"], seen={},
            rows=[_outlook(visitor, one) for one in first], background=False,
        )  # fmt: skip

    async def take_in(self, visitor: Visitor, id: str) -> BulkAnswer:
        """Put them on the list; who stands there already stays as he is. NotFound, Conflict."""
        row = await self._mine(visitor, id)
        judged = await self._joining.join(visitor, row.campaign, await self._whom(visitor, row), row.title)
        counts = Counter(SORTS[one.verdict] for one in judged)
        async with self.changing() as session:
            kept = await self.row(session, visitor, id, lock=True)
            kept.matched, kept.added = len(judged), kept.added + counts["good"]
            kept.taken_at = kept.updated_at = self.office.clock.wall()
        await self.changed([id])
        failed = [one for one in judged if SORTS[one.verdict] == "refused"][:SHOWN]
        return BulkAnswer(
            done=counts["good"], same=counts["same"], refused=counts["refused"], total=len(judged),
            failed=[Failure(id=one.whom.record, detail=one.why) for one in failed],
        )  # fmt: skip

    async def _mine(self, visitor: Visitor, id: str) -> SourceRow:
        visitor.need(self.edit_permission)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
        if row.removed_at is not None:
            raise Conflict("removed", "该名单来源已删除，请先恢复")
        return row

    async def _whom(self, visitor: Visitor, row: SourceRow) -> list[Whom]:
        service = self.office.services.get(row.records)
        if service is None:
            raise Conflict("no_records", "该名单来源的业务已停用")
        try:
            query = service.query.model_validate({key: value for key, value in row.filters.items() if value})
        except pydantic.ValidationError:
            raise Conflict("old_filters", "该名单来源的筛选条件已不可用，请重新保存视图并添加") from None
        return await whom_of(service, visitor, query)


def _outlook(visitor: Visitor, one: Judged) -> Outlook:
    number = shown_number(visitor, Number.parse(one.whom.number)) if one.whom.number else ""
    name = shown_name(visitor, one.whom.name)
    title = " ".join(part for part in (name, number, one.whom.about) if part)
    sort: Any = SORTS[one.verdict]
    return Outlook(id=one.whom.record, title=title, sort=sort, words=one.why)
