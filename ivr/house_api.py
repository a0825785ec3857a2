"""What flows stand on, over HTTP: the names that they may use, and the business calendars."""

from __future__ import annotations

from typing import Annotated

import pydantic

from cti.base.files.findings import Finding
from cti.base.files.parts import NAME
from cti.base.http.routes import Body, Query, Route
from cti.base.visitor import Visitor
from ivr.rights import PUBLISH, READ
from ivr.service import FlowService
from ivr.speech.spoken_pieces import PromptTexts
from ivr.workshop.calendar_desk import CalendarBook, CalendarDesk, DayView, HolidaysTaken
from ivr.workshop.library import FlowLibrary
from ivr.workshop.vocabulary import Vocabulary, vocabulary


class CalendarText(Body, str_strip_whitespace=False):
    """The text of the calendars' file, and the digest of the one that was seen."""

    text: str = pydantic.Field(max_length=500_000)
    seen: str = pydantic.Field(default="", max_length=64)


class HolidaysBody(Body, str_strip_whitespace=False):
    """The text of the calendars' file, and a year's holidays as a table: see `cti.base.times.holiday_table`."""

    text: str = pydantic.Field(max_length=500_000)
    table: str = pydantic.Field(max_length=20_000)
    year: int = pydantic.Field(ge=2000, le=2100)


class YearQuery(Query):
    """A year, and the code of a region, or the name of an organisation, whose own hours count."""

    year: int = pydantic.Field(ge=2000, le=2100)
    region: str = pydantic.Field(default="", max_length=12)
    organisation: str = pydantic.Field(default="", max_length=60)


class HouseApi:
    """Tells editors which names flows may use, and keeps the business calendars."""

    def __init__(self, flows: FlowService, library: FlowLibrary, texts: PromptTexts, calendars: CalendarDesk) -> None:
        self._flows = flows
        self._library = library
        self._texts = texts
        self._calendars = calendars

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/flow_vocabulary", self.vocabulary, READ, "流程可用的语法与名称"),
            Route("GET", "/api/flow_calendars", self.calendars, READ, "工作日历与节假日"),
            Route("PUT", "/api/flow_calendars", self.change_calendars, PUBLISH, "修改工作日历"),
            Route("POST", "/api/flow_calendars/lint", self.lint_calendars, READ, "检查工作日历文本"),
            Route("POST", "/api/flow_calendars/holidays", self.holidays, READ, "从表格读入一年的节假日（不保存）"),
            Route("GET", "/api/flow_calendars/{calendar}", self.year, READ, "某日历一年的每一天"),
        ]

    async def vocabulary(self, visitor: Visitor) -> Vocabulary:
        """The schema, and the names of the house."""
        return vocabulary(self._library, self._texts, lambda name: self._flows.may_see(visitor, name))

    async def calendars(self, visitor: Visitor) -> CalendarBook:
        """All calendars, holidays, and the text of their file."""
        return self._calendars.book(visitor)

    async def lint_calendars(self, visitor: Visitor, body: CalendarText) -> list[Finding]:
        """What is wrong with a text."""
        return [one.in_chinese for one in self._calendars.check(visitor, body.text)]

    async def holidays(self, visitor: Visitor, body: HolidaysBody) -> HolidaysTaken:
        """A text with the holidays of a table; it is kept by changing the calendars with it."""
        return self._calendars.with_holidays(visitor, body.text, body.table, body.year)

    async def change_calendars(self, visitor: Visitor, body: CalendarText) -> CalendarBook:
        """Another text; refused with `findings`."""
        return await self._calendars.change(visitor, body.text, body.seen)

    async def year(
        self, visitor: Visitor, calendar: Annotated[str, pydantic.Field(pattern=NAME)], query: YearQuery
    ) -> list[DayView]:
        """Every day of a year."""
        return self._calendars.year(visitor, calendar, query.year, query.region, query.organisation)
