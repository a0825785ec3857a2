"""Calls as stored: those still open when an engine starts, one with its story, and lists with filters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cti.base.call import Call
from cti.base.ciphers.key_sources import KeyProblem
from cti.base.events import Event, Stored
from cti.base.numbers.number import Number, NumberKind
from cti.base.scope import Scope
from cti.store.columns import placed
from cti.store.engine import Store
from cti.store.journal.encoding import decode_call, decode_event
from cti.store.listing import listed
from cti.store.models import CallName, CallRow, EventRow, StateRow, SwitchCdr
from cti.store.upsert import insert_or_leave

log = structlog.get_logger(__name__)

QUALITY, BAD = "quality", "bad"
"""By these a call is found of which some leg sounded badly."""


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What to look for; None and empty mean no limit.

    `number` is canonical digits (`+86138…`) or the last four digits alone, of `numbers` (canonical) the call has any;
    `quality` is `bad` or empty; times limit the arrival, the last one exclusive. `behind` is the arrival and id of a
    call: only those that come after it in the list.
    """

    since: datetime | None = None
    until: datetime | None = None
    number: str = ""
    numbers: tuple[str, ...] = ()
    agent: str = ""
    queue: str = ""
    reason: str = ""
    quality: str = ""
    behind: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call in a list. `caller` is whole: mask it where it is shown."""

    id: str
    organisation: str
    region: str
    switch: str
    caller: Number
    called: str
    state: str
    queue: str
    agents: tuple[str, ...]
    recordings: tuple[str, ...]
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    wait_seconds: float
    talk_seconds: float
    reason: str
    satisfaction: str
    score: int | None


@dataclass(frozen=True, slots=True)
class CallPage:
    """One page of a list, newest first, and how many there are in all, counted as far as `listing` does."""

    items: tuple[StoredCall, ...]
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class CdrLine:
    """A line of the switch's own CDR; `data` has its fields as the switch named them."""

    switch: str
    unique: str
    leg: str
    started_at: datetime
    seconds: float
    disposition: str
    call: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    cause: int | None = None
    data: dict[str, str] | None = None


