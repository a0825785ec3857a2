"""Tickets for programs: registered, added to, answered, read, and followed by a cursor, each by its own ids once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from workflow.tickets import rules
from workflow.tickets.acting import Acts
from workflow.tickets.following import ANSWERED
from workflow.tickets.models import OutsideRow, TicketRow
from workflow.tickets.outside.references import Said, claim, externals, find
from workflow.tickets.outside.views import Addition, Answering, NewTicket, StateQuery, States, TicketState
from workflow.tickets.progress import OTHERWISE, WORDS
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketFields

SETTLES = timedelta(seconds=5)
"""What changed less long ago is told at the next question: an earlier change may still be on its way to the table."""
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ANSWERING = ("reply", "province_answered", "answer", "close")
"""Actions that give an answer: the first that the asker may take."""
Work = Callable[[AsyncSession, TicketRow], Awaitable[None]]


class Programs:
    """The service. A program is whoever's key it shows, with the key's rights and reach."""

    def __init__(self, tickets: Tickets, acts: Acts) -> None:
        self._tickets, self._acts = tickets, acts
        self._office, self._cases = tickets.office, tickets.cases

    async def register(self, visitor: Visitor, body: NewTicket) -> TicketState:
        """A new ticket, sent to review at once if wanted, or the one that this id stands for.

        Invalid names the field; Conflict when the id was used for something else.
        """
        visitor.need(Tickets.edit_permission)
        await self._tickets.titles.refresh()
        async with self._tickets.changing() as session:
            known, fresh = await self._claim(session, visitor, "ticket", body.external, body.model_dump(mode="json"))
            if not fresh:
                row = await self._tickets.row(session, visitor, known.ticket)
                return await self._one(session, visitor, row, again=True)
            # Its category may be named by its path, which the field of the console is too short for.
            request = TicketFields.model_construct(**body.model_dump(exclude={"external", "submit"}))
            row = await self._tickets.insert(session, visitor, request)
            known.ticket = row.id
            await session.flush()
            await self._tickets.audit(session, visitor, "added", row.id, after=self._tickets.told(row))
            if body.submit:
                await self._cases.act(session, visitor, row.case, "submit", {})
            await session.refresh(row)
            found = await self._one(session, visitor, row)
        await self._acts.acted(found.id)
        return found

    async def add(self, visitor: Visitor, id: str, body: Addition) -> TicketState:
        """The citizen adds to his request, or reminds of it."""
        said = {"ticket": id, **body.model_dump(mode="json")}

        async def work(session: AsyncSession, row: TicketRow) -> None:
            await self._acts.act_in(session, visitor, row.id, body.kind, {"note": body.note})

        return await self._once(visitor, id, "addition", body.external, said, work)

    async def answer(self, visitor: Visitor, id: str, body: Answering) -> TicketState:
        """The answer of whoever's turn it is: a department signs its task with it. Conflict when it is not his."""
        said = {"ticket": id, **body.model_dump(mode="json")}

        async def work(session: AsyncSession, row: TicketRow) -> None:
            case, action = await self._answering(session, visitor, row)
            form: dict[str, Any] = {"answer": body.answer, "citations": body.citations}
            if action == "reply":
                form = {"answer": body.answer, "contacted": body.contacted, "no_contact": body.no_contact}
                form["citations"] = body.citations
            await self._acts.act_in(session, visitor, row.id, action, form, case, own_words=True)

        return await self._once(visitor, id, "answer", body.external, said, work)

    async def _answering(self, session: AsyncSession, visitor: Visitor, row: TicketRow) -> tuple[str, str]:
        offers = await self._cases.offers(session, visitor, row.case)
        for case, found in offers.items():
            if case != row.case and any(one.action == "sign" for one in found):
                await self._acts.act_in(session, visitor, row.id, "sign", {}, case)
                return case, "reply"
        for wanted in ANSWERING:
            for case, found in offers.items():
                for one in found:
                    if one.action == wanted and not one.refused:
                        return case, wanted
        raise Conflict("not_now", "该工单现在不能由您答复")

    async def get(self, visitor: Visitor, id: str) -> TicketState:
        """One by its id or number. NotFound."""
        visitor.need(rules.SEE)
        async with self._office.store.reading() as session:
            return await self._one(session, visitor, await self._row(session, visitor, id))

    async def by_external(self, visitor: Visitor, external: str) -> TicketState:
        """One by the id that the asker's program gave it. NotFound."""
        visitor.need(rules.SEE)
        async with self._office.store.reading() as session:
            known = await find(session, _system(visitor), "ticket", external)
            if known is None:
                raise NotFound("no_ticket", "工单不存在")
            return await self._one(session, visitor, await self._tickets.row(session, visitor, known.ticket))

    async def states(self, visitor: Visitor, query: StateQuery) -> States:
        """What changed since the cursor, the earliest first, each ticket as it is now. Invalid for a strange cursor.

        Nothing is left out: what changed a moment ago is told the next time.
        """
        visitor.need(rules.SEE)
        at, id = _place(query)
        settled = self._office.clock.wall() - SETTLES
        later = or_(TicketRow.updated_at > at, and_(TicketRow.updated_at == at, TicketRow.id > id))
        limits: list[ColumnElement[bool]] = [*rules.readable(visitor), TicketRow.removed_at.is_(None), later]
        limits.append(TicketRow.updated_at <= settled)
        if query.own:
            mine = select(OutsideRow.ticket).where(OutsideRow.system == _system(visitor), OutsideRow.kind == "ticket")
            limits.append(TicketRow.id.in_(mine))
        wanted = select(TicketRow).where(*limits).order_by(TicketRow.updated_at, TicketRow.id)
        async with self._office.store.reading() as session:
            rows = (await session.scalars(wanted.limit(query.size + 1))).all()
            shown = [row for row in rows[: query.size] if not row.confidential or rules.knows_caller(visitor, row)]
            items = await self._all(session, visitor, shown)
        last = rows[: query.size][-1] if rows else None
        reached = _cursor(last.updated_at, last.id) if last is not None else _cursor(at, id)
        return States(items=items, next=reached, more=len(rows) > query.size)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _once(
        self, visitor: Visitor, id: str, kind: Said, external: str, said: dict[str, Any], work: Work
    ) -> TicketState:
        visitor.need(rules.SEE)
        async with self._tickets.changing() as session:
            row = await self._row(session, visitor, id)
            known, fresh = await self._claim(session, visitor, kind, external, {**said, "ticket": row.id})
            if fresh:
                known.ticket = row.id
                await work(session, row)
                await session.refresh(row)
            found = await self._one(session, visitor, row, again=not fresh)
        await self._acts.acted(found.id)
        return found

    async def _claim(
        self, session: AsyncSession, visitor: Visitor, kind: Said, external: str, said: dict[str, Any]
    ) -> tuple[OutsideRow, bool]:
        digest = self._office.audit.digest("outside", kind, msgspec.json.encode(said, order="sorted").decode())
        return await claim(
            session, _system(visitor), kind, external, self._office.clock.wall(), digest=digest[:64],
        )  # fmt: skip

    async def _row(self, session: AsyncSession, visitor: Visitor, id: str) -> TicketRow:
        """By id, or by number."""
        by_number = select(TicketRow.id).where(TicketRow.number == id, *rules.readable(visitor))
        return await self._tickets.row(session, visitor, await session.scalar(by_number) or id)

    async def _one(
        self, session: AsyncSession, visitor: Visitor, row: TicketRow, *, again: bool = False
    ) -> TicketState:
        (found,) = await self._all(session, visitor, [row])
        return found.model_copy(update={"again": again})

    async def _all(self, session: AsyncSession, visitor: Visitor, rows: Sequence[TicketRow]) -> list[TicketState]:
        await self._tickets.titles.read(session)
        theirs = await externals(session, _system(visitor), [row.id for row in rows])
        return [state_of(row, theirs.get(row.id, ""), self._tickets.titles.unit(row.lead or "")) for row in rows]


