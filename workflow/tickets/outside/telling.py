"""Other systems are told what becomes of tickets: whose event one was, and connectors that hear `ticket.changed`."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from cti.office.connectors import Connectors, Saying
from cti.office.processes.case import CaseEnded, CaseReopened, Moved, StepEntered
from cti.office.processes.service import Cases
from workflow.tickets.following import ANSWERED
from workflow.tickets.models import OutsideRow, TicketRow
from workflow.tickets.outside.city_events import STATE, EventState, say
from workflow.tickets.pages.titles import Titles
from workflow.tickets.service import KIND

CHANGED = "ticket.changed"
TOLD = (StepEntered, CaseEnded, CaseReopened)


class TellingOutside:
    """Says it in the transaction of the change. No citizen's name or number leaves the house so."""

    def __init__(self, connectors: Connectors, cases: Cases, titles: Titles) -> None:
        self._connectors, self._cases, self._titles = connectors, cases, titles

    async def tell(self, session: AsyncSession, moved: Moved, ticket: TicketRow) -> None:
        """Where the ticket stands now, if it came to another step."""
        if not any(isinstance(one, TOLD) and one.case == moved.root for one in moved.events):
            return
        mine = OutsideRow.ticket == ticket.id, OutsideRow.kind == "ticket", OutsideRow.system.startswith("connector:")
        origin = await session.scalar(select(OutsideRow).where(*mine).limit(1))
        state = self._state(moved, ticket, origin.external if origin is not None else "")
        saying = Saying(state.model_dump(), new_id(), f"{KIND}:{ticket.id}", ticket.organisation, ticket.region)
        await self._connectors.tell(session, CHANGED, saying)
        if origin is not None:
            await say(session, self._connectors, origin.system.removeprefix("connector:"), STATE, saying)

    def _state(self, moved: Moved, ticket: TicketRow, event: str) -> EventState:
        answered = ticket.stage in ANSWERED or bool(ticket.outcome)
        return EventState(
            event=event, number=ticket.number, stage=ticket.stage,
            state="closed" if ticket.outcome else "answered" if answered else "open",
            words=self._cases.step_of(moved.cases[moved.root]).public, unit=self._titles.unit(ticket.lead),
            answer=ticket.answer if answered else "", changed_at=ticket.updated_at.astimezone(ZONE).isoformat(),
        )  # fmt: skip
