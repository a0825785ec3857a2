"""The service of jobs: keeps them in the table, does what is due, tries again, and gives up in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, cast

import msgspec
import structlog
from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.ids import new_id
from cti.base.lookout import Lookout
from cti.office.jobs.kinds import Hopeless, JobKind, JobState
from cti.office.jobs.models import JobRow
from cti.store.engine import Store, is_outage

log = structlog.get_logger(__name__)

AT_ONCE = 4
LOOK_SECONDS = 30.0
"""How long a job that another engine made, or a clock that was set back, may go unnoticed."""
HELD_SECONDS = 90.0
"""An engine says at each look that it is still at its jobs; who has not for so long is taken for dead."""
KEPT = timedelta(days=7)
"""How long jobs that are done can be looked at."""
SWEEP_SECONDS = 3600.0
ERROR_LENGTH = 400


class Jobs:
    """Does jobs of the kinds that are registered; those of others wait for their plugin."""

    def __init__(self, store: Store, clock: Clock, bus: Bus) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._kinds: dict[str, JobKind] = {}
        self._working: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, int] = {}
        """What is being worked on, with the number of the try: another engine that took a job over counts on."""
        self._lookout = Lookout(clock, "jobs: look", self._look, self._not_read)
        self._alarmed: set[str] = set()
        self._swept = clock.now() - SWEEP_SECONDS

    @property
    def kinds(self) -> Mapping[str, JobKind]:
        """Those that are registered now."""
        return self._kinds

    @property
    def busy(self) -> int:
        """How many things it does right now, looking for jobs included."""
        return len(self._working) + self._lookout.is_looking

    def register(self, kind: JobKind) -> Callable[[], None]:
        """Do jobs of a kind from now on; returns the undo. ValueError when somebody does them already."""
        if kind.name in self._kinds:
            raise ValueError(f"two kinds of jobs are named {kind.name}")
        self._kinds[kind.name] = kind
        self.look()

        def undo() -> None:
            if self._kinds.get(kind.name) is kind:
                del self._kinds[kind.name]

        return undo

    async def add(
        self,
        session: AsyncSession,
        kind: str,
        data: Mapping[str, Any],
        *,
        after: float = 0.0,
        key: str | None = None,
    ) -> str | None:
        """Add a job in the transaction of what it follows from; returns its id. It is due `after` seconds from now.

        None when there is one of this kind and `key` already, done or not. Call `look` once the transaction is over.
        """
        if key is not None and await session.scalar(
            select(JobRow.id).where(JobRow.kind == kind, JobRow.key == key).limit(1)
        ):
            return None
        now = self._clock.wall()
        row = JobRow(
            id=new_id(),
            kind=kind,
            key=key,
            data=msgspec.json.encode(dict(data)).decode(),
            state=JobState.WAITING.value,
            tries=0,
            created_at=now,
            next_at=now + timedelta(seconds=after),
            last_error="",
        )
        session.add(row)
        await session.flush()
        return row.id

    async def do(self, kind: str, data: Mapping[str, Any], *, after: float = 0.0, key: str | None = None) -> str | None:
        """Add a job on its own; as `add`."""
        async with self._store.writing() as session:
            id = await self.add(session, kind, data, after=after, key=key)
        self.look()
        return id

    async def start(self) -> None:
        """Do what is due from now on."""
        self._lookout.start()

    async def stop(self) -> None:
        """End what is being done: whoever starts next goes on with it at once."""
        await self._lookout.stop()
        tasks, held = list(self._working.values()), dict(self._held)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._working.clear()
        if not held:
            return
        back = {"state": JobState.WAITING.value, "next_at": self._clock.wall(), "tries": JobRow.tries - 1}
        try:
            async with self._store.writing() as session:
                await session.execute(update(JobRow).where(_tries_of(held)).values(back))
        except Exception as error:
            log.warning("jobs not handed back: they are taken up a little later", reason=str(error))

    async def _hold(self) -> None:
        """Say that it is still at its jobs; what another engine has taken over meanwhile is left to that."""
        if not (held := dict(self._held)):
            return
        until = self._clock.wall() + timedelta(seconds=HELD_SECONDS)
        mine = update(JobRow).where(_tries_of(held)).values(next_at=until).returning(JobRow.id)
        async with self._store.writing() as session:
            still = set(await session.scalars(mine))
        for id in held.keys() - still:
            # Its work may have ended meanwhile.
            if self._held.get(id) == held[id] and (task := self._working.get(id)) is not None:
                task.cancel()

    def look(self) -> None:
        """Look for jobs that are due."""
        self._lookout.look()

    @staticmethod
    def _not_read(error: Exception) -> None:
        log.error("jobs not read", reason=f"{type(error).__name__}: {error}", outage=is_outage(error))

    async def _look(self) -> None:
        # Whatever goes wrong below, somebody looks again.
        self._lookout.come_back(LOOK_SECONDS)
        await self._hold()
        await self._sweep()
        now = self._clock.wall()
        free = AT_ONCE - len(self._working)
        open_ = (JobState.WAITING.value, JobState.RUNNING.value)
        wanted = (
            select(JobRow.id, JobRow.kind, JobRow.next_at)
            .where(JobRow.state.in_(open_), JobRow.kind.in_(list(self._kinds)), JobRow.id.not_in(list(self._working)))
            .order_by(JobRow.next_at, JobRow.id)
            .limit(free + 1)
        )
        if free <= 0 or not self._kinds:
            return
        async with self._store.reading() as session:
            found = (await session.execute(wanted)).all()
        for id, kind, next_at in found[:free]:
            if next_at <= now:
                self._begin(id, self._kinds[kind])
        due = [next_at for id, _, next_at in found if id not in self._working]
        if due and len(self._working) < AT_ONCE:
            self._lookout.come_back(min(max((min(due) - now).total_seconds(), 0.0), LOOK_SECONDS))

    def _begin(self, id: str, kind: JobKind) -> None:
        task = asyncio.create_task(self._work(id, kind), name=f"job {kind.name}")
        self._working[id] = task

        def ended(task: asyncio.Task[None]) -> None:
            self._working.pop(id, None)
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("job not kept", kind=kind.name, job=id, reason=f"{type(error).__name__}: {error}")
            self.look()

        task.add_done_callback(ended)

    async def _work(self, id: str, kind: JobKind) -> None:
        claimed = await self._claim(id)
        if claimed is None:
            return
        data, tries = claimed
        self._held[id] = tries
        error = ""
        hopeless = False
        try:
            if not await self._within(kind, data):
                error = f"not done within {kind.timeout:.0f} s"
        except Hopeless as reason:
            error, hopeless = str(reason) or "hopeless", True
        except Exception as reason:
            log.exception("job failed", kind=kind.name, job=id, tries=tries)
            error = f"{type(reason).__name__}: {reason}"
        finally:
            self._held.pop(id, None)
        await self._keep(id, kind, tries, error[:ERROR_LENGTH], hopeless=hopeless)

    async def _within(self, kind: JobKind, data: dict[str, Any]) -> bool:
        """Do the work; False when it took too long and was ended."""
        task = asyncio.ensure_future(kind.work(data))
        over: list[bool] = []

        def end() -> None:
            over.append(task.cancel())

        timer = self._clock.call_later(kind.timeout, end)
        try:
            await task
        except asyncio.CancelledError:
            if not over:
                raise
            return False
        finally:
            timer.cancel()
        return True

    async def _claim(self, id: str) -> tuple[dict[str, Any], int] | None:
        """The job's data and how often it has been tried with this time; None when another engine was quicker."""
        now = self._clock.wall()
        until = now + timedelta(seconds=HELD_SECONDS)
        taken = (
            update(JobRow)
            .where(JobRow.id == id, JobRow.next_at <= now)
            .where(JobRow.state.in_((JobState.WAITING.value, JobState.RUNNING.value)))
            .values(state=JobState.RUNNING.value, tries=JobRow.tries + 1, next_at=until)
            .returning(JobRow.data, JobRow.tries)
        )
        async with self._store.writing() as session:
            found = (await session.execute(taken)).first()
        return None if found is None else (msgspec.json.decode(found[0]), found[1])

    async def _keep(self, id: str, kind: JobKind, tries: int, error: str, *, hopeless: bool) -> None:
        now = self._clock.wall()
        values: dict[str, Any] = {"last_error": error}
        if not error:
            values |= {"state": JobState.DONE.value, "ended_at": now}
        elif hopeless or tries >= kind.tries:
            values |= {"state": JobState.FAILED.value, "ended_at": now}
            self._tell_failed(kind, error)
        else:
            values |= {"state": JobState.WAITING.value, "next_at": now + timedelta(seconds=kind.wait(tries))}
        async with self._store.writing() as session:
            # One that somebody cancelled meanwhile stays so.
            found = await self._changed(session, id, (JobState.RUNNING.value,), values)
            if found and values["state"] == JobState.FAILED.value:
                await self._tell_given_up(session, id, f"后台任务多次未成功：{error}")
        if not error and kind.name in self._alarmed:
            self._alarmed.discard(kind.name)
            self._bus.publish(AlarmCleared(at=now, name=f"job:{kind.name}"))

    def _tell_failed(self, kind: JobKind, error: str) -> None:
        text = f"任务“{kind.title}”多次未成功，已停止重试：{error}"
        self._alarmed.add(kind.name)
        self._bus.publish(AlarmRaised(at=self._clock.wall(), name=f"job:{kind.name}", text=text))

    async def open(self, session: AsyncSession, kind: str) -> list[dict[str, Any]]:
        """What the jobs of a kind are told that wait or are being done, on whichever engine."""
        open_ = JobRow.kind == kind, JobRow.state.in_((JobState.WAITING.value, JobState.RUNNING.value))
        return [msgspec.json.decode(one) for one in await session.scalars(select(JobRow.data).where(*open_))]

    async def again(self, session: AsyncSession, id: str) -> bool:
        """Try a job that failed or was cancelled once more from the beginning; False when it is neither."""
        ended = (JobState.FAILED.value, JobState.CANCELLED.value)
        now = self._clock.wall()
        values = {"state": JobState.WAITING.value, "tries": 0, "next_at": now, "ended_at": None}
        return await self._changed(session, id, ended, values)

    async def cancel(self, session: AsyncSession, id: str) -> bool:
        """Give up a job that has not ended; False when it has. Work that is being done here is ended."""
        open_ = (JobState.WAITING.value, JobState.RUNNING.value)
        values = {"state": JobState.CANCELLED.value, "ended_at": self._clock.wall()}
        found = await self._changed(session, id, open_, values)
        if found and (task := self._working.get(id)) is not None:
            task.cancel()
        if found:
            await self._tell_given_up(session, id, "后台任务已被取消")
        return found

    async def _tell_given_up(self, session: AsyncSession, id: str, reason: str) -> None:
        """One whose plugin is not there has nobody who waits."""
        row = await session.get_one(JobRow, id)
        kind = self._kinds.get(row.kind)
        if kind is not None and kind.given_up is not None:
            await kind.given_up(session, msgspec.json.decode(row.data), reason)

    async def _changed(self, session: AsyncSession, id: str, states: tuple[str, ...], values: dict[str, Any]) -> bool:
        change = update(JobRow).where(JobRow.id == id, JobRow.state.in_(states)).values(**values)
        return cast("CursorResult[Any]", await session.execute(change)).rowcount == 1

    async def _sweep(self) -> None:
        if self._clock.now() - self._swept < SWEEP_SECONDS:
            return
        self._swept = self._clock.now()
        old = JobRow.state == JobState.DONE.value, JobRow.ended_at < self._clock.wall() - KEPT
        async with self._store.writing() as session:
            await session.execute(delete(JobRow).where(*old))


def _tries_of(held: Mapping[str, int]) -> ColumnElement[bool]:
    """That a job is still at one of these tries."""
    mine = or_(*((JobRow.id == id) & (JobRow.tries == tries) for id, tries in held.items()))
    return mine & (JobRow.state == JobState.RUNNING.value)