def state_of(row: TicketRow, external: str, lead: str) -> TicketState:
    """A ticket as it is told outside: no name, no number, and an answer once it has been accepted."""
    told = row.stage in ANSWERED or bool(row.outcome)
    return TicketState(
        id=row.id, number=row.number, external=external, title=row.title, type=row.type, stage=row.stage,
        words=WORDS.get(row.stage, OTHERWISE), lead=lead, due_at=row.due_at, card=row.card,
        answer=row.answer if told else "", satisfaction=row.satisfaction, outcome=row.outcome,
        registered_at=row.created_at, changed_at=row.updated_at, ended_at=row.ended_at,
    )  # fmt: skip


def _system(visitor: Visitor) -> str:
    return f"program:{visitor.person}:{visitor.organisation}"


def _cursor(at: datetime, id: str) -> str:
    return f"{round(at.timestamp() * 1_000_000)}-{id}"


def _place(query: StateQuery) -> tuple[datetime, str]:
    if not query.cursor:
        return (query.since or BEGINNING), ""
    stamp, _, id = query.cursor.partition("-")
    try:
        return datetime.fromtimestamp(int(stamp) / 1_000_000, UTC), id
    except (ValueError, OverflowError, OSError):
        raise Invalid("cursor", "游标无效，请使用上一页返回的 next", "cursor") from None
