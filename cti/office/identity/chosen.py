"""People chosen for something, by organisations (with those below), roles and names; and what they are chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity.directory import known_organisations, people_within, subtree
from cti.office.identity.models import PersonRow
from cti.office.identity.roles import has_role

MOST = 20_000
OFFERED = 30


@dataclass(frozen=True, slots=True)
class ChosenPerson:
    """One of them, and whose he is."""

    id: str
    name: str
    organisation: str
    region: str


class Chosen(Protocol):
    """Who is meant: people who have one of the roles in one of the organisations, where both are named; and `people`.

    Organisations are told by name, with all below them; roles by name, people by id.
    """

    @property
    def organisations(self) -> Sequence[str]:
        """Names of organisations."""

    @property
    def roles(self) -> Sequence[str]:
        """Names of roles."""

    @property
    def people(self) -> Sequence[str]:
        """Ids of people."""


async def chosen_people(session: AsyncSession, visitor: Visitor, permission: str, chosen: Chosen) -> list[ChosenPerson]:
    """Those of them whom the visitor reaches by the permission and who have an open account, by name."""
    known = await known_organisations(session)
    ways: list[ColumnElement[bool]] = []
    if chosen.organisations or chosen.roles:
        places = {name for one in chosen.organisations for name in subtree(known, one)}
        ways.append(
            and_(
                *([PersonRow.organisation.in_(sorted(places))] if chosen.organisations else []),
                *([or_(false(), *(has_role(one) for one in chosen.roles))] if chosen.roles else []),
            )
        )
    if chosen.people:
        ways.append(PersonRow.id.in_(list(chosen.people)))
    limits = (or_(false(), *ways), PersonRow.disabled_at.is_(None), *people_within(visitor, permission))
    wanted = select(PersonRow.id, PersonRow.name, PersonRow.organisation).where(*limits)
    rows = (await session.execute(wanted.order_by(PersonRow.name, PersonRow.id).limit(MOST))).tuples()
    return [
        ChosenPerson(id, name, organisation, known[organisation].region if organisation in known else "")
        for id, name, organisation in rows
    ]


async def people_to_choose(
    session: AsyncSession, visitor: Visitor, permission: str, search: str
) -> list[tuple[str, str]]:
    """Some of the people whom the visitor reaches by the permission, by a part of name, login or number: id, words."""
    meant = [
        column.contains(search, autoescape=True) for column in (PersonRow.name, PersonRow.login, PersonRow.agent_no)
    ]
    limits = (PersonRow.disabled_at.is_(None), *people_within(visitor, permission), *([or_(*meant)] if search else []))
    wanted = select(PersonRow.id, PersonRow.name, PersonRow.agent_no, PersonRow.login).where(*limits)
    rows = (await session.execute(wanted.order_by(PersonRow.name, PersonRow.id).limit(OFFERED))).tuples()
    return [(id, f"{name}（{number or login}）") for id, name, number, login in rows]


async def organisations_to_choose(session: AsyncSession, visitor: Visitor, permission: str) -> list[tuple[str, str]]:
    """The organisations that the visitor reaches by the permission: name, title."""
    scope = visitor.reach(permission)
    known = (await known_organisations(session)).values()
    return [(one.name, one.title) for one in known if not one.closed and scope.covers(one.name, one.region)]
