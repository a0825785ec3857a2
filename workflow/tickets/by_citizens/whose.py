"""Whose requests are whose on the public site, and in whose name a citizen acts there: the one place that says so."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.citizen import Citizen
from cti.base.visitor import Visitor
from workflow.tickets import rules
from workflow.tickets.models import TicketCallerRow, TicketRow

HIMSELF = "市民本人"
LONGEST_ID = 26


def uploader(citizen: Citizen, organisation: str, region: str) -> Visitor:
    """He as the one who uploads: no right at all, and the same from each of his devices."""
    person = hashlib.sha256(f"citizen {citizen.number.digits}".encode()).hexdigest()[:LONGEST_ID]
    return Visitor(person, "citizen", HIMSELF, None, organisation, region)


def as_citizen(row: TicketRow) -> Visitor:
    """He as the one who acts on a request that was seen to be his; processes say what he may do."""
    return Visitor(
        "", "citizen", HIMSELF, None, row.organisation, row.region, permissions=frozenset({rules.SEE}), is_citizen=True
    )


def his_own(citizen: Citizen) -> ColumnElement[bool]:
    """Requests registered with his number, on whatever channel.

    Of what is confidential those alone that he made here, signed in with the same number; nothing from before the
    number was his.
    """
    return and_(registered_with(citizen), *since(citizen, TicketRow.created_at))


def registered_with(citizen: Citizen) -> ColumnElement[bool]:
    """Requests registered with his number at any time: perhaps also by who had the number before him."""
    open_to_him = or_(TicketRow.confidential.is_(False), TicketRow.channel == "web")
    return and_(TicketRow.contact_index == citizen.number.digits, open_to_him, TicketRow.removed_at.is_(None))


def since(citizen: Citizen, column: InstrumentedAttribute[datetime]) -> list[ColumnElement[bool]]:
    """That something is from the time in which the number is his."""
    return [] if citizen.held_since is None else [column >= citizen.held_since]


def his_joined(citizen: Citizen) -> ColumnElement[bool]:
    """Requests of others that he asked for, too: how far they are is told, and nothing that somebody wrote."""
    joined = select(TicketCallerRow.ticket).where(
        TicketCallerRow.number_index == citizen.number.digits, *since(citizen, TicketCallerRow.at)
    )
    return and_(TicketRow.id.in_(joined), TicketRow.confidential.is_(False), TicketRow.removed_at.is_(None))
