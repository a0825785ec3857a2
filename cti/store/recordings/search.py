"""Finds recordings by what is known of them, of their calls, and by what plugins say: pages of a list of millions."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cti.base.scope import Scope
from cti.store.calls import QUALITY
from cti.store.engine import Store
from cti.store.listing import STEP, Listed, listed, listed_in_batches, listed_in_ways, listed_once
from cti.store.models import CallName, RecordingFact, RecordingRow
from cti.store.recordings.filter import RecordingFilter, limits_of, within
from cti.store.recordings.recordings import Recording, recording_of

NUMBER, LAST_FOUR = "number", "last_four"
"""Keys whose values are blind indexes: give the digits."""
FEW = 2_000
"""So many recordings with a fact are looked at one by one."""
SOME = 20_000
"""Of so many the newest first are looked at, as the index of facts has them; of more the newest of all recordings are
asked whether they have it, where an index has these in order."""
NEWEST = 200
"""Of so many it is asked which of some common facts is the rarest."""
FEW_CALLS = 3_000
"""The same of calls that are found by a name: their recordings have to be looked for. Of more the newest come first,
and with them their recordings."""
FEW_ROWS = 5_000
"""The same of recordings with a fault, or as long as is asked for; of more one in some hundreds of the newest is."""
LONGEST_VALUE = 80
COMMON_SECONDS = 600.0
"""So long what more than `SOME` had is not counted again: it hardly becomes rare."""
ASKED_STEP = 50
"""Where each of the newest is asked for what is looked for, a total is counted no further than this: most have to be
asked for nothing."""


CallsFound = Callable[[AsyncSession, Select[tuple[str]] | None], AsyncIterator[Sequence[str]]]
"""Calls that somebody else finds, the newest first, in batches of some thousand at most; among some few only where
these are given."""


@dataclass(frozen=True, slots=True)
class RecordingPage:
    """A page, newest first, and how many there are in all, counted as far as `listing` does."""

    items: tuple[Recording, ...]
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact that is looked for, and how many have it: see `RecordingSearch._count`."""

    count: int
    key: str
    kept: str


