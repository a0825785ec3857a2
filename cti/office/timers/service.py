"""The service of timers. What it costs grows with what is due, not with what is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import and_, bindparam, case, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.lookout import Lookout
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.models import TimerRow
from cti.store import unasked
from cti.store.engine import Store, is_outage
from cti.store.upsert import insert_or_change

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
"""How long a timer that another engine set, or a wall clock that jumped, may go unnoticed."""
BUSY_SECONDS = 1.0
GRAIN_SECONDS = 0.5
"""Those that are due so soon after others go off together: each alone would cost some milliseconds of its own."""
ERROR_LENGTH = 400
REGULAR = "next"
"""The key of the one timer of regular work, see `Schedule.every`."""
_SET = insert_or_change(TimerRow, ("kind", "key"), "due_at", "data", "tries", "last_error")
_GONE = delete(TimerRow).where(tuple_(TimerRow.kind, TimerRow.key).in_(bindparam("gone", expanding=True)))


@dataclass(frozen=True, slots=True)
class Standing:
    """All timers of a kind: how many wait, how many of them failed, when the first is due, and why one failed.

    `title` is None where nobody lets them go off; `cron` is the line of moments of regular work.
    """

    name: str
    title: str | None
    count: int = 0
    failing: int = 0
    first: datetime | None = None
    error: str = ""
    cron: str = ""


class Timers:
    """Sets, moves and drops timers in the transaction of what they follow from, and goes off when they are due.

    Timers of kinds that nobody has registered wait. Several engines may do this side by side: each timer goes off in
    one of them.
    """

    def __init__(self, store: Store, clock: Clock, bus: Bus) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._kinds: dict[str, TimerKind] = {}
        self._lookout = Lookout(clock, "timers", self._work, self._not_read)
        self._alarmed: set[str] = set()

    def register(self, kind: TimerKind) -> Callable[[], None]:
        """Let timers of a kind go off from now on; returns the undo. ValueError when somebody does so already."""
        if kind.name in self._kinds:
            raise ValueError(f"two kinds of timers are named {kind.name}")
        self._kinds[kind.name] = kind
        self.look()

        def undo() -> None:
            if self._kinds.get(kind.name) is kind:
                del self._kinds[kind.name]

        return undo

    # ── set and drop ─────────────────────────────────────────────────────────────────────────────────────────────

    async def set(
        self, session: AsyncSession, kind: str, key: str, due_at: datetime, data: Mapping[str, Any] | None = None
    ) -> None:
        """Let the timer of this key go off at a moment, instead of when it would have before.

        Call `look` once the transaction is over.
        """
        values = {
            "kind": kind,
            "key": key,
            "due_at": due_at,
            "data": msgspec.json.encode(dict(data or {})).decode(),
            "tries": 0,
            "last_error": "",
        }
        await unasked.write(session, _SET, values)

    async def set_all(self, session: AsyncSession, kind: str, dues: Mapping[str, datetime | None]) -> None:
        """`set` for several keys, in two statements at most; those without a moment are dropped."""
        await self.set_each(session, {(kind, key): due for key, due in dues.items()})

    async def set_each(self, session: AsyncSession, dues: Mapping[tuple[str, str], datetime | None]) -> None:
        """The same for several kinds at once."""
        if gone := [one for one, due in dues.items() if due is None]:
            await unasked.write(session, _GONE, {"gone": gone})
        rows = [
            {"kind": kind, "key": key, "due_at": due, "data": "{}", "tries": 0, "last_error": ""}
            for (kind, key), due in dues.items()
            if due is not None
        ]
        if rows:
            await unasked.write(session, _SET, rows)

    async def drop(self, session: AsyncSession, kind: str, *keys: str) -> None:
        """Let these timers never go off."""
        if keys:
            await unasked.write(session, _GONE, {"gone": [(kind, key) for key in keys]})

    async def due_of(self, session: AsyncSession, kind: str, key: str) -> datetime | None:
        """When a timer goes off; None when it is not set."""
        found: datetime | None = await session.scalar(
            select(TimerRow.due_at).where(TimerRow.kind == kind, TimerRow.key == key)
        )
        return found

    async def data_of(self, session: AsyncSession, kind: str, key: str) -> dict[str, Any] | None:
        """What is kept with a timer; None when it is not set."""
        found = await session.scalar(select(TimerRow.data).where(TimerRow.kind == kind, TimerRow.key == key))
        return None if found is None else dict(msgspec.json.decode(found))

    # ── look at ──────────────────────────────────────────────────────────────────────────────────────────────────

    def now(self) -> datetime:
        """The moment by which timers are due."""
        return self._clock.wall()

    async def standing(self, session: AsyncSession) -> list[Standing]:
        """Of each kind that is registered or of which timers wait."""
        row, failed = TimerRow, case((TimerRow.tries > 0, 1), else_=0)
        wanted = select(row.kind, func.count(), func.sum(failed), func.min(row.due_at), func.max(row.last_error))
        found = {kind: rest for kind, *rest in await session.execute(wanted.group_by(row.kind))}
        regular = await session.execute(select(row.kind, row.data).where(row.key == REGULAR))
        crons = {kind: str(msgspec.json.decode(data).get("cron", "")) for kind, data in regular}
        standing = []
        for name in {**self._kinds, **found}:
            title = self._kinds[name].title if name in self._kinds else None
            count, failing, first, error = found.get(name, (0, 0, None, ""))
            standing.append(Standing(name, title, count, failing, first, error, crons.get(name, "")))
        return standing

    async def hurry(self, session: AsyncSession, kind: str, *, failed_only: bool) -> None:
        """Let timers of a kind be due now, or only those that failed. Call `look` once the transaction is over."""
        limits = [TimerRow.kind == kind, *([TimerRow.tries > 0] if failed_only else [])]
        await session.execute(update(TimerRow).where(*limits).values(due_at=self._clock.wall()))

    # ── go off ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Begin to go off."""
        self._lookout.start()

    async def stop(self) -> None:
        """Go off no more; what is being done is finished or undone as a whole."""
        await self._lookout.stop()

    @property
    def is_looking(self) -> bool:
        """Whether some go off right now."""
        return self._lookout.is_looking

    def look(self) -> None:
        """Look for what is due: after a change, once its transaction is over."""
        self._lookout.look()

    @staticmethod
    def _not_read(error: Exception) -> None:
        log.error("timers not read", reason=f"{type(error).__name__}: {error}", outage=is_outage(error))

    async def _work(self) -> None:
        # Whatever goes wrong below, somebody looks again.
        self._lookout.come_back(LOOK_SECONDS)
        while (kind := await self._first_due()) is not None:
            if not await self._go_off(kind):
                # Another engine is at it.
                self._lookout.come_back(BUSY_SECONDS)
                return

    async def _first_due(self) -> TimerKind | None:
        """The kind of the timer that is due first; when none is due yet, come back at the right moment."""
        first = select(TimerRow.kind, TimerRow.due_at).where(TimerRow.kind.in_(list(self._kinds)))
        async with self._store.reading() as session:
            found = (await session.execute(first.order_by(TimerRow.due_at).limit(1))).first()
        if found is None:
            return None
        kind, due_at = found
        wait = (due_at - self._clock.wall()).total_seconds()
        if wait <= 0:
            return self._kinds.get(kind)
        if wait < LOOK_SECONDS:
            self._lookout.come_back(max(wait, GRAIN_SECONDS))
        return None

    async def _go_off(self, kind: TimerKind) -> bool:
        """Let as many as may go off together; when that fails, one at a time, so that one harms no other.

        False when there was nothing to do.
        """
        try:
            found = await self._batch(kind, kind.batch)
            self._clear_alarm(kind)
            return found
        except Exception as error:
            if is_outage(error):
                raise
            log.warning("timers go off one at a time", kind=kind.name, reason=f"{type(error).__name__}: {error}")
            for key in await self._due_keys(kind):
                await self._alone(kind, key)
            return True

    async def _batch(self, kind: TimerKind, count: int, key: str = "") -> bool:
        async with self._store.writing() as session:
            due = await self._taken(session, kind, count, key)
            if due:
                await kind.go_off(session, due)
        return bool(due)

    async def _alone(self, kind: TimerKind, key: str) -> None:
        try:
            await self._batch(kind, 1, key)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("timer failed", kind=kind.name, key=key)
            await self._put_off(kind, key, f"{type(error).__name__}: {error}"[:ERROR_LENGTH])

    async def _taken(self, session: AsyncSession, kind: TimerKind, count: int, key: str) -> Sequence[Due]:
        """Timers that are due, taken out of the table; other engines pass over them meanwhile."""
        wanted = self._due(kind).order_by(TimerRow.due_at, TimerRow.key).limit(count)
        if key:
            wanted = wanted.where(TimerRow.key == key)
        rows = (await session.scalars(wanted.with_for_update(skip_locked=True))).all()
        due = [Due(row.key, row.due_at, msgspec.json.decode(row.data)) for row in rows]
        if rows:
            taken = tuple_(TimerRow.kind, TimerRow.key).in_([(row.kind, row.key) for row in rows])
            await session.execute(delete(TimerRow).where(taken).execution_options(synchronize_session=False))
            session.expunge_all()
        return due

    async def _due_keys(self, kind: TimerKind) -> Sequence[str]:
        async with self._store.reading() as session:
            rows = await session.scalars(self._due(kind).order_by(TimerRow.due_at, TimerRow.key).limit(kind.batch))
            return [row.key for row in rows]

    def _due(self, kind: TimerKind) -> Any:
        return select(TimerRow).where(TimerRow.kind == kind.name, TimerRow.due_at <= self._clock.wall())

    async def _put_off(self, kind: TimerKind, key: str, error: str) -> None:
        async with self._store.writing() as session:
            mine = and_(TimerRow.kind == kind.name, TimerRow.key == key)
            tries = (await session.scalar(select(TimerRow.tries).where(mine)) or 0) + 1
            due_at = self._clock.wall() + timedelta(seconds=kind.wait(tries))
            await session.execute(update(TimerRow).where(mine).values(tries=tries, due_at=due_at, last_error=error))
        if tries == kind.tries:
            self._alarmed.add(kind.name)
            text = f"定时任务“{kind.title}”多次未成功，仍在重试：{error}"
            self._bus.publish(AlarmRaised(at=self._clock.wall(), name=f"timer:{kind.name}", text=text))

    def _clear_alarm(self, kind: TimerKind) -> None:
        if kind.name in self._alarmed:
            self._alarmed.discard(kind.name)
            self._bus.publish(AlarmCleared(at=self._clock.wall(), name=f"timer:{kind.name}"))
