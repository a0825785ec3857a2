"""Routes of absences with a deputy."""

from __future__ import annotations

from datetime import datetime

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, OptionView, Page, Paged, Query, Route
from cti.base.visitor import Visitor
from cti.office.identity.absences import AbsenceData
from cti.office.identity.models import AbsenceRow
from cti.office.identity.service import Identity
from cti.office.screens.forms import form

BASE = "/api/absences"
PEOPLE, DEPUTIES = f"{BASE}/people", f"{BASE}/deputies"


class AbsenceFields(Body):
    """Who is away, from when until when, and who acts for him."""

    person: str = pydantic.Field(
        default="", max_length=26, title="离岗人",
        json_schema_extra=form(kind="choice", options_from=PEOPLE, options_search=True, help="不选为本人"),
    )  # fmt: skip
    deputy: str = pydantic.Field(
        min_length=1, max_length=26, title="代理人",
        json_schema_extra=form(
            kind="choice", options_from=DEPUTIES, options_search=True, help="以代理人自己的权限办理，记录写明代谁办理"
        ),
    )  # fmt: skip
    begins_at: pydantic.AwareDatetime = pydantic.Field(title="开始时间")
    ends_at: pydantic.AwareDatetime = pydantic.Field(title="结束时间", json_schema_extra=form(help="到时自动结束"))
    note: str = pydantic.Field(default="", max_length=200, title="原因")


class AbsenceView(pydantic.BaseModel):
    """An absence, and who stands in meanwhile."""

    id: str
    person_name: str = pydantic.Field(title="离岗人")
    deputy_name: str = pydantic.Field(title="代理人")
    begins_at: datetime = pydantic.Field(title="开始时间")
    ends_at: datetime = pydantic.Field(title="结束时间")
    note: str = pydantic.Field(title="原因")
    made_by: str = pydantic.Field(title="登记人")
    cancelled: bool = pydantic.Field(title="已取消")

    @classmethod
    def of(cls, row: AbsenceRow) -> AbsenceView:
        """As the page shows it."""
        said = {key: getattr(row, key) for key in cls.model_fields if key != "cancelled"}
        return cls(**said, cancelled=row.cancelled_at is not None)


class AbsencesQuery(Page):
    """Those that have not ended, or have."""

    past: bool = False


class OptionsQuery(Query):
    """A part of a name."""

    search: str = pydantic.Field(default="", max_length=40)


class AbsencesApi:
    """Keeps who is away and who acts for him."""

    def __init__(self, identity: Identity) -> None:
        self._absences = identity.absences

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each; everybody has his own."""
        return [
            Route("GET", BASE, self.all, SIGNED_IN, "离岗代理"),
            Route("POST", BASE, self.add, SIGNED_IN, "登记离岗代理", 201),
            Route("DELETE", f"{BASE}/{{absence}}", self.cancel, SIGNED_IN, "取消离岗代理"),
            Route("GET", PEOPLE, self.people, SIGNED_IN, "可登记离岗的人员"),
            Route("GET", DEPUTIES, self.deputies, SIGNED_IN, "可选代理人"),
        ]

    async def all(self, visitor: Visitor, query: AbsencesQuery) -> Paged[AbsenceView]:
        """Those that the visitor may see."""
        found = await self._absences.all(visitor, past=query.past)
        return Paged[AbsenceView].cut([AbsenceView.of(one) for one in found], query)

    async def add(self, visitor: Visitor, body: AbsenceFields) -> AbsenceView:
        """Somebody will be away, and another stands in."""
        return AbsenceView.of(await self._absences.add(visitor, AbsenceData(**body.model_dump())))

    async def cancel(self, visitor: Visitor, absence: str) -> None:
        """An absence ends now, or does not begin."""
        await self._absences.cancel(visitor, absence)

    async def people(self, visitor: Visitor, query: OptionsQuery) -> list[OptionView]:
        """Whose absence may be written down."""
        found = await self._absences.people(visitor, query.search)
        return [OptionView(value=id, title=title) for id, title in found]

    async def deputies(self, visitor: Visitor, query: OptionsQuery) -> list[OptionView]:
        """Who can be a deputy."""
        found = await self._absences.deputies(visitor, query.search)
        return [OptionView(value=id, title=title) for id, title in found]
