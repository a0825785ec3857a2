"""Organisations, roles and people as the tables have them, and what a person's roles add up to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Pool, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.scope import EVERYTHING, NOTHING, Scope
from cti.base.visitor import ALL, Visitor
from cti.office.identity import regions
from cti.office.identity.models import AbsenceRow, GroupRow, OrganisationRow, PersonRow, RegionSwitchRow, RoleRow
from cti.office.identity.permissions import Level, Reach, Role


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; `parent` is the name of the one above, None at the top.

    `agent_numbers` is the range of its agents' numbers (`2001-2999`), empty where that of the one above holds;
    `successor` the one into which it was merged when it was closed, if into one.
    """

    name: str
    title: str
    region: str
    parent: str | None
    agent_numbers: str = ""
    closed: bool = False
    version: int = 1
    successor: str = ""

    @classmethod
    def of(cls, row: OrganisationRow) -> Organisation:
        """As everybody in the house knows it, from what is stored."""
        closed = row.closed_at is not None
        own = row.name, row.title, row.region, row.parent, row.agent_numbers
        return cls(*own, closed, row.version, row.successor or "")


_MARK = select(func.count(), func.coalesce(func.sum(OrganisationRow.version), 0)).select_from(OrganisationRow)
_KNOWN: WeakKeyDictionary[Pool, tuple[tuple[int, int], Mapping[str, Organisation]]] = WeakKeyDictionary()
"""By the connections of a database: its mark, and all its organisations then."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, without secrets. `version` counts changes, for optimistic locking."""

    id: str
    login: str
    name: str
    agent_no: str | None
    organisation: str
    roles: tuple[str, ...]
    auto_answer: bool
    disabled: bool
    version: int
    second_factor: bool = False
    locked_until: datetime | None = None

    @classmethod
    def of(cls, row: PersonRow) -> Person:
        """As everybody in the house knows it, from what is stored."""
        return cls(
            id=row.id,
            login=row.login,
            name=row.name,
            agent_no=row.agent_no,
            organisation=row.organisation,
            roles=tuple(row.roles),
            auto_answer=row.auto_answer,
            disabled=row.disabled_at is not None,
            version=row.version,
            second_factor=row.totp_since is not None,
            locked_until=row.locked_until,
        )


async def people_of(session: AsyncSession, organisation: str, also: Collection[str] = ()) -> list[Person]:
    """The people of an organisation, those below it apart, with an open account; and those of the ids, by login."""
    here = and_(PersonRow.organisation == organisation, PersonRow.disabled_at.is_(None))
    wanted = select(PersonRow).where(or_(here, PersonRow.id.in_(also))).order_by(PersonRow.login)
    return [Person.of(row) for row in await session.scalars(wanted)]


async def known_people(session: AsyncSession, ids: Collection[str]) -> list[Person]:
    """Those with these ids, also who has left."""
    return [Person.of(row) for row in await session.scalars(select(PersonRow).where(PersonRow.id.in_(ids)))]


async def load_roles(session: AsyncSession) -> dict[str, Role]:
    """All roles by name."""
    rows = (await session.scalars(select(RoleRow).order_by(RoleRow.name))).all()
    return {row.name: role_of(row) for row in rows}


def role_of(row: RoleRow) -> Role:
    """The role as rights are worked out from, from what is stored."""
    permissions = frozenset(row.permissions)
    return Role(
        row.name,
        row.title,
        permissions,
        Reach(row.reach),
        Level(row.level),
        row.note,
        row.second_factor,
        row.version,
    )


async def load_organisations(session: AsyncSession) -> dict[str, Organisation]:
    """All organisations by name."""
    rows = (await session.scalars(select(OrganisationRow).order_by(OrganisationRow.name))).all()
    return {row.name: Organisation.of(row) for row in rows}


async def known_organisations(session: AsyncSession) -> Mapping[str, Organisation]:
    """All organisations by name, read once in a session: for what changes none."""
    found: Mapping[str, Organisation] | None = session.info.get("known organisations")
    if found is None:
        found = session.info["known organisations"] = await _remembered(session)
    return found


async def _remembered(session: AsyncSession) -> Mapping[str, Organisation]:
    """Those of the last session that read them, unless one was made or changed since: a city has some hundreds.

    Each change counts a version up and none goes, so their number and the sum of versions stand for all. A session that
    writes leaves nothing behind here: what it sees may be undone.
    """
    bind = session.get_bind()
    mark = (await session.execute(_MARK)).tuples().one()
    known = _KNOWN.get(bind.engine.pool)
    if known is not None and known[0] == mark:
        return known[1]
    found = await load_organisations(session)
    if not bind.get_execution_options().get("writing"):
        _KNOWN[bind.engine.pool] = mark, found
    return found


async def known_roles(session: AsyncSession) -> Mapping[str, Role]:
    """All roles by name, in the same way."""
    found: dict[str, Role] | None = session.info.get("known roles")
    if found is None:
        found = session.info["known roles"] = await load_roles(session)
    return found


def organisations_in(codes: frozenset[str]) -> Select[tuple[str]]:
    """The names of the organisations of some regions, for `in_`."""
    return select(OrganisationRow.name).where(OrganisationRow.region.in_(codes))


def people_within(visitor: Visitor, permission: str) -> list[ColumnElement[bool]]:
    """The conditions on people whom a visitor reaches by a permission."""
    return within(visitor, permission, PersonRow.organisation, PersonRow.id)


