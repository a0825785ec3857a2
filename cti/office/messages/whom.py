"""Whom a message is for. Each is turned into a condition on people, so that a whole city is told by one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.identity import regions
from cti.office.identity.directory import (
    Organisation,
    away,
    granting,
    known_organisations,
    known_roles,
    organisations_in,
    subtree,
)
from cti.office.identity.models import AbsenceRow, GroupRow, PersonRow
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import has_role
from cti.office.identity.staffed import above_of, reaches_down
from cti.office.on_call.models import OnCallRow, turns


class Persons(msgspec.Struct, frozen=True, tag=True):
    """These people, by their ids, and who acts for those of them that are away."""

    ids: tuple[str, ...]


class WithRole(msgspec.Struct, frozen=True, tag=True):
    """Who has a role: everywhere, in an organisation (and those below it), or in a region (and what lies in it)."""

    role: str
    organisation: str = ""
    below: bool = True
    region: str = ""


class WithRight(msgspec.Struct, frozen=True, tag=True):
    """Whose roles give a permission, in the same places; below an organisation only those who reach it from there."""

    permission: str
    organisation: str = ""
    below: bool = True
    region: str = ""


class AtWork(msgspec.Struct, frozen=True, tag=True):
    """Who does an organisation's work: its own people with the permission; while it has none, those of the nearest
    organisation above who reach down to it. The house at the top does nobody's.
    """

    permission: str
    organisation: str


class InGroup(msgspec.Struct, frozen=True, tag=True):
    """The members of a group (班组) and its leader."""

    group: str


class Leaders(msgspec.Struct, frozen=True, tag=True):
    """The leaders of the groups that these people are in."""

    of: tuple[str, ...] = ()


class OnDuty(msgspec.Struct, frozen=True, tag=True):
    """Who is on call for an organisation at the moment when it is told."""

    organisation: str


Whom = Persons | WithRole | WithRight | AtWork | InGroup | Leaders | OnDuty

_decoder = msgspec.json.Decoder(list[Whom])


def encoded(whom: Iterable[Whom]) -> str:
    """As it is kept with a timer."""
    return msgspec.json.encode(list(whom)).decode()


def decoded(text: str) -> list[Whom]:
    """The audiences that `encoded` wrote down."""
    return _decoder.decode(text)


async def condition(session: AsyncSession, whom: Iterable[Whom], now: datetime) -> ColumnElement[bool]:
    """The condition on the people who are meant and have an open account."""
    found = [await _of(session, one, now) for one in whom]
    return and_(PersonRow.disabled_at.is_(None), or_(false(), *found))


async def _of(session: AsyncSession, one: Whom, now: datetime) -> ColumnElement[bool]:
    match one:
        case Persons(ids):
            acting = select(AbsenceRow.deputy).where(AbsenceRow.person.in_(ids), *away(now))
            return PersonRow.id.in_(ids) | PersonRow.id.in_(acting)
        case WithRole(role):
            return and_(has_role(role), await _place(session, one))
        case WithRight(permission):
            giving = granting((await known_roles(session)).values(), permission)
            found = [has_role(role.name) & await _place(session, one, role.reach) for role in giving]
            return or_(false(), *found)
        case AtWork(permission, organisation):
            return await _at_work(session, permission, organisation, now)
        case InGroup(group):
            row = await session.get(GroupRow, group)
            return PersonRow.id.in_(() if row is None else _with_leader(row))
        case OnDuty(organisation):
            return PersonRow.id.in_(select(OnCallRow.person).where(*turns(organisation, now)))
        case Leaders(of):
            rows = (await session.scalars(select(GroupRow).where(GroupRow.leader.is_not(None)))).all()
            leaders = {row.leader for row in rows if set(of) & set(row.members)}
            return PersonRow.id.in_(leaders) & PersonRow.id.not_in(of)


async def _at_work(session: AsyncSession, permission: str, organisation: str, now: datetime) -> ColumnElement[bool]:
    known = await known_organisations(session)
    giving = granting((await known_roles(session)).values(), permission)
    found = [await _of(session, WithRight(permission, organisation=organisation), now)]
    for above in above_of(known, organisation):
        reaching = [role for role in giving if reaches_down(role.reach, known[above], known[organisation])]
        nearer = select(PersonRow.id).where(PersonRow.disabled_at.is_(None), or_(*found)).correlate(None)
        here = PersonRow.organisation == above
        found.append(and_(here, or_(false(), *(has_role(role.name) for role in reaching)), ~nearer.exists()))
    return or_(*found)


def _with_leader(row: GroupRow) -> list[str]:
    return [*row.members, *([row.leader] if row.leader else [])]


async def _place(session: AsyncSession, one: WithRole | WithRight, reach: Reach = Reach.ALL) -> ColumnElement[bool]:
    if one.organisation:
        names = {one.organisation}
        if one.below:
            known = await known_organisations(session)
            names |= {
                name for name in subtree(known, one.organisation) if _reaches(known, name, one.organisation, reach)
            }
        return PersonRow.organisation.in_(names)
    if one.region:
        return PersonRow.organisation.in_(organisations_in(regions.within(one.region)))
    return PersonRow.id.is_not(None)


def _reaches(known: Mapping[str, Organisation], home: str, above: str, reach: Reach) -> bool:
    """Whether people reach an organisation above theirs with such a role: else they hear of what is not theirs."""
    if reach is Reach.REGION:
        return regions.is_within(known[above].region, known[home].region)
    return reach is Reach.ALL
