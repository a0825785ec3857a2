"""Good cases (典型案例, tender B7) of tickets: a draft without what tells who the citizen was, checked by a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from sqlalchemy import select

from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.rich.text import plain
from workflow.publishing import rules
from workflow.publishing.models import PublicationRow
from workflow.publishing.service import Publications
from workflow.publishing.views import PublicationFields, PublicationView
from workflow.tickets.good_tickets import GoodQuery, GoodTicket, good_ticket, good_tickets, without_persons
from workflow.tickets.service import Tickets

LONGEST_TITLE = 100


class GoodCases:
    """The service; `tickets` is there while their plugin runs."""

    def __init__(self, publications: Publications) -> None:
        self._publications = publications
        self._tickets: Tickets | None = None

    def use(self, tickets: Tickets) -> Callable[[], None]:
        """Take tickets as sources while they are there; returns the undo."""
        self._tickets = tickets

        def undo() -> None:
            self._tickets = None

        return undo

    async def good(self, visitor: Visitor, query: GoodQuery) -> Sequence[GoodTicket]:
        """Tickets that may become cases and have not yet, the latest first."""
        visitor.need(rules.WRITE)
        if self._tickets is None:
            return []
        found = await good_tickets(self._tickets, visitor, query.search)
        async with self._publications.office.store.reading() as session:
            taken = PublicationRow.ticket.in_([one.id for one in found]), PublicationRow.removed_at.is_(None)
            used = set(await session.scalars(select(PublicationRow.ticket).where(*taken)))
        return [one for one in found if one.id not in used]

    async def from_ticket(self, visitor: Visitor, id: str) -> PublicationView:
        """A draft of a ticket that the visitor sees.

        NotFound; Conflict for one that is not archived with a content citizen, is confidential, or was taken before.
        """
        visitor.need(rules.WRITE)
        if self._tickets is None:
            raise NotFound("no_ticket", "工单没有运行")
        one = await good_ticket(self._tickets, visitor, id)
        office = self._publications.office
        async with office.store.reading() as session:
            own = PublicationRow.ticket == id, PublicationRow.removed_at.is_(None)
            if await session.scalar(select(PublicationRow.id).where(*own).limit(1)) is not None:
                raise Conflict("taken", "这件工单已经采编为典型案例")
        name = one.caller_name
        parts = [("诉求内容", one.content), ("办理结果", plain(one.answer))]
        body = "".join(
            f"<h3>{title}</h3>" + "".join(f"<p>{escape(without_persons(line, name))}</p>" for line in _lines(text))
            for title, text in parts
        )
        said = PublicationFields(
            section="case", title=without_persons(one.title, name)[:LONGEST_TITLE], body=body, author=one.lead_title
        )
        return await self._publications.begun(visitor, said, one.id, f"工单 {one.number}")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
