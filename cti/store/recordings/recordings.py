"""Recordings as stored: where each lies, whose it is, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.scope import Scope
from cti.store.engine import Store
from cti.store.models import RecordingFact, RecordingRow

REMOVABLE = ("stored", "removing")
HELD = "held"
"""The key of the fact that each recording has that is held; its value is 1."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of a talk, or of a message (`kind` is `voicemail`).

    `path` is relative to the recordings' folder; `state` is the recorder's word. `key` is its own key, wrapped; without
    one it lies in clear. `place` is `local` or `s3`; for `sha256` and `proof` see `RecordingRow`.
    """

    id: str
    call: str
    organisation: str
    region: str
    agent: str
    leg: str
    path: str
    started_at: datetime
    state: str
    seconds: float | None = None
    bytes: int | None = None
    channels: int = 2
    repaired: bool = False
    kind: str = "talk"
    detail: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    sha256: str = ""
    place: str = "local"
    proof: int = 0
    fault: str = ""
    held: str = ""


class RecordingStore:
    """The table of recordings."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, recording: Recording) -> None:
        """Store a new recording."""
        async with self._store.writing() as session:
            session.add(RecordingRow(**asdict(recording)))

    @staticmethod
    async def put_with(session: AsyncSession, recording: Recording) -> None:
        """Store a recording that there may be already: then it is as this one says."""
        await session.merge(RecordingRow(**asdict(recording)))

    @staticmethod
    async def change_with(session: AsyncSession, recording: str, **values: Any) -> None:
        """Set columns in the transaction of what belongs to them."""
        await session.execute(update(RecordingRow).where(RecordingRow.id == recording).values(**values))

    async def change(self, recording: str, **values: Any) -> bool:
        """Set columns (`state`, `seconds`, `bytes`, `repaired`, `path`, `detail`); False when there is no such one."""
        async with self._store.writing() as session:
            done = await session.execute(
                update(RecordingRow).where(RecordingRow.id == recording).values(**values).returning(RecordingRow.id)
            )
            return done.first() is not None

    async def find(self, recording: str, scope: Scope) -> Recording | None:
        """One; None when it does not exist or lies outside `scope`."""
        wanted = select(RecordingRow).where(RecordingRow.id == recording, *scope.limits(RecordingRow))
        if scope.agent is not None:
            wanted = wanted.where(RecordingRow.agent == scope.agent)
        async with self._store.reading() as session:
            row = await session.scalar(wanted)
        return None if row is None else recording_of(row)

    async def of_call(self, call: str) -> list[Recording]:
        """All recordings of a call, in order."""
        return await self._all(RecordingRow.call == call)

    async def in_states(self, states: Sequence[str]) -> list[Recording]:
        """All recordings in one of these states: what a starting recorder has to finish."""
        return await self._all(RecordingRow.state.in_(states))

    async def of_ids(self, ids: Sequence[str]) -> list[Recording]:
        """Those of these that there are."""
        found: list[Recording] = []
        for at in range(0, len(ids), 500):
            found += await self._all(RecordingRow.id.in_(ids[at : at + 500]))
        return found

    async def keys_after(self, recording: str, most: int) -> list[tuple[str, str]]:
        """Ids and wrapped keys of the recordings behind one, in the order of their ids; those without are left out."""
        wanted = select(RecordingRow.id, RecordingRow.key).where(RecordingRow.id > recording, RecordingRow.key != "")
        async with self._store.reading() as session:
            return list((await session.execute(wanted.order_by(RecordingRow.id).limit(most))).tuples())

    async def change_key(self, recording: str, before: str, after: str) -> None:
        """Another wrapped key, if it is still the one from before."""
        mine = (RecordingRow.id == recording, RecordingRow.key == before)
        async with self._store.writing() as session:
            await session.execute(update(RecordingRow).where(*mine).values(key=after))

    async def has_key(self, begin: str) -> bool:
        """Whether some recording's wrapped key begins so."""
        async with self._store.reading() as session:
            return (
                await session.scalar(select(RecordingRow.id).where(RecordingRow.key.startswith(begin)).limit(1))
                is not None
            )

    async def unproved(self, mark: int, most: int) -> list[Recording]:
        """Some of those whose `proof` is `mark`."""
        wanted = select(RecordingRow).where(RecordingRow.proof == mark).limit(most)
        async with self._store.reading() as session:
            return [recording_of(row) for row in await session.scalars(wanted)]

    async def prove(self, session: AsyncSession, recordings: Sequence[str], entry: int) -> None:
        """Their hashes stand in this entry of the audit: in the transaction that writes it."""
        await session.execute(update(RecordingRow).where(RecordingRow.id.in_(recordings)).values(proof=entry))

    async def proved_in(self, place: str, most: int) -> list[Recording]:
        """Some of a place whose hash stands in the audit."""
        limits = RecordingRow.place == place, RecordingRow.proof > 0, RecordingRow.state == "stored"
        wanted = select(RecordingRow).where(*limits).order_by(RecordingRow.id).limit(most)
        async with self._store.reading() as session:
            return [recording_of(row) for row in await session.scalars(wanted)]

    async def newest_in(self, place: str, most: int) -> list[Recording]:
        """The newest that are stored in a place."""
        wanted = select(RecordingRow).where(RecordingRow.state == "stored", RecordingRow.place == place)
        async with self._store.reading() as session:
            rows = await session.scalars(wanted.order_by(RecordingRow.started_at.desc()).limit(most))
            return [recording_of(row) for row in rows]

    async def unheld(self, before: datetime, after: str, most: int) -> list[Recording]:
        """Stored ones from before then that nobody holds, behind an id, in the order of ids; and those half removed."""
        limits = RecordingRow.started_at < before, RecordingRow.held == "", RecordingRow.state.in_(REMOVABLE)
        wanted = select(RecordingRow).where(*limits, RecordingRow.id > after).order_by(RecordingRow.id).limit(most)
        async with self._store.reading() as session:
            return [recording_of(row) for row in await session.scalars(wanted)]

    async def hold(self, session: AsyncSession, recording: str, reason: str) -> str | None:
        """Keep one whatever rules say, or no longer (empty); the reason before. None for one that is going or gone."""
        mine = (RecordingRow.id == recording, RecordingRow.state.not_in(("removing", "removed")))
        before = await session.scalar(select(RecordingRow.held).where(*mine).with_for_update())
        if before is None:
            return None
        await session.execute(update(RecordingRow).where(*mine).values(held=reason))
        # Few of millions are held: they are found as what has a fact is.
        said = RecordingFact.key == HELD, RecordingFact.recording == recording
        await session.execute(delete(RecordingFact).where(*said))
        if reason:
            session.add(RecordingFact(key=HELD, value="1", recording=recording))
            await session.flush()
        return before

    async def oldest_unheld(self, before: datetime, most: int) -> list[Recording]:
        """Stored ones that lie here and began before then, that nobody holds: the oldest first."""
        limits = RecordingRow.started_at < before, RecordingRow.held == "", RecordingRow.state == "stored"
        wanted = select(RecordingRow).where(*limits, RecordingRow.place == "local")
        async with self._store.reading() as session:
            rows = await session.scalars(wanted.order_by(RecordingRow.started_at, RecordingRow.id).limit(most))
            return [recording_of(row) for row in rows]

    async def taken(self, since: datetime) -> tuple[int, int, datetime | None]:
        """Bytes of all that lie here, of those of them that began since then, and when the first of all began."""
        here = RecordingRow.state == "stored", RecordingRow.place == "local"
        wanted = select(func.coalesce(func.sum(RecordingRow.bytes), 0)).where(*here)
        async with self._store.reading() as session:
            whole = await session.scalar(wanted) or 0
            lately = await session.scalar(wanted.where(RecordingRow.started_at >= since)) or 0
            first = await session.scalar(select(func.min(RecordingRow.started_at)))
        return int(whole), int(lately), first

    async def claim(self, recordings: Sequence[str]) -> set[str]:
        """Those of these that nobody holds are going now, and nobody can hold them any more."""
        mine = RecordingRow.id.in_(recordings), RecordingRow.held == "", RecordingRow.state.in_(REMOVABLE)
        async with self._store.writing() as session:
            done = update(RecordingRow).where(*mine).values(state="removing").returning(RecordingRow.id)
            return set(await session.scalars(done))

    async def removed(self, session: AsyncSession, recordings: Sequence[str]) -> None:
        """Their sound is gone, and so are their keys; that there were such stays known."""
        gone = {"state": "removed", "key": "", "fault": ""}
        await session.execute(update(RecordingRow).where(RecordingRow.id.in_(recordings)).values(**gone))

    async def longest_unseen(self, before: datetime, now: datetime, most: int) -> list[Recording]:
        """Stored ones that nobody looked at since `before`: never first, then those of longest ago.

        Last come those of a time that is still to come: the clock was set back.
        """
        at = RecordingRow.verified_at
        unseen = at.is_(None), at < before, at > now
        for limit in unseen:
            wanted = select(RecordingRow).where(limit, RecordingRow.state == "stored")
            wanted = wanted.order_by(RecordingRow.verified_at, RecordingRow.id).limit(most)
            async with self._store.reading() as session:
                if rows := (await session.scalars(wanted)).all():
                    return [recording_of(row) for row in rows]
        return []

    async def seen(self, recording: str, at: datetime, fault: str) -> None:
        """Somebody looked at it, and found `fault` (empty: none)."""
        await self.change(recording, verified_at=at, fault=fault)

    async def faults(self) -> dict[str, int]:
        """How many recordings have each fault."""
        wanted = select(RecordingRow.fault, func.count()).where(RecordingRow.fault > "").group_by(RecordingRow.fault)
        async with self._store.reading() as session:
            return dict((await session.execute(wanted)).tuples().all())

    async def stored_between(self, since: datetime, until: datetime) -> list[Recording]:
        """Stored ones that began from `since` to before `until`, in order."""
        began = (RecordingRow.started_at >= since) & (RecordingRow.started_at < until)
        return await self._all(began & (RecordingRow.state == "stored"))

    async def _all(self, limit: Any) -> list[Recording]:
        wanted = select(RecordingRow).where(limit).order_by(RecordingRow.started_at, RecordingRow.id)
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return [recording_of(row) for row in rows]


def calls_recorded_in(column: Any, recordings: Select[tuple[str]]) -> ColumnElement[bool]:
    """The condition that one of these recordings is of the call whose id stands in a column, of whatever table."""
    found: ColumnElement[bool] = column.in_(select(RecordingRow.call).where(RecordingRow.id.in_(recordings)))
    return found


def recording_of(row: RecordingRow) -> Recording:
    """A row as what it says."""
    return Recording(
        id=row.id,
        call=row.call,
        organisation=row.organisation,
        region=row.region,
        agent=row.agent,
        leg=row.leg,
        path=row.path,
        started_at=row.started_at,
        state=row.state,
        seconds=row.seconds,
        bytes=row.bytes,
        channels=row.channels,
        repaired=row.repaired,
        kind=row.kind,
        detail=row.detail,
        key=row.key,
        sha256=row.sha256,
        place=row.place,
        proof=row.proof,
        fault=row.fault,
        held=row.held,
    )
