"""The calls of one connector in one direction, worked through by the loop of every outbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from cti.base.clock import Clock
from cti.office.connectors.models import ConnectorCallRow
from cti.office.connectors.states import OPEN, Direction, Outcome, State
from cti.office.outbox.line import LOOK_SECONDS, OutboxLine, Pace
from cti.store.engine import Store

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


Work = Callable[[Taken], Awaitable[Outcome]]


class Line(OutboxLine[Taken, Outcome]):
    """Works through the calls of one connector and direction. `is_open` is the owner's switch."""

    def __init__(
        self, connector: str, direction: Direction, pace: Pace, work: Work, store: Store, clock: Clock,
        is_open: Callable[[], bool], on_state: Callable[[Line, bool], None],
    ) -> None:  # fmt: skip
        what = f"connector {connector} {direction}"
        super().__init__(what, ConnectorCallRow, State.WORKING.value, pace, store, clock)
        self.connector, self.direction = connector, direction
        self._work, self._is_open, self._heard = work, is_open, on_state

    def _mine(self) -> tuple[Any, ...]:
        table = ConnectorCallRow
        return table.connector == self.connector, table.direction == self.direction.value, table.state.in_(OPEN)

    def _rest(self) -> float:
        return 0.0 if self._is_open() else LOOK_SECONDS

    def _taken(self, row: ConnectorCallRow) -> Taken:
        return Taken(row.id, row.verb, row.about, msgspec.json.decode(row.fields))

    async def _attempt(self, taken: Taken) -> Outcome:
        begun = self._clock.now()
        outcome = await self._work(taken)
        return replace(outcome, milliseconds=int((self._clock.now() - begun) * 1000))

    def _broken(self, error: Exception) -> Outcome:
        return Outcome(error=f"内部错误 {type(error).__name__}", later=True)

    def _trouble(self, outcome: Outcome) -> str:
        return outcome.error if outcome.later else ""

    def _write_down(self, row: ConnectorCallRow, outcome: Outcome) -> None:
        now = self._clock.wall()
        row.last_error, row.status, row.milliseconds = outcome.error[:200], outcome.status, outcome.milliseconds
        row.answer = outcome.text[:ANSWER_KEPT]
        if not outcome.error:
            row.state, row.ended_at = State.DONE.value, now
        elif not outcome.later or (again := self.pace.again(row.tries, row.created_at, now)) is None:
            row.state, row.ended_at = State.FAILED.value, now
        else:
            row.state, row.next_at = State.WAITING.value, again

    def _on_state(self, *, well: bool) -> None:
        self._heard(self, well)
