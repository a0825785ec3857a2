"""Personal data as a visitor may see it: the one place that decides.

Somebody without the permission for a kind sees it masked. With `personal.reveal` he may have a single record's shown
whole, which `Disclosure` writes to the audit; so are looks of those who see everything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cti.base.numbers.in_texts import without_numbers
from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit

SEE_NUMBERS = "calls.see_numbers"
SEE_PERSONAL = "personal.see"
REVEAL = "personal.reveal"

HIDDEN = "****"
DIVISION = re.compile(r"^(?:.{1,8}?(?:省|自治区|自治州|地区|市|盟|县|旗|(?<![小社园厂])区)){1,3}")


def shown_number(visitor: Visitor, number: Number) -> str:
    """A telephone number for the screen: whole with the permission, else masked."""
    return number.national if visitor.may(SEE_NUMBERS) else number.masked


def shown_name(visitor: Visitor, name: str) -> str:
    """A person's name: whole with the permission, else the family name alone."""
    return name if visitor.may(SEE_PERSONAL) else masked_name(name)


def shown_address(visitor: Visitor, address: str) -> str:
    """An address: whole with the permission, else down to the county."""
    return address if visitor.may(SEE_PERSONAL) else masked_address(address)


def shown_identity(visitor: Visitor, number: str) -> str:
    """The number of an identity card or the like: whole with the permission, else its ends."""
    return number if visitor.may(SEE_PERSONAL) else masked_identity(number)


def shown_text(visitor: Visitor, text: str) -> str:
    """What somebody wrote about a person, or a message of his: whole with the permission, else that there is some."""
    return text if visitor.may(SEE_PERSONAL) else masked_text(text)


def shown_in_text(visitor: Visitor, text: str) -> str:
    """A text in which telephone and identity numbers may stand: each whole with its permission, else masked."""
    cards, telephones = not visitor.may(SEE_PERSONAL), not visitor.may(SEE_NUMBERS)
    return without_numbers(text, cards=cards, telephones=telephones) if cards or telephones else text


def masked_text(text: str) -> str:
    """`****` where there is something."""
    return HIDDEN if text else ""


def masked_name(name: str) -> str:
    """`王*`, `欧***`: the first character and how long it is."""
    return name[:1] + "*" * (len(name) - 1)


def masked_address(address: str) -> str:
    """`江苏省常州市天宁区****`: province, city and county, where it begins with them."""
    if not address:
        return ""
    found = DIVISION.match(address)
    return (found[0] if found else "") + HIDDEN


def masked_identity(number: str) -> str:
    """`320***********21`: three in front and two behind; short ones are hidden whole."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}" if len(number) >= 8 else HIDDEN if number else ""


class Disclosure:
    """Notes in the audit who saw whose personal data whole."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def reveal(self, visitor: Visitor, subject: str, fields: Sequence[str]) -> None:
        """Let the visitor see `fields` of one record (`call:ID`) whole, noted in the audit. NotAllowed."""
        visitor.need(REVEAL)
        await self._audit.look(visitor, "personal.revealed", subject, {"fields": sorted(fields)})

    async def seen(self, visitor: Visitor, permission: str, subject: str, ids: Sequence[str]) -> None:
        """Note that the visitor was shown the records `ids` whole, if he was: he has the permission."""
        if ids and visitor.may(permission):
            await self._audit.look(visitor, "personal.seen", f"{subject}:{ids[0]}", {"ids": list(ids)})
