"""Who is scored: people by their ids, whatever name figures split them by, and organisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.figures import Period
from cti.office.identity.directory import known_organisations
from cti.office.identity.models import AgentNumberRow, PersonRow


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
    had = select(AgentNumberRow.number, AgentNumberRow.person).where(
        AgentNumberRow.number.in_(numbers), AgentNumberRow.given_at < period.until,
        or_(AgentNumberRow.taken_at.is_(None), AgentNumberRow.taken_at > period.since),
    )  # fmt: skip
    now = select(PersonRow.agent_no, PersonRow.id).where(PersonRow.agent_no.in_(numbers))
    whose = {number or "": person for number, person in await session.execute(now)}
    whose |= dict((await session.execute(had.order_by(AgentNumberRow.id))).tuples().all())
    known = await known_organisations(session)
    rows = await session.scalars(select(PersonRow).where(PersonRow.id.in_({*ids, *whose.values()})))
    number_of = {person: number for number, person in whose.items()}
    found = {
        row.id: Subject(
            row.id, row.name, row.id, number_of.get(row.id) or row.agent_no or "", row.organisation,
            known[row.organisation].region if row.organisation in known else "",
        )
        for row in rows
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
