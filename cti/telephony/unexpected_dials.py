"""Whether a citizen who does not expect it may be dialled now.

Who wants no calls, what is forbidden, the hours of a calendar, and who is owed a call anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.numbers.number import Number
from cti.base.times.calendars import Calendars
from cti.telephony.ways_out import House, WaysOut

Reason = Literal["do_not_call", "forbidden", "closed", "awaited"]
"""The first two hold for ever; the others now."""


class WhoWantsNone(Protocol):
    """The list of those who want no calls, or the house's `Spared`."""

    async def has(self, session: AsyncSession, number: str) -> bool:
        """Whether a canonical number wants no calls."""


@dataclass(frozen=True, slots=True)
class Barred:
    """Why he may not be dialled, and the rule's own words where a rule forbids his number."""

    reason: Reason
    words: str = ""

    @property
    def for_ever(self) -> bool:
        """Whether he is not dialled at another time either."""
        return self.reason in ("do_not_call", "forbidden")


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
            return Barred("do_not_call")
        words = self.ways.refusal(House(organisation=organisation), Number.parse(number))
        if words is not None:
            return Barred("forbidden", words)
        if not self.calendars.is_open(calendar, now, region):
            return Barred("closed")
        return Barred("awaited") if self.awaited(number) else None
