"""Who is scored: people by their ids, whatever name figures split them by, and organisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.figures import Period
from cti.office.identity.agent_numbers import had
from cti.office.identity.directory import known_organisations, known_people


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody, or a unit. `person` is empty for a unit, `agent` for who has no number."""

    id: str
    name: str
    person: str
    agent: str
    organisation: str
    region: str


async def people(
    session: AsyncSession, numbers: Collection[str], ids: Collection[str], period: Period
) -> tuple[dict[str, Subject], dict[str, str]]:
    """People with these numbers or ids, also those who have left; and whose a number was last in the period."""
    whose = await had(session, numbers, period.since, period.until)
    known = await known_organisations(session)
    number_of = {person: number for number, person in whose.items()}
    found = {
        one.id: Subject(
            one.id, one.name, one.id, number_of.get(one.id) or one.agent_no or "", one.organisation,
            known[one.organisation].region if one.organisation in known else "",
        )
        for one in await known_people(session, {*ids, *whose.values()})
    }  # fmt: skip
    return found, whose


async def units(session: AsyncSession, names: Collection[str]) -> dict[str, Subject]:
    """Organisations of these names, also those that are closed."""
    known = await known_organisations(session)
    return {name: Subject(name, known[name].title, "", "", name, known[name].region) for name in names if name in known}


def is_himself(visitor: Visitor, subject: str, agent: str = "") -> bool:
    """Whether a visitor is who is scored, or belongs to the unit that is."""
    if not subject:
        return False
    own = {visitor.person, visitor.organisation, *visitor.stands_in} - {""}
    return subject in own or bool(agent and visitor.agent_no == agent)


def within(subjects: Mapping[str, Subject], organisations: Collection[str]) -> dict[str, Subject]:
    """Those of these organisations."""
    return {id: one for id, one in subjects.items() if one.organisation in organisations}
