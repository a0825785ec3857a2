"""A module's list of people who are to be called is fed to queues: as agents become free, the next are owed a call.

Who is owed one waits in the agents' queue behind all callers. His attempt stands on disk before he does, and the queue
keeps it over a death of the engine, so that nobody is dialled twice for it.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from datetime import timedelta
from typing import ClassVar

import structlog

from acd.callbacks.callback import OVER, Callback, CallbackState
from acd.matching.decisions import Decision
from acd.service import Acd

log = structlog.get_logger(__name__)

BEHIND = -1000.0
"""Points of those who are to be called: whoever calls comes first."""
LOOK_SECONDS = 30.0
"""So long after the last look somebody's time may have come, or a calendar has opened."""
LATER = timedelta(minutes=30)
"""So long waits who cannot be called now."""
PAUSED = "his list is not called now"

_C = CallbackState


class Feeding(ABC):
    """Feeds a list. What stands in the list is the module's own; it may be told the same twice."""

    what: ClassVar[str]
    """The list in the log."""

    def __init__(self, acd: Acd) -> None:
        self._acd = acd
        self._given: dict[str, str] = {}
        """The attempts that the queue has, and the part of the list (a campaign, a queue) that each is of."""
        self._feeds = True
        """Whether there is anything to feed: else nobody looks each time when an agent is ready."""
        self._told: list[tuple[str, CallbackState, str, Callback]] = []
        self._wake = asyncio.Event()

    @abstractmethod
    async def take_up(self) -> None:
        """What the last engine left: `_goes_on` says what the queue knows."""

    @abstractmethod
    async def _take_in(self, attempt: str, state: CallbackState, why: str, callback: Callback) -> None:
        """Write down that an attempt's callback is over, or talks."""

    @abstractmethod
    async def _feed_all(self) -> None:
        """Give the next: `_room` says how many, `_owe` gives one."""

    def look(self) -> None:
        """Something changed: the list, its settings, or who is free."""
        self._wake.set()

    def hear(self, decision: Decision) -> None:
        """What the matching decided."""
        if decision.event == "callback" and decision.work in self._given:
            state = CallbackState(decision.state)
            callback = self._callback(decision.work)
            if callback is not None and (state in OVER or state is _C.TALKING):
                self._told.append((decision.work, state, decision.why, callback))
                self._wake.set()
        elif self._feeds and decision.event == "state" and decision.state == "ready":
            self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        await self.take_up()
        while True:
            try:
                await self.turn()
            except Exception:
                log.exception("a list is not fed", what=self.what)
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    async def turn(self) -> None:
        """Take in what became of those who were given, and give the next ones."""
        told, self._told = self._told, []
        failed = []
        for one in told:
            attempt, state, *_ = one
            try:
                await self._take_in(*one)
            except Exception:
                # The others need not wait for it; it is tried again at the next look.
                log.exception("what became of a call is not written down", what=self.what, attempt=attempt)
                failed.append(one)
            else:
                if state in OVER:
                    self._given.pop(attempt, None)
        await self._feed_all()
        if self._told:
            self._wake.set()
        self._told += failed

    # ── for the module ───────────────────────────────────────────────────────────────────────────────────────────

    def _callback(self, id: str) -> Callback | None:
        return self._acd.callbacks.all.get(id) or self._acd.callbacks.past.get(id)

    def _goes_on(self, attempt: str, part: str) -> bool:
        """After a death of the engine: whether the queue knows an attempt, which goes on then, or is told of."""
        callback = self._callback(attempt)
        if callback is None:
            return False
        self._given[attempt] = part
        if callback.state in OVER or callback.state is _C.TALKING:
            self._told.append((attempt, callback.state, "", callback))
        return True

    def _hold(self, parts: set[str]) -> None:
        """Take back those who are not of these parts. Who only waits goes first: he would be given an agent else."""
        held = [attempt for attempt, part in self._given.items() if part not in parts]
        for attempt in sorted(held, key=self._is_dialled):
            self._acd.callbacks.cancel(attempt, PAUSED)

    def _is_dialled(self, id: str) -> bool:
        found = self._acd.callbacks.all.get(id)
        return found is not None and found.state in (_C.RESERVED, _C.DIALLING)

    def _room(self, queue: str, part: str, ahead: int) -> int:
        """How many more of a part of the list may wait in a queue now: no more than its free agents, and one."""
        found = next((one for one in self._acd.queues() if one.queue == queue), None)
        if found is None or found.on_duty == 0:
            return 0
        waiting = sum(
            1
            for id, one in self._given.items()
            if one == part and (owed := self._acd.callbacks.all.get(id)) and owed.state is not _C.TALKING
        )
        return min(found.ready + 1, ahead) - waiting

    def _give(self, part: str, callback: Callback) -> None:
        """The call is owed now."""
        self._given[callback.id] = part
        self._acd.callbacks.add(callback)
        if self._callback(callback.id) is None:
            # A callback is owed to this number already, or the queue went this moment.
            self._told.append((callback.id, _C.CANCELLED, "", callback))
