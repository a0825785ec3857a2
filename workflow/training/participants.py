"""Who takes part in exams and courses: chosen by who keeps training, of those whom he reaches by that right."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Query, Route
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.identity.chosen import Chosen, ChosenPerson, chosen_people, organisations_to_choose, people_to_choose
from cti.office.identity.directory import known_roles
from cti.office.records import Office
from cti.office.references.usual import Organisations, People
from cti.office.screens import Choice
from workflow.training.rules import BASE, EDIT, SEE

PEOPLE_OPTIONS, UNIT_OPTIONS, ROLE_OPTIONS = (f"{BASE}/options/{one}" for one in ("people", "organisations", "roles"))


class Learners(People):
    """People who can take part."""

    choices = PEOPLE_OPTIONS
    permission = EDIT


class LearningUnits(Organisations):
    """Organisations whose people can take part."""

    choices = UNIT_OPTIONS


LEARNERS, LEARNING_UNITS = Learners(), LearningUnits()


class PersonSearch(Query):
    """A part of a name, login or number."""

    search: str = ""


def check_chosen(chosen: Chosen) -> None:
    """Invalid when nobody is meant."""
    if not (chosen.organisations or chosen.roles or chosen.people):
        raise Invalid("nobody", "请选择参加的机构、角色或人员", "organisations")


async def participants(session: AsyncSession, visitor: Visitor, chosen: Chosen) -> list[ChosenPerson]:
    """Those of them whom the visitor may give training to."""
    return await chosen_people(session, visitor, EDIT, chosen)


async def role_titles(session: AsyncSession) -> dict[str, str]:
    """All roles by name with their titles."""
    return {name: one.title for name, one in (await known_roles(session)).items()}


def routes(office: Office) -> list[Route]:
    """What forms choose participants from."""

    async def people(visitor: Visitor, query: PersonSearch) -> list[Choice]:
        async with office.store.reading() as session:
            found = await people_to_choose(session, visitor, SEE, query.search[:40])
        return [Choice(value=id, title=title) for id, title in found]

    async def units(visitor: Visitor) -> list[Choice]:
        async with office.store.reading() as session:
            found = await organisations_to_choose(session, visitor, SEE)
        return [Choice(value=name, title=title) for name, title in found]

    async def roles(visitor: Visitor) -> list[Choice]:
        async with office.store.reading() as session:
            return [Choice(value=name, title=title) for name, title in (await role_titles(session)).items()]

    return [
        Route("GET", PEOPLE_OPTIONS, people, SEE, "可以参加培训的人员"),
        Route("GET", UNIT_OPTIONS, units, SEE, "可以参加培训的机构"),
        Route("GET", ROLE_OPTIONS, roles, SEE, "可以参加培训的角色"),
    ]
