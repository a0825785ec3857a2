"""When a queue closes: those who wait are served all the same, or go where callers out of hours go (`closing`)."""

from __future__ import annotations

from acd.matching import limits
from acd.matching.room import Room
from acd.matching.states import WorkState
from acd.matching.waiting import Waiting
from acd.matching.work import Queue
from cti.base.clock import Timer


class Closing:
    """The next closing time of each queue that sends its callers away."""

    def __init__(self, room: Room, waiting: Waiting) -> None:
        self._room = room
        self._waiting = waiting
        self._timers: dict[str, Timer] = {}

    def watch(self) -> None:
        """Settings are new: look at each queue when its calendar changes next."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers = {}
        for queue in self._room.queues.values():
            if limits.closes(queue):
                self._watch(queue)

    def _watch(self, queue: Queue) -> None:
        calendar, wall = queue.settings.calendar, self._room.clock.wall()
        changes = self._room.settings.calendars[calendar or ""].next_change(wall)
        if changes is not None:
            seconds = (changes - wall).total_seconds()
            self._timers[queue.name] = self._room.later(seconds, lambda: self._look(queue))

    def _look(self, queue: Queue) -> None:
        for work in list(queue.works.values()):
            # One whose phone rings just now may be answered; if not, `Waiting.again` looks once more.
            if work.state is not WorkState.OFFERED:
                found = limits.closed(work, self._room.settings, self._room.clock.wall())
                if found is not None:
                    self._waiting.overflow(work, found)
        self._watch(queue)
