"""The service of tickets: registration, lists by duty, changes by the shift leader. Acts of the process: `acting`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.number import Number, NumberKind
from cti.base.refusal import Conflict, Faults, Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.bulk import BulkAct
from cti.office.identity.lookups import LAST_FOUR
from cti.office.identity.masking import masked_name
from cti.office.numbering import Numbered
from cti.office.numbering.service import Taken
from cti.office.printing.part import Print
from cti.office.processes.service import Cases
from cti.office.records import Office, Records
from cti.office.sharing.rule import Shared, Way
from cti.telephony.calls import Calls
from cti.telephony.doorway import CITIZEN, facts_of
from workflow.tickets import rules
from workflow.tickets.duties import duty_limits
from workflow.tickets.models import TicketCategoryRow, TicketRow
from workflow.tickets.settings import TicketSettings
from workflow.tickets.titles import Titles
from workflow.tickets.views import TagsBody, TicketFields, TicketQuery, TicketView

KIND = "ticket"
PRINT = Print("tickets.print")
EDIT = "tickets.edit"
FROM_CASE: Mapping[str, Any] = {
    "case": "", "process": "", "step": "", "stage": "", "person": "", "lead": "", "card": "green", "due_at": None,
    "answer": "", "citations": [], "satisfaction": "", "reminders": 0, "outcome": "", "ended_at": None,
}  # fmt: skip
"""What follows from the case, before there is one."""


Registered = Callable[[AsyncSession, Visitor, str, Literal["ticket", "addition"], str, str], Awaitable[None]]
"""Session, who registered, the call, what it is, the ticket's id, and its words."""


