"""By what transcripts are found beside their words: who said them, and what is known of the call."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import ColumnElement

from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.store.calls import calls_rated
from recorder.notes import calls_marked
from workflow.transcripts.models import TranscriptRow
from workflow.transcripts.views import TranscriptQuery


class OfTickets(Protocol):
    """Whoever knows of which category the ticket about a call is."""

    def category(self, visitor: Visitor, column: Any, category: str) -> ColumnElement[bool]:
        """That the call whose id stands in a column is about one of it, or of one below it."""
        ...


class Narrowing:
    """The conditions of a query; `tickets` are there while they run."""

    def __init__(self) -> None:
        self.tickets: OfTickets | None = None

    def limits(self, visitor: Visitor, query: TranscriptQuery) -> list[ColumnElement[bool]]:
        """All of them. Conflict where a category is asked for and nobody knows any."""
        row, found = TranscriptRow, list[ColumnElement[bool]]()
        if query.longer_than is not None:
            found.append(row.seconds >= query.longer_than)
        if query.shorter_than is not None:
            found.append(row.seconds <= query.shorter_than)
        if query.satisfaction:
            found.append(calls_rated(row.call, query.satisfaction))
        if query.marked:
            found.append(calls_marked(row.call))
        if query.category:
            if self.tickets is None:
                raise Conflict("no_tickets", "工单没有启用，不能按诉求分类查找", "category")
            found.append(self.tickets.category(visitor, row.call, query.category))
        return found


def said_by(words: str, side: str | None) -> list[ColumnElement[bool]]:
    """That one side said all the words."""
    if side is None:
        return []
    column = TranscriptRow.caller_text if side == "caller" else TranscriptRow.agent_text
    return [column.icontains(one, autoescape=True) for one in words.split()]
