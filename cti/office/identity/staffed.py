"""In which organisations somebody has a permission, himself or from above; and who has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.identity import regions
from cti.office.identity.directory import Organisation, granting, known_roles
from cti.office.identity.models import PersonRow
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import has_role


@dataclass(frozen=True, slots=True)
class Staff:
    """Organisations in use where somebody with an open account has a permission."""

    own: frozenset[str]
    """Those that have such people themselves."""
    above: Mapping[str, str]
    """Those that have none: the nearest above whose people reach down, by organisation."""


async def staff_of(session: AsyncSession, known: Mapping[str, Organisation], permission: str) -> Staff:
    """By whose people the work of each organisation is done."""
    giving = granting((await known_roles(session)).values(), permission)
    if not giving:
        return Staff(frozenset(), {})
    wanted = select(PersonRow.organisation, cast(PersonRow.roles, Text)).where(
        PersonRow.disabled_at.is_(None), or_(*(has_role(role.name) for role in giving))
    )
    reaches: dict[str, set[Reach]] = {}
    for organisation, roles in await session.execute(wanted.distinct()):
        mine = msgspec.json.decode(roles)
        reaches.setdefault(organisation, set()).update(role.reach for role in giving if role.name in mine)
    own = frozenset(name for name, one in known.items() if not one.closed and reaches.get(name))
    above: dict[str, str] = {}
    for name, one in known.items():
        if one.closed or name in own:
            continue
        for other in above_of(known, name):
            if any(reaches_down(reach, known[other], one) for reach in reaches.get(other, ())):
                above[name] = other
                break
    return Staff(own, above)


async def staffed(session: AsyncSession, known: Mapping[str, Organisation], permission: str) -> frozenset[str]:
    """Organisations in use where somebody with an open account has the permission, there or in one above it."""
    found = await staff_of(session, known, permission)
    return found.own | found.above.keys()


def above_of(known: Mapping[str, Organisation], name: str) -> Iterator[str]:
    """The organisations above one, the nearest first; without the house at the top, which does nobody's work."""
    seen, parent = {name}, known[name].parent if name in known else None
    while parent is not None and parent in known and parent not in seen and known[parent].parent is not None:
        yield parent
        seen.add(parent)
        parent = known[parent].parent


def reaches_down(reach: Reach, above: Organisation, below: Organisation) -> bool:
    """Whether who has a role in an organisation reaches one below it."""
    if reach is Reach.REGION:
        return regions.is_within(below.region, above.region)
    return reach not in (Reach.OWN, Reach.ORGANISATION)


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with an open account whose roles give a permission; `agent` is his number where he takes calls."""

    id: str
    name: str
    agent: str


async def workers(
    session: AsyncSession, permission: str, limits: Sequence[ColumnElement[bool]] = (), *, text: str = ""
) -> list[Worker]:
    """All of them by name, or those within `limits` on people (see `directory.people_within`) whose name has `text`."""
    giving = granting((await known_roles(session)).values(), permission)
    if not giving:
        return []
    may = PersonRow.disabled_at.is_(None), or_(*(has_role(role.name) for role in giving)), *limits
    wanted = select(PersonRow.id, PersonRow.name, PersonRow.agent_no).where(*may)
    if text:
        wanted = wanted.where(PersonRow.name.contains(text, autoescape=True))
    rows = await session.execute(wanted.order_by(PersonRow.name, PersonRow.id))
    return [Worker(id, name, number or "") for id, name, number in rows]
