"""How tickets are found: by duty and filters, by number, by telephone number, by words of their texts."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, or_

from cti.base.numbers.number import Number, NumberKind
from cti.base.visitor import Visitor
from cti.office.identity.lookups import LAST_FOUR, Lookups
from workflow.tickets.models import TicketRow
from workflow.tickets.views import TicketQuery

Words = Callable[[str], ColumnElement[bool]]
"""The condition that a ticket's texts have these words."""


def is_telephone(number: Number) -> bool:
    """Whether it can be called."""
    return bool(number.digits) and number.kind in (NumberKind.MOBILE, NumberKind.LANDLINE)


async def check_lookup(lookups: Lookups, kind: str, visitor: Visitor, query: TicketQuery, area: str) -> None:
    """Telephone numbers are looked for by who may see them; see `cti.office.identity.lookups`."""
    text = query.search
    if len(text) == LAST_FOUR and text.isdecimal():
        await lookups.number(visitor, kind, text, query.purpose)
    elif is_telephone(number := Number.parse(text, area=area)):
        await lookups.number(visitor, kind, number.digits, query.purpose)


def found_by(text: str, area: str, words: Words) -> ColumnElement[bool]:
    """By a telephone number or its last digits, the ticket's number, or words of its texts."""
    if len(text) == LAST_FOUR and text.isdecimal():
        return TicketRow.contact_last_four == text
    number = Number.parse(text, area=area)
    if is_telephone(number):
        return TicketRow.contact_index == number.digits
    # Whole numbers of tickets, else words of their texts, whatever their order.
    if text.isascii() and text.isdecimal():
        return TicketRow.number == text
    # Numbers of an old system have letters, too.
    looks_so = text.isascii() and text.isprintable() and " " not in text and any(one.isdecimal() for one in text)
    return or_(TicketRow.number == text, words(text)) if looks_so else words(text)
