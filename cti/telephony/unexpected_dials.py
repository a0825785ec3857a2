"""Whether a citizen who does not expect it may be dialled now.

Who wants no calls, what is forbidden, the hours of a calendar, and who is owed a call anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.calendars import Calendars
from cti.base.number import Number
from cti.telephony.ways_out import House, WaysOut

Barred = Literal["do_not_call", "forbidden", "not_now"]
"""Never, or not at this time."""


class WhoWantsNone(Protocol):
    """The list of those who want no calls, or the house's `Spared`."""

    async def has(self, session: AsyncSession, number: str) -> bool:
        """Whether a canonical number wants no calls."""


@dataclass(frozen=True, slots=True)
class UnexpectedDials:
    """Says why not. `awaited` tells whether a canonical number is to be called, or talked with, by somebody else."""

    do_not_call: WhoWantsNone
    ways: WaysOut
    calendars: Calendars
    awaited: Callable[[str], bool]

    async def barred(
        self, session: AsyncSession, number: str, now: datetime, *, organisation: str, calendar: str, region: str
    ) -> Barred | None:
        """Why this number may not be dialled for an organisation by the hours of a calendar; None: it may."""
        if await self.do_not_call.has(session, number):
            return "do_not_call"
        if self.ways.refusal(House(organisation=organisation), Number.parse(number)) is not None:
            return "forbidden"
        if not self.calendars.is_open(calendar, now, region) or self.awaited(number):
            return "not_now"
        return None
