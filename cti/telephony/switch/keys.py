"""The keys of one leg that no verb has taken yet: what is typed ahead, or between two verbs, is not lost.

A switch tells of each key as an event, and an application of the switch that a key ended answers with that key, over
another connection: either may come first, and both mean one pressing of the key. The answer may come a while after the
key was taken by its event: Asterisk holds back a key that was pressed while nothing read (in the moment of the answer,
between two commands), and the next command reads it as if it were pressed then.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cti.telephony.switch.port import Collected, Played

ALL_KEYS = "0123456789*#"
MOST_KEYS = 64
"""Kept at most: what is typed beyond them is lost."""
LATE_SECONDS = 2.0
"""How much later the second word of a key may come: its event, or the answer of an application."""

EARLY_SECONDS = 3.0
"""What a leg typed longer ago, in a talk, means nothing to its next session."""


class TypedKeys:
    """In the order of pressing. Times are those of the running loop.

    `before` was typed before the session began; an event that was held back may still tell of it.
    """

    def __init__(self, before: str = "") -> None:
        self._loop = asyncio.get_running_loop()
        self._keys: deque[_Key] = deque()
        self._answered = _Awaited(self._loop.time)
        """Keys that an application answered with before their events came."""
        self._taken = _Awaited(self._loop.time)
        """Keys that a verb has taken by their events, and that no application answered with yet."""
        self._paused = False
        for key in before[:MOST_KEYS]:
            self._answered.expect(key)
            self._append(_Key(key, answered=True))

    def press(self, key: str) -> bool:
        """The switch tells that a key was pressed; False for one that has counted already, by an answer."""
        if self._answered.came(key):
            return False
        if not self._paused:
            self._append(_Key(key))
        return True

    def answered(self, key: str, wanted: str) -> str:
        """An application ended with `key`: the first of the wanted keys, since others may have been pressed before.

        Empty: that key has counted already, and what it ended should go on.
        """
        for one in self._keys:
            if one.name == key and not one.answered:
                one.answered = True
                return self.take(wanted)
        if not self._taken.came(key):
            self._answered.expect(key)
            self._append(_Key(key, answered=True))
        return self.take(wanted)

    def take(self, wanted: str) -> str:
        """The next key of `wanted`, or an empty string; keys before it that nobody wanted are forgotten."""
        while self._keys:
            if (key := self._drop()) in wanted:
                return key
        return ""

    def has(self, wanted: str) -> bool:
        """Whether `take` would find a key."""
        return any(one.name in wanted for one in self._keys)

    def forget(self) -> None:
        """Keys pressed until now mean nothing."""
        while self._keys:
            self._drop()

    def pause(self) -> None:
        """Neither do those pressed from now on: in a talk, in the waiting room, on what is recorded."""
        self.forget()
        self._paused = True

    def resume(self) -> None:
        """Keys count again."""
        self._paused = False

    def _append(self, key: _Key) -> None:
        if len(self._keys) < MOST_KEYS:
            self._keys.append(key)

    def _drop(self) -> str:
        key = self._keys.popleft()
        if not key.answered:
            self._taken.expect(key.name)
        return key.name


class EarlyKeys:
    """Keys told of legs that are in no session yet: an engine that begins has more to do than to take each in at once.

    `now` is a clock in seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._told: dict[str, list[tuple[float, str]]] = {}

    def press(self, leg: str, key: str) -> None:
        """A key of a leg that has no session."""
        told = self._told.setdefault(leg, [])
        told.append((self._now(), key))
        del told[:-MOST_KEYS]

    def take(self, leg: str, kept: str) -> str:
        """What the leg typed before its session begins; `kept` is what its switch kept of that, perhaps the same."""
        since = self._now() - EARLY_SECONDS
        told = "".join(key for at, key in self._told.pop(leg, ()) if at >= since)
        both = next(length for length in range(min(len(kept), len(told)), -1, -1) if kept.endswith(told[:length]))
        return kept + told[both:]

    def forget(self, leg: str) -> None:
        """The leg is gone."""
        self._told.pop(leg, None)


@dataclass(slots=True)
class _Key:
    name: str
    answered: bool = False


class _Awaited:
    """Keys of which one word was heard, and whose second may come within LATE_SECONDS."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._until: deque[tuple[str, float]] = deque(maxlen=MOST_KEYS)

    def expect(self, key: str) -> None:
        """Its second word may come."""
        self._until.append((key, self._now() + LATE_SECONDS))

    def came(self, key: str) -> bool:
        """Whether this was the second word of a key."""
        now = self._now()
        while self._until and self._until[0][1] < now:
            self._until.popleft()
        for index, (expected, _) in enumerate(self._until):
            if expected == key:
                del self._until[index]
                return True
        return False


class Listener(Protocol):
    """What collecting needs of a session."""

    async def play(self, prompts: Sequence[str], *, stop_on: str = "") -> Played:
        """See `cti.telephony.switch.port.CallSession`."""

    async def next_key(self, seconds: float) -> str:
        """The next key; empty when none came in time, or on `stop`."""


async def collect(
    listener: Listener, prompts: Sequence[str], *, longest: int, terminators: str, first: float, between: float
) -> Collected:
    """`cti.telephony.switch.port.CallSession.collect` by playing and single keys."""
    played = await listener.play(prompts, stop_on=ALL_KEYS)
    digits, key, patience = "", played.digit, 0.0 if played.stopped else first
    while key or (patience and (key := await listener.next_key(patience))):
        if key in terminators:
            return Collected(digits, timed_out=False)
        digits, key, patience = digits + key, "", between
        if len(digits) >= longest:
            return Collected(digits, timed_out=False)
    return Collected(digits, timed_out=True)
