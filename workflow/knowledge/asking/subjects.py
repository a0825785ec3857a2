"""Questions and corrections as those who watch time limits know them: who does not answer in time gets a card."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.messages import WithRight
from cti.office.messages.whom import Whom
from cti.office.processes.case import Case
from cti.office.processes.records import CaseRecords
from cti.office.processes.watching import Described, Part
from workflow.knowledge.rules import ANSWER, MANAGE, REVIEW, WRITE

_RIGHTS = {"assigning": MANAGE, "answering": ANSWER, "review": REVIEW, "mending": WRITE}
"""Whose turn it is at a step."""


class CaseSubjects:
    """Of one of the two services."""

    def __init__(self, service: CaseRecords[Any, Any, Any, Any]) -> None:
        self._service = service
        self.title = service.title

    async def described(self, session: AsyncSession, record: str) -> Described:
        """By its number and what it is about."""
        row = await session.get_one(self._service.table, record)
        about = getattr(row, "title", "") or getattr(row, "name", "")
        return Described(f"{row.number} {about}", self._service.page_of(record), row.number)

    def part(self, case: Case, clock: str) -> Part:
        """To answer is a department's, the rest the knowledge desk's."""
        return "department" if clock in ("answer", "mend") else "editor"

    def handlers(self, case: Case) -> list[Whom]:
        """All whose turn it is."""
        right = _RIGHTS.get(case.step, MANAGE)
        return [WithRight(right, organisation=case.holder if right in (ANSWER, WRITE) else case.organisation)]