class Tickets(Records[TicketRow, TicketFields, TicketView, TicketQuery]):
    """The service."""

    table, fields, view, query = TicketRow, TicketFields, TicketView, TicketQuery
    kind: ClassVar[str] = KIND
    title: ClassVar[str] = "工单"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = "tickets.register"
    is_private: ClassVar[bool] = True
    tallied: ClassVar[tuple[str, ...]] = ("stage", "type", "channel", "card", "lead")
    searched: ClassVar[tuple[str, ...]] = ("title", "content", "address", "answer")
    sharing: ClassVar[Shared] = rules.SHARING
    asked_openly: ClassVar[tuple[str, ...]] = ("number",)
    unasked: ClassVar[tuple[str, ...]] = ("call", "category", "registrar", "person", "lead", "master")
    parts: ClassVar = (PRINT,)
    numbered: ClassVar[Numbered | None] = Numbered("number", "{region}{day}{serial:05}")

    def __init__(
        self, office: Office, cases: Cases, calls: Calls, titles: Titles, settings: TicketSettings, area: str
    ) -> None:
        super().__init__(office)
        self.cases, self.settings, self.titles = cases, settings, titles
        self._calls, self._area = calls, area
        self.registered: list[Registered] = []
        """Told of each ticket of a call, in the transaction that makes it."""
        self.many: tuple[BulkAct, ...] = ()
        """What can be done with many tickets at once, beside what their parts bring."""

    # ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        """Also by what is due first."""
        return {**super().sorts, "due_at": TicketRow.due_at}

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """To read also those that were given to departments within reach: see `rules.ways`."""
        return super().ways(visitor, permission, writing=True) if writing else rules.ways(visitor, permission)

    async def row(
        self, session: AsyncSession, visitor: Visitor, id: str, *, lock: bool = False, permission: str = ""
    ) -> TicketRow:
        """First the case is locked, then the ticket, as acts do: two people at once wait, and neither for ever."""
        if lock:
            await self.lock(session, id)
        return await super().row(session, visitor, id, lock=lock, permission=permission)

    async def lock(self, session: AsyncSession, *ids: str) -> None:
        """Let nobody else act on these tickets before the transaction is over."""
        found = await session.scalars(select(TicketRow.case).where(TicketRow.id.in_(ids)).order_by(TicketRow.case))
        for case in found.all():
            await self.cases.lock(session, case)

    async def check_search(self, visitor: Visitor, query: TicketQuery) -> None:
        """Telephone numbers are looked for by who may see them; see `cti.office.identity.lookups`."""
        await self.titles.refresh()
        text = query.search
        if len(text) == LAST_FOUR and text.isdecimal():
            await self.office.lookups.number(visitor, self.kind, text, query.purpose)
        elif _is_telephone(number := Number.parse(text, area=self._area)):
            await self.office.lookups.number(visitor, self.kind, number.digits, query.purpose)

    def limits(self, visitor: Visitor, query: TicketQuery) -> list[ColumnElement[bool]]:
        """By duty, type, source, card, category, department, time, and number."""
        found: list[ColumnElement[bool]] = duty_limits(visitor, query.duty) if query.duty else []
        for key in ("stage", "type", "channel", "card", "category", "lead"):
            if value := getattr(query, key):
                found.append(getattr(TicketRow, key) == value)
        for key in ("urgent", "enterprise"):
            if (value := getattr(query, key)) is not None:
                found.append(getattr(TicketRow, key) == value)
        if query.since is not None:
            found.append(TicketRow.created_at >= query.since)
        if query.until is not None:
            found.append(TicketRow.created_at < query.until)
        if query.search:
            found.append(self._found_by(visitor, query.search))
        return found

    def sort_of(self, query: TicketQuery) -> str:
        """What is to be done comes by its deadline, the urgent first by theirs."""
        return "due_at" if query.duty not in ("", "archived", "mine") else super().sort_of(query)

    def _found_by(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        if len(text) == LAST_FOUR and text.isdecimal():
            return TicketRow.contact_last_four == text
        number = Number.parse(text, area=self._area)
        if _is_telephone(number):
            return TicketRow.contact_index == number.digits
        # Whole numbers of tickets, else words of their texts, whatever their order.
        return TicketRow.number == text if text.isascii() and text.isdecimal() else self.found_by(text)

    # ── registration and changes ─────────────────────────────────────────────────────────────────────────────────

    async def values(
        self, session: AsyncSession, body: TicketFields, row: TicketRow | None, organisation: str
    ) -> dict[str, Any]:
        """The number is canonical; what was shown masked stays as it is; the call, if any, is a real one."""
        faults = Faults()
        said = body.model_dump(exclude={"version", "contact", "call", "channel"})
        with faults.gathered():
            said["contact"] = self._contact(body, row)
        if row is not None and row.caller_name and body.caller_name in (masked_name(row.caller_name), "****"):
            said["caller_name"] = row.caller_name
        with faults.gathered():
            await self._check_category(session, body.category)
        if row is None:
            said |= {**FROM_CASE, "channel": body.channel, "tags": [], "tag_note": "", "master": None}
            said |= {"registrar": "", "registrar_name": "", "call": "", "citizen": ""}
            with faults.gathered():
                said |= self._of_call(body.call)
        faults.refuse()
        return said

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
        number = Number.parse(body.contact, area=self._area)
        if not _is_telephone(number):
            raise Invalid("number", f"“{body.contact}”不是有效的电话号码", "contact")
        return number.digits

    def _of_call(self, id: str) -> dict[str, str]:
        """A ticket says by which call it came: one that goes on, or went on, in this house."""
        call = self._calls.find(id) if id else None
        return {"call": id, "citizen": str(facts_of(call).get(CITIZEN, "")) if call is not None else ""}

    async def _check_category(self, session: AsyncSession, id: str | None) -> None:
        if id is None:
            return
        found = await session.get(TicketCategoryRow, id)
        if found is None or found.removed_at is not None:
            raise Invalid("no_category", "没有这个诉求分类", "category")

    async def insert(
        self, session: AsyncSession, visitor: Visitor, body: TicketFields, number: Taken | None = None
    ) -> TicketRow:
        """A ticket and its case begin together, or neither does."""
        row = await super().insert(session, visitor, body, number)
        row.registrar, row.registrar_name = visitor.person, visitor.name
        await session.flush()
        process = self.settings.process_of(row.region, enterprise=row.enterprise)
        try:
            await self.cases.open(
                session, visitor, process, KIND, row.id, organisation=row.organisation, region=row.region
            )
        except KeyError:
            raise Conflict("no_process", f"没有名为“{process}”的流程，请管理员检查工单设置") from None
        if row.call:
            for told in self.registered:
                await told(session, visitor, row.call, "ticket", row.id, f"{row.number} {row.title}"[:80])
        return row

    async def create(self, visitor: Visitor, body: TicketFields, filled: Mapping[str, Any] | None = None) -> TicketView:
        """A new ticket."""
        await self.titles.refresh()
        found = await super().create(visitor, body, filled)
        self.cases.done()
        return found

    def may_edit(self, visitor: Visitor, row: TicketRow) -> bool:
        """Whether the visitor may change what was registered."""
        reach = visitor.reach(self.edit_permission)
        if not reach.covers(row.organisation, row.region) or row.outcome:
            return False
        return visitor.may(EDIT) or (row.registrar == visitor.person and row.stage == "registered")

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

    def words(self, visitor: Visitor, row: TicketRow) -> dict[str, Any]:
        """Names, numbers and tags by right; words of categories and departments."""
        caller = rules.caller_words(visitor, row, row.caller_name, row.contact)
        return {
            "caller_name": caller["name"],
            "contact": caller["contact"],
            "category_path": self.titles.category(row.category),
            "lead_title": self.titles.unit(row.lead or ""),
            **rules.tag_words(visitor, row),
            "number": row.number or "",
            "registrar": row.registrar or "",
        }

    async def facts(self, session: AsyncSession, id: str) -> Mapping[str, Any]:
        """What expressions of processes read of a ticket."""
        row = await session.get_one(TicketRow, id)
        known = [row.category is not None, not self.settings.category_needed, not self.titles.has_categories]
        return {
            "number": row.number,
            "type": row.type,
            "urgent": row.urgent,
            "confidential": row.confidential,
            "anonymous": row.anonymous,
            "enterprise": row.enterprise,
            "channel": row.channel,
            "place": row.place,
            "registrar": row.registrar,
            "reminders": row.reminders,
            "revisited": bool(row.contact) and row.answer_by != "none" and row.type in self.settings.revisited,
            "lacks": "" if any(known) else "诉求分类",
        }


def _is_telephone(number: Number) -> bool:
    return bool(number.digits) and number.kind in (NumberKind.MOBILE, NumberKind.LANDLINE)
