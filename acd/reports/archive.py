"""Figures of days that are over: read from the store, put beside those that are still counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from acd.figures.figures import AgentFigures, QueueFigures
from acd.figures.statistics import Statistics
from acd.keeping import PAST_FIGURES
from cti.base.times.business_time import ZONE
from cti.store.calls import StoredCalls
from cti.store.engine import Store


@dataclass(frozen=True, slots=True)
class Interval:
    """A queue's figures of those who entered in one interval, by its beginning."""

    queue: str
    begin: datetime
    figures: QueueFigures


class Archive:
    """All figures of queues and agents, old and new."""

    def __init__(self, statistics: Statistics, store: Store) -> None:
        self._statistics = statistics
        self._states = StoredCalls(store)

    async def intervals(self, since: datetime, until: datetime, queue: str = "") -> list[Interval]:
        """Figures of the intervals that begin from `since` to before `until`, oldest first."""
        first, last = int(since.timestamp()), int(until.timestamp())
        # Keys are `queue SECONDS NAME`: for the next 250 years they sort as the seconds do.
        kept = await self._kept(f"queue {first}", f"queue {last}")
        found = {**kept, **self._statistics.snapshot()}
        rows = []
        for key, data in found.items():
            kind, begin, name = key.split(" ", 2)
            if kind == "queue" and first <= int(begin) < last and (not queue or name == queue):
                rows.append(Interval(name, datetime.fromtimestamp(int(begin), UTC), QueueFigures(**data)))
        return sorted(rows, key=lambda one: (one.begin, one.queue))

    async def agents(self, since: date, until: date, now: float) -> dict[str, AgentFigures]:
        """Each agent's figures over days of the house, both included; `now` is the clock's second."""
        self._statistics.book_all(now)
        kept = await self._kept(f"agent {since.isoformat()}", f"agent {(until + timedelta(days=1)).isoformat()}")
        sums: dict[str, AgentFigures] = {}
        for key, data in {**kept, **self._statistics.snapshot()}.items():
            kind, day, agent = key.split(" ", 2)
            if kind == "agent" and since <= date.fromisoformat(day) <= until:
                sums.setdefault(agent, AgentFigures()).add(AgentFigures(**data))
        return sums

    async def _kept(self, first: str, last: str) -> dict[str, Any]:
        return await self._states.kept(PAST_FIGURES, first, last)


def by_day(rows: list[Interval]) -> Iterator[Interval]:
    """The intervals of each queue and day of the house together; `begin` is the day's."""
    sums: dict[tuple[date, str], QueueFigures] = {}
    for row in rows:
        day = row.begin.astimezone(ZONE).date()
        sums.setdefault((day, row.queue), QueueFigures()).add(row.figures)
    for (day, queue), figures in sums.items():
        yield Interval(queue, datetime.combine(day, time(), ZONE), figures)


def together(rows: list[Interval]) -> Mapping[datetime, QueueFigures]:
    """All queues' figures by the beginning of the interval."""
    sums: dict[datetime, QueueFigures] = {}
    for row in rows:
        sums.setdefault(row.begin, QueueFigures()).add(row.figures)
    return sums
