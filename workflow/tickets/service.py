"""The service of tickets: registration, lists by duty, changes by the shift leader. Acts of the process: `acting`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Faults, Invalid, NotAllowed
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.bulk import BulkAct
from cti.office.forms.library import FormLibrary
from cti.office.forms.words import form_words
from cti.office.identity.directory import known_organisations
from cti.office.identity.masking import HIDDEN, masked_name
from cti.office.numbering import Numbered
from cti.office.numbering.service import Taken
from cti.office.parts import Citations, Comments, Files, Followers, Links, Looks
from cti.office.printing.part import Print
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.records.parts import RecordPart
from cti.office.references import REGIONS, Reference
from cti.office.sharing.rule import Shared
from cti.office.tree.service import TreeReference
from cti.telephony.own_calls import OwnCalls
from workflow.tickets import rules
from workflow.tickets.calls.behind import CallPurpose, CallsBehind, DialledFor, dialled_for
from workflow.tickets.categories import CATEGORIES, Categories
from workflow.tickets.duties import duty_limits
from workflow.tickets.finding import check_lookup, found_by, is_telephone
from workflow.tickets.limits import TicketLimits
from workflow.tickets.models import TicketRow
from workflow.tickets.pages.titles import Titles
from workflow.tickets.pages.whys import whys_of
from workflow.tickets.points import point_of, point_said
from workflow.tickets.record_facts import FROM_CASE, evidence_of, facts_of, reminded_since, was_called
from workflow.tickets.settings import TicketSettings
from workflow.tickets.views import TagsBody, TicketFields, TicketQuery, TicketView
from workflow.tickets.whose import WhoseTickets

KIND = "ticket"
PRINT, LOOKS = Print("tickets.print"), Looks("tickets.looks")
EDIT = "tickets.edit"
PARTS = "registration"
"""The form file of what registration asks besides."""


class Tickets(WhoseTickets):
    """Tickets as records: made, found and changed; what happens to them in the process is in `acting`."""

    table, fields, view, query = TicketRow, TicketFields, TicketView, TicketQuery
    kind: ClassVar[str] = KIND
    title: ClassVar[str] = "工单"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = "tickets.register"
    orders: ClassVar[tuple[str, ...]] = ("due_at",)
    filters: ClassVar[tuple[str, ...]] = (
        "stage", "type", "channel", "card", "category", "lead", "urgent", "enterprise"
    )  # fmt: skip
    broad: ClassVar[tuple[str, ...]] = ("type", "channel", "urgent", "enterprise")
    period: ClassVar[str] = "created_at"
    is_private: ClassVar[bool] = True
    tallied: ClassVar[tuple[str, ...]] = ("stage", "type", "channel", "card", "lead")
    searched: ClassVar[tuple[str, ...]] = ("title", "content", "address", "answer")
    sharing: ClassVar[Shared] = rules.SHARING
    masked: ClassVar[tuple[str, ...]] = (
        "caller_name", "contact", "citations", "tags", "tag_note", "satisfaction"
    )  # fmt: skip
    asked_openly: ClassVar[tuple[str, ...]] = ("number",)
    unasked: ClassVar[tuple[str, ...]] = ("call", "registrar", "person", "lead", "master")
    parts: ClassVar[tuple[RecordPart, ...]] = (Files(), Comments(), Followers(), Links(), Citations(), PRINT, LOOKS)
    part_permission: ClassVar[str] = rules.SEE
    screen: ClassVar[str] = "tickets"
    refs: ClassVar[Mapping[str, Reference]] = {
        "category": TreeReference(Categories, CATEGORIES),
        "place": REGIONS,
    }
    numbered: ClassVar[Numbered | None] = Numbered("number", "{region}{day}{serial:05}")

    def __init__(
        self, office: Office, cases: Cases, forms: FormLibrary, calls: OwnCalls, titles: Titles,
        settings: TicketSettings, area: str,
    ) -> None:  # fmt: skip
        super().__init__(office)
        self.cases, self.settings, self.titles = cases, settings, titles
        self.forms, self.calls, self.area = forms, calls, area
        self._behind = CallsBehind(calls, office.clock)
        self.registered, self.noted = self._behind.registered, self._behind.noted
        self.ticket_limits = TicketLimits(office)
        self.many: tuple[BulkAct, ...] = ()
        """What can be done with many tickets at once, beside what their parts bring."""

    # ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def check_search(self, visitor: Visitor, query: TicketQuery) -> None:
        """Telephone numbers are looked for by who may see them."""
        await self.titles.refresh()
        await check_lookup(self.office.lookups, self.kind, visitor, query, self.area)

    def limits(self, visitor: Visitor, query: TicketQuery) -> list[ColumnElement[bool]]:
        """Also by what is the visitor's own to do, where `duty` asks for it."""
        return [*super().limits(visitor, query), *(duty_limits(visitor, query.duty) if query.duty else ())]

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """See `finding`."""
        return found_by(text, self.area, self.found_by)

    def sort_of(self, visitor: Visitor, query: TicketQuery) -> str:
        """What is to be done comes by its deadline, the urgent first by theirs."""
        return "due_at" if query.duty not in ("", "archived", "mine") else super().sort_of(visitor, query)

    # ── registration and changes ─────────────────────────────────────────────────────────────────────────────────

    async def values(
        self, session: AsyncSession, body: TicketFields, row: TicketRow | None, organisation: str
    ) -> dict[str, Any]:
        """The number is canonical; what was shown masked stays as it is; the call, if any, is a real one."""
        faults = Faults()
        said = body.model_dump(exclude={"version", "contact", "call", "channel", "point"})
        with faults.gathered():
            said["contact"] = self._contact(body, row)
        with faults.gathered():
            said |= self._point(body, row)
        with faults.gathered():
            await self._check_length(session, body, row, organisation)
        if row is not None and row.caller_name and body.caller_name in (masked_name(row.caller_name), "****"):
            said["caller_name"] = row.caller_name
        if row is None:
            said |= {**FROM_CASE, "channel": body.channel, "tags": [], "tag_note": "", "master": None}
            said |= {"desk_form": None, "event": None, "extra": None}
            said |= {"registrar": "", "registrar_name": "", "call": "", "citizen": ""}
            with faults.gathered():
                said |= await self._behind.of(body.call)
        faults.refuse()
        return said

    async def _check_length(
        self, session: AsyncSession, body: TicketFields, row: TicketRow | None, organisation: str
    ) -> None:
        owner = (await known_organisations(session)).get(organisation) if row is None else None
        region = row.region if row is not None else owner.region if owner is not None else ""
        most = self.ticket_limits.of(organisation, region, body.type).title_most
        if len(body.title) > most:
            raise Invalid("too_long", f"标题最长 {most} 字", "title")

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The blind indexes of the number."""
        if "contact" not in values:
            return {}
        number = values["contact"] or None
        return {"contact_index": number, "contact_last_four": number}

    def _contact(self, body: TicketFields, row: TicketRow | None) -> str:
        if row is not None and row.contact:
            known = Number.parse(row.contact)
            if body.contact in (known.masked, known.national, "****"):
                return row.contact
        if body.anonymous or not body.contact:
            return ""
        number = Number.parse(body.contact, area=self.area)
        if not is_telephone(number):
            raise Invalid("number", f"“{body.contact}”不是有效的电话号码", "contact")
        return number.digits

    @staticmethod
    def _point(body: TicketFields, row: TicketRow | None) -> dict[str, float | None]:
        """Its columns; who was shown it hidden, or as it stands, leaves it as it is."""
        kept = None if row is None else point_of(row)
        if kept is not None and body.point in (HIDDEN, kept.pair):
            return {}
        point = point_said(body.point)
        return {
            "longitude": None if point is None else point.longitude,
            "latitude": None if point is None else point.latitude,
        }

    def told(self, row: TicketRow) -> dict[str, Any]:
        """The audit has a point roughly; that it changed is told, and can be proved."""
        return {**super().told(row), "point": rules.point_told(row)}

    def real(self, row: TicketRow) -> dict[str, Any]:
        """A point is one thing, as its view has it."""
        found, point = super().real(row), point_of(row)
        del found["longitude"], found["latitude"]
        return {**found, "point": point.pair if point is not None else ""}

    async def in_hand(self, visitor: Visitor, number: str) -> bool:
        """Whether a number is that of somebody whose ticket the visitor holds now."""
        if not visitor.person:
            return False
        wanted = select(TicketRow.id).where(TicketRow.contact_index == number, TicketRow.person == visitor.person)
        async with self.office.store.reading() as session:
            return await session.scalar(wanted.limit(1)) is not None

    async def note_call(
        self, session: AsyncSession, visitor: Visitor, row: TicketRow, call: str, purpose: CallPurpose
    ) -> None:
        """Keep with the ticket that a call was about it."""
        await self._behind.note(session, visitor, row, call, purpose)

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: TicketFields) -> TicketRow:
        """Registered by the visitor."""
        row = await super().drafted(session, visitor, body)
        row.registrar, row.registrar_name = visitor.person, visitor.name
        return row

    @staticmethod
    async def dialled_for(session: AsyncSession, calls: Collection[str]) -> Mapping[str, DialledFor]:
        """Of these calls those that were dialled from a ticket, and from which: for modules that keep books of calls.

        Nothing of it is shown to anybody before the module has asked for his rights.
        """
        return await dialled_for(session, calls)

    async def insert(
        self, session: AsyncSession, visitor: Visitor, body: TicketFields, number: Taken | None = None
    ) -> TicketRow:
        """A ticket and its case begin together, or neither does."""
        body = await self._behind.heard(visitor, body)
        row = await super().insert(session, visitor, body, number)
        process = self.settings.process_of(row.region, enterprise=row.enterprise)
        try:
            await self.cases.open(
                session, visitor, process, KIND, row.id, organisation=row.organisation, region=row.region
            )
        except KeyError:
            raise Conflict("no_process", f"没有名为“{process}”的流程，请管理员检查工单设置") from None
        if row.call:
            await self.note_call(session, visitor, row, row.call, "registered")
        return row

    async def create(self, visitor: Visitor, body: TicketFields, filled: Mapping[str, Any] | None = None) -> TicketView:
        """A new ticket, which begins its process."""
        await self.titles.refresh()
        found = await super().create(visitor, body, filled)
        self.cases.done()
        return found

    def may_edit(self, visitor: Visitor, row: TicketRow) -> bool:
        """Whether the visitor may change what was registered."""
        reach = visitor.reach(self.edit_permission)
        if not reach.covers(row.organisation, row.region) or row.outcome:
            return False
        return visitor.may(EDIT) or (
            row.stage == "registered" and (visitor.is_for(row.registrar) or visitor.is_for(row.person))
        )

    async def edit(self, visitor: Visitor, id: str, version: int, body: TicketFields) -> TicketView:
        """The shift leader changes it (C15), or who registered it as long as it is his; time limits follow."""
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
        if not self.may_edit(visitor, row):
            raise NotAllowed("not_allowed", "工单已提交，只有值班长可以修改")
        found = await super().edit(visitor, id, version, body)
        self.cases.done()
        return found

    async def apply(
        self, session: AsyncSession, visitor: Visitor, row: TicketRow, version: int, values: Mapping[str, Any]
    ) -> None:
        """What it now says may give its time limits another length."""
        await super().apply(session, visitor, row, version, values)
        if row.case:
            await self.cases.edited(session, visitor, row.case)

    async def tag(self, visitor: Visitor, id: str, body: TagsBody) -> TicketView:
        """Operation tags (C12): seen and filled in by the hotline's own people; the audit tells that, not what."""
        visitor.need(rules.TAG)
        visitor.need_session()
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True, permission=rules.TAG)
            values = {"tags": list(dict.fromkeys(body.tags)), "tag_note": body.tag_note}
            await super().apply(session, visitor, row, body.version, values)
            # Under a name of its own: the ticket's timeline, which departments read, does not tell it.
            await self.office.audit.write(session, visitor, "ticket_tags.edited", f"{self.kind}:{id}")
            found = self.shown(visitor, row)
        await self.changed([id])
        return found

    def bulk_acts(self) -> tuple[BulkAct, ...]:
        """Actions of their process; they are never removed."""
        return (*self.many, *(act for part in self.parts for act in part.bulk()))

    async def check_removed(self, session: AsyncSession, row: TicketRow) -> None:
        """Nothing that a citizen asked for disappears: it is voided, with a reason, by its process."""
        raise Conflict("not_removed", "工单不能删除，可由值班长作废")

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[TicketRow], views: Sequence[TicketView]
    ) -> None:
        """Also why it is with who has it now."""
        await super().complete(session, visitor, rows, views)
        found = await whys_of(session, self.cases, visitor, rows)
        for view in views:
            view.why = found.get(view.id, "")

    def words(self, visitor: Visitor, row: TicketRow) -> dict[str, Any]:
        """Names, numbers and tags by right; words of categories and departments."""
        caller = rules.caller_words(visitor, row, row.caller_name, row.contact)
        return {
            "caller_name": caller["name"],
            "contact": caller["contact"],
            "point": rules.point_words(visitor, row),
            "category_path": self.titles.category(row.category),
            "lead_title": self.titles.unit(row.lead or ""),
            "citations": (row.citations or []) if rules.is_inside(visitor, row) else [],
            "extra_text": self._extra_words(visitor, row),
            **rules.tag_words(visitor, row),
            "number": row.number or "",
            "registrar": row.registrar or "",
            # Before the end no unit learns who was not satisfied with it.
            "satisfaction": row.satisfaction if row.outcome or rules.is_inside(visitor, row) else "",
        }

    def _extra_words(self, visitor: Visitor, row: TicketRow) -> str:
        """What the house's file asked besides, a line each; it says who asks, so it is hidden with him."""
        if not row.extra or (row.confidential and not rules.knows_caller(visitor, row)):
            return HIDDEN if row.extra else ""
        return form_words(self.forms.form(PARTS), msgspec.json.decode(row.extra), {"units": self.titles.unit})

    async def facts(self, session: AsyncSession, id: str) -> Mapping[str, Any]:
        """What expressions of processes read of a ticket."""
        row = await session.get_one(TicketRow, id)
        limits = self.ticket_limits.of_row(row)
        today = self.office.clock.wall().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            **self.facts_of(row),
            "called": await was_called(session, row, self.cases),
            "reminders_today": await reminded_since(session, row, self.cases, today),
            "evidenced": await evidence_of(session, row, self.calls) if limits.evidence or limits.grounds else [],
        }

    def facts_of(self, row: TicketRow) -> dict[str, Any]:
        """The same of a row that may not be stored yet."""
        return facts_of(row, self.settings, self.ticket_limits.of_row(row), has_categories=self.titles.has_categories)
