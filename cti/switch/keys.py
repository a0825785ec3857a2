"""The keys of one leg that no verb has taken yet: what is typed ahead, or between two verbs, is not lost.

A switch tells of each key as an event, and an application of the switch that a key ended answers with that key, over
another connection: either may come first, and both mean one pressing of the key.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from cti.switch.port import Collected, Played

ALL_KEYS = "0123456789*#"
MOST_KEYS = 64
"""Kept at most: what is typed beyond them is lost."""
LATE_SECONDS = 2.0
"""How much later than an application's answer the event of the same key may come."""


class TypedKeys:
    """In the order of pressing. Times are those of the running loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._keys: deque[str] = deque()
        self._answered: deque[tuple[str, float]] = deque()
        """Keys that an application answered with before their events came, and until when these may come."""
        self._paused = False

    def press(self, key: str) -> None:
        """The switch tells that a key was pressed."""
        now = self._loop.time()
        while self._answered and self._answered[0][1] < now:
            self._answered.popleft()
        for index, (answered, _) in enumerate(self._answered):
            if answered == key:
                del self._answered[index]
                return
        if not self._paused:
            self._append(key)

    def answered(self, key: str, wanted: str) -> str:
        """An application ended with `key`: the first of the wanted keys, since others may have been pressed before."""
        if key not in self._keys:
            self._answered.append((key, self._loop.time() + LATE_SECONDS))
            self._append(key)
        return self.take(wanted)

    def take(self, wanted: str) -> str:
        """The next key of `wanted`, or an empty string; keys before it that nobody wanted are forgotten."""
        while self._keys:
            if (key := self._keys.popleft()) in wanted:
                return key
        return ""

    def has(self, wanted: str) -> bool:
        """Whether `take` would find a key."""
        return any(key in wanted for key in self._keys)

    def forget(self) -> None:
        """Keys pressed until now mean nothing."""
        self._keys.clear()

    def pause(self) -> None:
        """Neither do those pressed from now on: in a talk, in the waiting room, on what is recorded."""
        self._keys.clear()
        self._paused = True

    def resume(self) -> None:
        """Keys count again."""
        self._paused = False

    def _append(self, key: str) -> None:
        if len(self._keys) < MOST_KEYS:
            self._keys.append(key)


class Listener(Protocol):
    """What collecting needs of a session."""

    async def play(self, prompts: Sequence[str], *, stop_on: str = "") -> Played:
        """See `cti.switch.port.CallSession`."""

    async def next_key(self, seconds: float) -> str:
        """The next key; empty when none came in time, or on `stop`."""


async def collect(
    listener: Listener, prompts: Sequence[str], *, longest: int, terminators: str, first: float, between: float
) -> Collected:
    """`cti.switch.port.CallSession.collect` by playing and single keys."""
    played = await listener.play(prompts, stop_on=ALL_KEYS)
    digits, key, patience = "", played.digit, 0.0 if played.stopped else first
    while key or (patience and (key := await listener.next_key(patience))):
        if key in terminators:
            return Collected(digits, timed_out=False)
        digits, key, patience = digits + key, "", between
        if len(digits) >= longest:
            return Collected(digits, timed_out=False)
    return Collected(digits, timed_out=True)
