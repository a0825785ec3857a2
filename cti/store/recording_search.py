"""Finds recordings by what is known of them, of their calls, and by what plugins say: pages of a list of millions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cti.base.scope import Scope
from cti.store.calls import QUALITY
from cti.store.engine import Store
from cti.store.listing import STEP, Listed, listed_in_ways, listed_once
from cti.store.models import CallName, RecordingFact, RecordingRow
from cti.store.recordings import Recording, recording_of

NUMBER, LAST_FOUR = "number", "last_four"
"""Keys whose values are blind indexes: give the digits."""
FEW = 20_000
"""So many recordings with a fact are looked at one by one; of more the newest first are asked whether they have it."""
FEW_CALLS = 3_000
"""The same of calls that are found by a name: their recordings have to be looked for."""
LONGEST_VALUE = 80
ASKED_STEP = 100
"""Where each of the newest is asked for what is looked for, a total is counted no further than this: most have to be
asked for nothing."""


@dataclass(frozen=True, slots=True)
class RecordingFilter:
    """What to look for; None and empty mean no limit. Times limit the beginning, the last one exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    agent: str = ""
    kind: str = ""
    state: str = ""
    fault: str = ""
    quality: str = ""
    longer_than: float | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordingPage:
    """A page, newest first, and how many there are in all, counted as far as `listing` does."""

    items: tuple[Recording, ...]
    total: int
    more: bool = False


