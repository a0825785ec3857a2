"""Routes of turns on call."""

from __future__ import annotations

import pydantic
from sqlalchemy import or_, select

from cti.base.http.routes import OptionView, Page, Route
from cti.base.visitor import Visitor
from cti.office.identity.directory import load_organisations, people_within
from cti.office.identity.models import PersonRow
from cti.office.on_call.service import ORGANISATIONS, PEOPLE, OnCall
from cti.office.records.routes import record_routes


class PeopleSearch(Page):
    """A part of a name, login or agent number."""

    search: str = pydantic.Field(default="", max_length=40)


def routes(on_call: OnCall) -> list[Route]:
    """The usual ones, and the people and organisations to choose from."""

    async def people(visitor: Visitor, query: PeopleSearch) -> list[OptionView]:
        """Who can be put on call, within reach."""
        limits = [*people_within(visitor, OnCall.edit_permission), PersonRow.disabled_at.is_(None)]
        if query.search:
            columns = PersonRow.name, PersonRow.login, PersonRow.agent_no
            limits.append(or_(*(column.contains(query.search, autoescape=True) for column in columns)))
        wanted = select(PersonRow).where(*limits).order_by(PersonRow.name, PersonRow.id)
        async with on_call.office.store.reading() as session:
            rows = await session.scalars(wanted.limit(query.size).offset((query.page - 1) * query.size))
            return [OptionView(value=row.id, title=f"{row.name}（{row.agent_no or row.login}）") for row in rows]

    async def organisations(visitor: Visitor) -> list[OptionView]:
        """For whom turns can be written down, within reach."""
        reach = visitor.reach(OnCall.edit_permission)
        async with on_call.office.store.reading() as session:
            every = (await load_organisations(session)).values()
        return [
            OptionView(value=one.name, title=one.title)
            for one in every
            if not one.closed and reach.covers(one.name, one.region)
        ]

    return [
        Route("GET", ORGANISATIONS, organisations, OnCall.edit_permission, "可值班的机构"),
        Route("GET", PEOPLE, people, OnCall.edit_permission, "可值班的人员"),
        *record_routes(on_call, "/api/on_call", imports=False),
    ]
