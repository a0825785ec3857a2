"""Takes rows of an old system's table over as tickets with their past, or looks whether it could."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, Refusal, all_of
from cti.base.visitor import Visitor
from cti.office.identity.directory import load_organisations
from cti.office.records.importing import value_of
from cti.office.search import service as search
from workflow.tickets.following import HOUSE, QUIET
from workflow.tickets.models import OutsideRow, TicketPastRow, TicketRow
from workflow.tickets.outside.imports.old_ticket import FIELDS, Fault, OldTicket, Reader, entries_of
from workflow.tickets.outside.references import claim, find
from workflow.tickets.service import KIND, Tickets
from workflow.tickets.views import TicketFields

PROCESS = "imported"
Became = Literal["good", "bad", "again"]
SAME = (
    "type", "title", "content", "place", "address", "urgent", "confidential", "enterprise", "caller_name",
    "caller_gender", "contact", "answer_by", "channel",
)  # fmt: skip


class Taking:
    """One reading of one table. `system` is whose numbers they are, `batch` the import."""

    def __init__(self, tickets: Tickets, visitor: Visitor, system: str, batch: str, reader: Reader) -> None:
        self._tickets, self._visitor = tickets, visitor
        self._system, self._batch, self._reader = system, batch, reader
        self._office = tickets.office
        self._met: set[str] = set()

    async def look(self, session: AsyncSession, cells: Sequence[str]) -> tuple[Became, list[Fault]]:
        """What would become of a row; nothing is stored."""
        old, faults = self._reader.read(cells)
        if old is None:
            return "bad", faults
        if await find(session, self._system, "ticket", old.number) is not None or old.number in self._met:
            return "again", []
        _, faults = await self._drafted(session, old)
        self._met.add(old.number)
        return ("bad" if faults else "good"), faults

    async def take(self, session: AsyncSession, cells: Sequence[str]) -> tuple[Became, list[Fault], str]:
        """Make the ticket; what is refused is refused before anything is stored. Its id, if it is new."""
        old, faults = self._reader.read(cells)
        if old is None:
            return "bad", faults, ""
        if await find(session, self._system, "ticket", old.number) is not None:
            return "again", [], ""
        row, faults = await self._drafted(session, old)
        if row is None:
            return "bad", faults, ""
        _, fresh = await claim(
            session, self._system, "ticket", old.number, self._office.clock.wall(), ticket=row.id, batch=self._batch,
            sqlite=self._office.store.is_sqlite,
        )  # fmt: skip
        if not fresh:
            return "again", [], ""
        await self._keep(session, row, old)
        return "good", [], row.id

    async def _drafted(self, session: AsyncSession, old: OldTicket) -> tuple[TicketRow | None, list[Fault]]:
        said = {key: getattr(old, key) for key in SAME}
        body = TicketFields.model_construct(
            **{**said, "category": old.category or None, "anonymous": not old.contact, "call": ""}
        )
        faults: list[Fault] = []
        row: TicketRow | None = None
        try:
            row = await self._tickets.drafted(session, self._visitor, body)
        except (Invalid, Conflict) as refusal:
            faults += [Fault(self._title(one), one.detail) for one in all_of(refusal)]
        if await session.scalar(select(TicketRow.id).where(TicketRow.number == old.number)) is not None:
            faults.append(Fault(self._reader.titles["number"], f"已有编号为“{old.number}”的工单"))
        if old.ended_at is not None and old.ended_at < old.created_at:
            faults.append(Fault(self._reader.titles["ended_at"], "办结时间早于登记时间"))
        return (None if faults else row), faults

    def _title(self, refusal: Refusal) -> str:
        return self._reader.titles.get(refusal.field or "", refusal.field or "")

    async def _keep(self, session: AsyncSession, row: TicketRow, old: OldTicket) -> None:
        session.info[QUIET] = True
        tickets, cases = self._tickets, self._tickets.cases
        row.number, row.registrar_name, row.created_at = old.number, old.registrar, old.created_at
        session.add(row)
        await session.flush()
        is_open = old.state == "open"
        process = tickets.settings.process_of(row.region, enterprise=row.enterprise) if is_open else PROCESS
        known = {} if is_open else {"state": old.state, "answer": old.answer, "satisfaction": old.satisfaction}
        moved = await cases.open(
            session, HOUSE, process, KIND, row.id, organisation=row.organisation, region=row.region, values=known
        )
        if is_open and "submit" in cases.step_of(moved.cases[moved.root]).actions:
            await cases.act(session, HOUSE, moved.root, "submit", {})
        await session.refresh(row)
        units = {one.title: name for name, one in (await self._organisations(session)).items()}
        row.lead = units.get(old.lead, old.lead if old.lead in units.values() else row.lead)
        row.ended_at = None if is_open else old.ended_at or old.created_at
        row.updated_at = row.ended_at or old.created_at
        session.add_all(self._past(row, old))
        await session.flush()
        await tickets.indexed(session, row)

    async def _organisations(self, session: AsyncSession) -> Mapping[str, Any]:
        known: dict[str, Any] = session.info.setdefault("organisations", {})
        if not session.info.get("all_organisations"):
            known.update(await load_organisations(session))
            session.info["all_organisations"] = True
        return known

    def _past(self, row: TicketRow, old: OldTicket) -> list[TicketPastRow]:
        entries = [(_moment(at, old.created_at), "原系统办理过程", words) for at, words in entries_of(old.trail)]
        if old.files:
            entries.append((old.created_at, "原系统附件", old.files))
        if old.lead and not row.lead:
            entries.append((old.created_at, "原系统主办单位", old.lead))
        if old.answer and old.state == "open":
            entries.append((old.created_at, "原系统答复", old.answer))
        entries.append((old.created_at, "从原系统导入", f"原工单编号 {old.number}"))
        return [TicketPastRow(id=new_id(), ticket=row.id, at=at, title=title, text=text) for at, title, text in entries]


async def take_back(session: AsyncSession, tickets: Tickets, known: OutsideRow, since: datetime) -> bool:
    """Remove a ticket of an import as if it had never come; False for one that somebody has worked on since."""
    row = await session.get(TicketRow, known.ticket, with_for_update=True)
    if row is not None:
        if row.updated_at >= since:
            return False
        for part in tickets.parts:
            await part.purge(session, tickets, [row.id])
        await tickets.cases.forget(session, row.case)
        await search.forget(session, KIND, [row.id])
        await session.execute(delete(TicketPastRow).where(TicketPastRow.ticket == row.id))
        await session.delete(row)
    await session.delete(known)
    return True


def _moment(text: str, otherwise: datetime) -> datetime:
    """When something was, as it is written; what cannot be read has happened at the beginning."""
    try:
        return datetime.fromisoformat(value_of(FIELDS["created_at"], text))
    except ValueError:
        return otherwise
