"""Answers some moments old at most: of many who ask the same at about the same time only the first costs anything."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar

from cti.base.clock import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEYS = 1000
MOMENT_SECONDS = 3.0
"""So old what the public sees may be: a storm that makes thousands ask the same costs little."""


class Recent(Generic[K, V]):
    """What was made for a key, told again for `seconds`; who asks while it is being made waits for the same.

    Whoever gets a value must not change it. What failed is told to those who waited, and made anew for the next. Of
    more than `most` keys the one made longest ago is forgotten.
    """

    def __init__(self, clock: Clock, seconds: float = MOMENT_SECONDS, most: int = KEYS) -> None:
        self._clock, self._seconds, self._most = clock, seconds, most
        self._made: OrderedDict[K, tuple[float, asyncio.Task[V]]] = OrderedDict()

    async def of(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        """What `make` finds, or has found a moment ago. Raises what it raises."""
        now = self._clock.now()
        until, task = self._made.get(key, (0.0, None))
        if task is None or now >= until:
            # A task of its own: the first who asked may go away while others wait.
            task = asyncio.ensure_future(_awaited(make))
            self._made[key] = now + self._seconds, task
            self._made.move_to_end(key)
            task.add_done_callback(lambda done: self._failed(key, done))
            if len(self._made) > self._most:
                self._made.popitem(last=False)
        return await asyncio.shield(task)

    def forget(self) -> None:
        """Something changed: make everything anew."""
        self._made.clear()

    def _failed(self, key: K, done: asyncio.Task[Any]) -> None:
        if (done.cancelled() or done.exception() is not None) and self._made.get(key, (0.0, None))[1] is done:
            del self._made[key]


async def _awaited(make: Callable[[], Awaitable[V]]) -> V:
    return await make()
