"""What was asked before: tickets of a number (C11), and what goes from one into the next (C10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pydantic
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.call import Call
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.identity.masking import shown_address, shown_name, shown_number
from cti.office.records import RecordPage
from cti.office.screens import form
from cti.telephony.doorway import facts_of
from cti.telephony.own_calls import CHANNEL, WRITTEN
from workflow.tickets import rules
from workflow.tickets.models import TicketCallerRow, TicketCallRow, TicketRow
from workflow.tickets.service import KIND, Tickets
from workflow.tickets.telling.inside import Telling
from workflow.tickets.views import CARD_TONES, CARDS, GENDERS, CallerBody, CallerView, HistoryLine

OF_CALLER = 20
WRITTEN_UP = timedelta(minutes=30)
"""After so long nobody still writes up a call that has ended."""


LONGEST_BEGUN = 2000
"""Characters of what a citizen has written with which the content begins."""


class CallerTicket(HistoryLine):
    """A ticket of who is on the line."""

    card: str = pydantic.Field(title="时限", json_schema_extra=form(kind="choice", options=CARDS, tones=CARD_TONES))
    is_open: bool


class Beginning(pydantic.BaseModel):
    """What the form of a new ticket begins with."""

    type: str = "help"
    title: str = ""
    place: str = ""
    address: str = ""
    point: str = ""
    category: str | None = None
    content: str = ""
    caller_name: str = ""
    caller_gender: str = ""
    contact: str = ""
    anonymous: bool = False
    channel: str = "phone"
    call: str = ""


class History:
    """Looks back, within what the visitor may read; who joins a request is told to those who work on it."""

    def __init__(self, tickets: Tickets, telling: Telling, area: str) -> None:
        self._tickets, self._telling, self._area = tickets, telling, area
        self._office = tickets.office

    async def of_number(
        self, visitor: Visitor, number: str, purpose: str, page: int, size: int
    ) -> RecordPage[HistoryLine]:
        """Tickets of a number, also those that it joined later, the newest first."""
        visitor.need(rules.SEE)
        digits = Number.parse(number, area=self._area).digits
        if not digits:
            raise Invalid("number", "不是有效的电话号码", "number")
        await self._office.lookups.number(visitor, KIND, digits, purpose)
        joined = select(TicketCallerRow.ticket).where(TicketCallerRow.number_index == digits)
        mine = or_(TicketRow.contact_index == digits, TicketRow.id.in_(joined))
        limits = [*rules.readable(visitor), TicketRow.removed_at.is_(None), mine]
        wanted = select(TicketRow).where(*limits).order_by(TicketRow.created_at.desc(), TicketRow.id.desc())
        async with self._office.store.reading() as session:
            rows = (await session.scalars(wanted.limit(size + 1).offset((page - 1) * size))).all()
        # Of a confidential ticket not even that this number asked for something.
        shown = [row for row in rows[:size] if not row.confidential or rules.knows_caller(visitor, row)]
        more = (page - 1) * size + len(rows)
        return RecordPage(items=[line_of(row) for row in shown], total=more, page=page, size=size)

    async def copy(self, visitor: Visitor, id: str, *, whole: bool) -> Beginning:
        """Type, title and where it is for the next request of the same call; `whole` takes the content, too.

        What the visitor sees masked is left out: what the call itself knows stands in the form.
        """
        visitor.need(Tickets.edit_permission)
        async with self._office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
        shown = rules.caller_words(visitor, row, row.caller_name, row.contact)
        caller = {key: "" if "*" in words else words for key, words in shown.items()}
        point = rules.point_words(visitor, row)
        return Beginning(
            type=row.type, title=row.title, place=row.place, address=row.address, channel=row.channel, call=row.call,
            point="" if "*" in point else point,
            category=row.category if whole else None, content=row.content if whole else "",
            caller_name=caller["name"], contact=caller["contact"],
        )  # fmt: skip

    async def begin(self, visitor: Visitor, call: Call) -> Beginning:
        """What is known of the caller of a call that is the visitor's; his home is where it happened, mostly.

        Who talks with him, or writes the talk up, sees in the form what stands on the card of the call; later by right.
        """
        facts = facts_of(call)
        number, name, address = call.caller.national, str(facts.get("name", "")), str(facts.get("address", ""))
        if call.ended_at is not None and self._office.clock.wall() - call.ended_at > WRITTEN_UP:
            number = shown_number(visitor, call.caller)
            name, address = shown_name(visitor, name), shown_address(visitor, address)
        gender = str(facts.get("gender", ""))
        return Beginning(
            call=call.id, contact=number if call.caller.digits else "", anonymous=not call.caller.digits,
            caller_name=name, caller_gender=gender if gender in GENDERS else "", place=call.region,
            address=address[:200], channel=call.progress.get(CHANNEL, "phone"),
            content=str(call.progress.get(WRITTEN, ""))[:LONGEST_BEGUN],
        )  # fmt: skip

    async def of_caller(self, visitor: Visitor, call: Call) -> list[CallerTicket]:
        """The tickets of who is on the line, and those that were registered in this call, the newest first.

        He is on the line: no reason is asked for looking at his number.
        """
        visitor.need(Tickets.edit_permission)
        same: list[ColumnElement[bool]] = [TicketRow.id.in_(in_call(call.id, call.follows))]
        if digits := call.caller.digits:
            joined = select(TicketCallerRow.ticket).where(TicketCallerRow.number_index == digits)
            same += [TicketRow.contact_index == digits, TicketRow.id.in_(joined)]
        async with self._office.store.reading() as session:
            return await self.lines(session, visitor, same)

    async def lines(
        self, session: AsyncSession, visitor: Visitor, ways: Sequence[ColumnElement[bool]]
    ) -> list[CallerTicket]:
        """A few tickets that are meant by one of these conditions, within what the visitor may know."""
        limits = [*rules.readable(visitor), TicketRow.removed_at.is_(None), or_(*ways)]
        wanted = select(TicketRow).where(*limits).order_by(TicketRow.created_at.desc(), TicketRow.id.desc())
        return [
            CallerTicket(**line_of(row).model_dump(), card=row.card, is_open=not row.outcome)
            for row in (await session.scalars(wanted.limit(OF_CALLER))).all()
            if not row.confidential or rules.knows_caller(visitor, row)
        ]

    # ── callers with the same request (联名) ─────────────────────────────────────────────────────────────────────

    async def join(self, visitor: Visitor, id: str, body: CallerBody) -> None:
        """Another citizen asks for the same."""
        visitor.need(Tickets.edit_permission)
        number = Number.parse(body.contact, area=self._area)
        if not number.digits:
            raise Invalid("number", f"“{body.contact}”不是有效的电话号码", "contact")
        now = self._tickets.calls.now(visitor)
        call = (await self._tickets.calls.need(visitor, body.call)).id if body.call else now.id if now else ""
        async with self._tickets.changing() as session:
            row = await self._tickets.row(session, visitor, id)
            session.add(
                TicketCallerRow(
                    id=new_id(),
                    ticket=row.id,
                    at=self._office.clock.wall(),
                    name=body.name,
                    number=number.digits,
                    number_index=number.digits,
                    note=body.note,
                    call=call,
                    by=visitor.name,
                )
            )
            if call:
                await self._tickets.note_call(session, visitor, row, call, "joined")
            same = select(func.count(TicketCallerRow.number_index.distinct())).where(TicketCallerRow.ticket == row.id)
            await self._telling.joined(session, row, 1 + (await session.scalar(same) or 0), visitor.name)
            await self._tickets.audit(session, visitor, "joined", id, after={"number": number.masked})
        await self._tickets.changed([id])

    async def callers(self, visitor: Visitor, id: str) -> list[CallerView]:
        """Who else asks for it, personal data as the visitor may see it."""
        visitor.need(rules.SEE)
        async with self._office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
            wanted = select(TicketCallerRow).where(TicketCallerRow.ticket == id).order_by(TicketCallerRow.at)
            rows = (await session.scalars(wanted)).all()
        found = []
        for one in rows:
            words = rules.caller_words(visitor, row, one.name, one.number)
            found.append(
                CallerView(id=one.id, at=one.at, name=words["name"], contact=words["contact"], note=one.note, by=one.by)
            )
        return found


def in_call(*calls: str) -> Select[tuple[str]]:
    """The ids of the tickets that calls were about, such as one and that which it goes on with."""
    return select(TicketCallRow.ticket).where(TicketCallRow.call.in_([call for call in calls if call]))


def line_of(row: TicketRow) -> HistoryLine:
    """A ticket in a line."""
    return HistoryLine(
        id=row.id, number=row.number, title=row.title, type=row.type, stage=row.stage, step=row.step, place=row.place,
        address=row.address, answer=row.answer, created_at=row.created_at,
    )  # fmt: skip
