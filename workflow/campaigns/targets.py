"""Whom campaigns call: their lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor, system
from cti.office.records import Office, Records
from cti.office.records.kinds import RecordReference
from cti.office.records.telephones import Telephone
from cti.office.records.whom import Whom
from cti.office.references import REGIONS, Reference
from cti.office.sharing import Shared
from cti.telephony.ways_out import House, WaysOut
from workflow.campaigns.do_not_call import DoNotCall
from workflow.campaigns.models import CampaignRow, TargetRow
from workflow.campaigns.scripts import Scripts
from workflow.campaigns.service import SEE, WORK, Campaigns
from workflow.campaigns.views import BASE, TargetFields, TargetQuery, TargetView

BY = system("外呼活动")
HELD = ("taken", "dialling", "talked")
"""States in which a target is one agent's."""


class Targets(Records[TargetRow, TargetFields, TargetView, TargetQuery]):
    """The service. The states follow `rules.WAYS`, whoever changes them."""

    table, fields, view, query = TargetRow, TargetFields, TargetView, TargetQuery
    kind: ClassVar[str] = "campaign_target"
    title: ClassVar[str] = "外呼对象"
    sharing: ClassVar[Shared] = Shared(own=())
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = "campaigns.edit"
    is_private: ClassVar[bool] = True
    screen: ClassVar[str] = "campaign_targets"
    is_called_about: ClassVar[bool] = True
    telephone: ClassVar[Telephone | None] = Telephone("number", name="name")
    refs: ClassVar[Mapping[str, Reference]] = {
        "campaign": RecordReference(Campaigns, f"{BASE}/choices", "title"),
        "place": REGIONS,
    }
    filters: ClassVar[tuple[str, ...]] = ("campaign", "state", "code")
    period: ClassVar[str] = "last_at"
    orders: ClassVar[tuple[str, ...]] = ("due_at", "last_at")
    unasked: ClassVar[tuple[str, ...]] = ("agent", "answers")

    def __init__(self, office: Office, do_not_call: DoNotCall, scripts: Scripts, ways: WaysOut, area: str) -> None:
        super().__init__(office)
        self.area = area
        self.do_not_call, self.scripts, self._ways = do_not_call, scripts, ways

    def limits(self, visitor: Visitor, query: TargetQuery) -> list[ColumnElement[bool]]:
        """By campaign, state, result, number; `mine` are those that the visitor has in hand."""
        found = super().limits(visitor, query)
        if query.mine:
            found += [TargetRow.agent == visitor.person, TargetRow.state.in_(HELD)]
        if query.search:
            assert self.telephone is not None
            number = self.telephone.condition(TargetRow, query.search, self.area)
            found.append(TargetRow.name.contains(query.search, autoescape=True) if number is None else number)
        return found

    async def values(
        self, session: AsyncSession, body: TargetFields, row: TargetRow | None, organisation: str
    ) -> dict[str, Any]:
        """A number stands once on a campaign's list; who is on it belongs to whom the campaign does.

        Conflict; Invalid for a number that would not be called, so that an import tells of it beforehand.
        """
        values = await super().values(session, body, row, organisation)
        if row is not None:
            return {key: values[key] for key in ("name", "about", "place")}
        campaign = await session.get(CampaignRow, body.campaign)
        if campaign is None or campaign.state == "finished":
            raise Conflict("finished", "该外呼活动已结束，不能再加入", "campaign")
        same = TargetRow.campaign == campaign.id, TargetRow.number_index == values["number"]
        if await self.taken(session, row, *same):
            raise Conflict("taken", "该号码已在此活动的名单中", "number")
        if await self.do_not_call.among(session, [values["number"]]):
            raise Invalid("do_not_call", "该号码已要求免打扰，不能加入名单", "number")
        who = House(organisation=campaign.organisation)
        if (reason := self._ways.refusal(who, Number.parse(values["number"]))) is not None:
            raise Invalid("forbidden", f"禁拨号码，不能加入名单：{reason}", "number")
        owner = {"organisation": campaign.organisation, "region": campaign.region}
        return {**values, **owner, "state": "waiting", "due_at": self.office.clock.wall()}

    def words(self, visitor: Visitor, row: TargetRow) -> dict[str, Any]:
        """Masked by right; whoever has somebody in hand knows how to address him."""
        mine = bool(row.agent) and row.agent == visitor.person
        said = {**super().words(visitor, row), "answers": self.scripts.words(row.answers)}
        return {**said, **({"name": row.name} if mine else {})}

    def whom(self, visitor: Visitor, row: TargetRow) -> Whom:
        """Him, and what was known of him: whom one campaign did not reach another may call."""
        return Whom(row.id, row.number, row.name, row.about, row.place)

    def offered(self, row: TargetRow, writes: bool) -> list[str]:
        """What can be done with one now; who may is said by each action's permission."""
        now: dict[str, list[str]] = {
            "waiting": ["take"], "taken": ["dial", "done", "release"], "talked": ["done"], "dialling": ["done"],
        }  # fmt: skip
        more = ["again"] if writes and row.state in ("failed", "stopped", "done") else []
        return [*super().offered(row, writes), *(now.get(row.state, []) if row.removed_at is None else []), *more]

    async def check_removed(self, session: AsyncSession, row: TargetRow) -> None:
        """Not while he is dialled or talked to. Conflict."""
        if row.state in ("given", "dialling"):
            raise Conflict("dialled", "正在外呼，不能删除")

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[TargetRow], views: Sequence[TargetView]
    ) -> None:
        """Where the campaign has a script, what came of it is filled in with it: on his page, or at the desk."""
        await super().complete(session, visitor, rows, views)
        asking = [view for view in views if "done" in view.acts]
        wanted = select(CampaignRow.id).where(
            CampaignRow.id.in_({view.campaign for view in asking}), CampaignRow.form != ""
        )
        with_script = set(await session.scalars(wanted)) if asking else set()
        for view in asking:
            if view.campaign in with_script:
                view.acts = ["fill" if act == "done" else act for act in view.acts]

    async def shown_whole(self, session: AsyncSession, visitor: Visitor, row: TargetRow) -> TargetView:
        """With what the agent is to say."""
        campaign = await session.get(CampaignRow, row.campaign)
        return self.shown(visitor, row).model_copy(update={"script": campaign.script if campaign else ""})

    async def of_call(self, visitor: Visitor, call: str) -> list[TargetView]:
        """Whom a call of a campaign is about; none for any other."""
        visitor.need(WORK)
        async with self.office.store.reading() as session:
            mine = (TargetRow.attempt == call) | (TargetRow.call == call)
            rows = (await session.scalars(select(TargetRow).where(mine, *self.readable(visitor)).limit(2))).all()
            found = [await self.shown_whole(session, visitor, row) for row in rows]
            await self.complete(session, visitor, rows, found)
            return found

    async def script_of(self, visitor: Visitor, id: str) -> str:
        """The name of the form that somebody's campaign has; empty for none. NotFound."""
        visitor.need(WORK)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            campaign = await session.get(CampaignRow, row.campaign)
        return campaign.form if campaign is not None else ""
