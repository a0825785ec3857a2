"""Lists by duty: which tickets and tasks wait for whom. A count of a list has the list's own conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, literal_column

from cti.base.visitor import Visitor
from workflow.tickets import rules
from workflow.tickets.models import TicketRow, TicketTaskRow
from workflow.tickets.views import Duty, TaskDuty

Limits = list[ColumnElement[bool]]
LEAD = "tickets.lead"
OPEN, DONE = TicketRow.outcome == "", TicketRow.outcome != literal_column("''")
"""What is done is found by an index of its own, which the database takes for these very words."""
TASK_OPEN = TicketTaskRow.outcome == ""


def _stages(*stages: str) -> Callable[[Visitor], Limits]:
    return lambda _: [TicketRow.stage.in_(stages) if len(stages) > 1 else TicketRow.stage == stages[0], OPEN]


def _mine(visitor: Visitor) -> list[str]:
    """Whose tickets are his to go on with: his own and those of whom he stands in for.

    The shift leader's are also those that nobody has, since who had them left.
    """
    return [visitor.person, *visitor.stands_in, *([""] if visitor.may(LEAD) else [])]


_DUTIES: Mapping[str, Callable[[Visitor], Limits]] = {
    "registered": lambda visitor: [TicketRow.stage == "registered", TicketRow.person.in_(_mine(visitor)), OPEN],
    "review": _stages("review"),
    "final": _stages("final"),
    "difficult": _stages("difficult"),
    "handling": _stages("handling", "again", "province"),
    "result": _stages("result"),
    "revisit": _stages("revisit", "later"),
    "ruling": _stages("judged", "ruling"),
    "archiving": _stages("archiving"),
    "open": lambda _: [OPEN],
    "near": lambda _: [TicketRow.card == "yellow", OPEN],
    "over": lambda _: [TicketRow.card == "red", OPEN],
    "archived": lambda _: [DONE],
    "mine": lambda visitor: [TicketRow.registrar == visitor.person],
}

_TASK_DUTIES: Mapping[str, Limits] = {
    "sign": [TicketTaskRow.stage.in_(("sign", "county_review")), TASK_OPEN],
    "handle": [TicketTaskRow.stage.not_in(("sign", "county_review", "objected")), TASK_OPEN],
    "sent_back": [TicketTaskRow.sent_back.is_(True), TASK_OPEN],
    "near": [TicketTaskRow.card == "yellow", TASK_OPEN],
    "over": [TicketTaskRow.card == "red", TASK_OPEN],
    "objected": [TicketTaskRow.stage == "objected", TASK_OPEN],
    "pending": [TicketTaskRow.pending != "", TASK_OPEN],
    "returned": [TicketTaskRow.outcome == "returned"],
    "done": [TicketTaskRow.outcome == "replied"],
    "open": [TASK_OPEN],
}


DUTY_PERMISSIONS: Mapping[Duty, str] = {
    "registered": "tickets.register", "mine": "tickets.register", "review": "tickets.review", "final": "tickets.chief",
    "difficult": "tickets.difficult", "handling": "tickets.review", "near": "tickets.review", "over": "tickets.review",
    "result": "tickets.review", "revisit": "tickets.revisit", "ruling": "tickets.lead",
    "archiving": "tickets.revisit", "archived": rules.SEE,
}  # fmt: skip
"""Who is shown which list."""
TASK_PERMISSIONS: Mapping[TaskDuty, str] = {
    "objected": "tickets.review", "pending": "tickets.review", "sign": rules.HANDLE, "handle": rules.HANDLE,
    "sent_back": rules.HANDLE, "near": rules.HANDLE, "over": rules.HANDLE, "done": rules.HANDLE,
    "returned": rules.HANDLE,
}  # fmt: skip
HANDED_OUT: tuple[Duty, ...] = ("review", "final", "difficult", "result", "revisit")
"""Lists from which the next ticket can be handed out."""


def duty_limits(visitor: Visitor, duty: Duty) -> Limits:
    """Which tickets a duty means."""
    return _DUTIES[duty](visitor)


def task_ways(visitor: Visitor, duty: TaskDuty) -> list[Limits]:
    """Which tasks a duty means, of those that the visitor may read: by each way to them."""
    meant = list(_TASK_DUTIES[duty])
    if duty in ("sign", "handle"):
        # To sign and to handle is the departments' own; who gave the work watches it in its other lists.
        meant += visitor.reach(rules.HANDLE).limits(TicketTaskRow)
    return [[*way, *meant] for way in rules.task_ways(visitor)]
