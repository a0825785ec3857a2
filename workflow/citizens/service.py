"""The rules of the citizens' records: found by number, told at the door, kept while they talk, merged when double."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.call import Call
from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.identity.lookups import LAST_FOUR
from cti.office.identity.masking import (
    SEE_PERSONAL,
    masked_address,
    masked_name,
    masked_text,
    shown_address,
    shown_name,
    shown_number,
    shown_text,
)
from cti.office.parts import Files, Followers, Links
from cti.office.records import Office, RecordPage, Records
from cti.office.records.auditing import differences
from cti.office.records.gathering import Gathering
from cti.office.records.lines import Lines
from cti.office.records.whom import Whom
from cti.office.screens import Choice
from cti.office.sharing import Shared
from cti.store.calls import CallFilter, StoredCall, StoredCalls
from cti.store.edits import locked
from cti.store.listing import starts_with
from cti.telephony.doorway import CITIZEN, TAGS, VIP, Welcome
from cti.telephony.queue_titles import QueueTitles
from workflow.citizens.models import CitizenNumberRow, CitizenRow
from workflow.citizens.views import MOST_NUMBERS, CallLine, CitizenFields, CitizenQuery, CitizenView, Merge

FOUND = 5
"""How many records of one number are told."""
OPTIONS = 20
MERGE = "citizens.merge"


def _who_calls(organisations: int) -> str:
    """Records of a number that count for so many organisations, who called last first."""
    return (
        "SELECT c.id, c.vip, c.tags, c.name, c.gender, c.address, c.notes, c.calls "  # noqa: S608 # only question marks
        "FROM citizen_numbers n JOIN citizens c ON c.id = n.citizen "
        f"WHERE n.number_index = ? AND c.removed_at IS NULL AND c.organisation IN ({', '.join('?' * organisations)}) "
        f"ORDER BY c.last_call_at IS NULL, c.last_call_at DESC, c.id DESC LIMIT {FOUND}"
    )


class Citizens(Records[CitizenRow, CitizenFields, CitizenView, CitizenQuery]):
    """Records of citizens, found by any of their numbers."""

    table, fields, view, query = CitizenRow, CitizenFields, CitizenView, CitizenQuery
    kind: ClassVar[str] = "citizen"
    sharing: ClassVar[Shared] = Shared(own=())
    title: ClassVar[str] = "市民档案"
    see: ClassVar[str] = "citizens.see"
    edit_permission: ClassVar[str] = "citizens.edit"
    orders: ClassVar[tuple[str, ...]] = ("name", "last_call_at")
    filters: ClassVar[tuple[str, ...]] = ("vip",)
    is_private: ClassVar[bool] = True
    parts: ClassVar = (Files(), Followers(), Links())
    masked: ClassVar[tuple[str, ...]] = ("name", "address", "notes", "numbers")
    asked_openly: ClassVar[tuple[str, ...]] = ("calls", "vip")
    screen: ClassVar[str] = "citizens"
    is_called_about: ClassVar[bool] = True

    def __init__(self, office: Office, calls: StoredCalls, queues: QueueTitles, area: str) -> None:
        super().__init__(office)
        self._calls, self._queues = calls, queues
        self.area = area
        self._lines = Lines(office.store, office.clock)
        self._counts = Gathering("calls of citizens", self._count)

    def whom(self, visitor: Visitor, row: CitizenRow) -> Whom:
        """The citizen by his usual number."""
        return Whom(row.id, next(iter(numbers_of(row)), ""), row.name, place=row.region)

    # ── what is kept of them ─────────────────────────────────────────────────────────────────────────────────────

    def sort_of(self, visitor: Visitor, query: CitizenQuery) -> str:
        """Who is looked for by name is listed by name: of a million, a hundred thousand may be called 王."""
        is_name = query.search and not query.search.isascii() and visitor.may(SEE_PERSONAL)
        return "name" if is_name else super().sort_of(visitor, query)

    def unmasked(self, visitor: Visitor) -> frozenset[str]:
        """Names, addresses and notes, to who sees personal data."""
        return frozenset(("name", "address", "notes")) if visitor.may(SEE_PERSONAL) else frozenset()

    async def check_search(self, visitor: Visitor, query: CitizenQuery) -> None:
        """Numbers and names are looked for by who may see them; others find whole ones, with a reason, not often."""
        if not (text := query.search):
            return
        number = Number.parse(text, area=self.area)
        if (len(text) == LAST_FOUR and text.isdecimal()) or number.digits:
            wanted = text if len(text) == LAST_FOUR else number.digits
            await self.office.lookups.number(visitor, self.kind, wanted, query.purpose)
        else:
            await self.office.lookups.name(visitor, self.kind, text, query.purpose)

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a number, its last digits or a name."""
        number = Number.parse(text, area=self.area)
        numbers = select(CitizenNumberRow.citizen)
        if len(text) == 4 and text.isdecimal():
            return CitizenRow.id.in_(numbers.where(CitizenNumberRow.number_last_four == text))
        if number.digits:
            return CitizenRow.id.in_(numbers.where(CitizenNumberRow.number_index == number.digits))
        return starts_with(CitizenRow.name, text) if visitor.may(SEE_PERSONAL) else CitizenRow.name == text

    async def values(
        self, session: AsyncSession, body: CitizenFields, row: CitizenRow | None, organisation: str
    ) -> dict[str, Any]:
        """Numbers are canonical and each there once; what was shown masked stays as it is."""
        known = {Number.parse(one).masked: one for one in numbers_of(row)} if row is not None else {}
        faults = Faults()
        numbers: list[str] = []
        for one in body.numbers:
            with faults.gathered():
                numbers.append(known.get(one) or self._canonical(one))
        faults.refuse()
        numbers = list(dict.fromkeys(numbers))
        said = body.model_dump(exclude={"version", "numbers"})
        if row is not None:
            if body.name == masked_name(row.name):
                said["name"] = row.name
            if body.address == masked_address(row.address):
                said["address"] = row.address
            if body.notes == masked_text(row.notes):
                said["notes"] = row.notes
        return {**said, "tags": list(dict.fromkeys(body.tags)), "numbers": _packed(numbers)}

    def _canonical(self, said: str) -> str:
        number = Number.parse(said, area=self.area)
        if not number.digits or number.kind is NumberKind.EXTENSION:
            raise Invalid("number", f"“{said}”不是有效的电话号码", "numbers")
        return number.digits

    async def follow(self, session: AsyncSession, row: CitizenRow) -> None:
        """The numbers stand in a table of their own too, to be found by."""
        await session.execute(delete(CitizenNumberRow).where(CitizenNumberRow.citizen == row.id))
        session.add_all(
            CitizenNumberRow(citizen=row.id, number_index=one, number_last_four=one) for one in numbers_of(row)
        )
        await session.flush()

    def words(self, visitor: Visitor, row: CitizenRow) -> dict[str, Any]:
        """Names, addresses and numbers by right."""
        numbers = [shown_number(visitor, Number.parse(one)) for one in numbers_of(row)]
        return {
            "name": shown_name(visitor, row.name),
            "address": shown_address(visitor, row.address),
            "notes": shown_text(visitor, row.notes),
            "numbers": numbers,
            "number": numbers[0] if numbers else "",
            "calls": row.calls or 0,
            "vip": bool(row.vip),
        }

    async def check_restored(self, session: AsyncSession, row: CitizenRow) -> None:
        """One that was merged becomes one of its own again."""
        row.merged_into = None

    # ── who calls ────────────────────────────────────────────────────────────────────────────────────────────────

    async def of_number(self, number: Number, organisation: str) -> list[CitizenRow]:
        """Records with this number that count for an organisation, who called last first."""
        if not number.digits:
            return []
        wanted = (
            select(CitizenRow)
            .join(CitizenNumberRow, CitizenNumberRow.citizen == CitizenRow.id)
            .where(
                CitizenNumberRow.number_index == number.digits,
                CitizenRow.removed_at.is_(None),
                CitizenRow.organisation.in_(await self._lines.above(organisation)),
            )
            .order_by(CitizenRow.last_call_at.is_(None), CitizenRow.last_call_at.desc(), CitizenRow.id.desc())
            .limit(FOUND)
        )
        async with self.office.store.reading() as session:
            return list((await session.scalars(wanted)).all())

    async def keep(self, call: Call) -> Welcome | None:
        """The keeper at the door: tells who calls. Every call pays for it, so it is a glance and no session."""
        if not call.caller.digits:
            return None
        line = await self._lines.above(call.organisation)
        number = self.office.store.cipher.index("number", call.caller.digits)
        found = await self.office.store.glance.rows(_who_calls(len(line)), (number, *line))
        if not found:
            return None
        citizen, _, tags, name, gender, address, notes, calls = found[0]
        return Welcome(
            {
                CITIZEN: citizen,
                VIP: any(one[1] for one in found),
                TAGS: msgspec.json.decode(tags),
                "name": name,
                "gender": gender,
                "address": address,
                "notes": notes,
                "calls": calls,
                "others": len(found) - 1,
            }
        )

    def called(self, citizen: str, at: datetime) -> None:
        """One of his calls is over: count it."""
        self._counts.add((citizen, at))

    async def _count(self, calls: Sequence[tuple[str, datetime]]) -> None:
        async with self.office.store.writing() as session:
            for id in {citizen for citizen, _ in calls}:
                own = [at for citizen, at in calls if citizen == id]
                # No change that anybody made: the version stays.
                values = {"calls": CitizenRow.calls + len(own), "last_call_at": max(own)}
                await session.execute(update(CitizenRow).where(CitizenRow.id == id).values(values))

    async def flushed(self) -> None:
        """Wait until all calls so far are counted."""
        await self._counts.flushed()

    async def numbers(self, ids: Iterable[str]) -> set[str]:
        """The numbers of some citizens, for the house itself."""
        async with self.office.store.reading() as session:
            rows = (await session.scalars(select(CitizenRow).where(CitizenRow.id.in_(list(ids))))).all()
        return {number for row in rows for number in numbers_of(row)}

    # ── what people look up ──────────────────────────────────────────────────────────────────────────────────────

    async def caller(self, visitor: Visitor, number: str, purpose: str = "") -> list[CitizenView]:
        """Records of a number as it was dialled or shown."""
        visitor.need(self.see)
        wanted = Number.parse(number, area=self.area).digits
        await self.office.lookups.number(visitor, self.kind, wanted, purpose)
        place = visitor.organisation or self.office.organisation
        found = await self.of_number(Number.parse(number, area=self.area), place)
        async with self.office.store.reading() as session:
            his = await self.readable_of(session, visitor, [row.id for row in found])
        return [self.shown(visitor, row) for row in found if row.id in his]

    async def calls(self, visitor: Visitor, id: str, page: int, size: int) -> RecordPage[CallLine]:
        """The calls from all of a citizen's numbers, whoever took them, the newest first."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            numbers = tuple(numbers_of(await self.row(session, visitor, id)))
        if not numbers:
            return RecordPage(items=[], total=0, page=page, size=size)
        reach = visitor.reach(self.see)
        scope = Scope(reach.organisations, reach.regions)
        found = await self._calls.search(CallFilter(numbers=numbers), scope, page=page, size=size)
        items = [self._line(one) for one in found.items]
        return RecordPage(items=items, total=found.total, page=page, size=size, more=found.more)

    def _line(self, call: StoredCall) -> CallLine:
        return CallLine(
            id=call.id,
            arrived_at=call.arrived_at,
            called=call.called,
            queue=self._queues.get(call.queue, call.queue),
            agents=list(call.agents),
            talk_seconds=call.talk_seconds,
            reason=call.reason,
            satisfaction=call.satisfaction,
        )

    async def options(self, visitor: Visitor, search: str, purpose: str = "") -> list[Choice]:
        """A few records, to choose one from."""
        found = await self.find(visitor, CitizenQuery(search=search, purpose=purpose, size=OPTIONS))
        return [Choice(value=one.id, title=f"{one.name or '未登记'} {one.number}") for one in found.items]

    async def doubles(self, visitor: Visitor, id: str) -> list[CitizenView]:
        """Records that may be of the same person: with one of the numbers, or with name and address."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            same = CitizenNumberRow.number_index.in_(numbers_of(row))
            alike: ColumnElement[bool] = CitizenRow.id.in_(select(CitizenNumberRow.citizen).where(same))
            if row.name and row.address:
                alike |= (CitizenRow.name == row.name) & (CitizenRow.address == row.address)
            limits = (*self.readable(visitor), CitizenRow.removed_at.is_(None), CitizenRow.id != id, alike)
            rows = (await session.scalars(select(CitizenRow).where(*limits).limit(OPTIONS))).all()
        return [self.shown(visitor, one) for one in rows]

    async def merge(self, visitor: Visitor, id: str, body: Merge) -> CitizenView:
        """Take a double into a record; the double is removed, and can be restored. Conflict, NotFound, Invalid."""
        visitor.need(MERGE)
        if body.other == id:
            raise Invalid("same", "不能与自己合并", "other")
        async with self.changing() as session:
            # In one order for all, so that two who merge each into the other do not wait for each other.
            for one in sorted((id, body.other)):
                await locked(session, CitizenRow, one)
            row = await self.row(session, visitor, id, lock=True, permission=MERGE)
            other = await self.row(session, visitor, body.other, lock=True, permission=MERGE)
            if row.removed_at is not None or other.removed_at is not None:
                raise Conflict("removed", "其中一份档案已删除")
            before = self.told(row), self.real(row)
            await self.apply(session, visitor, row, body.version, _merged(row, other))
            gone = {"removed_at": self.office.clock.wall(), "merged_into": id}
            await self.apply(session, visitor, other, other.version, gone)
            after = self.told(row), self.real(row)
            old, new = differences(self.office.audit, self.kind, id, before, after) or ({}, {})
            await self.audit(session, visitor, "merged", id, old, {**new, "merged": body.other})
            found = self.shown(visitor, row)
        await self.changed([id, body.other])
        return found


def numbers_of(row: CitizenRow) -> list[str]:
    """The canonical numbers of a record."""
    found: list[str] = msgspec.json.decode(row.numbers)
    return found


def _packed(numbers: Sequence[str]) -> str:
    return msgspec.json.encode(list(numbers)).decode()


def _merged(row: CitizenRow, other: CitizenRow) -> dict[str, Any]:
    numbers = list(dict.fromkeys([*numbers_of(row), *numbers_of(other)]))
    if len(numbers) > MOST_NUMBERS:
        raise Invalid("too_many", f"合并后号码超过 {MOST_NUMBERS} 个，请先删去不用的号码", "other")
    notes = [one for one in dict.fromkeys((row.notes, other.notes)) if one]
    return {
        "name": row.name or other.name,
        "gender": row.gender or other.gender,
        "address": row.address or other.address,
        "numbers": _packed(numbers),
        "notes": "\n".join(notes),
        "tags": list(dict.fromkeys([*row.tags, *other.tags])),
        "vip": row.vip or other.vip,
        "calls": row.calls + other.calls,
        "last_call_at": max((one.last_call_at for one in (row, other) if one.last_call_at is not None), default=None),
    }
