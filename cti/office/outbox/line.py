"""One line out of a table: takes what is due in small batches, tries it, writes down what became of it.

Of several engines each takes other rows. One whose engine died over it is taken again a minute after its time, under
the same id, so that the other side drops what it has had. A line that fails again and again rests (`Breaker`).
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.breaker import Breaker
from cti.base.clock import Clock
from cti.base.lookout import Lookout
from cti.store.engine import Store, is_outage

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
"""How long a row that another engine posted may go unnoticed."""
GRACE_SECONDS = 60.0
"""Beyond a try's own time: then the engine that made it is taken for dead."""

T = TypeVar("T")
"""A row as it is worked on."""
R = TypeVar("R")
"""What a try brought."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many at a time, seconds that a try may take, hours after which a row is given up, and when it is tried again.

    The second try comes after `first` seconds, each further one after twice as long, at most `most`; `tries` is how
    many there are, 0 for as many as the hours allow.
    """

    at_once: int
    timeout: float
    give_up: float
    first: float
    most: float
    tries: int = 0

    def again(self, tries: int, created_at: datetime, now: datetime) -> datetime | None:
        """When a row that failed so often is tried again; None when it is given up."""
        if now - created_at > timedelta(hours=self.give_up) or (self.tries and tries >= self.tries):
            return None
        return now + timedelta(seconds=min(self.first * 2.0 ** min(tries - 1, 20), self.most))


class OutboxLine(ABC, Generic[T, R]):
    """The loop. Who inherits says which rows are his, how one is tried, and how it is written down.

    The table has `id`, `state`, `tries`, `next_at` and `created_at`; `working` is the state of a row that is tried.
    """

    def __init__(self, what: str, table: type[Any], working: str, pace: Pace, store: Store, clock: Clock) -> None:
        self.breaker = Breaker(clock)
        self.last_error = ""
        self.pace = pace
        self._what, self._table, self._working = what, table, working
        self._store, self._clock = store, clock
        self._not_before = 0.0
        self._lookout = Lookout(clock, what, self._look, self._not_read)

    # ── what a line says ──

    @abstractmethod
    def _mine(self) -> tuple[Any, ...]:
        """Conditions of the rows that wait or are tried."""

    @abstractmethod
    def _taken(self, row: Any) -> T:
        """A row as it is worked on after the transaction that claimed it."""

    @abstractmethod
    async def _attempt(self, taken: T) -> R:
        """Try it. An exception is none of the line's business: it is logged and counts as `_broken`."""

    @abstractmethod
    def _broken(self, error: Exception) -> R:
        """What a try brought that ended in an exception."""

    @abstractmethod
    def _trouble(self, outcome: R) -> str:
        """Why the other side was not there; empty when it worked, or refused this one for good."""

    @abstractmethod
    def _write_down(self, row: Any, outcome: R) -> None:
        """Say in the row what became of it."""

    async def _written(self, session: AsyncSession, row: Any) -> None:
        """What else follows from what became of a row, in the same transaction."""

    def _waves(self) -> Sequence[tuple[Any, ...]]:
        """Further conditions of rows that go before others, in order; by default all are alike."""
        return ((),)

    def _rest(self) -> float:
        """Seconds for which nothing may be done, whatever is due."""
        return 0.0

    def _apart(self, count: int) -> float:
        """Seconds until the next batch may go after one of so many."""
        return 0.0

    async def _resting(self, session: AsyncSession) -> None:
        """The line rests; in the transaction that wrote down its last failures."""

    def _on_state(self, *, well: bool) -> None:
        """The line works again, or rests from now on."""

    # ── the loop ──

    def start(self) -> None:
        """Begin; once is enough."""
        self._lookout.start()

    async def stop(self) -> None:
        """Take no more; what is being tried is taken again later."""
        await self._lookout.stop()

    @property
    def is_looking(self) -> bool:
        """Whether it works on what is due right now."""
        return self._lookout.is_looking

    def look(self) -> None:
        """Something may be due."""
        self._lookout.look()

    def _not_read(self, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        log.error("a line could not read what is due", line=self._what, reason=reason, outage=is_outage(error))

    async def _look(self) -> None:
        # Whatever goes wrong below, somebody looks again.
        self._lookout.come_back(LOOK_SECONDS)
        while (wait := await self._round()) <= 0:
            pass
        self._lookout.come_back(wait)

    async def _round(self) -> float:
        """Work on what is due, not more than goes at a time; returns for how many seconds there is nothing to do."""
        if (wait := max(self._rest(), self.breaker.wait, self._not_before - self._clock.now())) > 0:
            return wait
        batch = await self._claim(1 if self.breaker.is_open else self.pace.at_once)
        if not batch:
            return await self._until_next()
        await self._keep(await asyncio.gather(*(self._tried(id, taken) for id, taken in batch)))
        self._not_before = self._clock.now() + self._apart(len(batch))
        return 0

    async def _until_next(self) -> float:
        async with self._store.reading() as session:
            found = [
                await session.scalar(
                    select(self._table.next_at).where(*self._mine(), *wave).order_by(self._table.next_at).limit(1)
                )
                for wave in self._waves()
            ]
        waits = [(at - self._clock.wall()).total_seconds() for at in found if at is not None]
        return min([LOOK_SECONDS, *(max(0.001, float(one)) for one in waits)])

    async def _claim(self, most: int) -> list[tuple[str, T]]:
        """Rows that are due; other engines pass over them meanwhile."""
        table, now = self._table, self._clock.wall()
        until = now + timedelta(seconds=self.pace.timeout + GRACE_SECONDS)
        due = *self._mine(), table.next_at <= now
        async with self._store.reading() as session:
            if await session.scalar(select(table.id).where(*due).limit(1)) is None:
                return []
        batch: list[tuple[str, T]] = []
        async with self._store.writing() as session:
            for wave in self._waves():
                wanted = select(table).where(*due, *wave).order_by(table.next_at, table.id).limit(most - len(batch))
                for row in await session.scalars(wanted.with_for_update(skip_locked=True)):
                    row.state, row.tries, row.next_at = self._working, row.tries + 1, until
                    batch.append((row.id, self._taken(row)))
                if len(batch) >= most:
                    break
        return batch

    async def _tried(self, id: str, taken: T) -> tuple[str, R]:
        try:
            return id, await self._attempt(taken)
        except Exception as error:
            log.exception("a try failed", line=self._what, row=id)
            return id, self._broken(error)

    async def _keep(self, outcomes: Sequence[tuple[str, R]]) -> None:
        was_open = self.breaker.is_open
        troubles = [trouble for _, outcome in outcomes if (trouble := self._trouble(outcome))]
        self.last_error = troubles[-1] if troubles else self.last_error
        if len(troubles) == len(outcomes):
            self.breaker.failed(len(troubles))
        else:
            self.breaker.worked()
        async with self._store.writing() as session:
            for id, outcome in outcomes:
                row = await session.get(self._table, id, with_for_update=True)
                if row is not None and row.state == self._working:
                    self._write_down(row, outcome)
                    await self._written(session, row)
            await session.flush()
            if self.breaker.is_open:
                await self._resting(session)
        if self.breaker.is_open != was_open:
            self._on_state(well=was_open)
