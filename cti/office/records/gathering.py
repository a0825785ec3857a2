"""Gathers what must be written but not at once, such as counts, and writes it together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")
SETTLE_SECONDS = 1.0
MOST = 500


class Gathering(Generic[T]):
    """Items come by `add`, and go to `write` a second later, at most `MOST` at once.

    What cannot be written is logged and lost: it is for figures, not for records.
    """

    def __init__(self, name: str, write: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._name = name
        self._write = write
        self._items: list[T] = []
        self._task: asyncio.Task[None] | None = None

    def add(self, item: T) -> None:
        """Write the item with the next batch, in a moment."""
        self._items.append(item)
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name=f"gathering: {self._name}")

    async def flushed(self) -> None:
        """Wait until all that came so far is written."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def _work(self) -> None:
        try:
            await asyncio.sleep(SETTLE_SECONDS)
            while self._items:
                items, self._items = self._items[:MOST], self._items[MOST:]
                try:
                    await self._write(items)
                except Exception:
                    log.exception("not written", what=self._name, count=len(items))
        finally:
            self._task = None
