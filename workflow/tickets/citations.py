"""Which citations of a ticket still count: those of its answer, and of what departments reply in this round."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.citing.service import Citing
from cti.office.processes.case import ActionTaken, Case, Moved
from workflow.tickets.models import TicketRow
from workflow.tickets.service import KIND


class CitationsFollow:
    """Hears of each change: what is cited no more is withdrawn, and whose text it is is told."""

    def __init__(self, citing: Citing) -> None:
        self._citing = citing

    async def tell(self, session: AsyncSession, moved: Moved, ticket: TicketRow) -> None:
        """See `Tells`."""
        taken = [one for one in moved.events if isinstance(one, ActionTaken)]
        if not taken:
            return
        counting = citing_now(moved.cases[moved.root], moved.cases.values())
        counted = citing_now(moved.before[moved.root], moved.before.values()) if moved.before else set[str]()
        # All that stands counted before, or was cited just now.
        if counted - counting or any(one.form.get("citations") for one in taken):
            await self._citing.keep_only(session, KIND, ticket.id, counting)


def citing_now(root: Case, cases: Iterable[Case]) -> set[str]:
    """What is cited by the ticket and the tasks of its present round, by how it is named."""
    every = list(cases)
    past = {one.id for one in every if one.parent == root.id and one.values.get("round") != root.values.get("round")}
    while more := {one.id for one in every if one.parent in past} - past:
        past |= more
    return {str(words) for one in every if one.id not in past for words in one.values.get("citations") or ()}
