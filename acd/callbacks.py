"""Callbacks: a caller hangs up and keeps his place; when it is his turn, an agent and he are brought together.

A citizen is owed one callback at most, and is dialled by one reservation at a time. An attempt is written down before
the citizen is dialled, so that no restart dials him twice. Who can dial offers a `CallbackDialler`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from acd.callback import (
    CALLBACK_WAYS,
    OVER,
    RESTORED,
    Attempt,
    Callback,
    CallbackDialler,
    CallbackOrder,
    CallbackState,
)
from acd.decisions import Decision
from acd.states import IllegalMove, Medium, WorkState
from acd.work import Reservation, Work, WorkItem
from cti.switch.port import DialResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from acd.matching import Matching
    from cti.clock import Timer

_C = CallbackState


class Callbacks:
    """All callbacks owed, as the owner of their work in the matching."""

    def __init__(self, room: Matching, keep: Callable[[str, dict[str, Any] | None], None]) -> None:
        self.room = room
        self._keep = keep
        self.find_dialler: Callable[[], CallbackDialler | None] = lambda: None
        self.all: dict[str, Callback] = {}
        self._attempts: dict[str, Attempt] = {}
        self._timers: dict[str, Timer] = {}

    def owed_to(self, number: str) -> Callback | None:
        """The callback owed to this number."""
        return self.all.get(self.room.callers.owed.get(number, ""))

    def add(self, callback: Callback) -> Callback:
        """Owe a callback; the one owed already to this number when there is one."""
        if (owed := self.owed_to(callback.number)) is not None:
            return owed
        with self.room.steps:
            self._own(callback)
            self._say(callback, "owed")
            self._when_open(callback, "asked for")
        return callback

    def cancel(self, id: str, why: str) -> bool:
        """It is not wanted any more; False when it is over or they talk already."""
        callback = self.all.get(id)
        if callback is None or callback.state is _C.TALKING:
            return False
        with self.room.steps:
            work = self.room.works.get(callback.id)
            self._move(callback, _C.CANCELLED, why)
            if work is not None:
                self.room.withdraw(work, why)
        return True

    def _own(self, callback: Callback) -> None:
        self.all[callback.id] = callback
        self.room.callers.owed[callback.number] = callback.id

    def _when_open(self, callback: Callback, why: str) -> None:
        """Give it its place, or wait until callbacks may be made."""
        queue = self.room.queues[callback.queue]
        hours = queue.settings.callback.hours
        wall = self.room.clock.wall()
        if hours is not None and not self.room.settings.calendars[hours].is_open(wall):
            opens = self.room.settings.calendars[hours].next_change(wall)
            if callback.state is not _C.LATER:
                self._move(callback, _C.LATER, "outside the hours")
            self._wake_at(callback, opens or wall)
            return
        if callback.state is _C.LATER:
            self._move(callback, _C.WAITING, why)
        item = WorkItem(
            id=callback.id,
            medium=Medium.CALLBACK,
            queue=callback.queue,
            caller=callback.number,
            organisation=callback.organisation,
            region=callback.region,
        )
        self.room.enqueue_at(item, self, callback.since - self.room.wall, callback.base)

    def _wake_at(self, callback: Callback, at: datetime) -> None:
        callback.due = at.timestamp()
        self._keep(callback.id, asdict(callback))
        seconds = callback.due - self.room.clock.wall().timestamp()
        wake = self.room.guard(lambda: self._when_open(callback, "its time has come"))
        self._timers[callback.id] = self.room.clock.call_later(seconds, wake)

    # ── what the matching says ───────────────────────────────────────────────────────────────────────────────────

    def offered(self, reservation: Reservation) -> None:
        """An agent is reserved: dial."""
        callback, settings = self.all[reservation.work.item.id], reservation.work.queue.settings
        dialler = self.find_dialler()
        if dialler is None:
            self.room.offers.failed(reservation, DialResult.FAILED)
            return
        callback.agent = reservation.agent
        order = CallbackOrder(
            id=callback.id,
            number=callback.number,
            agent=reservation.agent,
            queue=callback.queue,
            first=settings.callback.first,
            ring_agent=settings.ring,
            ring_citizen=settings.callback.ring,
            organisation=callback.organisation,
            region=callback.region,
            call=callback.call,
        )
        self._move(callback, _C.RESERVED, reservation.why)
        attempt = self._attempts[callback.id] = Attempt(self, callback, reservation, order)
        dialler.call_back(order, attempt)

    def overflowed(self, to: str, why: str) -> None:
        """Callbacks are not sent elsewhere."""

    def taken_back(self, reservation: Reservation, why: str) -> None:
        """The offer is over by its deadline or a withdrawal: stop dialling."""
        work = reservation.work
        callback = self.all.get(work.item.id)
        attempt = self._attempts.pop(work.item.id, None)
        dialler = self.find_dialler()
        if attempt is not None and dialler is not None:
            dialler.give_up(attempt.order)
        if callback is None:
            return
        if callback.state is _C.DIALLING:
            self._not_reached(callback, work, why)
        elif callback.state is _C.RESERVED:
            self._move(callback, _C.WAITING, why)
            if work.state is WorkState.HELD:
                with self.room.steps:
                    self.room.come_back(work)

    def left(self) -> None:
        """The work is over: who ended it knows why."""

    # ── what the dialler says ────────────────────────────────────────────────────────────────────────────────────

    def _is_current(self, attempt: Attempt) -> bool:
        return self._attempts.get(attempt.callback.id) is attempt and not attempt.reservation.over

    def agent_failed(self, attempt: Attempt, result: DialResult) -> None:
        """See `Attempt`."""
        if self._is_current(attempt):
            with self.room.steps:
                del self._attempts[attempt.callback.id]
                self._move(attempt.callback, _C.WAITING, f"agent: {result}")
                self.room.offers.failed(attempt.reservation, result)

    def citizen_dialled(self, attempt: Attempt) -> bool:
        """See `Attempt`."""
        if not self._is_current(attempt):
            return False
        with self.room.steps:
            attempt.callback.attempts += 1
            self._move(attempt.callback, _C.DIALLING, f"attempt {attempt.callback.attempts}")
        return True

    def citizen_failed(self, attempt: Attempt, result: DialResult) -> None:
        """See `Attempt`."""
        if not self._is_current(attempt):
            return
        del self._attempts[attempt.callback.id]
        self._not_reached(attempt.callback, attempt.reservation.work, str(result))

    def _not_reached(self, callback: Callback, work: Work, result: str) -> None:
        settings = work.queue.settings.callback
        callback.result = result
        with self.room.steps:
            if callback.attempts >= settings.attempts:
                self._move(callback, _C.FAILED, f"citizen: {result}, the last attempt")
            else:
                self._move(callback, _C.LATER, f"citizen: {result}, again in {settings.delay:g} s")
                self._wake_at(callback, _in(self.room, settings.delay))
            self.room.withdraw(work, f"citizen {result}")

    def connected(self, attempt: Attempt) -> bool:
        """See `Attempt`."""
        if not self._is_current(attempt):
            return False
        with self.room.steps:
            self._move(attempt.callback, _C.TALKING, "answered")
            self.room.offers.answered(attempt.reservation)
        return True

    def ended(self, attempt: Attempt) -> None:
        """See `Attempt`."""
        if self._attempts.get(attempt.callback.id) is attempt and attempt.callback.state is _C.TALKING:
            with self.room.steps:
                self._finish_talk(attempt.callback, attempt.reservation.work)

    def talk_over(self, id: str) -> None:
        """The talk ended by another way than the dialler's word."""
        callback = self.all.get(id)
        if callback is not None and callback.state is _C.TALKING:
            self._move(callback, _C.DONE, "talked")

    def _finish_talk(self, callback: Callback, work: Work) -> None:
        self._move(callback, _C.DONE, "talked")
        self.room.offers.talk_ended(work)

    # ── states, and over a restart ───────────────────────────────────────────────────────────────────────────────

    def _move(self, callback: Callback, state: CallbackState, why: str) -> None:
        if state not in CALLBACK_WAYS[callback.state]:
            raise IllegalMove(f"callback: {callback.state} → {state}")
        callback.state = state
        if timer := self._timers.pop(callback.id, None):
            timer.cancel()
        if state in OVER:
            del self.all[callback.id]
            self._attempts.pop(callback.id, None)
            self.room.callers.owed.pop(callback.number, None)
        self._say(callback, why)

    def _say(self, callback: Callback, why: str) -> None:
        self._keep(callback.id, None if callback.state in OVER else asdict(callback))
        self.room.tell(
            Decision(
                at=self.room.clock.now(),
                event="callback",
                work=callback.id,
                medium=Medium.CALLBACK,
                queue=callback.queue,
                agent=callback.agent,
                state=callback.state.value,
                why=why,
                organisation=callback.organisation,
                region=callback.region,
            )
        )

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """All that are owed, as JSON by id."""
        return {id: asdict(callback) for id, callback in self.all.items()}

    def restore(self, data: dict[str, Any]) -> None:
        """Owe again what `snapshot` or the hook had."""
        callback = Callback(**{**data, "state": CallbackState(data["state"])})
        after = RESTORED.get(callback.state, _C.DONE)
        if after is _C.DONE or callback.id in self.all or callback.queue not in self.room.queues:
            return
        with self.room.steps:
            spent = callback.state is _C.DIALLING
            callback.state = after
            settings = self.room.queues[callback.queue].settings.callback
            if spent and callback.attempts >= settings.attempts:
                self._keep(callback.id, None)
                return
            self._own(callback)
            if after is _C.WAITING:
                self._when_open(callback, "restored")
            else:
                due = datetime.fromtimestamp(callback.due, self.room.clock.wall().tzinfo)
                self._wake_at(callback, _in(self.room, settings.delay) if spent else due)


def _in(room: Matching, seconds: float) -> datetime:
    return datetime.fromtimestamp(room.clock.wall().timestamp() + seconds, room.clock.wall().tzinfo)
