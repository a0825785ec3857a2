"""Families of cases in their tables: read with a lock, written as a whole, with a chain of what happened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cti.base.ciphers.cipher import Cipher
from cti.office.processes.case import Case, CaseEvent
from cti.office.processes.encoding import clocks_data, clocks_of, event_data
from cti.office.processes.models import CaseEventRow, CaseRow, CaseStayRow
from cti.office.processes.stays import follow, stays_of
from cti.store.turn import is_alone

_ANY = aliased(CaseRow)
_CASES = select(CaseRow).order_by(CaseRow.id).execution_options(populate_existing=True)
_BY_ROOT = _CASES.where(CaseRow.root == bindparam("key"))
_BY_ROOTS = _CASES.where(CaseRow.root.in_(bindparam("key", expanding=True)))
_ROOT_OF = select(_ANY.root).where(_ANY.id == bindparam("key")).scalar_subquery()
_BY_CASE = _CASES.where(CaseRow.root == _ROOT_OF)
_LOCKED_ROOT = select(CaseRow.id).where(CaseRow.id == _ROOT_OF).with_for_update()
PURPOSE = "case"
"""What the chain's keyed hashes are for."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A family as it was read: its cases by id, the root first, and what it is about.

    Its rows are held as long as it is: the session would forget them, and read them anew to change them.
    """

    root: str
    about: str
    record: str
    cases: Mapping[str, Case]
    rows: Sequence[CaseRow] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CaseEventLine:
    """Something that happened, for people: `kind` is the event's name, `data` what it says."""

    case: str
    at: datetime
    person: str
    name: str
    organisation: str
    kind: str
    data: Mapping[str, Any]


