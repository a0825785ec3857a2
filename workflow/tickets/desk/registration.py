"""Registration at the desk: a form beside a call, filled with what is known, and what is to become of it at once."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
import pydantic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.expressions import ExpressionError
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Faults, Invalid, NotFound, Refusal
from cti.base.visitor import Visitor
from cti.office.form_drafts import FormDrafts
from cti.office.processes.engine import Offer
from cti.office.screens.description import Field, Option, When
from cti.telephony.own_calls import CHANNEL
from workflow.tickets.acting import ADDING, Acts
from workflow.tickets.calls.gone_on import join
from workflow.tickets.catalogue import Catalogue, proposed
from workflow.tickets.desk.history import Beginning, CallerTicket, History, in_call
from workflow.tickets.models import TicketCallerRow, TicketRow
from workflow.tickets.record_facts import FROM_CASE
from workflow.tickets.service import PARTS, Tickets
from workflow.tickets.views import CallerBody, TicketFields, TicketView, Type

FORM = "ticket"
"""The form at the desk, and its drafts."""
KEEP = "keep"
"""Registered, and left to be sent on later."""
EXTRA, THEN = "extra_", "then_"
"""Before the keys of what the file and the next action ask."""
NOT_AT_ONCE = (*ADDING, "withdraw", "void")
USUAL = ("submit", "answer", "dispatch")
"""What is chosen at first: the first of these that may be."""
SUBJECT = re.compile(r"(?P<call>[0-9A-Za-z]{1,26})(?:-\d{1,3})?")
REMINDED = "市民来电催单"


class SoFar(pydantic.BaseModel):
    """What decides on the fields to come, while somebody types; all else is passed over."""

    model_config = pydantic.ConfigDict(extra="ignore")

    type: Type = "help"
    place: str = pydantic.Field(default="", max_length=6)
    category: str | None = pydantic.Field(default=None, max_length=26)
    urgent: bool = False
    enterprise: bool = False
    then: str = pydantic.Field(default="", max_length=60)


class DeskTicket(TicketFields):
    """The whole form as it is sent: the request, what the house's file asks besides, what comes next and its form."""

    model_config = pydantic.ConfigDict(extra="allow", str_strip_whitespace=True)

    then: str = pydantic.Field(default=KEEP, max_length=60, title="登记后")

    def asked(self, prefix: str) -> dict[str, Any]:
        """What was filled in under keys that begin so."""
        given = self.model_extra or {}
        return {key.removeprefix(prefix): value for key, value in given.items() if key.startswith(prefix)}

    @property
    def request(self) -> TicketFields:
        """What the ticket itself keeps, without what belongs to the desk."""
        return TicketFields.model_validate(self.model_dump(include=set(TicketFields.model_fields)))


class Added(pydantic.BaseModel):
    """What a citizen adds by telephone to a ticket of his."""

    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True)

    note: str = pydantic.Field(default="", max_length=2000, title="说明")


