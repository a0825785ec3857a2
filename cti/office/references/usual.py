"""People, organisations and regions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.identity.directory import Organisation, known_organisations, people_within
from cti.office.identity.models import OrganisationRow, PersonRow
from cti.office.references.reference import Reference


class People(Reference):
    """By id; chosen by name, login or agent number, of those whom the visitor reaches by `permission`."""

    title = "人员"
    choices = "/api/options/people"
    permission = "people.see"

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """Their names: whose work somebody sees, his name he sees."""
        wanted = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))
        return dict((await session.execute(wanted)).tuples().all())

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """Of those within reach who are still there."""
        same = or_(*(column == words for column in (PersonRow.id, PersonRow.name, PersonRow.login, PersonRow.agent_no)))
        limits = people_within(visitor, self.permission)
        wanted = select(PersonRow.id).where(same, PersonRow.disabled_at.is_(None), *limits).limit(2)
        return list(await session.scalars(wanted))


class Agents(Reference):
    """By agent number (工号); chosen by number or name."""

    title = "座席"
    choices = "/api/options/people"

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """Name and number: whose work somebody sees, his name he sees."""
        wanted = select(PersonRow.agent_no, PersonRow.name).where(PersonRow.agent_no.in_(ids))
        return {number or "": f"{name}（{number}）" for number, name in await session.execute(wanted)}

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """Of those within reach who are still there."""
        same = (PersonRow.agent_no == words) | (PersonRow.name == words)
        limits = PersonRow.disabled_at.is_(None), *people_within(visitor, "people.see")
        return [one or "" for one in await session.scalars(select(PersonRow.agent_no).where(same, *limits).limit(2))]


class Organisations(Reference):
    """By name, which is their id; chosen by title."""

    title = "机构"
    choices = "/api/options/organisations"

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """Their titles, which are no secret."""
        known = await known_organisations(session)
        return {one: known[one].title for one in ids if one in known}

    async def told(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """Of one that was merged, into which: its numbers of before stay its own."""
        known = await known_organisations(session)
        return {one: _with_successor(known[one], known) for one in ids if one in known}

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """Of those that are not closed; whether the visitor reaches one, its user asks."""
        same = or_(OrganisationRow.name == words, OrganisationRow.title == words)
        wanted = select(OrganisationRow.name).where(same, OrganisationRow.closed_at.is_(None)).limit(2)
        return list(await session.scalars(wanted))


def _with_successor(one: Organisation, known: Mapping[str, Organisation]) -> str:
    if not one.closed:
        return one.title
    into = known.get(one.successor)
    return f"{one.title}（已并入{into.title}）" if into is not None else f"{one.title}（已撤销）"


class Regions(Reference):
    """By code (GB/T 2260); a filter finds what lies in one, too."""

    title = "行政区划"
    choices = "/api/options/regions"

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """The full names of regions by their codes; unknown ones are left out."""
        return {code: name for code in ids if (name := regions.title_of(code))}

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """By code or full name."""
        if regions.exists(words):
            return [words]
        return [code for code in regions.titles() if words and regions.title_of(code) == words][:2]

    def below(self, column: Any, id: str) -> ColumnElement[bool]:
        """Counties, when it is a city."""
        found: ColumnElement[bool] = column.in_(sorted(regions.within(id)))
        return found


PEOPLE, AGENTS, ORGANISATIONS, REGIONS = People(), Agents(), Organisations(), Regions()
