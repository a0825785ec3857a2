"""Which calls tickets are about, for lists of something else of these calls: what was said in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from cti.base.visitor import Visitor
from workflow.tickets import rules
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.service import Tickets


class CallsAbout:
    """The service."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    def category(self, visitor: Visitor, column: Any, category: str) -> ColumnElement[bool]:
        """That a ticket which the visitor may read, of a category or one below it, is about the call whose id stands in
        a column. NotAllowed for who reads no tickets.
        """
        visitor.need(rules.SEE)
        reference = self._tickets.references["category"]
        limits = [
            *rules.readable(visitor),
            TicketRow.removed_at.is_(None),
            reference.below(TicketRow.category, category),
        ]
        calls = select(TicketCallRow.call).join(TicketRow, TicketRow.id == TicketCallRow.ticket)
        found: ColumnElement[bool] = column.in_(calls.where(*limits))
        return found
