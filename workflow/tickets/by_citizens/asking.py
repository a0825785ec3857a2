"""A citizen registers a request himself: the form of the house, a look at what neighbours reported, and the ticket."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.citizen import Citizen
from cti.base.expressions import ExpressionError
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.rates import Rate
from cti.base.refusal import Conflict, Faults, Invalid, NotFound
from cti.base.visitor import Visitor, system
from cti.office.files.service import Files
from cti.office.identity import regions
from cti.office.screens.description import Field
from workflow.tickets import rules
from workflow.tickets.acting import Acts
from workflow.tickets.by_citizens.views import Kind, Neighbour, Request, Sent
from workflow.tickets.by_citizens.whose import his_joined, his_own, uploader
from workflow.tickets.desk.alike import AlikeTickets, Asked
from workflow.tickets.desk.history import History
from workflow.tickets.models import TicketCategoryRow, TicketRow
from workflow.tickets.progress import OTHERWISE, WORDS
from workflow.tickets.record_facts import FROM_CASE
from workflow.tickets.service import KIND, PARTS, Tickets
from workflow.tickets.views import CallerBody, TicketFields

BY = system("门户网站")
LONGEST_TITLE = 30
SAME_FOR = timedelta(days=1)
"""How long the same words of one citizen are taken for the same request, unless he says that it is another."""
AN_HOUR = 10
"""How many requests one citizen registers in an hour: more is a program, or work for the telephone."""
SHOWN = 3
"""Requests of neighbours that are shown at once."""


SOMEBODY = Number.parse("13000000000")
"""Whose request the probe's is until it is taken back: tickets want a number at which one can be called."""


