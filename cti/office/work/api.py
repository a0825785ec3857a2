"""Routes of open work."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pydantic

from cti.base.http.routes import OptionView, Query, Route
from cti.base.visitor import Visitor
from cti.office.bulk.api import bulk_routes
from cti.office.records import RecordPage
from cti.office.work.acts import MOVE, WORK_PEOPLE, WORK_UNITS
from cti.office.work.service import OpenWork, WorkQuery, WorkView

if TYPE_CHECKING:
    from cti.office.records.parts import Service

BASE = "/api/work"
PEOPLE_HAVING, UNITS_HAVING, KINDS = f"{BASE}/people", f"{BASE}/units", f"{BASE}/kinds"


class OptionsQuery(Query):
    """A part of a name."""

    search: str = pydantic.Field(default="", max_length=40)


def routes(work: OpenWork) -> list[Route]:
    """The list, handing over, and what to choose from."""

    async def listing(visitor: Visitor, query: WorkQuery) -> RecordPage[WorkView]:
        return await work.find(visitor, query)

    async def people(visitor: Visitor, query: OptionsQuery) -> list[OptionView]:
        return _options(await work.people(visitor, query.search))

    async def units(visitor: Visitor, query: OptionsQuery) -> list[OptionView]:
        return _options(await work.units(visitor, query.search))

    async def people_having(visitor: Visitor, query: OptionsQuery) -> list[OptionView]:
        return _options(await work.having(visitor, "person", query.search))

    async def units_having(visitor: Visitor, query: OptionsQuery) -> list[OptionView]:
        return _options(await work.having(visitor, "holder", query.search))

    async def kinds(visitor: Visitor) -> list[OptionView]:
        return _options(list(work.cases.watching.kinds.items()))

    return [
        Route("GET", BASE, listing, MOVE, "在办事项"),
        Route("GET", WORK_PEOPLE, people, MOVE, "可移交的人员"),
        Route("GET", WORK_UNITS, units, MOVE, "可移交的单位"),
        Route("GET", PEOPLE_HAVING, people_having, MOVE, "有在办事项的人员"),
        Route("GET", UNITS_HAVING, units_having, MOVE, "有在办事项的单位"),
        Route("GET", KINDS, kinds, MOVE, "在办事项的业务"),
        # What bulk acts ask of a service of records, this one answers, too.
        *bulk_routes(cast("Service", work), BASE),
    ]


def _options(found: list[tuple[str, str]]) -> list[OptionView]:
    return [OptionView(value=value, title=title) for value, title in found]
