"""Tickets as those who watch time limits know them: what they are called, whose time it is, who has them now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.messages import Persons, WithRight
from cti.office.messages.whom import Whom
from cti.office.processes.case import Case
from cti.office.processes.service import Cases
from cti.office.processes.watching import Described, Part
from workflow.tickets.duties import DUTY_PERMISSIONS
from workflow.tickets.models import TicketRow
from workflow.tickets.telling.inside import REVIEW, department_of

OF_AGENTS = frozenset({"registered", "revisit", "later", "archiving"})
"""Steps at which a ticket is in the hands of agents; at all others of its own in those of reviewers."""


class TicketSubjects:
    """See `cti.office.processes.watching`."""

    title = "工单"

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def described(self, session: AsyncSession, record: str) -> Described:
        """By number and title."""
        row = await session.get_one(TicketRow, record)
        return Described(f"{row.number} {row.title}", f"/tickets/{row.id}", row.number)

    def part(self, case: Case, clock: str) -> Part:
        """By who handles it: a task is a department's or a county's, the rest the hotline's own."""
        if case.parent:
            return "hotline" if case.process == "county" else "department"
        during = set(self._cases.process_of(case).clocks[clock].during)
        return "agent" if during <= OF_AGENTS else "reviewer"

    def handlers(self, case: Case) -> Sequence[Whom]:
        """Who took it, else its department, else those of the hotline whose duty its step is."""
        if case.person:
            return [Persons((case.person,))]
        if case.parent:
            return [department_of(case)]
        stage = self._cases.step_of(case).stage
        permission = next((right for duty, right in DUTY_PERMISSIONS.items() if duty == stage), REVIEW)
        return [WithRight(permission, organisation=case.organisation)]
