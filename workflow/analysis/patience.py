"""Blocks that take long: whoever waits is told how far it is, and asks again; it is counted once all the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import pydantic

from cti.base.clock import Clock
from cti.base.visitor import Visitor
from cti.office.reports.table import ReportTable
from workflow.analysis.service import Analysis, BlockQuery, BlockShown

PATIENCE_SECONDS = 2.0
"""What is counted sooner is answered at once."""
FRESH_SECONDS = 10.0
"""After so long what was counted is not given to who asks again: he left meanwhile."""
MOST_WAITING = 500


class BlockAnswer(pydantic.BaseModel):
    """A block, see `BlockShown`; or, without a table, that `done` of its `total` figures are counted by now."""

    table: ReportTable | None = None
    query: dict[str, str] = pydantic.Field(default={})
    at: datetime
    done: int = 0
    total: int = 0


@dataclass(slots=True)
class _Waiting:
    task: asyncio.Task[BlockShown]
    done: int = 0
    total: int = 0
    over_at: float | None = field(default=None)


class Patience:
    """Those that are being counted now."""

    def __init__(self, analysis: Analysis, clock: Clock, seconds: float = PATIENCE_SECONDS) -> None:
        self._analysis, self._clock, self._seconds = analysis, clock, seconds
        self._waiting: dict[tuple[object, ...], _Waiting] = {}

    async def block(self, visitor: Visitor, page: str, block: str, query: BlockQuery) -> BlockAnswer:
        """The block, or how far it is. As `Analysis.block`."""
        self._forget()
        key = (visitor.person, visitor.permissions, page, block, query.model_dump_json())
        waiting = self._waiting.get(key)
        if waiting is None:
            if len(self._waiting) >= MOST_WAITING:
                return _answer(await self._analysis.block(visitor, page, block, query))
            waiting = self._waiting[key] = self._begun(visitor, page, block, query)
        await asyncio.wait({waiting.task}, timeout=self._seconds)
        if not waiting.task.done():
            return BlockAnswer(at=self._clock.wall(), done=waiting.done, total=waiting.total)
        if self._waiting.get(key) is waiting:
            del self._waiting[key]
        return _answer(waiting.task.result())

    def _begun(self, visitor: Visitor, page: str, block: str, query: BlockQuery) -> _Waiting:
        def told(done: int, total: int) -> None:
            waiting.done, waiting.total = done, total

        def over(task: asyncio.Task[BlockShown]) -> None:
            waiting.over_at = self._clock.now()
            if not task.cancelled():
                task.exception()  # whoever still waits is told of it

        waiting = _Waiting(asyncio.create_task(self._analysis.block(visitor, page, block, query, told)))
        waiting.task.add_done_callback(over)
        return waiting

    def _forget(self) -> None:
        now = self._clock.now()
        gone = [
            key for key, one in self._waiting.items() if one.over_at is not None and now - one.over_at > FRESH_SECONDS
        ]
        for key in gone:
            del self._waiting[key]

    def close(self) -> None:
        """Stop counting."""
        for one in self._waiting.values():
            one.task.cancel()
        self._waiting.clear()


def _answer(shown: BlockShown) -> BlockAnswer:
    return BlockAnswer(table=shown.table, query=shown.query, at=shown.at)