class Registration:
    """Each function is about a call that is the visitor's; NotFound for all others."""

    def __init__(
        self, tickets: Tickets, acts: Acts, history: History, catalogue: Catalogue, drafts: FormDrafts
    ) -> None:
        self._tickets, self._acts, self._history = tickets, acts, history
        self._catalogue, self._forms, self._drafts = catalogue, tickets.forms, drafts
        self._office, self._cases = tickets.office, tickets.cases

    # ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def begin(self, visitor: Visitor, subject: str) -> Beginning:
        """What the form of a call begins with."""
        visitor.need(Tickets.edit_permission)
        return await self._history.begin(visitor, await self._tickets.calls.need(visitor, _call_of(subject)))

    async def sent(self, visitor: Visitor, subject: str) -> TicketView:
        """What the visitor registered by this form; NotFound while it is not sent.

        A call that was dialled from a ticket is that ticket's: no form is opened for it unasked.
        """
        visitor.need(Tickets.edit_permission)
        async with self._office.store.reading() as session:
            row = await self._registered(session, visitor, subject) or await self._dialled(session, visitor, subject)
            if row is None:
                raise NotFound("not_sent", "还没有登记工单")
            return await self._tickets.shown_whole(session, visitor, row)

    async def fields(self, visitor: Visitor, said: SoFar) -> list[Field]:
        """What is asked besides, given what was said so far: parts of the file, what comes next, and its form."""
        visitor.need(Tickets.edit_permission)
        await self._tickets.titles.refresh()
        row = self._drafted(visitor, said)
        facts = {"record": {**self._tickets.facts_of(row), "category": self._tickets.titles.category(row.category)}}
        parts = self._forms.form(PARTS)
        found = [_under(EXTRA, one) for one in (self._forms.fields(parts, facts) if parts is not None else ())]
        async with self._office.store.reading() as session:
            offers = await self._offers(session, visitor, row)
            proposal = await self._catalogue.propose(session, row)
        usual = next((one for one in USUAL if one in offers), KEEP)
        options = (*(Option(value=one.action, title=one.title) for one in offers.values()),
                   Option(value=KEEP, title="暂不提交"))  # fmt: skip
        found.append(
            Field(key="then", title="登记后", kind="choice", required=True, options=options, default=usual,
                  section="处理")
        )  # fmt: skip
        chosen = offers.get(said.then or usual)
        form = self._forms.form(chosen.form) if chosen is not None and chosen.form else None
        if form is not None:
            asked = self._forms.fields(form, facts)
            found += [_under(THEN, one) for one in (proposed(asked, proposal) if form.form == "dispatch" else asked)]
        return found

    def _drafted(self, visitor: Visitor, said: SoFar) -> TicketRow:
        """The ticket that it would be."""
        words = dict.fromkeys(("number", "title", "content", "answer_by", "contact", "address"), "")
        return TicketRow(
            **{**FROM_CASE, **words}, id=new_id(), organisation=visitor.organisation, region=visitor.region,
            type=said.type, place=said.place, category=said.category or None, urgent=said.urgent,
            enterprise=said.enterprise, confidential=False, anonymous=False, channel="phone",
            registrar=visitor.person,
        )  # fmt: skip

    async def _offers(self, session: AsyncSession, visitor: Visitor, row: TicketRow) -> dict[str, Offer]:
        process = self._tickets.settings.process_of(row.region, enterprise=row.enterprise)
        try:
            found = await self._cases.beginning(
                session, visitor, process, self._tickets.facts_of(row), organisation=row.organisation, region=row.region
            )
        except KeyError:
            raise Conflict("no_process", f"没有名为“{process}”的流程，请管理员检查工单设置") from None
        return {one.action: one for one in found if one.action not in NOT_AT_ONCE and not one.refused}

    # ── sending it ───────────────────────────────────────────────────────────────────────────────────────────────

    async def register(self, visitor: Visitor, subject: str, body: DeskTicket) -> TicketView:
        """Make the ticket and do with it at once what was chosen, all of it or nothing; the draft goes with it.

        The same form sent again, since its answer was lost, makes no second ticket. Invalid names each field.
        """
        visitor.need(Tickets.edit_permission)
        tickets = self._tickets
        call = await tickets.calls.need(visitor, _call_of(subject))
        gone_on = await tickets.calls.gone_on(call)
        await tickets.titles.refresh()
        request = body.request.model_copy(update={"call": call.id, "channel": call.progress.get(CHANNEL, "phone")})
        async with tickets.changing() as session:
            row = await self._registered(session, visitor, subject)
            if row is None:
                row = await tickets.insert(session, visitor, request)
                row.desk_form = _key(visitor, subject)
                row.extra = self._extra(row, body)
                await session.flush()
                await tickets.audit(session, visitor, "added", row.id, after=tickets.told(row))
                for further in gone_on:
                    await join(session, tickets, visitor, row, further)
                if body.then != KEEP:
                    await self._go_on(session, visitor, row, body)
                await self._drafts.done(session, visitor, FORM, subject)
                await session.refresh(row)
            found = await tickets.shown_whole(session, visitor, row)
        self._cases.done()
        await tickets.changed([found.id])
        return found

    def _extra(self, row: TicketRow, body: DeskTicket) -> str | None:
        """What the house's file asks besides, checked."""
        given = body.asked(EXTRA)
        facts = {"record": {**self._tickets.facts_of(row), "category": self._tickets.titles.category(row.category)}}
        if self._forms.form(PARTS) is None:
            return None
        try:
            checked = self._forms.check_values(PARTS, given, facts)
        except ExpressionError as error:
            raise Conflict("form", f"登记附加信息的表单有误：{error.message}") from None
        faults = Faults()
        for key, words in checked.errors.items():
            faults.found(Invalid("wrong", words, f"{EXTRA}{key}"))
        faults.refuse()
        said = {key: value for key, value in checked.values.items() if value not in (None, "", [])}
        return msgspec.json.encode(said).decode() if said else None

    async def _go_on(self, session: AsyncSession, visitor: Visitor, row: TicketRow, body: DeskTicket) -> None:
        try:
            await self._acts.act_in(session, visitor, row.id, body.then, body.asked(THEN))
        except Refusal as refusal:
            if refusal.field:
                refusal.field = f"{THEN}{refusal.field}"
            raise

    @staticmethod
    async def _registered(session: AsyncSession, visitor: Visitor, subject: str) -> TicketRow | None:
        wanted = select(TicketRow).where(TicketRow.desk_form == _key(visitor, subject))
        found: TicketRow | None = await session.scalar(wanted)
        return found

    async def _dialled(self, session: AsyncSession, visitor: Visitor, subject: str) -> TicketRow | None:
        """The ticket from which the visitor's call was dialled."""
        found = (await self._tickets.dialled_for(session, {subject})).get(subject)
        if found is None:
            return None
        await self._tickets.calls.need(visitor, subject)
        return await self._tickets.row(session, visitor, found.ticket)

    # ── tickets that are there ───────────────────────────────────────────────────────────────────────────────────

    async def of_caller(self, visitor: Visitor, call: str) -> list[CallerTicket]:
        """The tickets of who is on the line."""
        return await self._history.of_caller(visitor, await self._tickets.calls.need(visitor, call))

    async def add(
        self, visitor: Visitor, call: str, id: str, action: Literal["remind", "supplement"], body: Added
    ) -> None:
        """The caller reminds of an open ticket, or adds to it: what his talk came to."""
        visitor.need(Tickets.edit_permission)
        found = await self._tickets.calls.need(visitor, call)
        note = body.note or (REMINDED if action == "remind" else "")
        await self._acts.act(visitor, id, action, {"note": note}, call=found.id)

    async def join(self, visitor: Visitor, call: str, id: str, body: Added) -> None:
        """The caller asks for the same as an open ticket of somebody: once for each call, however often it is sent."""
        visitor.need(Tickets.edit_permission)
        found = await self._tickets.calls.need(visitor, call)
        if not found.caller.digits:
            raise Conflict("anonymous", "来电没有号码，请在工单页面登记联名")
        async with self._office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
            if row.outcome:
                raise Conflict("over", "该工单已办结，不能联名，请登记新的工单")
            mine = TicketCallerRow.call == found.id, TicketCallerRow.ticket == row.id
            if await session.scalar(select(TicketCallerRow.id).where(*mine).limit(1)) is not None:
                return
        begun = await self._history.begin(visitor, found)
        joining = CallerBody(
            name="" if "*" in begun.caller_name else begun.caller_name, contact=found.caller.national,
            note=body.note[:500], call=found.id,
        )  # fmt: skip
        await self._history.join(visitor, id, joining)

    async def of_call(self, visitor: Visitor, call: str) -> list[CallerTicket]:
        """The tickets that a call was about, as far as the visitor may read them."""
        visitor.need(Tickets.see)
        async with self._office.store.reading() as session:
            return await self._history.lines(session, visitor, [TicketRow.id.in_(in_call(call))])


def _under(prefix: str, field: Field) -> Field:
    when = field.when and When(key=f"{prefix}{field.when.key}", among=field.when.among)
    return field.model_copy(update={"key": f"{prefix}{field.key}", "when": when})


def _call_of(subject: str) -> str:
    found = SUBJECT.fullmatch(subject)
    if found is None:
        raise NotFound("no_call", "没有这通电话，或不是您接听的")
    return found["call"]


def _key(visitor: Visitor, subject: str) -> str:
    return f"{visitor.person}/{subject}"
