"""Whose a case becomes when it is handed over, and who may take it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.identity.directory import Organisation, load_organisations, load_visitor
from cti.office.identity.models import PersonRow
from cti.office.identity.staffed import staffed
from cti.office.processes.case import Actor, Case, CaseHandedOver
from cti.office.processes.definition import Step
from cti.office.processes.engine import Change
from cti.office.processes.service import Cases


@dataclass(frozen=True, slots=True)
class Whose:
    """Who has taken a case, empty for nobody; whose turn it is; whose row it is."""

    person: str
    holder: str
    organisation: str
    region: str

    @classmethod
    def of(cls, case: Case) -> Whose:
        """Whose a case is now."""
        return cls(case.person, case.holder, case.organisation, case.region)

    def given(self, by: Actor, now: datetime, names: tuple[str, str], reason: str) -> Callable[[Case], Change]:
        """The change that makes a case theirs; `names` are those of the person before and the one now."""

        def change(case: Case) -> Change:
            event = CaseHandedOver(now, case.id, by, *names, case.holder, self.holder, reason)
            theirs = {one: getattr(self, one) for one in ("person", "holder", "organisation", "region")}
            return Change({case.id: replace(case, **theirs)}, (event,))

        return change


async def person_for(session: AsyncSession, cases: Cases, case: Case, person: str) -> str:
    """The name of somebody who can take a case. Invalid: there is no such person. Conflict: not this case."""
    row = await session.get(PersonRow, person)
    if row is None or row.disabled_at is not None:
        raise Invalid("no_person", "人员不存在或已停用", "person")
    successor, _ = await load_visitor(session, row)
    if not await cases.would_offer(session, successor, replace(case, person=person)):
        raise Conflict("may_not", f"{row.name}没有办理该事项的权限，或不在其范围内")
    return row.name


async def unit_for(
    session: AsyncSession, cases: Cases, case: Case, unit: str, visitor: Visitor, permission: str
) -> Organisation:
    """An organisation that can take a case. Invalid: there is none within reach. Conflict: not this case."""
    known = await load_organisations(session)
    found = known.get(unit)
    if found is None or found.closed or not visitor.reach(permission).covers(found.name, found.region):
        raise Invalid("no_organisation", "机构不存在或已撤销", "unit")
    if not await is_staffed(session, known, cases.step_of(case), unit):
        raise Conflict("nobody_there", f"{found.title}还没有能办理该事项的人员")
    others = (await cases.family(session, case.id)).cases.values()
    if any(one.parent == case.parent and one.holder == unit and not one.is_over for one in others if one.parent):
        raise Conflict("twice", f"{found.title}已在办理同一事项的另一任务")
    return found


async def is_staffed(session: AsyncSession, known: dict[str, Organisation], step: Step, unit: str) -> bool:
    """Whether somebody has a right that a step asks for, in an organisation or above it; the house has all."""
    everybody = (*step.who, *(who for action in step.actions.values() for who in action.who))
    permissions = {who.permission for who in everybody if who.permission}
    if not permissions or known[unit].parent is None:
        return True
    for one in sorted(permissions):
        if unit in await staffed(session, known, one):
            return True
    return False


async def name_of(session: AsyncSession, person: str) -> str:
    """What somebody is called; empty for nobody."""
    row = await session.get(PersonRow, person) if person else None
    return row.name if row is not None else ""
