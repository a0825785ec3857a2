"""The service of turns on call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.identity.models import PersonRow
from cti.office.on_call.models import OnCallRow, turns
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.screens import form

LONGEST = timedelta(days=31)
PEOPLE, ORGANISATIONS = "/api/options/on_call_people", "/api/options/on_call_organisations"
PLACES = {"1": "第一值班人", "2": "第二值班人"}


class OnCallFields(Body):
    """A turn of duty: who is on call, from when until when."""

    person: str = pydantic.Field(
        max_length=26,
        title="值班人",
        json_schema_extra=form(kind="choice", options_from=PEOPLE, options_search=True),
    )
    begins_at: pydantic.AwareDatetime = pydantic.Field(title="开始时间")
    ends_at: pydantic.AwareDatetime = pydantic.Field(title="结束时间")
    place: Literal["1", "2"] = pydantic.Field(
        default="1", title="次序", json_schema_extra=form(options=PLACES, help="第一值班人没有确认时，再告知第二值班人")
    )
    note: str = pydantic.Field(default="", max_length=200, title="备注")
    organisation: str | None = pydantic.Field(
        default=None,
        max_length=40,
        title="为哪个机构值班",
        json_schema_extra=form(
            kind="choice",
            options_from=ORGANISATIONS,
            help="不选为本人机构；系统告警告知市热线的值班人",
        ),
    )


class OnCallView(RecordView):
    """A turn; `now` whether it goes on."""

    person: str = pydantic.Field(title="值班人编号")
    person_name: str = pydantic.Field(title="值班人")
    begins_at: datetime = pydantic.Field(title="开始时间")
    ends_at: datetime = pydantic.Field(title="结束时间")
    place: str = pydantic.Field(title="次序", json_schema_extra=form(kind="choice", options=PLACES))
    note: str = pydantic.Field(title="备注")
    now: bool = pydantic.Field(title="正在值班")


class OnCallQuery(RecordQuery):
    """Turns that have not ended, or those that have; or all that lie partly in a period."""

    past: bool = pydantic.Field(default=False, title="已结束")
    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


class OnCall(Records[OnCallRow, OnCallFields, OnCallView, OnCallQuery]):
    """Who is on call for an organisation."""

    table, fields, view, query = OnCallRow, OnCallFields, OnCallView, OnCallQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "on_call"
    title: ClassVar[str] = "值班"
    see: ClassVar[str] = "on_call.see"
    edit_permission: ClassVar[str] = "on_call.edit"
    orders: ClassVar[tuple[str, ...]] = ("begins_at",)
    sort: ClassVar[str] = "begins_at"
    unasked: ClassVar[tuple[str, ...]] = ("place",)

    async def people_now(self, session: AsyncSession, organisation: str) -> Sequence[tuple[str, int]]:
        """The ids of who is on call now and their places, the first first."""
        now = self.office.clock.wall()
        found = select(OnCallRow.person, OnCallRow.place).where(*turns(organisation, now))
        return (await session.execute(found.order_by(OnCallRow.place, OnCallRow.begins_at))).tuples().all()

    def limits(self, visitor: Visitor, query: OnCallQuery) -> list[ColumnElement[bool]]:
        """By name, and by when they are."""
        now = self.office.clock.wall()
        found: list[ColumnElement[bool]] = []
        if query.since is not None and query.until is not None:
            found += [OnCallRow.ends_at > query.since, OnCallRow.begins_at < query.until]
        else:
            found.append(OnCallRow.ends_at <= now if query.past else OnCallRow.ends_at > now)
        if query.search:
            found.append(OnCallRow.person_name.contains(query.search, autoescape=True))
        return found

    async def values(
        self, session: AsyncSession, body: OnCallFields, row: OnCallRow | None, organisation: str
    ) -> dict[str, Any]:
        """Somebody with an open account, once at a time, not longer than a month."""
        faults = Faults()
        person = await session.get(PersonRow, body.person)
        with faults.gathered():
            if person is None or person.disabled_at is not None:
                raise Invalid("no_person", "人员不存在或已停用", "person")
        with faults.gathered():
            if not timedelta() < body.ends_at - body.begins_at <= LONGEST:
                raise Invalid("times", "结束时间应晚于开始时间，最长一个月", "ends_at")
        with faults.gathered():
            same = OnCallRow.person == body.person, OnCallRow.organisation == organisation
            overlaps = OnCallRow.begins_at < body.ends_at, OnCallRow.ends_at > body.begins_at
            if await self.taken(session, row, *same, *overlaps):
                raise Conflict("taken", "此人在这段时间已有值班", "begins_at")
        faults.refuse()
        assert person is not None, "refused above"
        return {
            "person": body.person, "person_name": person.name, "begins_at": body.begins_at, "ends_at": body.ends_at,
            "place": int(body.place), "note": body.note,
        }  # fmt: skip

    def words(self, visitor: Visitor, row: OnCallRow) -> dict[str, Any]:
        """Whether it goes on now."""
        return {"place": str(row.place), "now": row.begins_at <= self.office.clock.wall() < row.ends_at}