class _TakenBack(Exception):
    """The probe's ticket was made, and its transaction is not to hold."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class CitizensAsking:
    """The service. A request belongs to the house's own organisation, whose reviewers see where it goes."""

    def __init__(self, tickets: Tickets, acts: Acts, alikes: AlikeTickets, history: History) -> None:
        self._tickets, self._acts, self._alikes, self._history = tickets, acts, alikes, history
        self._office, self._forms = tickets.office, tickets.forms
        self._rate = Rate(tickets.office.clock, AN_HOUR / 3600, AN_HOUR)

    # ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def fields(self, kind: Kind) -> list[Field]:
        """What the house's file asks besides, given what was chosen so far: the same as at the desk."""
        await self._tickets.titles.refresh()
        form = self._forms.form(PARTS)
        return [] if form is None else list(self._forms.fields(form, self._facts(kind)))

    async def categories(self) -> list[tuple[str, str]]:
        """Ids and paths of the categories that can be chosen, in the order of their tree."""
        live = TicketCategoryRow.removed_at.is_(None), TicketCategoryRow.off.is_(False)
        wanted = select(TicketCategoryRow.id, TicketCategoryRow.path).where(*live).order_by(TicketCategoryRow.path)
        async with self._office.store.reading() as session:
            return [(id, path) for id, path in (await session.execute(wanted)).tuples()]

    def places(self) -> list[tuple[str, str]]:
        """Codes and names of the districts of the house's region; none where it has no region of its own."""
        own, known = self._office.region, regions.titles()
        inner = sorted(regions.within(own) & known.keys() - {own}) if own else []
        return [(code, known[code]) for code in inner]

    def uploader(self, citizen: Citizen) -> Visitor:
        """Who uploads files for a request."""
        return uploader(citizen, self._office.organisation, self._office.region)

    # ── neighbours ───────────────────────────────────────────────────────────────────────────────────────────────

    async def neighbours(self, citizen: Citizen, request: Request) -> list[Neighbour]:
        """Open requests of others that are likely about the same: what, where, when, how far; no words of theirs."""
        looker = Visitor(
            "", "citizen", BY.name, None, self._office.organisation, self._office.region,
            permissions=frozenset({rules.SEE}),
        )  # fmt: skip
        asked = Asked(title_of(request), request.content, request.place, request.address)
        likely = [one.id for one in await self._alikes.typed(looker, asked)]
        if not likely:
            return []
        await self._tickets.titles.refresh()
        wanted = select(TicketRow).where(
            TicketRow.id.in_(likely), TicketRow.confidential.is_(False), ~his_own(citizen), ~his_joined(citizen)
        )
        if request.place:
            wanted = wanted.where(TicketRow.place == request.place)
        async with self._office.store.reading() as session:
            rows = {row.id: row for row in await session.scalars(wanted)}
        return [self._neighbour(rows[id]) for id in likely if id in rows][:SHOWN]

    def _neighbour(self, row: TicketRow) -> Neighbour:
        place = regions.title_of(row.place) if row.place else ""
        about = self._tickets.titles.category(row.category) or "同类诉求"
        return Neighbour(row.id, about, place, WORDS.get(row.stage, OTHERWISE), row.created_at)

    async def join(self, citizen: Citizen, id: str, request: Request) -> str:
        """He asks for the same as a neighbour, once; returns its number. NotFound for what was not shown to him."""
        if id not in {one.id for one in await self.neighbours(citizen, request)}:
            raise NotFound("no_ticket", "该诉求已办结或不存在，请直接提交")
        body = CallerBody(name=request.caller_name, contact=citizen.number.national, note=request.content[:500])
        await self._history.join(BY, id, body)
        async with self._office.store.reading() as session:
            return (await session.get_one(TicketRow, id)).number

    # ── sending it ───────────────────────────────────────────────────────────────────────────────────────────────

    async def send(self, citizen: Citizen, sent: Sent) -> str:
        """Make the ticket with its files, all of it or nothing, and send it to review; returns its number.

        The same form sent again makes no second ticket. Invalid names the field; TooMany.
        """
        tickets, request = self._tickets, sent.request
        await tickets.titles.refresh()
        extra = self._extra(request, sent.extra)
        form = _form_of(citizen, sent.key)
        if citizen.is_probe:
            return await self._tried(replace(citizen, number=SOMEBODY), request, extra)
        async with tickets.changing() as session:
            known = await session.scalar(select(TicketRow).where(TicketRow.desk_form == form))
            if known is not None:
                return known.number
            self._rate.take(citizen.number.digits)
            row = await tickets.insert(session, BY, self._body(citizen, request))
            row.desk_form, row.extra, row.citizen = form, extra, sent.citizen
            await session.flush()
            await tickets.audit(session, BY, "added", row.id, after=tickets.told(row))
            if sent.files:
                files = self._office.need(Files)
                await files.link(session, self.uploader(citizen), KIND, row.id, sent.files)
            await self._submit(session, row)
            id, number = row.id, row.number
        await self._acts.acted(id)
        return number

    async def sent_before(self, citizen: Citizen, key: str) -> str:
        """The number of what he sent with the form of this key; empty when nothing was."""
        wanted = select(TicketRow.number).where(TicketRow.desk_form == _form_of(citizen, key))
        async with self._office.store.reading() as session:
            return await session.scalar(wanted) or ""

    async def sent_alike(self, citizen: Citizen, request: Request) -> str:
        """The number of what he sent here in the last day that says the very same; empty when nothing does."""
        since = self._office.clock.wall() - SAME_FOR
        wanted = select(TicketRow).where(
            his_own(citizen), TicketRow.channel == "web", TicketRow.created_at > since, TicketRow.stage != "withdrawn"
        )
        async with self._office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(TicketRow.created_at.desc()))).all()
        said = (request.type, request.content, request.address, request.place)
        return next((row.number for row in rows if (row.type, row.content, row.address, row.place) == said), "")

    async def _tried(self, citizen: Citizen, request: Request, extra: str | None) -> str:
        """Do all of it for the probe, see it as a citizen would, and take it back: nothing of it stays or is told.

        Its number is free again, too, since it was drawn in the same transaction.
        """
        try:
            async with self._tickets.changing() as session:
                row = await self._tickets.insert(session, BY, self._body(citizen, request))
                row.extra = extra
                await session.flush()
                await self._submit(session, row)
                await session.flush()
                seen = await session.scalar(select(TicketRow.number).where(his_own(citizen), TicketRow.id == row.id))
                if seen is None:
                    raise NotFound("no_ticket", "登记的诉求查不到")
                raise _TakenBack(seen)
        except _TakenBack as taken:
            return taken.number

    async def _submit(self, session: AsyncSession, row: TicketRow) -> None:
        """On to review, where the process has one; else whoever leads finds it among what is registered."""
        offers = (await self._tickets.cases.offers(session, BY, row.case)).get(row.case, ())
        if any(one.action == "submit" and not one.refused for one in offers):
            await self._tickets.cases.act(session, BY, row.case, "submit", {})

    @staticmethod
    def _body(citizen: Citizen, request: Request) -> TicketFields:
        said = request.model_dump(exclude={"title", "longitude", "latitude"})
        point = request.point.pair if request.point is not None else ""
        contact = citizen.number.national
        return TicketFields(**said, title=title_of(request), point=point, contact=contact, channel="web")

    def _extra(self, kind: Kind, given: Mapping[str, Any]) -> str | None:
        if self._forms.form(PARTS) is None:
            return None
        try:
            checked = self._forms.check_values(PARTS, given, self._facts(kind))
        except ExpressionError as error:
            raise Conflict("form", f"登记附加信息的表单有误：{error.message}") from None
        faults = Faults()
        for key, words in checked.errors.items():
            faults.found(Invalid("wrong", words, key))
        faults.refuse()
        said = {key: value for key, value in checked.values.items() if value not in (None, "", [])}
        return msgspec.json.encode(said).decode() if said else None

    def _facts(self, kind: Kind) -> dict[str, Any]:
        tickets, words = self._tickets, ("number", "title", "content", "answer_by", "contact", "address", "registrar")
        row = TicketRow(
            **{**FROM_CASE, **dict.fromkeys(words, "")}, id=new_id(), organisation=self._office.organisation,
            region=self._office.region, type=kind.type, place=kind.place, category=kind.category or None, urgent=False,
            enterprise=kind.enterprise, confidential=False, anonymous=False, channel="web",
        )  # fmt: skip
        return {"record": {**tickets.facts_of(row), "category": tickets.titles.category(row.category)}}


def title_of(request: Request) -> str:
    """Its title, or the beginning of what is said."""
    return request.title or " ".join(request.content.split())[:LONGEST_TITLE]


def _form_of(citizen: Citizen, key: str) -> str:
    said = hashlib.sha256(f"{citizen.number.digits} {key}".encode()).hexdigest()
    return f"web/{said[:48]}"
