"""The rules of the lists: what may stand on them, who is refused by them, and what is kept of those who met them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.call import Call
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Faults, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.masking import SEE_NUMBERS, Disclosure
from cti.office.records import Office, RecordPage, Records
from cti.office.records.expiring import check_until, is_expired, of_validity
from cti.office.records.gathering import Gathering
from cti.office.records.lines import Lines
from cti.office.records.number_patterns import NumberPattern
from cti.office.sharing import Shared
from cti.store.listing import listed
from cti.telephony.doorway import LISTED, Welcome
from workflow.lists.models import ListEntryRow, ListHitRow
from workflow.lists.patterns import BLACK, Entry, ListIndex
from workflow.lists.views import (
    LISTS,
    CallerCheck,
    CallerOnLists,
    ListEntryFields,
    ListEntryQuery,
    ListEntryView,
    ListHitQuery,
    ListHitView,
)

CHUNK = 500
REFUSED = "black_list"


class Lists(Records[ListEntryRow, ListEntryFields, ListEntryView, ListEntryQuery]):
    """The service. It keeps all entries that count in memory: nobody at the door waits for the database."""

    table, fields, view, query = ListEntryRow, ListEntryFields, ListEntryView, ListEntryQuery
    kind: ClassVar[str] = "list_entry"
    sharing: ClassVar[Shared] = Shared(own=())
    title: ClassVar[str] = "名单"
    see: ClassVar[str] = "lists.see"
    edit_permission: ClassVar[str] = "lists.edit"
    orders: ClassVar[tuple[str, ...]] = ("hits", "last_hit_at", "until")
    few: ClassVar[bool] = True
    masked: ClassVar[tuple[str, ...]] = ("pattern",)
    asked_openly: ClassVar[tuple[str, ...]] = ("hits",)

    def __init__(self, office: Office, area: str) -> None:
        super().__init__(office)
        self.area = area
        self.index = ListIndex()
        self._pattern = NumberPattern("pattern", area)
        self._lines = Lines(office.store, office.clock)
        self._hits = Gathering("hits of the lists", self._write)
        self.on_change(self._refresh)

    # ── what may stand on them ───────────────────────────────────────────────────────────────────────────────────

    def limits(self, visitor: Visitor, query: ListEntryQuery) -> list[ColumnElement[bool]]:
        """By list, state, number or reason."""
        found: list[ColumnElement[bool]] = []
        if query.list is not None:
            found.append(ListEntryRow.list == query.list)
        found += of_validity(ListEntryRow, query.state, self.office.clock.wall())
        if query.search:
            found.append(self._found_by(query.search))
        return found

    async def check_search(self, visitor: Visitor, query: ListEntryQuery) -> None:
        """A number is looked for by who may see it; others with a reason, not often."""
        await self._check_number(visitor, query.search, query.purpose)

    async def _check_number(self, visitor: Visitor, text: str, purpose: str) -> None:
        await self.office.lookups.number(visitor, self.kind, self._pattern.sought(text), purpose)

    def _found_by(self, text: str) -> ColumnElement[bool]:
        found = self._pattern.condition(ListEntryRow, text)
        return ListEntryRow.reason.contains(text, autoescape=True) if found is None else found

    async def values(
        self, session: AsyncSession, body: ListEntryFields, row: ListEntryRow | None, organisation: str
    ) -> dict[str, Any]:
        """A number stands once on the lists of an organisation."""
        faults = Faults()
        pattern = ""
        with faults.gathered():
            pattern = self._pattern.filled(body.pattern, row)
            same = ListEntryRow.pattern_index == pattern, ListEntryRow.organisation == organisation
            if await self.taken(session, row, *same):
                raise Conflict("taken", "该号码已在名单中", "pattern")
        with faults.gathered():
            check_until(body.until, row, self.office.clock.wall())
        faults.refuse()
        return {"list": body.list, "pattern": pattern, "reason": body.reason, "until": body.until}

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The index that an entry is found by."""
        return self._pattern.derived(values)

    def words(self, visitor: Visitor, row: ListEntryRow) -> dict[str, Any]:
        """Whole numbers are masked by right."""
        return {
            **self._pattern.words(visitor, row),
            "expired": is_expired(row, self.office.clock.wall()),
            "hits": row.hits or 0,
        }

    async def check_restored(self, session: AsyncSession, row: ListEntryRow) -> None:
        """Not beside another entry of the same number."""
        same = ListEntryRow.organisation == row.organisation
        if await self.taken(session, row, same, ListEntryRow.pattern_index == row.pattern):
            raise Conflict("taken", "该号码已在名单中", "pattern")

    # ── at the door ──────────────────────────────────────────────────────────────────────────────────────────────

    async def load(self) -> None:
        """Read all entries that were not removed, at the start."""
        wanted = select(ListEntryRow).where(ListEntryRow.removed_at.is_(None))
        async with self.office.store.reading() as session:
            rows = await session.stream_scalars(wanted.execution_options(yield_per=CHUNK))
            async for chunk in rows.partitions(CHUNK):
                for row in chunk:
                    self.index.put(_entry(row))
                await asyncio.sleep(0)

    async def _refresh(self, ids: Sequence[str]) -> None:
        async with self.office.store.reading() as session:
            rows = (await session.scalars(select(ListEntryRow).where(ListEntryRow.id.in_(ids)))).all()
        for row in rows:
            if row.removed_at is None:
                self.index.put(_entry(row))
            else:
                self.index.drop(row.id)

    async def keep(self, call: Call) -> Welcome | None:
        """The keeper at the door: refuses who is on the black list, and marks who is on the white one."""
        met = self.index.meets(call.caller, await self._lines.above(call.organisation), self.office.clock.wall())
        if met is None:
            return None
        self._hits.add(self._hit(call, met))
        if met.list == BLACK:
            return Welcome({LISTED: False}, REFUSED)
        return Welcome({LISTED: True})

    def _hit(self, call: Call, met: Entry) -> ListHitRow:
        return ListHitRow(
            id=new_id(),
            organisation=call.organisation,
            region=call.region,
            entry=met.id,
            list=met.list,
            call=call.id,
            at=call.arrived_at,
            number=call.caller.digits,
            number_index=call.caller.digits,
            number_last_four=call.caller.digits,
            called=call.called.national or call.called.raw[:40],
        )

    async def _write(self, hits: Sequence[ListHitRow]) -> None:
        async with self.office.store.writing() as session:
            session.add_all(hits)
            for id in {hit.entry for hit in hits}:
                own = [hit.at for hit in hits if hit.entry == id]
                # No change of the entry: its version stays.
                values = {"hits": ListEntryRow.hits + len(own), "last_hit_at": max(own)}
                await session.execute(update(ListEntryRow).where(ListEntryRow.id == id).values(values))

    async def flushed(self) -> None:
        """Wait until all hits so far are written."""
        await self._hits.flushed()

    # ── what came of it ──────────────────────────────────────────────────────────────────────────────────────────

    async def hits(self, visitor: Visitor, query: ListHitQuery) -> RecordPage[ListHitView]:
        """Calls that met an entry, the newest first."""
        visitor.need(self.see)
        await self._check_number(visitor, query.number, query.purpose)
        limits = visitor.reach(self.see).limits(ListHitRow)
        if query.since is not None:
            limits.append(ListHitRow.at >= query.since)
        if query.until is not None:
            limits.append(ListHitRow.at < query.until)
        if query.list is not None:
            limits.append(ListHitRow.list == query.list)
        if query.entry:
            limits.append(ListHitRow.entry == query.entry)
        if query.number:
            digits = Number.parse(query.number, area=self.area).digits
            four = len(query.number) == 4 and query.number.isdigit()
            limits.append(ListHitRow.number_last_four == query.number if four else ListHitRow.number_index == digits)
        order: list[ColumnElement[Any]] = [ListHitRow.at.desc(), ListHitRow.id.desc()]
        async with self.office.store.reading() as session:
            found = await listed(session, ListHitRow, limits, order, query.page, query.size)
        items = [_hit_view(visitor, row) for row in found.rows]
        await Disclosure(self.office.audit).seen(visitor, SEE_NUMBERS, "list_hit", [one.id for one in items])
        return RecordPage(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def check(self, visitor: Visitor, number: str, organisation: str = "", purpose: str = "") -> CallerCheck:
        """What would become of a caller with this number now."""
        visitor.need(self.see)
        await self._check_number(visitor, number, purpose)
        caller = Number.parse(number, area=self.area)
        place = organisation or visitor.organisation or self.office.organisation
        met = self.index.meets(caller, await self._lines.above(place), self.office.clock.wall())
        if met is None:
            return CallerCheck(outcome="let_in", entry=None)
        async with self.office.store.reading() as session:
            row = await session.scalar(select(ListEntryRow).where(ListEntryRow.id == met.id, *self.readable(visitor)))
        entry = self.shown(visitor, row) if row is not None else None
        return CallerCheck(outcome="refused" if met.list == BLACK else "preferred", entry=entry)

    async def of_caller(self, call: Call) -> CallerOnLists:
        """What the agent who has a call is told of its caller; NotFound when the lists know nothing of him."""
        above = await self._lines.above(call.organisation)
        met = self.index.meets(call.caller, above, self.office.clock.wall())
        refused = select(func.count(), func.max(ListHitRow.at)).where(
            ListHitRow.number_index == call.caller.digits, ListHitRow.list == BLACK, ListHitRow.organisation.in_(above)
        )
        async with self.office.store.reading() as session:
            count, last = (await session.execute(refused)).one()
            row = await session.get(ListEntryRow, met.id) if met is not None else None
        if row is None and not count:
            raise NotFound("not_listed", "这个号码不在名单中")
        return CallerOnLists(
            list=LISTS[row.list] if row is not None else "",
            reason=row.reason if row is not None else "",
            until=row.until if row is not None else None,
            refused=count,
            last_refused=last,
        )


def _entry(row: ListEntryRow) -> Entry:
    return Entry(row.id, row.list, row.pattern, row.organisation, row.until)


def _hit_view(visitor: Visitor, row: ListHitRow) -> ListHitView:
    number = Number.parse(row.number)
    text = "" if not row.number else number.national if visitor.may(SEE_NUMBERS) else number.masked
    return ListHitView(
        id=row.id, entry=row.entry, list=row.list, call=row.call, at=row.at, number=text, called=row.called
    )
