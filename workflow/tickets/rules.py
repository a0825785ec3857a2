"""Whose tickets somebody sees, and what of them: the one place that says so, for every list, page, export and act."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.masking import HIDDEN, masked_name, shown_name, shown_number
from cti.office.sharing.rule import Given, Shared, Way, within
from workflow.tickets.models import TicketRow, TicketTaskRow
from workflow.tickets.points import point_of

SEE, TAG, CONFIDENTIAL, HANDLE = "tickets.see", "tickets.tag", "tickets.confidential", "tickets.handle"
VERIFY = "tickets.verify"

WORKING = tuple(
    f"tickets.{one}"
    for one in ("register", "review", "chief", "difficult", "lead", "revisit", "enterprise", "report", "handle")
)
"""Who of the hotline works on its tickets, and may add files and links to them."""

SHARING = Shared(own=())
"""Who reaches an organisation, be it by his own work alone (`Reach.OWN`), sees all its tickets: every agent answers
every caller about each. What he may do with one says its process, and what he may change `Tickets.may_edit`.
"""


def ways(visitor: Visitor, permission: str) -> list[Way]:
    """The hotline's own, by reach, and those of which departments within reach were given a task."""
    found = SHARING.ways(TicketRow, "ticket", visitor, permission)
    if found and found[0]:
        found.append(Given(TicketRow, TicketTaskRow.ticket, visitor.reach(permission).limits(TicketTaskRow)))
    return found


def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
    """The ways as a condition."""
    return [within(ways(visitor, SEE))]


def task_ways(visitor: Visitor) -> list[list[ColumnElement[bool]]]:
    """Tasks of departments within reach, and all those of tickets of the hotline's own: a way to them each."""
    reach = visitor.reach(SEE)
    own = reach.limits(TicketTaskRow)
    if not own:
        return [[]]
    return [own, [TicketTaskRow.ticket.in_(select(TicketRow.id).where(*reach.limits(TicketRow)))]]


def tasks_readable(visitor: Visitor) -> list[ColumnElement[bool]]:
    """The ways as a condition."""
    found = task_ways(visitor)
    return [or_(*(and_(*way) for way in found))] if all(found) else []


def is_inside(visitor: Visitor, row: TicketRow) -> bool:
    """Whether the ticket is his own hotline's, not only given to a department of his."""
    return visitor.reach(SEE).covers(row.organisation, row.region)


def knows_caller(visitor: Visitor, row: TicketRow) -> bool:
    """Whether he may know who asks: of a confidential one whoever has the right, registered it or has it now."""
    if not is_inside(visitor, row):
        return False
    mine = visitor.is_for(row.registrar) or visitor.is_for(row.person)
    return not row.confidential or mine or visitor.may(CONFIDENTIAL)


def caller_words(visitor: Visitor, row: TicketRow, name: str, number: str) -> dict[str, Any]:
    """A citizen's name and number as the visitor may see them.

    Departments see them masked, since they are often who is complained of; of a confidential ticket nothing.
    """
    parsed = Number.parse(number) if number else None
    if knows_caller(visitor, row):
        return {"name": shown_name(visitor, name), "contact": shown_number(visitor, parsed) if parsed else ""}
    if row.confidential:
        return {"name": HIDDEN if name else "", "contact": HIDDEN if number else ""}
    return {"name": masked_name(name), "contact": parsed.masked if parsed else ""}


def point_words(visitor: Visitor, row: TicketRow) -> str:
    """The point of a request, often where he lives: of a confidential one those alone see it who know the citizen."""
    point = point_of(row)
    if point is None:
        return ""
    return HIDDEN if row.confidential and not knows_caller(visitor, row) else point.pair


def point_told(row: TicketRow) -> str:
    """As the audit has it, and with it the history, which departments read although it may be confidential later."""
    point = point_of(row)
    return "" if point is None else HIDDEN if row.confidential else point.roughly


def tag_words(visitor: Visitor, row: TicketRow) -> dict[str, Any]:
    """Operation tags (操作标签): for the hotline's own people at their browsers, whoever else may read the ticket.

    A key takes none of them to another system, even one of somebody who sees them himself.
    """
    seen = bool(visitor.session) and visitor.reach(TAG).covers(row.organisation, row.region)
    return {"tags": row.tags or [], "tag_note": row.tag_note or ""} if seen else {"tags": [], "tag_note": ""}
