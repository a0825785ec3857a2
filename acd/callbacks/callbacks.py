"""Callbacks: a caller hangs up and keeps his place; when it is his turn, an agent and he are brought together.

A citizen is owed one callback at most, and is dialled by one reservation at a time. Who can dial offers a
`CallbackDialler`; what becomes of its attempts: `attempts.py`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from acd.callbacks.attempts import Attempts
from acd.callbacks.callback import (
    CALLBACK_WAYS,
    OVER,
    RESTORED,
    Callback,
    CallbackDialler,
    CallbackState,
)
from acd.matching.decisions import Decision
from acd.matching.matching import Matching
from acd.matching.states import IllegalMove, Lane, Medium
from acd.matching.work import WorkItem
from acd.settings.schema import CallbackSettings
from cti.base.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti.base.clock import Timer

log = structlog.get_logger(__name__)

PAST = 500
"""How many callbacks that are over are remembered."""

ANSWER_SECONDS = 10.0
"""A citizen who was being rung when the engine died may answer until his phone has rung out, and a little longer."""

_C = CallbackState


class Keep(Protocol):
    """Keeps a callback that is owed, or one that is over (`past`), so that it outlives the engine."""

    def __call__(self, kind: str, id: str, data: dict[str, Any] | None) -> None:
        """`kind` is `callback` or `past`; None: it is no more."""


class Callbacks:
    """All callbacks owed, and the last that are over."""

    def __init__(self, room: Matching, keep: Keep) -> None:
        self.room = room
        self._keep = keep
        self.find_dialler: Callable[[], CallbackDialler | None] = lambda: None
        self.name_visit: Callable[[Callback], str] = _name_visit
        self.all: dict[str, Callback] = {}
        self.past: OrderedDict[str, Callback] = OrderedDict()
        self.attempts = Attempts(self)
        self._visits: dict[str, str] = {}
        self._timers: dict[str, Timer] = {}

    def owed_to(self, number: str) -> Callback | None:
        """The callback owed to this number."""
        return self.all.get(self.room.callers.owed.get(number, ""))

    def of_visit(self, visit: str) -> Callback | None:
        """The callback that this work in the queue, or this call, is about."""
        return self.all.get(self._visits.get(visit, ""))

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
            work = self.room.works.get(callback.visit)
            attempt = self.attempts.forget(id)
            self.move(callback, _C.CANCELLED, why)
            if work is not None:
                self.room.withdraw(work, why)
        self.attempts.give_up(attempt)
        return True

    def try_now(self, id: str, why: str) -> bool:
        """Do not wait for the next attempt's time; False when it does not wait for one."""
        callback = self.all.get(id)
        if callback is None or callback.state is not _C.LATER:
            return False
        with self.room.steps:
            self.move(callback, _C.WAITING, why)
            self._line_up(callback, self.name_visit(callback))
        return True

    def raised(self, callback: Callback, base: float) -> None:
        """It has another priority from now on, also at its next attempts."""
        callback.base = base
        self._keep("callback", callback.id, asdict(callback))

    def move_to(self, callback: Callback, queue: str, why: str) -> None:
        """It waits in another queue, since when it waited already; nothing while somebody dials or talks."""
        if callback.state is not _C.WAITING:
            return
        with self.room.steps:
            work = self.room.works.get(callback.visit)
            callback.queue = queue
            if work is not None:
                self.room.withdraw(work, why)
            self._line_up(callback, callback.visit)

    def _own(self, callback: Callback) -> None:
        self.all[callback.id] = callback
        self.room.callers.owed[callback.number] = callback.id

    def _settings(self, callback: Callback) -> CallbackSettings:
        queues = self.room.settings.queues
        if callback.queue not in queues:
            # The promise outlives the queue.
            log.warning("the queue of a callback is no more", callback=callback.id, queue=callback.queue)
            callback.queue = next(iter(queues))
        return queues[callback.queue].callback

    def _when_open(self, callback: Callback, why: str) -> None:
        """Give it its place, or wait until callbacks may be made."""
        settings, wall = self._settings(callback), self.room.clock.wall()
        hours = settings.hours
        if callback.state is _C.LATER and callback.attempts >= (callback.most or settings.attempts):
            self.move(callback, _C.FAILED, "no attempt is left")
            return
        if hours is not None and not self.room.settings.calendars[hours].is_open(wall):
            opens = self.room.settings.calendars[hours].next_change(wall)
            if callback.state is not _C.LATER:
                self.move(callback, _C.LATER, "outside the hours")
            self._wake_at(callback, opens or wall)
            return
        if callback.state is _C.LATER:
            self.move(callback, _C.WAITING, why)
        self._line_up(callback, self.name_visit(callback))

    def _line_up(self, callback: Callback, visit: str) -> None:
        self._visits.pop(callback.visit, None)
        self._visits[visit] = callback.id
        callback.visit = visit
        self._keep("callback", callback.id, asdict(callback))
        item = WorkItem(
            id=visit,
            medium=Medium.CALLBACK,
            queue=callback.queue,
            caller=callback.number,
            need=callback.need,
            organisation=callback.organisation,
            region=callback.region,
        )
        self.room.enqueue_at(item, self.attempts, callback.since - self.room.wall, callback.base)

    def _wake_at(self, callback: Callback, at: datetime) -> None:
        callback.due = at.timestamp()
        self._keep("callback", callback.id, asdict(callback))
        seconds = callback.due - self.room.clock.wall().timestamp()
        self._timers[callback.id] = self.room.later(seconds, lambda: self._when_open(callback, "its time has come"))

    # ── what happens to it ───────────────────────────────────────────────────────────────────────────────────────

    def not_reached(self, callback: Callback, result: str) -> None:
        """The citizen does not talk: again later, unless this was the last attempt."""
        settings, work = self._settings(callback), self.room.works.get(callback.visit)
        callback.result, callback.reached = result, False
        with self.room.steps:
            if callback.attempts >= (callback.most or settings.attempts):
                self.move(callback, _C.FAILED, f"citizen: {result}, the last attempt")
            else:
                self.move(callback, _C.LATER, f"citizen: {result}, again in {settings.delay:g} s")
                self._wake_at(callback, _in(self.room, settings.delay))
            if work is not None:
                self.room.withdraw(work, f"citizen {result}")

    def once_more(self, callback: Callback, result: str) -> None:
        """The call came to nothing through no fault of the citizen's: another one, at the same place."""
        if callback.attempts >= (callback.most or self._settings(callback).attempts):
            self.not_reached(callback, result)
            return
        callback.result, work = result, self.room.works.get(callback.visit)
        self.move(callback, _C.WAITING, result)
        if work is not None:
            self.room.withdraw(work, "dialled anew")
        self._when_open(callback, result)

    def citizen_here(self, visit: str) -> bool:
        """The citizen of this call is on the line and waits; False: it is no callback's, or they talked."""
        callback = self.of_visit(visit)
        if callback is None or callback.state is _C.TALKING:
            return False
        callback.reached = True
        if callback.state is _C.LATER:
            with self.room.steps:
                self.move(callback, _C.WAITING, "he is on the line")
                self._line_up(callback, visit)
        else:
            self._keep("callback", callback.id, asdict(callback))
        return True

    def talk_started(self, visit: str, agent: str) -> bool:
        """Agent and citizen of this call talk; False: it is no callback's that waits for it."""
        callback = self.of_visit(visit)
        if callback is None or callback.state is _C.TALKING:
            return False
        attempt = self.attempts.of(callback.id)
        if attempt is not None and attempt.reservation.agent == agent and attempt.connected():
            return True
        with self.room.steps:
            work, queue = self.room.works.get(visit), self.room.queues.get(callback.queue)
            callback.agent = agent
            self.move(callback, _C.TALKING, "they talk")
            if work is not None:
                self.room.withdraw(work, "they talk")
            self.room.roster.engage(self.room.agent(agent), visit, Lane.VOICE, queue)
        return True

    def talk_over(self, visit: str) -> None:
        """The talk has ended."""
        callback = self.of_visit(visit)
        if callback is not None and callback.state is _C.TALKING:
            self.move(callback, _C.DONE, "talked")

    def call_ended(self, visit: str) -> bool:
        """The call is over, however it came; False: it is no callback's that waits for it."""
        callback = self.of_visit(visit)
        if callback is None or callback.state is _C.TALKING:
            return False
        if callback.state is not _C.LATER:
            self.not_reached(callback, "hung_up" if callback.reached else "ended")
        return True

    # ── states, and over a restart ───────────────────────────────────────────────────────────────────────────────

    def move(self, callback: Callback, state: CallbackState, why: str) -> None:
        """Change the state, keep and tell it; IllegalMove when the table has no such way."""
        if state not in CALLBACK_WAYS[callback.state]:
            raise IllegalMove(f"callback: {callback.state} → {state}")
        callback.state = state
        if timer := self._timers.pop(callback.id, None):
            timer.cancel()
        if state in OVER:
            del self.all[callback.id]
            self.attempts.forget(callback.id)
            self._visits.pop(callback.visit, None)
            self.room.callers.owed.pop(callback.number, None)
            self._remember(callback)
        self._say(callback, why)

    def _remember(self, callback: Callback) -> None:
        callback.ended = self.room.clock.wall().timestamp()
        self.past[callback.id] = callback
        self._keep("past", callback.id, asdict(callback))
        while len(self.past) > PAST:
            self._keep("past", self.past.popitem(last=False)[0], None)

    def _say(self, callback: Callback, why: str) -> None:
        self._keep("callback", callback.id, None if callback.state in OVER else asdict(callback))
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

    def restore_past(self, data: dict[str, Any]) -> None:
        """Remember one that is over."""
        self.past[data["id"]] = Callback(**{**data, "state": CallbackState(data["state"])})

    def restore(self, data: dict[str, Any]) -> None:
        """Owe again what `snapshot` or the hook had."""
        callback = Callback(**{**data, "state": CallbackState(data["state"])})
        was, callback.state = callback.state, RESTORED.get(callback.state, _C.DONE)
        if callback.id in self.all:
            return
        if callback.state is _C.DONE:
            self._keep("callback", callback.id, None)
            self._remember(callback)
            return
        settings = self._settings(callback)
        # He may have been rung, or be on the line: his session comes back by itself, or the next attempt has its time.
        perhaps_here = was is _C.DIALLING or callback.reached
        with self.room.steps:
            self._own(callback)
            if perhaps_here:
                callback.state, callback.reached = _C.LATER, False
                self._visits[callback.visit] = callback.id
                self._wake_at(callback, _in(self.room, max(settings.delay, settings.ring + ANSWER_SECONDS)))
            elif callback.state is _C.WAITING:
                self._when_open(callback, "restored")
            else:
                self._wake_at(callback, datetime.fromtimestamp(callback.due, self.room.clock.wall().tzinfo))


def _name_visit(callback: Callback) -> str:
    """The first is named like the callback, every further one is a call of its own."""
    return new_id() if callback.visit else callback.id


def _in(room: Matching, seconds: float) -> datetime:
    return datetime.fromtimestamp(room.clock.wall().timestamp() + seconds, room.clock.wall().tzinfo)