class Families:
    """Reads and writes them in the caller's session."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    async def root_of(self, session: AsyncSession, case: str) -> str | None:
        """The root of a case or task; None when there is none."""
        if case in _locked(session):
            return case
        found: str | None = await session.scalar(select(CaseRow.root).where(CaseRow.id == case))
        return found

    async def lock(self, session: AsyncSession, root: str) -> None:
        """One row stands for all: two people at once on two tasks of a case take turns."""
        if root in _locked(session):
            return
        if is_alone(session):
            _locked(session).add(root)
        else:
            await self.lock_all(session, select(CaseRow.id).where(CaseRow.id == root))

    async def lock_all(self, session: AsyncSession, roots: Select[tuple[str]]) -> None:
        """The same for all that are selected, the least id first, so that nobody waits for who waits for him."""
        if not is_alone(session):
            wanted = select(CaseRow.id).where(CaseRow.id.in_(roots)).order_by(CaseRow.id).with_for_update()
            _locked(session).update(await session.scalars(wanted))

    async def load(self, session: AsyncSession, root: str, *, lock: bool = False) -> Stored | None:
        """A family; with `lock` nobody else changes it before the transaction is over."""
        if lock:
            await self.lock(session, root)
        return await self._load(session, _BY_ROOT, root)

    async def load_of(self, session: AsyncSession, case: str, *, lock: bool = False) -> Stored | None:
        """The same by one of its cases, whichever."""
        if case in _locked(session):
            return await self.load(session, case)
        if lock and not is_alone(session):
            # The row that stands for all is found and locked in one statement; the others are read after it.
            root = await session.scalar(_LOCKED_ROOT, {"key": case})
            if root is None:
                return None
            _locked(session).add(root)
            return await self.load(session, root)
        return await self._load(session, _BY_CASE, case)

    async def load_all(self, session: AsyncSession, roots: Collection[str]) -> dict[str, Stored]:
        """Several families by their roots."""
        return {one.root: one for one in await self._loaded(session, _BY_ROOTS, list(roots))}

    @staticmethod
    async def values_of(session: AsyncSession, cases: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """What is known in each of these cases by now."""
        rows = await session.execute(select(CaseRow.id, CaseRow.variables).where(CaseRow.id.in_(cases)))
        return {id: msgspec.json.decode(variables) for id, variables in rows}

    async def _load(self, session: AsyncSession, wanted: Select[tuple[CaseRow]], key: str) -> Stored | None:
        return next(iter(await self._loaded(session, wanted, key)), None)

    @staticmethod
    async def _loaded(session: AsyncSession, wanted: Select[tuple[CaseRow]], key: str | list[str]) -> list[Stored]:
        families: dict[str, list[CaseRow]] = {}
        for row in await session.scalars(wanted, {"key": key}):
            families.setdefault(row.root, []).append(row)
        found = []
        for rows in families.values():
            top = next(row for row in rows if row.id == row.root)
            order = [top, *(row for row in rows if row is not top)]
            found.append(Stored(top.id, top.about, top.record, {row.id: case_of(row) for row in order}, order))
        return found

    async def forget(self, session: AsyncSession, root: str) -> None:
        """Remove a family with all that happened to it."""
        for table in (CaseStayRow, CaseEventRow, CaseRow):
            await session.execute(delete(table).where(table.root == root))
        _locked(session).discard(root)

    async def write(
        self,
        session: AsyncSession,
        family: Stored,
        cases: Mapping[str, Case],
        events: Sequence[CaseEvent],
    ) -> CaseRow:
        """Write what changed of a family; returns the root's row, whose `head` covers all that happened.

        Rows go with the session's next flush: those of all that follows from the change in one go.
        """
        top = self._put(session, family, cases, events)
        await follow(session, family.root, top.events - len(events), cases, events)
        return top

    def add(
        self, session: AsyncSession, family: Stored, cases: Mapping[str, Case], events: Sequence[CaseEvent]
    ) -> CaseRow:
        """The same of a family that is new, with the session's next flush."""
        top = self._put(session, family, cases, events)
        session.add_all(stays_of(family.root, 0, cases, events)[0])
        return top

    def tell(self, session: AsyncSession, family: Stored, event: CaseEvent) -> None:
        """Something happened that changes no case, with the session's next flush."""
        self._put(session, family, {}, [event])

    def _put(
        self, session: AsyncSession, family: Stored, cases: Mapping[str, Case], events: Sequence[CaseEvent]
    ) -> CaseRow:
        root, rows = family.root, {row.id: row for row in family.rows}
        for case in cases.values():
            row = rows.get(case.id)
            if row is None:
                row = rows[case.id] = CaseRow(
                    id=case.id,
                    root=root,
                    parent=case.parent,
                    about=family.about,
                    record=family.record,
                    events=0,
                    head="",
                )
                session.add(row)
            _fill(row, case)
        top = rows[root]
        for event in events:
            top.events += 1
            entry = CaseEventRow(
                root=root,
                sequence=top.events,
                case_id=event.case,
                at=event.at,
                person=event.by.id,
                name=event.by.name,
                organisation=event.by.organisation,
                kind=type(event).__name__,
                data=msgspec.json.encode(event_data(event)).decode(),
            )
            top.head = entry.hash = self._cipher.mac(PURPOSE, _content(entry, top.head))
            session.add(entry)
        return top

    async def events(self, session: AsyncSession, root: str) -> list[CaseEventLine]:
        """All that happened to a family, in order."""
        return [
            CaseEventLine(
                row.case_id, row.at, row.person, row.name, row.organisation, row.kind, msgspec.json.decode(row.data)
            )
            async for row in self._entries(session, root)
        ]

    async def head_at(self, session: AsyncSession, root: str, events: int) -> str:
        """The hash of one event; empty when there is none."""
        row = await session.get(CaseEventRow, (root, events))
        return row.hash if row is not None else ""

    async def broken(self, session: AsyncSession, root: str) -> str:
        """What does not fit in a family's chain, in words; empty when it is whole."""
        top = await session.get(CaseRow, root)
        if top is None:
            return "流程实例不存在"
        before, count = "", 0
        async for row in self._entries(session, root):
            count += 1
            if row.sequence != count:
                return f"第{count}条事件缺失"
            if not self._cipher.is_mac(PURPOSE, _content(row, before), row.hash):
                return f"第{count}条事件被改动"
            before = row.hash
        return "" if (count, before) == (top.events, top.head) else "末尾事件缺失或被改动"

    async def _entries(self, session: AsyncSession, root: str) -> AsyncIterator[CaseEventRow]:
        for row in await session.scalars(
            select(CaseEventRow).where(CaseEventRow.root == root).order_by(CaseEventRow.sequence)
        ):
            yield row


def _locked(session: AsyncSession) -> set[str]:
    """The roots that this session has locked already."""
    found: set[str] = session.info.setdefault("locked cases", set())
    return found


def case_of(row: CaseRow) -> Case:
    """A row as a case."""
    return Case(
        id=row.id,
        process=row.process,
        revision=row.revision,
        step=row.step,
        organisation=row.organisation,
        region=row.region,
        opened_at=row.opened_at,
        holder=row.holder,
        person=row.person,
        parent=row.parent,
        role=row.role,
        values=msgspec.json.decode(row.variables),
        count=msgspec.json.decode(row.counts),
        clocks=clocks_of(msgspec.json.decode(row.clocks)),
        entered_at=row.entered_at,
        outcome=row.outcome,
        ended_at=row.ended_at,
    )


def _fill(row: CaseRow, case: Case) -> None:
    row.process, row.revision, row.step = case.process, case.revision, case.step
    row.organisation, row.region, row.holder, row.person = case.organisation, case.region, case.holder, case.person
    row.role, row.opened_at, row.entered_at = case.role, case.opened_at, case.entered_at or case.opened_at
    row.outcome, row.ended_at = case.outcome, case.ended_at
    row.variables, row.counts = _json(dict(case.values)), _json(dict(case.count))
    row.clocks = _json(clocks_data(case.clocks))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _content(row: CaseEventRow, before: str) -> bytes:
    said = [before, row.root, row.sequence, row.case_id, _moment(row.at), row.person, row.name, row.organisation]
    return msgspec.json.encode([*said, row.kind, row.data])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