class RecordingSearch:
    """The list, and the facts by which it is searched."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, wanted: RecordingFilter, scope: Scope, *, page: int = 1, size: int = 50) -> RecordingPage:
        """A page (from 1) within a scope."""
        order = (RecordingRow.started_at.desc(), RecordingRow.id.desc())
        async with self._store.reading() as session:
            few, asked = await self._facts(session, wanted.facts)
            if few is None and wanted.quality:
                few = await self._of_few_calls(session, wanted.quality)
            if few is not None:
                # With the limit inside they are the beginning, whatever else there is an index for.
                some = select(RecordingRow).where(RecordingRow.id.in_(few)).limit(FEW + 1).subquery()
                one = aliased(RecordingRow, some)
                keys = select(one.id).where(*_limits(wanted, one), *_within(scope, one))
                keys = keys.order_by(one.started_at.desc(), one.id.desc())
                found = await listed_once(session, RecordingRow, RecordingRow.id, keys, order, page, size)
            else:
                limits = [*_limits(wanted, RecordingRow), *asked]
                found = await self._listed(session, limits, scope, order, page, size)
        return RecordingPage(tuple(recording_of(row) for row in found.rows), found.total, found.more)

    @staticmethod
    async def _listed(
        session: AsyncSession,
        limits: Sequence[ColumnElement[bool]],
        scope: Scope,
        order: Sequence[ColumnElement[Any]],
        page: int,
        size: int,
    ) -> Listed[RecordingRow]:
        own = [] if scope.agent is None else [RecordingRow.agent == scope.agent]
        if scope.organisations and scope.regions is None:
            # Each organisation is an index of its own, in order.
            ways = [[RecordingRow.organisation == one, *limits, *own] for one in sorted(scope.organisations)]
            if len(ways) > 1:
                return await listed_in_ways(session, RecordingRow, RecordingRow.id, ways, order, page, size)
            limits = ways[0]
        else:
            limits = [*limits, *_within(scope, RecordingRow)]
        keys = select(RecordingRow.id).where(*limits).order_by(*order)
        step = ASKED_STEP if limits else STEP
        return await listed_once(session, RecordingRow, RecordingRow.id, keys, order, page, size, step)

    async def _facts(
        self, session: AsyncSession, facts: Mapping[str, str]
    ) -> tuple[Select[tuple[str]] | None, list[ColumnElement[bool]]]:
        """The recordings that have all these facts, if one of them is rare; else what asks each for them."""
        counted = []
        for key, value in facts.items():
            kept = self._kept(key, value)
            mine = RecordingFact.key == key, RecordingFact.value == kept
            some = select(RecordingFact.recording).where(*mine).limit(FEW + 1).subquery()
            counted.append((await session.scalar(select(func.count()).select_from(some)) or 0, key, kept))
        counted.sort()
        if not counted or counted[0][0] > FEW:
            return None, [_has(RecordingRow.id, key, kept) for _, key, kept in counted]
        (_, key, kept), *others = counted
        wanted = select(RecordingFact.recording).where(RecordingFact.key == key, RecordingFact.value == kept)
        return wanted.where(*(_has(RecordingFact.recording, *one[1:]) for one in others)), []

    @staticmethod
    async def _of_few_calls(session: AsyncSession, quality: str) -> Select[tuple[str]] | None:
        """The recordings of calls that sounded so, if there are few."""
        named = CallName.kind == QUALITY, CallName.name == quality
        some = select(CallName.call).where(*named).limit(FEW_CALLS + 1).subquery()
        if (await session.scalar(select(func.count()).select_from(some)) or 0) > FEW_CALLS:
            return None
        return select(RecordingRow.id).where(RecordingRow.call.in_(select(CallName.call).where(*named)))

    async def say(self, recordings: Mapping[str, Mapping[str, str | Collection[str]]]) -> None:
        """Facts by recording and key: what stood under these keys before is replaced; an empty value is none."""
        async with self._store.writing() as session:
            await self.say_with(session, recordings)

    async def say_with(
        self, session: AsyncSession, recordings: Mapping[str, Mapping[str, str | Collection[str]]]
    ) -> None:
        """`say` in the transaction of what else is said of them."""
        rows: list[dict[str, Any]] = []
        alike: dict[tuple[str, ...], list[str]] = {}
        for recording, facts in recordings.items():
            alike.setdefault(tuple(facts), []).append(recording)
            for key, said in facts.items():
                values = {self._kept(key, one) for one in ((said,) if isinstance(said, str) else said) if one}
                rows += [{"key": key, "value": one, "recording": recording} for one in sorted(values)]
        for keys, some in alike.items():
            gone = RecordingFact.recording.in_(some), RecordingFact.key.in_(keys)
            await session.execute(delete(RecordingFact).where(*gone))
        if rows:
            await session.execute(insert(RecordingFact), rows)

    async def has(self, recording: str, key: str, value: str) -> bool:
        """Whether this is said of a recording."""
        async with self._store.reading() as session:
            return await session.get(RecordingFact, (key, self._kept(key, value), recording)) is not None

    async def without_facts(self, since: datetime, key: str, most: int) -> list[Recording]:
        """Stored ones of calls from then on of which nothing is said under a key."""
        said = exists().where(RecordingFact.recording == RecordingRow.id, RecordingFact.key == key)
        wanted = select(RecordingRow).where(
            RecordingRow.started_at >= since, RecordingRow.state == "stored", RecordingRow.call != "", ~said
        )
        async with self._store.reading() as session:
            rows: Sequence[RecordingRow] = (await session.scalars(wanted.order_by(RecordingRow.id).limit(most))).all()
            return [recording_of(row) for row in rows]

    def _kept(self, key: str, value: str) -> str:
        if key == NUMBER:
            return self._store.cipher.index("number", value)
        if key == LAST_FOUR:
            return self._store.cipher.index_last("number", value)
        return value[:LONGEST_VALUE]


def _has(recording: Any, key: str, kept: str) -> ColumnElement[bool]:
    """Asks whether the recording has a fact."""
    fact = aliased(RecordingFact)
    return exists().where(fact.key == key, fact.value == kept, fact.recording == recording)


def _within(scope: Scope, table: type[RecordingRow]) -> list[ColumnElement[bool]]:
    return [*scope.limits(table), *([] if scope.agent is None else [table.agent == scope.agent])]


def _limits(wanted: RecordingFilter, table: type[RecordingRow]) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if wanted.since:
        limits.append(table.started_at >= wanted.since)
    if wanted.until:
        limits.append(table.started_at < wanted.until)
    if wanted.quality:
        named = CallName.kind == QUALITY, CallName.name == wanted.quality, CallName.call == table.call
        limits.append(exists().where(*named))
    if wanted.longer_than is not None:
        limits.append(table.seconds >= wanted.longer_than)
    for column, value in (
        (table.agent, wanted.agent),
        (table.kind, wanted.kind),
        (table.state, wanted.state),
        (table.fault, wanted.fault),
    ):
        if value:
            limits.append(column == value)
    return limits
