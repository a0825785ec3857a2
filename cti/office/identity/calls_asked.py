"""What every list of calls, and of what belongs to calls, can be asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Page
from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.lookups import LAST_FOUR, Lookups


class CallsAsked(Page):
    """Filters; times are ISO 8601, `until` exclusive; `number` whole or its last four digits.

    However people write it: `0519-8899 0011`, `88990011` where 0519 is the house's own, `+86 519 88990011`.
    """

    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")
    number: str = pydantic.Field(default="", max_length=32)
    purpose: str = pydantic.Field(default="", max_length=200)
    agent: str = pydantic.Field(default="", max_length=16)
    queue: str = pydantic.Field(default="", max_length=40)
    reason: str = pydantic.Field(default="", max_length=24)
    quality: Literal["", "bad"] = ""

    async def digits(self, visitor: Visitor, kind: str, lookups: Lookups) -> str:
        """The number as it is stored, once the visitor may look for it: see `Lookups.number` for what is raised."""
        number = self.number
        if number and len(number) != LAST_FOUR:
            number = Number.parse(number, area=lookups.area).digits or number
        await lookups.number(visitor, kind, number, self.purpose)
        return number
