"""Whether somebody on a list may be called now: asked before each dial, whoever dials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.feeding import LATER
from cti.base.times.business_time import ZONE
from cti.telephony.unexpected_dials import UnexpectedDials
from workflow.campaigns.models import AttemptRow, CampaignRow, TargetRow
from workflow.campaigns.rules import State
from workflow.campaigns.settings import CampaignsSettings


@dataclass(frozen=True, slots=True)
class Barred:
    """The state that he has instead of being called, until when, and why: a key of `RESULTS`, and words for people."""

    state: State
    until: datetime
    result: str
    words: str


class Barring:
    """Knows what stands against a call: what does against any that is not expected, and what this house adds."""

    def __init__(self, dials: UnexpectedDials) -> None:
        self._dials = dials
        self.settings = CampaignsSettings()

    async def found(self, session: AsyncSession, campaign: CampaignRow, row: TargetRow, now: datetime) -> Barred | None:
        """What stands against calling him now; None: nothing does."""
        barred = await self._dials.barred(
            session, row.number, now, organisation=campaign.organisation, calendar=campaign.calendar,
            region=row.place or row.region,
        )  # fmt: skip
        match barred.reason if barred is not None else "":
            case "do_not_call":
                return Barred("stopped", now, "do_not_call", "该号码已要求免打扰，请填写结果")
            case "forbidden":
                assert barred is not None
                return Barred("stopped", now, "forbidden", f"{barred.words}，请填写结果")
            case "closed":
                return Barred("waiting", now + LATER, "", "现在不在该活动的外呼时间内，请放回名单")
            case "awaited":
                return Barred("waiting", now + LATER, "", "该号码正在等待座席回电，请放回名单")
        return await self._called_lately(session, campaign, row, now)

    async def _called_lately(
        self, session: AsyncSession, campaign: CampaignRow, row: TargetRow, now: datetime
    ) -> Barred | None:
        """Another campaign has called him within the hours that lie between two."""
        if not self.settings.apart:
            return None
        apart = timedelta(hours=self.settings.apart)
        other = select(func.max(AttemptRow.at)).where(
            AttemptRow.number_index == row.number, AttemptRow.campaign != campaign.id, AttemptRow.at > now - apart
        )
        if (last := await session.scalar(other)) is None:
            return None
        until = last + apart
        said = until.astimezone(ZONE).strftime("%m-%d %H:%M")
        return Barred("waiting", until, "", f"另一外呼活动刚拨打过该号码，{said} 以后才能再拨，请放回名单")
