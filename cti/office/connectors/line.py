"""One connector's loop in one direction: takes what is due in small batches, works on it, says what became of it.

Of several engines each takes others. A call whose engine died over it is taken again a minute after its time, under the
same id, so that the other side drops what it has had.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import select

from cti.base.breaker import Breaker
from cti.base.clock import Clock
from cti.base.lookout import Lookout
from cti.office.connectors.models import ConnectorCallRow
from cti.office.connectors.states import OPEN, Direction, Outcome, State
from cti.store.engine import Store, is_outage

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
"""How long a call that another engine posted may go unnoticed."""
GRACE_SECONDS = 60.0
"""Beyond a try's own time: then the engine that made it is taken for dead."""
FIRST, MOST = 10.0, 1800.0
"""Seconds until the second try, and at most between two."""
ANSWER_KEPT = 4000
"""Characters of an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A call as the line works on it."""

    id: str
    verb: str
    about: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pace:
    """How many at a time, seconds that one may take, hours after which a call is given up."""

    at_once: int
    timeout: float
    give_up: float


Work = Callable[[Taken], Awaitable[Outcome]]


class Line:
    """Works through the calls of one connector and direction. `is_open` is the owner's switch."""

    def __init__(
        self, connector: str, direction: Direction, pace: Pace, work: Work, store: Store, clock: Clock,
        is_open: Callable[[], bool], on_state: Callable[[Line, bool], None],
    ) -> None:  # fmt: skip
        self.connector, self.direction = connector, direction
        self.breaker = Breaker(clock)
        self.last_error = ""
        self._pace, self._work = pace, work
        self._store, self._clock = store, clock
        self._is_open, self._on_state = is_open, on_state
        self._lookout = Lookout(clock, f"connector {connector} {direction}", self._look, self._not_read)

    def start(self) -> None:
        """Begin; once is enough."""
        self._lookout.start()

    async def stop(self) -> None:
        """Take no more; what is being worked on is taken again later."""
        await self._lookout.stop()

    def look(self) -> None:
        """Something may be due."""
        self._lookout.look()

    def _not_read(self, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        log.error("calls of a connector not read", connector=self.connector, reason=reason, outage=is_outage(error))

    async def _look(self) -> None:
        # Whatever goes wrong below, somebody looks again.
        self._lookout.come_back(LOOK_SECONDS)
        while (wait := await self._round()) <= 0:
            pass
        self._lookout.come_back(wait)

    async def _round(self) -> float:
        """Work on what is due, not more than goes at a time; returns for how many seconds there is nothing to do."""
        if not self._is_open():
            return LOOK_SECONDS
        if (wait := self.breaker.wait) > 0:
            return wait
        batch = await self._claim(1 if self.breaker.is_open else self._pace.at_once)
        if not batch:
            return await self._until_next()
        await self._keep(await asyncio.gather(*(self._attempt(one) for one in batch)))
        return 0

    def _mine(self) -> tuple[Any, ...]:
        table = ConnectorCallRow
        return table.connector == self.connector, table.direction == self.direction.value, table.state.in_(OPEN)

    async def _until_next(self) -> float:
        earliest = select(ConnectorCallRow.next_at).where(*self._mine()).order_by(ConnectorCallRow.next_at).limit(1)
        async with self._store.reading() as session:
            at = await session.scalar(earliest)
        wait = LOOK_SECONDS if at is None else (at - self._clock.wall()).total_seconds()
        return min(LOOK_SECONDS, max(0.001, wait))

    async def _claim(self, most: int) -> list[Taken]:
        now = self._clock.wall()
        until = now + timedelta(seconds=self._pace.timeout + GRACE_SECONDS)
        due = *self._mine(), ConnectorCallRow.next_at <= now
        async with self._store.reading() as session:
            if await session.scalar(select(ConnectorCallRow.id).where(*due).limit(1)) is None:
                return []
        wanted = select(ConnectorCallRow).where(*due).order_by(ConnectorCallRow.next_at, ConnectorCallRow.id)
        batch = []
        async with self._store.writing() as session:
            for row in await session.scalars(wanted.limit(most).with_for_update(skip_locked=True)):
                row.state, row.tries, row.next_at = State.WORKING.value, row.tries + 1, until
                batch.append(Taken(row.id, row.verb, row.about, msgspec.json.decode(row.fields)))
        return batch

    async def _attempt(self, taken: Taken) -> tuple[str, Outcome]:
        begun = self._clock.now()
        try:
            outcome = await self._work(taken)
        except Exception as error:
            log.exception("a call of a connector failed", connector=self.connector, call=taken.id)
            outcome = Outcome(error=f"内部错误 {type(error).__name__}", later=True)
        spent = int((self._clock.now() - begun) * 1000)
        return taken.id, Outcome(outcome.error, outcome.later, outcome.status, outcome.text, spent)

    async def _keep(self, outcomes: list[tuple[str, Outcome]]) -> None:
        was_open = self.breaker.is_open
        failed = [outcome.error for _, outcome in outcomes if outcome.error and outcome.later]
        self.last_error = failed[-1] if failed else self.last_error
        if len(failed) == len(outcomes):
            self.breaker.failed(len(failed))
        else:
            self.breaker.worked()
        async with self._store.writing() as session:
            for id, outcome in outcomes:
                row = await session.get(ConnectorCallRow, id, with_for_update=True)
                if row is not None and row.state == State.WORKING.value:
                    self._write_down(row, outcome)
        if self.breaker.is_open != was_open:
            self._on_state(self, was_open)

    def _write_down(self, row: ConnectorCallRow, outcome: Outcome) -> None:
        now = self._clock.wall()
        row.last_error, row.status, row.milliseconds = outcome.error[:200], outcome.status, outcome.milliseconds
        row.answer = outcome.text[:ANSWER_KEPT]
        if not outcome.error:
            row.state, row.ended_at = State.DONE.value, now
        elif not outcome.later or now - row.created_at > timedelta(hours=self._pace.give_up):
            row.state, row.ended_at = State.FAILED.value, now
        else:
            wait = min(FIRST * 2.0 ** min(row.tries - 1, 20), MOST)
            row.state, row.next_at = State.WAITING.value, now + timedelta(seconds=wait)