class RecordingSearch:
    """The list, and the facts by which it is searched."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._common: dict[tuple[str, str], tuple[float, int]] = {}
        """What more than `SOME` have: when that was counted (monotonic), and how many of the newest have it, more than
        `SOME`."""

    async def page(
        self, wanted: RecordingFilter, scope: Scope, *, calls: CallsFound | None = None, page: int = 1, size: int = 50
    ) -> RecordingPage:
        """A page (from 1) within a scope, of these `calls` only, the newest first: recordings' ids grow with when they
        begin."""
        async with self._store.reading() as session:
            if calls is None:
                found = await self._found(session, wanted, scope, page, size)
            else:
                among = await self._few_calls(session, wanted)
                keys = self._of_calls(calls(session, among), wanted, scope)
                found = await listed_in_batches(session, RecordingRow, RecordingRow.id, keys, page, size, ASKED_STEP)
        return RecordingPage(tuple(recording_of(row) for row in found.rows), found.total, found.more)

    async def _found(
        self, session: AsyncSession, wanted: RecordingFilter, scope: Scope, page: int, size: int
    ) -> Listed[RecordingRow]:
        order = (RecordingRow.started_at.desc(), RecordingRow.id.desc())
        facts = await self._counted(session, wanted.facts)
        few, asked = None, facts
        if facts and facts[0].count <= FEW:
            few, asked = self._of_few(facts), []
        elif (own := await self._of_few_rows(session, wanted)) is not None:
            few = own
        elif wanted.quality:
            few = await self._of_few_calls(session, wanted.quality)
            if few is None:
                return await self._by_call(session, wanted, facts, scope, page, size)
        if few is not None:
            # With the limit inside they are the beginning, whatever else there is an index for.
            some = select(RecordingRow).where(RecordingRow.id.in_(few)).limit(SOME + 1).subquery()
            one = aliased(RecordingRow, some)
            keys = select(one.id).where(*limits_of(wanted, one), *within(scope, one))
            keys = keys.where(*(_has(one.id, fact) for fact in asked))
            keys = keys.order_by(one.started_at.desc(), one.id.desc())
            return await listed_once(session, RecordingRow, RecordingRow.id, keys, order, page, size)
        limits = limits_of(wanted, RecordingRow)
        if facts and (facts[0].count <= SOME or not (limits or within(scope, RecordingRow))):
            return await self._by_fact(session, facts, [*limits, *within(scope, RecordingRow)], page, size)
        limits += [_has(RecordingRow.id, one) for one in facts]
        in_order = not facts and wanted == RecordingFilter(wanted.since, wanted.until)
        return await self._listed(session, limits, scope, order, page, size, in_order=in_order)

    async def _few_calls(self, session: AsyncSession, wanted: RecordingFilter) -> Select[tuple[str]] | None:
        """The calls of the recordings that are looked for, if it is known that there are few: see `CallsFound`."""
        facts = await self._counted(session, wanted.facts)
        if facts and facts[0].count <= FEW:
            return select(RecordingRow.call).where(RecordingRow.id.in_(self._of_few(facts)))
        if (few := await self._of_few_rows(session, wanted)) is not None:
            return select(RecordingRow.call).where(RecordingRow.id.in_(few))
        if not wanted.agent:
            return None
        limits = limits_of(RecordingFilter(wanted.since, wanted.until, wanted.agent), RecordingRow)
        some = select(RecordingRow.id).where(*limits).limit(FEW_ROWS + 1).subquery()
        count = await session.scalar(select(func.count()).select_from(some)) or 0
        return select(RecordingRow.call).where(*limits) if count <= FEW_ROWS else None

    async def _of_calls(
        self, calls: AsyncIterator[Sequence[str]], wanted: RecordingFilter, scope: Scope
    ) -> AsyncIterator[Select[tuple[str]]]:
        limits = [*limits_of(wanted, RecordingRow), *within(scope, RecordingRow)]
        limits += [_has(RecordingRow.id, _Fact(0, key, kept)) for key, kept in self._all_kept(wanted.facts)]
        async for some in calls:
            keys = select(RecordingRow.id).where(RecordingRow.call.in_(some), *limits)
            # The sum keeps the database from going through all calls in their order.
            yield keys.order_by((RecordingRow.call + "").desc(), RecordingRow.id.desc())

    @staticmethod
    async def _listed(
        session: AsyncSession,
        limits: Sequence[ColumnElement[bool]],
        scope: Scope,
        order: Sequence[ColumnElement[Any]],
        page: int,
        size: int,
        *,
        in_order: bool,
    ) -> Listed[RecordingRow]:
        """The page; what is wanted `in_order` an index has so, without asking each for more."""
        own = [] if scope.agent is None else [RecordingRow.agent == scope.agent]
        if scope.organisations and scope.regions is None:
            # Each organisation is an index of its own, in order.
            ways = [[RecordingRow.organisation == one, *limits, *own] for one in sorted(scope.organisations)]
            if len(ways) > 1:
                return await listed_in_ways(session, RecordingRow, RecordingRow.id, ways, order, page, size)
            limits = ways[0]
        else:
            limits = [*limits, *within(scope, RecordingRow)]
        if in_order and not own:
            return await listed(session, RecordingRow, limits, order, page, size, RecordingRow.id)
        keys = select(RecordingRow.id).where(*limits).order_by(*order)
        step = ASKED_STEP if limits else STEP
        return await listed_once(session, RecordingRow, RecordingRow.id, keys, order, page, size, step)

    async def _counted(self, session: AsyncSession, facts: Mapping[str, str]) -> list[_Fact]:
        """What is looked for, the rarest first, counted no further than it matters."""
        found = [_Fact(await self._count(session, key, kept), key, kept) for key, kept in self._all_kept(facts)]
        return sorted(found, key=lambda one: one.count)

    def _all_kept(self, facts: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(key, self._kept(key, value)) for key, value in facts.items()]

    async def _count(self, session: AsyncSession, key: str, kept: str) -> int:
        now = time.monotonic()
        at, known = self._common.get((key, kept), (-COMMON_SECONDS, 0))
        if now - at < COMMON_SECONDS:
            return known
        mine = RecordingFact.key == key, RecordingFact.value == kept
        some = select(RecordingFact.recording).where(*mine).limit(SOME + 1).subquery()
        count = await session.scalar(select(func.count()).select_from(some)) or 0
        self._common.pop((key, kept), None)
        if count > SOME:
            newest = select(RecordingRow.id).order_by(RecordingRow.started_at.desc()).limit(NEWEST).subquery()
            having = select(func.count()).select_from(newest).where(_has(newest.c.id, _Fact(0, key, kept)))
            count = SOME + 1 + (await session.scalar(having) or 0)
            self._common[key, kept] = now, count
        return count

    @staticmethod
    def _of_few(facts: Sequence[_Fact]) -> Select[tuple[str]]:
        """The recordings that have all these facts, of which the first is rare."""
        first, *others = facts
        wanted = select(RecordingFact.recording).where(
            RecordingFact.key == first.key, RecordingFact.value == first.kept
        )
        return wanted.where(*(_has(RecordingFact.recording, one, apart=False) for one in others))

    @staticmethod
    async def _by_fact(
        session: AsyncSession, facts: Sequence[_Fact], limits: Sequence[ColumnElement[bool]], page: int, size: int
    ) -> Listed[RecordingRow]:
        """Those that have all these facts, in the order in which the index has those with the rarest."""
        first, *others = facts
        keys = select(RecordingFact.recording).where(
            RecordingFact.key == first.key, RecordingFact.value == first.kept,
            *(_has(RecordingFact.recording, one, apart=first.count > SOME) for one in others),
        )  # fmt: skip
        if limits:
            keys = keys.join(RecordingRow, RecordingRow.id == RecordingFact.recording).where(*limits)
        keys = keys.order_by(RecordingFact.recording.desc())
        order = (RecordingRow.id.desc(),)
        return await listed_once(session, RecordingRow, RecordingRow.id, keys, order, page, size, ASKED_STEP)

    @staticmethod
    async def _by_call(
        session: AsyncSession,
        wanted: RecordingFilter,
        facts: Sequence[_Fact],
        scope: Scope,
        page: int,
        size: int,
    ) -> Listed[RecordingRow]:
        """Those of many calls that sounded so: calls' ids grow with time, so the index has the newest calls first."""
        named = CallName.kind == QUALITY, CallName.name == wanted.quality, CallName.call == RecordingRow.call
        limits = [*limits_of(replace(wanted, quality=""), RecordingRow), *within(scope, RecordingRow)]
        limits += [_has(RecordingRow.id, one) for one in facts]
        newest = (CallName.call.desc(), RecordingRow.id.desc())
        keys = select(RecordingRow.id).where(*named, *limits).order_by(*newest)
        order = (RecordingRow.call.desc(), RecordingRow.id.desc())
        return await listed_once(session, RecordingRow, RecordingRow.id, keys, order, page, size, ASKED_STEP)

    @staticmethod
    async def _of_few_calls(session: AsyncSession, quality: str) -> Select[tuple[str]] | None:
        """The recordings of calls that sounded so, if there are few."""
        named = CallName.kind == QUALITY, CallName.name == quality
        some = select(CallName.call).where(*named).limit(FEW_CALLS + 1).subquery()
        if (await session.scalar(select(func.count()).select_from(some)) or 0) > FEW_CALLS:
            return None
        return select(RecordingRow.id).where(RecordingRow.call.in_(select(CallName.call).where(*named)))

    @staticmethod
    async def _of_few_rows(session: AsyncSession, wanted: RecordingFilter) -> Select[tuple[str]] | None:
        """The recordings that have this fault, or last so long, if there are few."""
        asked: list[ColumnElement[bool]] = []
        if wanted.fault:
            asked.append(RecordingRow.fault == wanted.fault)
        if wanted.longer_than is not None:
            asked.append(RecordingRow.seconds >= wanted.longer_than)
        for one in asked:
            found = select(RecordingRow.id).where(one)
            some = found.limit(FEW_ROWS + 1).subquery()
            if (await session.scalar(select(func.count()).select_from(some)) or 0) <= FEW_ROWS:
                return found
        return None

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


def _has(recording: Any, wanted: _Fact, *, apart: bool = True) -> ColumnElement[bool]:
    """Asks whether the recording has a fact; `apart` where many are looked at until a page is full."""
    fact = aliased(RecordingFact)
    mine = fact.key == wanted.key, fact.value == wanted.kept, fact.recording == recording
    asked = select(fact.recording).where(*mine)
    # With an offset PostgreSQL asks row by row: joined instead, it read all that have a common fact.
    return (asked.offset(0) if apart else asked).exists()