class StoredCalls:
    """Reads calls; they are written by the journal."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def load_open(self) -> list[Call]:
        """Calls that had not ended at the last commit, oldest first."""
        wanted = select(CallRow.id, CallRow.data).where(CallRow.ended_at.is_(None)).order_by(CallRow.id)
        async with self._store.reading() as session:
            rows = (await session.execute(wanted)).all()
        return [decode_call(row.data) for row in rows]

    async def caller_legs(self, since: datetime) -> list[tuple[str, str]]:
        """The first leg of each call that arrived since then, and the call."""
        wanted = select(CallRow.data).where(CallRow.arrived_at >= since).order_by(CallRow.id)
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        found = [decode_call(data) for data in rows]
        return [(call.caller_leg, call.id) for call in found if call.caller_leg]

    async def load(self, call: str) -> Call | None:
        """The whole call, open or ended."""
        async with self._store.reading() as session:
            data = await session.scalar(select(CallRow.data).where(CallRow.id == call))
        return None if data is None else decode_call(data)

    async def load_some(self, calls: Collection[str]) -> dict[str, Call]:
        """Several whole calls by their ids; those that do not exist are left out."""
        async with self._store.reading() as session:
            rows = await session.scalars(select(CallRow.data).where(CallRow.id.in_(calls)))
            found = [decode_call(data) for data in rows]
        return {call.id: call for call in found}

    async def called_lately(self, calls: Collection[Call], within: timedelta) -> frozenset[str]:
        """The ids of those whose caller called already in that time before; never of who showed no number."""
        known = {call.id for call in calls if call.caller.digits}
        if not known:
            return frozenset()
        earlier = aliased(CallRow)
        same = earlier.caller_index == CallRow.caller_index, earlier.outgoing.is_(False)
        last = select(earlier.arrived_at).where(*same, earlier.arrived_at < CallRow.arrived_at)
        newest = last.order_by(earlier.arrived_at.desc()).limit(1).scalar_subquery()
        async with self._store.reading() as session:
            found = await session.execute(select(CallRow.id, CallRow.arrived_at, newest).where(CallRow.id.in_(known)))
            return frozenset(id for id, at, before in found if before is not None and before >= at - within)

    async def gone_on(self, call: Call, within: timedelta) -> list[str]:
        """The calls by which this one, which broke off, was gone on with: those dialled so soon after it, in order."""
        if not call.caller.digits:
            return []
        after = CallRow.arrived_at >= call.arrived_at, CallRow.arrived_at < call.arrived_at + within
        same = CallRow.caller_index == call.caller.digits, CallRow.outgoing.is_(True)
        async with self._store.reading() as session:
            rows = await session.scalars(select(CallRow.data).where(*same, *after).order_by(CallRow.id))
            found = [decode_call(data) for data in rows]
        return [one.id for one in found if one.follows == call.id]

    async def find(self, call: str, scope: Scope) -> StoredCall | None:
        """One call; None when it does not exist or lies outside `scope`."""
        async with self._store.reading() as session:
            row = await session.scalar(select(CallRow).where(CallRow.id == call, *readable_calls(scope)))
        return None if row is None else _stored_call(row)

    async def some(self, calls: Collection[str]) -> dict[str, StoredCall]:
        """Several calls as lists have them, by their ids; those that do not exist are left out."""
        async with self._store.reading() as session:
            rows = await session.scalars(select(CallRow).where(CallRow.id.in_(calls)))
            return {row.id: _stored_call(row) for row in rows}

    async def search(self, wanted: CallFilter, scope: Scope, *, page: int = 1, size: int = 50) -> CallPage:
        """A page (from 1) of at most `size` calls, newest first; see `listing` for how far."""
        limits = [*readable_calls(scope), *_limits(wanted)]
        order = (CallRow.arrived_at.desc(), CallRow.id.desc())
        async with self._store.reading() as session:
            found = await listed(session, CallRow, limits, order, page, size)
        return CallPage(tuple(_stored_call(row) for row in found.rows), found.total, found.more)

    @staticmethod
    async def mark(session: AsyncSession, calls: Collection[str], kind: str, name: str) -> None:
        """Let calls be found by something that is told of them after their end, such as `QUALITY`; once is enough."""
        if calls:
            rows = [{"kind": kind, "name": name, "call": call} for call in sorted(calls)]
            await session.execute(insert_or_leave(CallName, "kind", "name", "call"), rows)

    async def events_of(self, call: str) -> list[Stored]:
        """The call's story, in order; event types that no longer exist are left out."""
        wanted = select(EventRow).where(EventRow.call == call).order_by(EventRow.sequence)
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return [found for row in rows if (found := self._event(row)) is not None]

    async def stories(self, calls: Collection[str], types: Collection[str]) -> dict[str, list[Event]]:
        """Of several calls the events of some types, in order; calls that have none are left out."""
        wanted = select(EventRow).where(EventRow.call.in_(calls), EventRow.type.in_(types)).order_by(EventRow.sequence)
        found: dict[str, list[Event]] = {}
        async with self._store.reading() as session:
            for row in await session.scalars(wanted):
                if row.call is not None and (one := self._event(row)) is not None:
                    found.setdefault(row.call, []).append(one.event)
        return found

    async def events_after(self, sequence: int, *, types: Collection[str] = (), limit: int = 1000) -> list[Stored]:
        """Events with a greater sequence, in order: to catch up. `types` limits them to those."""
        wanted = select(EventRow).where(EventRow.sequence > sequence).order_by(EventRow.sequence).limit(limit)
        if types:
            wanted = wanted.where(EventRow.type.in_(types))
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return [found for row in rows if (found := self._event(row)) is not None]

    async def last_sequence(self) -> int:
        """The sequence of the newest event; 0 when there is none."""
        async with self._store.reading() as session:
            return await session.scalar(select(func.max(EventRow.sequence))) or 0

    async def sequence_before(self, at: datetime) -> int:
        """A sequence behind which all events are that happened from `at` on, found in as many looks as it has bits."""
        older, newer = 0, await self.last_sequence()
        async with self._store.reading() as session:
            while older < newer:
                middle = (older + newer + 1) // 2
                wanted = select(EventRow.at).where(EventRow.sequence >= middle).order_by(EventRow.sequence).limit(1)
                found = await session.scalar(wanted)
                if found is not None and found < at:
                    older = middle
                else:
                    newer = middle - 1
        return older

    def _event(self, row: EventRow) -> Stored | None:
        try:
            event = decode_event(row.type, row.at, row.data, self._store.cipher)
        except (KeyError, msgspec.ValidationError) as error:
            log.warning("stored event is of another version", sequence=row.sequence, type=row.type, error=str(error))
            return None
        except KeyProblem as error:
            # One that was tampered with must not hold up those behind it.
            log.error("stored event does not open", sequence=row.sequence, type=row.type, error=str(error))
            return None
        return Stored(sequence=row.sequence, event=event)

    async def kept(self, kind: str, first: str = "", last: str = "") -> dict[str, Any]:
        """What `Journal.put` keeps under `kind`, by key: keys from `first` on, and before `last` where it is given."""
        wanted = select(StateRow.key, StateRow.data).where(StateRow.kind == kind, StateRow.key >= first)
        if last:
            wanted = wanted.where(StateRow.key < last)
        async with self._store.reading() as session:
            rows = (await session.execute(wanted)).all()
        return {row.key: msgspec.json.decode(row.data) for row in rows}

    async def add_cdrs(self, lines: Sequence[CdrLine]) -> None:
        """Store lines of the switch's CDR; those stored before are left as they are."""
        if not lines:
            return
        rows = [
            {
                "switch": line.switch,
                "unique": line.unique,
                "call": line.call,
                "leg": line.leg,
                "started_at": line.started_at,
                "answered_at": line.answered_at,
                "ended_at": line.ended_at,
                "seconds": line.seconds,
                "disposition": line.disposition,
                "cause": line.cause,
                "data": placed(SwitchCdr.data, msgspec.json.encode(line.data or {}).decode(), line.switch, line.unique),
            }
            for line in lines
        ]
        dialect = sqlite if self._store.is_sqlite else postgresql
        async with self._store.writing() as session:
            await session.execute(dialect.insert(SwitchCdr).on_conflict_do_nothing(), rows)

    async def cdrs_of(self, call: str) -> list[CdrLine]:
        """The switch's lines for a call, in order of their start."""
        wanted = select(SwitchCdr).where(SwitchCdr.call == call).order_by(SwitchCdr.started_at, SwitchCdr.unique)
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return [
            CdrLine(
                switch=row.switch,
                unique=row.unique,
                leg=row.leg,
                started_at=row.started_at,
                seconds=row.seconds,
                disposition=row.disposition,
                call=row.call,
                answered_at=row.answered_at,
                ended_at=row.ended_at,
                cause=row.cause,
                data=msgspec.json.decode(row.data, type=dict[str, str]),
            )
            for row in rows
        ]


