"""Somebody's inbox: what he was told, what of it he has read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.visitor import Visitor
from cti.office.messages.models import InboxRow, MessageRow
from cti.store.engine import Store
from cti.store.listing import Listed, listed


@dataclass(frozen=True, slots=True)
class Entry:
    """A message in an inbox."""

    message: MessageRow
    at: datetime
    read: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages somebody has not read, and how many of them are urgent."""

    unread: int = 0
    urgent: int = 0


class Inbox:
    """Reads and marks; everybody his own. `on_read` hears whose count is another now."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.on_read: Callable[[str], None] = lambda _: None

    async def find(self, visitor: Visitor, *, unread: bool, kind: str, page: int, size: int) -> Listed[Entry]:
        """A page of the inbox, the newest first, and how many there are."""
        limits: list[ColumnElement[bool]] = [InboxRow.person == visitor.person]
        if unread:
            limits.append(InboxRow.read_at.is_(None))
        if kind:
            limits.append(InboxRow.kind == kind)
        order: list[ColumnElement[Any]] = [InboxRow.at.desc(), InboxRow.message.desc()]
        async with self._store.reading() as session:
            found = await listed(session, InboxRow, limits, order, page, size)
            wanted = select(MessageRow).where(MessageRow.id.in_([row.message for row in found.rows]))
            messages = {row.id: row for row in await session.scalars(wanted)}
        entries = [Entry(messages[row.message], row.at, row.read_at is not None) for row in found.rows]
        return Listed(tuple(entries), found.total, found.more)

    async def mark(self, visitor: Visitor, ids: Sequence[str], *, read: bool) -> int:
        """Mark messages read or unread; those of others and those that are so already are passed over."""
        other = InboxRow.read_at.is_(None) if read else InboxRow.read_at.is_not(None)
        return await self._mark(visitor, [InboxRow.message.in_(ids), other], read)

    async def mark_all(self, visitor: Visitor, kind: str) -> int:
        """Mark all read, or all of a kind."""
        limits = [InboxRow.read_at.is_(None), *([InboxRow.kind == kind] if kind else [])]
        return await self._mark(visitor, limits, True)

    async def _mark(self, visitor: Visitor, limits: Sequence[ColumnElement[bool]], read: bool) -> int:
        mine = update(InboxRow).where(InboxRow.person == visitor.person, *limits)
        values = mine.values(read_at=self._clock.wall() if read else None).returning(InboxRow.message)
        async with self._store.writing() as session:
            changed = len((await session.scalars(values)).all())
        if changed:
            self.on_read(visitor.person)
        return changed

    async def counts(self, persons: Collection[str]) -> Mapping[str, Count]:
        """What these people have not read; all are in the answer."""
        async with self._store.reading() as session:
            return await _counts(session, persons)


async def _counts(session: AsyncSession, persons: Collection[str]) -> Mapping[str, Count]:
    urgent = func.sum(case((InboxRow.urgent, 1), else_=0))
    wanted = select(InboxRow.person, func.count(), urgent).where(
        InboxRow.person.in_(persons), InboxRow.read_at.is_(None)
    )
    rows = (await session.execute(wanted.group_by(InboxRow.person))).all()
    return {**dict.fromkeys(persons, Count()), **{person: Count(int(all_), int(some)) for person, all_, some in rows}}
