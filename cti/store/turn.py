"""Whose turn it is to write where a database has one writer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession


def is_alone(session: AsyncSession) -> bool:
    """Whether nobody else can write before a writing session is over, so that it need lock no rows, nor read again."""
    return session.get_bind().dialect.name == "sqlite"


class Turn:
    """One at a time, in the order in which they came. Who enters by `first` passes all others who wait."""

    def __init__(self) -> None:
        self._busy = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """The turn, for as long as the block lasts."""
        await self._wait(self._others)
        try:
            yield
        finally:
            self._next()

    @asynccontextmanager
    async def first(self, patience: float) -> AsyncIterator[None]:
        """The same before all others; after `patience` seconds also without it: the database itself decides then."""
        try:
            async with asyncio.timeout(patience):
                await self._wait(self._first)
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            self._next()

    async def _wait(self, line: deque[asyncio.Future[None]]) -> None:
        if not self._busy:
            self._busy = True
            return
        mine = asyncio.get_running_loop().create_future()
        line.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._next()
            else:
                line.remove(mine)
            raise

    def _next(self) -> None:
        for line in (self._first, self._others):
            while line:
                mine = line.popleft()
                if not mine.done():
                    # The turn goes over without a moment in which somebody else could take it.
                    mine.set_result(None)
                    return
        self._busy = False
