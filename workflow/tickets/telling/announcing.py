"""What a change of a ticket's case is for the world outside: the events of `workflow.tickets.events`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cti.office.processes.case import (
    ActionTaken,
    CaseEnded,
    CaseOpened,
    CaseReopened,
    DeadlineMissed,
    DeadlineNear,
    Moved,
    StepEntered,
)
from cti.office.processes.service import Cases
from workflow.tickets.events import (
    TicketCarded,
    TicketClosed,
    TicketDispatched,
    TicketEvent,
    TicketMoved,
    TicketOpened,
    TicketReminded,
    TicketReopened,
    TicketSupplemented,
    TicketTaskEnded,
)
from workflow.tickets.models import TicketRow


def events_of(moved: Moved, ticket: TicketRow, cases: Cases) -> Iterator[TicketEvent]:
    """The events of a change, in order; `ticket` is as it is after it."""
    for event in moved.events:
        case = moved.cases[event.case]
        about = _about(ticket, event.at, event.by.id)
        task: dict[str, Any] = {**about, "task": case.id, "department": case.holder}
        match event:
            case CaseOpened() if not case.parent:
                yield TicketOpened(
                    **about, type=ticket.type, channel=ticket.channel, urgent=ticket.urgent,
                    enterprise=ticket.enterprise, call=ticket.call,
                )  # fmt: skip
            case CaseOpened(role=role):
                yield TicketDispatched(**task, role=role)
            case CaseEnded(outcome=outcome) if case.parent:
                yield TicketTaskEnded(**task, outcome=outcome)
            case CaseEnded(outcome=outcome):
                yield TicketClosed(**about, outcome=outcome, satisfaction=ticket.satisfaction)
            case CaseReopened(step=step) if not case.parent:
                yield TicketReopened(**about, step=step)
            case StepEntered(before=before, step=step) if before and not case.parent:
                found = cases.process_of(case).steps[step]
                yield TicketMoved(**about, step=step, stage=found.stage or step)
            case ActionTaken(action="remind"):
                yield TicketReminded(**about, reminders=ticket.reminders)
            case ActionTaken(action="supplement"):
                yield TicketSupplemented(**about)
            case DeadlineNear(clock=clock, due_at=due) | DeadlineMissed(clock=clock, due_at=due):
                card = "yellow" if isinstance(event, DeadlineNear) else "red"
                part = case.id if case.parent else ""
                yield TicketCarded(**about, card=card, clock=clock, due_at=due, task=part)


def _about(ticket: TicketRow, at: datetime, by: str) -> dict[str, Any]:
    return {
        "at": at, "record": ticket.id, "organisation": ticket.organisation, "region": ticket.region,
        "number": ticket.number, "by": by,
    }  # fmt: skip
