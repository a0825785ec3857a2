"""Personal data as a visitor may see it: the one place that decides."""

from __future__ import annotations

from cti.identity.visitor import Visitor
from cti.number import Number

SEE_NUMBERS = "calls.see_numbers"


def shown_number(visitor: Visitor, number: Number) -> str:
    """A telephone number for the screen: whole with the permission, else masked."""
    return number.national if visitor.may(SEE_NUMBERS) else number.masked
