"""Which other people may read a record: who is mentioned or told must be one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Query
from cti.base.refusal import NotFound
from cti.office.identity.directory import load_visitor
from cti.office.identity.models import PersonRow

if TYPE_CHECKING:
    from cti.office.records.parts import Service

ASKED = 20
"""People who are looked at for one list of names to choose from."""


class NameQuery(Query):
    """The beginning of a name that somebody types."""

    search: str = pydantic.Field(default="", max_length=40)


async def readers(
    session: AsyncSession, service: Service, id: str, people: Iterable[PersonRow], part: str = ""
) -> list[PersonRow]:
    """Those of some people who may read a record, and this `part` of it, and are still there."""
    found = []
    for person in people:
        if person.disabled_at is not None:
            continue
        visitor, _ = await load_visitor(session, person)
        if not visitor.may(service.see):
            continue
        try:
            row = await service.row(session, visitor, id)
        except NotFound:
            continue
        if not part or service.sees_part(visitor, row, part):
            found.append(person)
    return found


async def readers_of_ids(
    session: AsyncSession, service: Service, id: str, people: Collection[str], part: str = ""
) -> list[PersonRow]:
    """The same by the people's ids."""
    rows = (await session.scalars(select(PersonRow).where(PersonRow.id.in_(people)))).all() if people else []
    return await readers(session, service, id, rows, part)


async def readers_named(
    session: AsyncSession, service: Service, id: str, words: str, part: str = ""
) -> list[PersonRow]:
    """Those whose name has these characters, or whose account or agent number begins with them."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    alike = (
        PersonRow.name.like(f"%{escaped}%", escape="\\")
        | PersonRow.login.like(f"{escaped.lower()}%", escape="\\")
        | (PersonRow.agent_no == words)
    )
    wanted = select(PersonRow).where(alike, PersonRow.disabled_at.is_(None)).order_by(PersonRow.name, PersonRow.id)
    return await readers(session, service, id, (await session.scalars(wanted.limit(ASKED))).all(), part)