def within(
    visitor: Visitor, permission: str, organisation: InstrumentedAttribute[str], person: InstrumentedAttribute[str]
) -> list[ColumnElement[bool]]:
    """The conditions on rows of a person in an organisation whom a visitor reaches by a permission."""
    scope = visitor.reach(permission)
    limits: list[ColumnElement[bool]] = []
    if scope.organisations is not None:
        limits.append(organisation.in_(scope.organisations))
    if scope.regions is not None:
        limits.append(organisation.in_(organisations_in(scope.regions)))
    if scope.agent is not None:
        limits.append(person == visitor.person)
    return limits


async def load_switched_off(session: AsyncSession, region: str) -> frozenset[str]:
    """The permissions that nobody of a region has, since it or one that it lies in was not given them."""
    wanted = select(RegionSwitchRow).where(RegionSwitchRow.region.in_(regions.above(region)))
    return frozenset(name for row in await session.scalars(wanted) for name in row.off)


async def load_groups_of(session: AsyncSession, person: str) -> frozenset[str]:
    """The ids of the groups that somebody belongs to or leads."""
    groups = await session.execute(select(GroupRow.id, GroupRow.leader, GroupRow.members))
    return frozenset(id for id, leader, members in groups if person == leader or person in members)


def level_of(organisation: Organisation, organisations: dict[str, Organisation]) -> Level:
    """Whether it belongs to a county inside the hotline's own region, or to that region itself."""
    top = next((one for one in organisations.values() if one.parent is None), organisation)
    inside = organisation.region != top.region and regions.is_within(organisation.region, top.region)
    return Level.COUNTY if inside else Level.CITY


def widest(roles: Sequence[Role]) -> Reach:
    """The widest reach of some roles."""
    wide = list(Reach)
    return wide[max((wide.index(role.reach) for role in roles), default=0)]


def granting(roles: Iterable[Role], permission: str) -> list[Role]:
    """Those of some roles that give a permission."""
    return [role for role in roles if permission in role.permissions or ALL in role.permissions]


def line_of(organisations: Mapping[str, Organisation], name: str) -> frozenset[str]:
    """An organisation and all above it; of one that is not there, itself alone."""
    line: set[str] = set()
    at: str | None = name
    while at is not None and at not in line:
        line.add(at)
        at = organisations[at].parent if at in organisations else None
    return frozenset(line)


def subtree(organisations: Mapping[str, Organisation], top: str) -> frozenset[str]:
    """An organisation and all below it."""
    found = {top}
    while more := {one.name for one in organisations.values() if one.parent in found and one.name not in found}:
        found |= more
    return frozenset(found)


def scope_of(
    reach: Reach, agent_no: str | None, organisation: Organisation, organisations: dict[str, Organisation]
) -> Scope:
    """The rows that somebody of this organisation sees."""
    if reach is Reach.ALL:
        return EVERYTHING
    if reach is Reach.REGION:
        codes = regions.within(organisation.region)
        return Scope(regions=codes, inside=frozenset(one.name for one in organisations.values() if one.region in codes))
    if reach is Reach.SUBTREE:
        return Scope(organisations=subtree(organisations, organisation.name))
    own = Scope(organisations=frozenset({organisation.name}))
    if reach is Reach.ORGANISATION:
        return own
    return Scope(organisations=own.organisations, agent=agent_no or "")


def away(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions on absences that go on."""
    return AbsenceRow.begins_at <= now, AbsenceRow.ends_at > now, AbsenceRow.cancelled_at.is_(None)


async def load_stands_in(session: AsyncSession, deputy: str, now: datetime) -> dict[str, str]:
    """Names of those for whom somebody acts now, by their ids."""
    wanted = select(AbsenceRow.person, AbsenceRow.person_name).where(AbsenceRow.deputy == deputy, *away(now))
    return dict((await session.execute(wanted)).tuples().all())


async def visitor_of(session: AsyncSession, person: str) -> Visitor | None:
    """A person as the one who asks now, for work in his name; None when he is there no more."""
    row = await session.get(PersonRow, person)
    return None if row is None or row.disabled_at is not None else (await load_visitor(session, row))[0]


async def load_visitor(
    session: AsyncSession, person: PersonRow, now: datetime | None = None
) -> tuple[Visitor, list[Role]]:
    """A person as the one who asks, with all that his roles give, and these roles; as of `now`, else of this moment."""
    roles = [role for name, role in (await load_roles(session)).items() if name in person.roles]
    organisations = await load_organisations(session)
    organisation = organisations[person.organisation]
    off = await load_switched_off(session, organisation.region)
    given = frozenset[str]().union(*(role.permissions for role in roles))
    visitor = Visitor(
        person=person.id,
        login=person.login,
        name=person.name,
        agent_no=person.agent_no,
        organisation=person.organisation,
        region=organisation.region,
        roles=tuple(role.name for role in roles),
        permissions=given - off,
        scope=NOTHING,
        reaches={
            one: scope_of(widest(granting(roles, one)), person.agent_no, organisation, organisations) for one in given
        },
        auto_answer=person.auto_answer,
        groups=await load_groups_of(session, person.id),
        stands_in=await load_stands_in(session, person.id, now or datetime.now(UTC)),
    )
    return visitor, roles
