"""Shift types over HTTP: what files of every kind have, and lint with the need of the coming days."""

from __future__ import annotations

from datetime import date, timedelta

import pydantic

from cti.base.clock import Clock
from cti.base.files.findings import Finding
from cti.base.http.routes import Route
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.workshop.api import TEXT_LIMIT, FilesApi, TextBody, chinese
from cti.office.workshop.kept import has_errors
from cti.office.workshop.owning import Rights
from cti.office.workshop.service import Workshop
from workflow.roster.limits import hours
from workflow.roster.rules import TYPES
from workflow.roster.shift_types import DAY_KINDS, ShiftTypeFile, ShiftTypes, kind_of

PATH = "/api/shift_types"
RIGHTS = Rights(TYPES, TYPES, TYPES, "排班类型")
SHOWN_DAYS = 14


class SlotTried(pydantic.BaseModel):
    """A slot as it will be: its hours of work, and people needed on each of the coming days."""

    name: str
    title: str
    span: str
    hours: str
    night: bool
    needed: list[int]


class DayTried(pydantic.BaseModel):
    """One of the coming days: what it is in the calendar."""

    day: date
    kind: str


class ShiftTypeTried(pydantic.BaseModel):
    """What lint says of a text, and what it means for the coming days."""

    findings: list[Finding]
    days: list[DayTried] = []
    slots: list[SlotTried] = []


class ShiftTypesApi(FilesApi[ShiftTypeFile]):
    """The handlers."""

    parts = "slots"

    def __init__(self, desk: Workshop[ShiftTypeFile], library: ShiftTypes, clock: Clock) -> None:
        super().__init__(desk)
        self._library, self._clock = library, clock

    def routes(self) -> list[Route]:
        """Trying a draft, and the usual routes of files."""
        return [
            Route("POST", f"{PATH}/lint", self.attempt, RIGHTS.read, "检查并试用排班类型", limit=TEXT_LIMIT),
            *self.file_routes(PATH, RIGHTS),
        ]

    async def attempt(self, visitor: Visitor, body: TextBody) -> ShiftTypeTried:
        """What is wrong with a text, and whom it asks for in the coming days."""
        found, findings = await self._files.check(visitor, body.text)
        if found is None or has_errors(findings):
            return ShiftTypeTried(findings=chinese(findings))
        today = self._clock.wall().astimezone(ZONE).date()
        days = [today + timedelta(days=at) for at in range(SHOWN_DAYS)]
        kinds = [kind_of(self._library.calendars, day) for day in days]
        return ShiftTypeTried(
            findings=chinese(findings),
            days=[
                DayTried(day=day, kind=self._library.calendars.holiday(day) or DAY_KINDS[kind])
                for day, kind in zip(days, kinds, strict=True)
            ],
            slots=[
                SlotTried(
                    name=name, title=one.title, span=f"{one.begin}-{one.end}", hours=hours(one.minutes),
                    night=one.night, needed=[one.needed(kind) for kind in kinds],
                )
                for name, one in found.head.slots.items()
            ],
        )  # fmt: skip
