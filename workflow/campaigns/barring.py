"""Whether somebody on a list may be called now: asked before each dial, whoever dials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.feeding import LATER
from cti.base.business_time import ZONE
from cti.base.calendars import Calendars
from cti.base.number import Number
from cti.telephony.ways_out import House, WaysOut
from workflow.campaigns.do_not_call import DoNotCall
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
    """Knows what stands against a call; `owed_to` says whether the queue of agents has a callback to a number."""

    def __init__(
        self, do_not_call: DoNotCall, ways: WaysOut, calendars: Calendars, owed_to: Callable[[str], object | None]
    ) -> None:
        self._do_not_call = do_not_call
        self._ways = ways
        self._calendars = calendars
        self._owed_to = owed_to
        self.settings = CampaignsSettings()

    async def found(self, session: AsyncSession, campaign: CampaignRow, row: TargetRow, now: datetime) -> Barred | None:
        """What stands against calling him now; None: nothing does."""
        if await self._do_not_call.has(session, row.number):
            return Barred("stopped", now, "do_not_call", "该号码已要求免打扰，请填写结果")
        reason = self._ways.refusal(House(organisation=campaign.organisation), Number.parse(row.number))
        if reason is not None:
            return Barred("stopped", now, "forbidden", f"{reason}，请填写结果")
        if not self._calendars.is_open(campaign.calendar, now, row.place or row.region):
            return Barred("waiting", now + LATER, "", "现在不在该活动的外呼时间内，请放回名单")
        if self._owed_to(row.number) is not None:
            return Barred("waiting", now + LATER, "", "该号码正在等待座席回电，请放回名单")
        if self.settings.apart:
            apart = timedelta(hours=self.settings.apart)
            other = select(func.max(AttemptRow.at)).where(
                AttemptRow.number_index == row.number, AttemptRow.campaign != campaign.id, AttemptRow.at > now - apart
            )
            if (last := await session.scalar(other)) is not None:
                until = last + apart
                said = until.astimezone(ZONE).strftime("%m-%d %H:%M")
                return Barred("waiting", until, "", f"另一外呼活动刚拨打过该号码，{said} 以后才能再拨，请放回名单")
        return None