def readable_calls(scope: Scope) -> list[ColumnElement[bool]]:
    """The conditions on the calls that lie within a scope; those of an agent are the ones that he took part in."""
    limits = scope.limits(CallRow)
    if scope.agent is not None:
        limits.append(calls_of_agent(CallRow.id, scope.agent))
    return limits


def calls_of_agent(column: Any, agent: str) -> ColumnElement[bool]:
    """The condition that an agent took part in the call whose id stands in a column, of whatever table."""
    return _named(column, "agent", agent)


def calls_rated(column: Any, satisfaction: str) -> ColumnElement[bool]:
    """The condition that the citizen rated the call whose id stands in a column so, of whatever table."""
    return exists().where(CallRow.id == column, CallRow.satisfaction == satisfaction)


def _has(kind: str, name: str) -> ColumnElement[bool]:
    return _named(CallRow.id, kind, name)


def _named(column: Any, kind: str, name: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.in_(select(CallName.call).where(CallName.kind == kind, CallName.name == name))
    return found


def _limits(wanted: CallFilter) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if wanted.since:
        limits.append(CallRow.arrived_at >= wanted.since)
    if wanted.until:
        limits.append(CallRow.arrived_at < wanted.until)
    if wanted.number:
        column = CallRow.caller_last_four if len(wanted.number) == 4 else CallRow.caller_index
        limits.append(column == wanted.number)
    if wanted.numbers:
        limits.append(CallRow.caller_index.in_(wanted.numbers))
    if wanted.agent:
        limits.append(_has("agent", wanted.agent))
    if wanted.queue:
        limits.append(_has("queue", wanted.queue))
    if wanted.reason:
        limits.append(CallRow.reason == wanted.reason)
    if wanted.quality:
        limits.append(_has(QUALITY, wanted.quality))
    if wanted.behind:
        at, id = wanted.behind
        limits.append((CallRow.arrived_at < at) | ((CallRow.arrived_at == at) & (CallRow.id < id)))
    return limits


def _stored_call(row: CallRow) -> StoredCall:
    digits, _, raw = row.caller.partition(" ")
    return StoredCall(
        id=row.id,
        organisation=row.organisation,
        region=row.region,
        switch=row.switch,
        caller=Number(digits, NumberKind(row.caller_kind), raw),
        called=row.called,
        state=row.state,
        queue=row.queue,
        agents=tuple(row.agents),
        recordings=tuple(row.recordings),
        arrived_at=row.arrived_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        wait_seconds=row.wait_seconds,
        talk_seconds=row.talk_seconds,
        reason=row.reason,
        satisfaction=row.satisfaction,
        score=row.score,
    )
