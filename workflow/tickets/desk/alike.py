"""Tickets about the same matter as what is typed, or as another ticket, the likest first and with why.

How alike two tickets are is said by whoever is better at it than this room (`AlikeTickets.ranks`, a port); without one,
by the pairs of characters that they share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pydantic
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.screens import form
from workflow.tickets import rules
from workflow.tickets.desk.history import line_of
from workflow.tickets.models import TicketCallerRow, TicketRow
from workflow.tickets.service import Tickets
from workflow.tickets.views import HistoryLine

SHOWN = 8
LOOKED_THROUGH = 600
LEAST_ALIKE = 0.25
"""Share of pairs of characters that two titles have in common."""
OF_CALLER = 20
RANKED = 40
"""So many are asked for: of some the visitor may know nothing."""


class AlikeLine(HistoryLine):
    """A ticket like another."""

    why: str = pydantic.Field(default="", title="相似之处", json_schema_extra=form(width=220))
    likeness: int = pydantic.Field(default=0, title="相似度（%）")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a ticket says, be it still typed; `callers` are tickets of the same number, `but` is the ticket itself."""

    title: str
    content: str = ""
    place: str = ""
    address: str = ""
    at: datetime | None = None
    callers: frozenset[str] = frozenset()
    but: str = ""


@dataclass(frozen=True, slots=True)
class Likely:
    """A ticket that may be about the same, how likely (0 to 1), and why, in words that people read."""

    id: str
    likeness: float
    why: str


class RanksTickets(Protocol):
    """A port: whoever knows which tickets are about the same."""

    async def rank(self, asked: Asked, most: int) -> Sequence[Likely] | None:
        """The likest first; None while it cannot say."""
        ...


class AlikeTickets:
    """Answers within what the visitor may read."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._office = tickets, tickets.office
        self.ranks: RanksTickets | None = None

    async def typed(self, visitor: Visitor, asked: Asked, call: str = "") -> list[AlikeLine]:
        """Open tickets like what is typed beside a `call` of the visitor's; it tells the caller's other tickets."""
        visitor.need(rules.SEE)
        if not pairs_of(asked.title + asked.content):
            return []
        digits = (await self._tickets.calls.need(visitor, call)).caller.digits if call else ""
        async with self._office.store.reading() as session:
            return await self._found(session, visitor, asked, digits, [TicketRow.outcome == ""])

    async def of(self, visitor: Visitor, id: str) -> list[AlikeLine]:
        """Tickets like a ticket, also those that are over. NotFound."""
        visitor.need(rules.SEE)
        async with self._office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
            digits = (row.contact or "") if rules.knows_caller(visitor, row) else ""
            asked = Asked(row.title, row.content, row.place, row.address, row.created_at, but=row.id)
            return await self._found(session, visitor, asked, digits, [])

    async def _found(
        self, session: AsyncSession, visitor: Visitor, asked: Asked, digits: str, more: list[ColumnElement[bool]]
    ) -> list[AlikeLine]:
        limits = [*rules.readable(visitor), TicketRow.removed_at.is_(None), TicketRow.id != asked.but, *more]
        asked = Asked(
            asked.title, asked.content, asked.place, asked.address, asked.at or self._office.clock.wall(),
            await _of_number(session, digits, limits), asked.but,
        )  # fmt: skip
        found = await self.ranks.rank(asked, RANKED) if self.ranks is not None else None
        if found is None:
            return await self._by_pairs(session, visitor, asked, limits)
        wanted = select(TicketRow).where(*limits, TicketRow.id.in_([one.id for one in found]))
        rows = {row.id: row for row in await session.scalars(wanted)}
        return [
            AlikeLine(**line_of(rows[one.id]).model_dump(), why=one.why, likeness=round(100 * one.likeness))
            for one in found
            if one.id in rows and _known(visitor, rows[one.id])
        ][:SHOWN]

    async def _by_pairs(
        self, session: AsyncSession, visitor: Visitor, asked: Asked, limits: Sequence[ColumnElement[bool]]
    ) -> list[AlikeLine]:
        said = pairs_of(asked.title + asked.content[:200])
        wanted = select(TicketRow).where(*limits).order_by(TicketRow.updated_at.desc(), TicketRow.id.desc())
        found = []
        for row in (await session.scalars(wanted.limit(LOOKED_THROUGH))).all():
            if not _known(visitor, row):
                continue
            shared = len(said & pairs_of(row.title + row.content[:200])) / max(len(said), 1)
            likeness = shared + (0.1 if asked.place and asked.place == row.place else 0.0)
            if likeness >= LEAST_ALIKE:
                why = " · ".join(
                    words
                    for words, holds in (
                        ("同一来电人", row.id in asked.callers),
                        ("同一区县", bool(asked.place) and asked.place == row.place),
                        ("内容相近", True),
                    )
                    if holds
                )
                found.append((likeness, row.created_at, row, why))
        found.sort(key=lambda one: one[:2], reverse=True)
        return [
            AlikeLine(**line_of(row).model_dump(), why=why, likeness=min(99, round(100 * likeness)))
            for likeness, _, row, why in found[:SHOWN]
        ]


def _known(visitor: Visitor, row: TicketRow) -> bool:
    """Of a confidential ticket not even that there is one."""
    return not row.confidential or rules.knows_caller(visitor, row)


async def _of_number(session: AsyncSession, digits: str, limits: Sequence[ColumnElement[bool]]) -> frozenset[str]:
    """The newest tickets of a number, also those that it joined."""
    if not digits:
        return frozenset()
    joined = select(TicketCallerRow.ticket).where(TicketCallerRow.number_index == digits)
    mine = or_(TicketRow.contact_index == digits, TicketRow.id.in_(joined))
    wanted = select(TicketRow.id).where(*limits, mine).order_by(TicketRow.created_at.desc()).limit(OF_CALLER)
    return frozenset(await session.scalars(wanted))


def pairs_of(text: str) -> set[str]:
    """Pairs of neighbouring characters, signs left out."""
    words = "".join(one for one in text if one.isalnum())
    return {words[at : at + 2] for at in range(len(words) - 1)}
