"""Takes rows of an old system's table over as tickets with their past, or looks whether it could."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, Refusal, all_of
from cti.base.visitor import Visitor
from cti.office.identity.directory import known_organisations
from cti.office.imports.views import Cells, Fault, Read
from cti.office.processes.case import Begun
from cti.office.records.importing import value_of
from cti.office.search import service as search
from workflow.tickets.following import HOUSE, QUIET, values_of
from workflow.tickets.models import OutsideRow, TicketPastRow, TicketRow
from workflow.tickets.outside.imports.old_ticket import FIELDS, OldTicket, Reader, entries_of
from workflow.tickets.service import KIND, Tickets
from workflow.tickets.views import TicketFields

PROCESS = "imported"
SAME = (
    "type", "title", "content", "place", "address", "urgent", "confidential", "enterprise", "caller_name",
    "caller_gender", "contact", "answer_by", "channel",
)  # fmt: skip


@dataclass(slots=True)
class ReadTicket(Read):
    """Also what the row says, and its ticket, if it is new."""

    old: OldTicket | None = None
    row: TicketRow | None = None


class Taking:
    """One reading of one table. `system` is whose numbers they are, `batch` the import."""

    def __init__(self, tickets: Tickets, visitor: Visitor, system: str, batch: str, reader: Reader) -> None:
        self._tickets, self._visitor = tickets, visitor
        self._system, self._batch, self._reader = system, batch, reader
        self._office = tickets.office
        self._units: Mapping[str, str] = {}

    async def look(self, session: AsyncSession, rows: Sequence[Cells]) -> list[ReadTicket]:
        """What would become of some rows; nothing is stored."""
        return await self._read(session, rows)

    async def prepare(self, rows: Sequence[Cells]) -> None:
        """What they say is read where it is stored: numbers are taken by whoever is first."""

    async def take(self, session: AsyncSession, rows: Sequence[Cells]) -> tuple[list[ReadTicket], list[str]]:
        """Make tickets of some rows; what is refused is refused before anything is stored."""
        read = await self._read(session, rows)
        session.info[QUIET] = True
        session.add_all(
            OutsideRow(
                id=new_id(), system=self._system, kind="ticket", external=old.number, ticket=row.id, digest="",
                batch=self._batch, at=self._office.clock.wall(),
            )
            for row, old in _made(read)
        )  # fmt: skip
        self._units = {one.title: name for name, one in (await known_organisations(session)).items()}
        await self._keep_ended(session, [(row, old) for row, old in _made(read) if old.state != "open"])
        for row, old in _made(read):
            if old.state == "open":
                await self._keep_open(session, row, old)
        await search.keep_fresh(session, [self._tickets.findable(row) for row, _ in _made(read)])
        return read, [row.id for row, _ in _made(read)]

    async def _read(self, session: AsyncSession, rows: Sequence[Cells]) -> list[ReadTicket]:
        """What the rows say, and which of them are new."""
        read = [self._said(*one) for one in rows]
        numbers = {one.old.number for one in read if one.old is not None}
        mine = OutsideRow.system == self._system, OutsideRow.kind == "ticket", OutsideRow.external.in_(numbers)
        met = set(await session.scalars(select(OutsideRow.external).where(*mine)))
        taken = set(await session.scalars(select(TicketRow.number).where(TicketRow.number.in_(numbers))))
        for one in read:
            if one.old is None or one.faults:
                continue
            if one.old.number in met:
                one.became = "again"
                continue
            one.row, one.faults = await self._drafted(session, one.old, taken)
            one.became = "bad" if one.row is None else "good"
        return read

    def _said(self, number: int, cells: Sequence[str]) -> ReadTicket:
        old, faults = self._reader.row(number, cells)
        return ReadTicket(number, faults, old=old)

    async def _drafted(
        self, session: AsyncSession, old: OldTicket, taken: Collection[str]
    ) -> tuple[TicketRow | None, list[Fault]]:
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
        if old.number in taken:
            faults.append(Fault(self._reader.titles["number"], f"已有编号为“{old.number}”的工单"))
        if old.ended_at is not None and old.ended_at < old.created_at:
            faults.append(Fault(self._reader.titles["ended_at"], "办结时间早于登记时间"))
        if row is None or faults:
            return None, faults
        row.number, row.registrar, row.registrar_name = old.number, "", old.registrar
        row.created_at = old.created_at
        return row, faults

    def _title(self, refusal: Refusal) -> str:
        return self._reader.titles.get(refusal.field or "", refusal.field or "")

    async def _keep_ended(self, session: AsyncSession, made: Sequence[tuple[TicketRow, OldTicket]]) -> None:
        """They were answered long ago: nobody has anything to do with them any more."""
        tickets, cases = self._tickets, self._tickets.cases
        ended = [
            Begun(
                row.id, row.organisation, row.region, tickets.facts_of(row),
                {"state": old.state, "answer": old.answer, "satisfaction": old.satisfaction},
            )
            for row, old in made
        ]  # fmt: skip
        moved = await cases.open_quietly(session, HOUSE, PROCESS, KIND, ended)
        for (row, old), one in zip(made, moved, strict=True):
            step = cases.step_of(one.cases[one.root])
            for name, value in values_of(one, step, self._office.clock.wall()).items():
                setattr(row, name, value)
            self._as_it_was(session, row, old)
        session.add_all(row for row, _ in made)
        await session.flush()

    async def _keep_open(self, session: AsyncSession, row: TicketRow, old: OldTicket) -> None:
        """Whoever handles it goes on here, by the process of its region."""
        cases = self._tickets.cases
        session.add(row)
        await session.flush()
        process = self._tickets.settings.process_of(row.region, enterprise=row.enterprise)
        moved = await cases.open(
            session, HOUSE, process, KIND, row.id, organisation=row.organisation, region=row.region
        )
        if "submit" in cases.step_of(moved.cases[moved.root]).actions:
            await cases.act(session, HOUSE, moved.root, "submit", {})
        await session.refresh(row)
        self._as_it_was(session, row, old)
        await session.flush()

    def _as_it_was(self, session: AsyncSession, row: TicketRow, old: OldTicket) -> None:
        row.lead = self._units.get(old.lead, old.lead if old.lead in self._units.values() else row.lead)
        row.ended_at = None if old.state == "open" else old.ended_at or old.created_at
        row.updated_at = row.ended_at or old.created_at
        session.add_all(self._past(row, old))

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


def _made(read: Iterable[ReadTicket]) -> Iterator[tuple[TicketRow, OldTicket]]:
    """Those that are new."""
    return ((one.row, one.old) for one in read if one.row is not None and one.old is not None)


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
