"""What every list of calls, and of what belongs to calls, can be asked for."""

from __future__ import annotations

from datetime import datetime

import pydantic

from cti.base.http.routes import Page
from cti.base.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.lookups import LAST_FOUR, Lookups


class CallsAsked(Page):
    """Filters; times are ISO 8601, `until` exclusive; `number` whole or its last four digits."""

    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")
    number: str = pydantic.Field(default="", max_length=32)
    purpose: str = pydantic.Field(default="", max_length=200)
    agent: str = pydantic.Field(default="", max_length=16)
    queue: str = pydantic.Field(default="", max_length=40)
    reason: str = pydantic.Field(default="", max_length=24)

    async def digits(self, visitor: Visitor, kind: str, lookups: Lookups) -> str:
        """The number as it is stored, once the visitor may look for it: see `Lookups.number` for what is raised."""
        number = self.number
        if number and len(number) != LAST_FOUR:
            number = Number.parse(number).digits or number
        await lookups.number(visitor, kind, number, self.purpose)
        return number
