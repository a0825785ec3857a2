"""Attempts at callbacks: an agent is promised, somebody dials, and what both sides say of it.

An attempt is written down before the citizen is dialled, so that no restart dials him twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from acd.callbacks.callback import Attempt, Callback, CallbackDialler, CallbackOrder, CallbackState
from acd.matching.matching import Matching
from acd.matching.states import WorkState
from acd.matching.work import Reservation
from cti.telephony.switch.port import DialResult

_C = CallbackState


class Owed(Protocol):
    """The callbacks owed (`Callbacks`), as attempts change them."""

    find_dialler: Callable[[], CallbackDialler | None]

    @property
    def room(self) -> Matching:
        """The matching in which callbacks wait like calls."""

    def of_visit(self, visit: str) -> Callback | None:
        """The callback that this work in the queue is about."""

    def move(self, callback: Callback, state: CallbackState, why: str) -> None:
        """Bring a callback into another state, and say why."""

    def not_reached(self, callback: Callback, result: str) -> None:
        """The citizen does not talk."""

    def once_more(self, callback: Callback, result: str) -> None:
        """Another attempt at the same place."""


class Attempts:
    """Owns the work of callbacks in the matching. At most one attempt a callback is current."""

    def __init__(self, callbacks: Owed) -> None:
        self._callbacks = callbacks
        self._current: dict[str, Attempt] = {}

    @property
    def _room(self) -> Matching:
        return self._callbacks.room

    def of(self, callback: str) -> Attempt | None:
        """The attempt that is under way."""
        return self._current.get(callback)

    def forget(self, callback: str) -> Attempt | None:
        """Whatever is still said of it is of no account."""
        return self._current.pop(callback, None)

    def give_up(self, attempt: Attempt | None) -> None:
        """Let the dialler hang up."""
        dialler = self._callbacks.find_dialler()
        if attempt is not None and dialler is not None:
            dialler.give_up(attempt.order)

    # ── what the matching says ───────────────────────────────────────────────────────────────────────────────────

    def offered(self, reservation: Reservation) -> None:
        """An agent is reserved: dial."""
        callback = self._callbacks.of_visit(reservation.work.item.id)
        dialler = self._callbacks.find_dialler()
        if dialler is None or callback is None:
            self._room.offers.failed(reservation, DialResult.FAILED)
            return
        callback.agent = reservation.agent
        self._callbacks.move(callback, _C.RESERVED, reservation.why)
        order = self._order(callback, reservation)
        attempt = self._current[callback.id] = Attempt(self, callback, reservation, order)
        dialler.call_back(order, attempt)

    @staticmethod
    def _order(callback: Callback, reservation: Reservation) -> CallbackOrder:
        settings = reservation.work.queue.settings
        return CallbackOrder(
            id=callback.visit,
            callback=callback.id,
            number=callback.number,
            agent=reservation.agent,
            queue=callback.queue,
            first=settings.callback.first,
            ring_agent=settings.ring,
            ring_citizen=settings.callback.ring,
            organisation=callback.organisation,
            region=callback.region,
            call=callback.call,
            show=callback.show,
        )

    def overflowed(self, to: str, why: str) -> None:
        """Callbacks are not sent elsewhere."""

    def taken_back(self, reservation: Reservation, why: str) -> None:
        """The offer is over by its deadline or a withdrawal: stop dialling."""
        work = reservation.work
        callback = self._callbacks.of_visit(work.item.id)
        if callback is None:
            return
        self.give_up(self.forget(callback.id))
        if callback.state is _C.DIALLING and not callback.reached:
            self._callbacks.not_reached(callback, why)
        elif callback.state in (_C.RESERVED, _C.DIALLING):
            self._callbacks.move(callback, _C.WAITING, why)
            if work.state is WorkState.HELD:
                with self._room.steps:
                    self._room.come_back(work)

    def left(self) -> None:
        """The work is over: who ended it knows why."""

    # ── what the dialler says ────────────────────────────────────────────────────────────────────────────────────

    def _is_current(self, attempt: Attempt) -> bool:
        return self._current.get(attempt.callback.id) is attempt and not attempt.reservation.over

    def agent_rings(self, attempt: Attempt) -> bool:
        """See `Attempt`."""
        return self._is_current(attempt) and self._room.offers.ringing(attempt.reservation)

    def agent_failed(self, attempt: Attempt, result: DialResult, citizen_waits: bool) -> None:
        """See `Attempt`."""
        if not self._is_current(attempt):
            return
        callback, reservation = attempt.callback, attempt.reservation
        self.forget(callback.id)
        with self._room.steps:
            if callback.state is _C.DIALLING and not citizen_waits:
                # The citizen may have been rung: whatever comes next is another call.
                self._room.offers.failed(reservation, result, hold=True)
                self._callbacks.once_more(callback, f"agent {result}")
                return
            callback.reached = citizen_waits
            self._callbacks.move(callback, _C.WAITING, f"agent: {result}")
            self._room.offers.failed(reservation, result)

    def citizen_dialled(self, attempt: Attempt) -> bool:
        """See `Attempt`."""
        if not self._is_current(attempt):
            return False
        with self._room.steps:
            attempt.callback.attempts += 1
            self._callbacks.move(attempt.callback, _C.DIALLING, f"attempt {attempt.callback.attempts}")
        return True

    def citizen_failed(self, attempt: Attempt, result: DialResult) -> None:
        """See `Attempt`."""
        if self._is_current(attempt):
            self.forget(attempt.callback.id)
            self._callbacks.not_reached(attempt.callback, str(result))

    def connected(self, attempt: Attempt) -> bool:
        """See `Attempt`."""
        if not self._is_current(attempt):
            return False
        with self._room.steps:
            self._callbacks.move(attempt.callback, _C.TALKING, "answered")
            self._room.offers.answered(attempt.reservation)
        return True

    def ended(self, attempt: Attempt) -> None:
        """See `Attempt`."""
        callback = attempt.callback
        if self._current.get(callback.id) is attempt and callback.state is _C.TALKING:
            with self._room.steps:
                self._callbacks.move(callback, _C.DONE, "talked")
                self._room.offers.talk_ended(attempt.reservation.work)
