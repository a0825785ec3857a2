"""How long will I wait? From who can serve, who is ahead in all queues that the same agents serve, and who will come.

An agent who serves two queues takes the first of both: of the callers of another queue who are ahead, as many count as
that queue's agents are shared with this one, and as many agents serve as could take this caller. Newcomers with more
points go before him. Per queue this is kept ready for `ROW_SECONDS`; an arrival asks for places in a few
lines only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from acd.matching.estimates import Estimate, time_to_drain
from acd.matching.room import Room
from acd.matching.work import Ageing, Queue, Work, WorkItem

ROW_SECONDS = 20.0
MOST_LINES = 6
"""In how many other queues places are asked for; of those in further ones the same share is taken to be ahead."""

SMALLEST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Row:
    """What one queue shares with others: (queue, share of its agents who serve this one too), itself not included.

    `further` is how many waited, by their shares, in queues besides those with the most. `newcomers` are callers a
    second who compete for its agents, by points; `handling` is what one takes of an agent.
    """

    made: float
    others: list[tuple[Queue, float]]
    further: float
    newcomers: list[tuple[float, float]]
    handling: float


class WaitEstimates:
    """Estimates how long somebody will wait."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._rows: dict[Queue, Row] = {}

    def of(self, work: Work) -> Estimate | None:
        """What somebody who stands in the index may expect from now; None when nobody serves."""
        queue, room = work.queue, self._room
        serving = room.servers(queue).bit_count() or queue.on_duty
        if not serving:
            return None
        now = room.clock.now()
        row = self._row(queue, now)
        ahead, leaving = self._ahead(work, row, now)
        # Of agents who can do what he asks for besides there are fewer, who take their share of those ahead.
        share = max(room.index.share(work), 1e-6)
        ahead *= share
        leave = share * serving / row.handling
        joining = self._joining(work, row, now)
        raw = time_to_drain(ahead, leave, leaving, joining)
        join = sum(rate for until, rate in joining if until > 0)
        net = max(leave - join, 0.05 * leave)
        # A step takes 1/net on average; newcomers who go before make steps more uneven. Handling is known to a tenth.
        variance = raw * raw / (ahead + 1) * (leave + min(join, leave)) / max(net, 0.2 * leave) + (0.1 * raw) ** 2
        return queue.estimator.told(raw + queue.estimator.answer, variance)

    def of_newcomer(self, queue: Queue) -> Estimate | None:
        """What somebody may expect who came now with the queue's own points."""
        now, settings = self._room.clock.now(), queue.settings.priority
        item = WorkItem("", "call", queue.name)
        work = Work(item, queue, now, 1 << 62, Ageing(settings.base, now, settings), now)
        work.settle(now)
        return self.of(work)

    def _ahead(self, work: Work, row: Row, now: float) -> tuple[float, float]:
        """(how many are before him, how often each of them gives up a second)."""
        index, own = self._room.index, work.queue
        ahead = float(index.ahead(work, own.name, now))
        leaving = ahead * own.estimator.giving_up
        before, whole = ahead, float(own.waiting)
        for other, share in row.others:
            if other.works:
                found = index.ahead(work, other.name, now)
                before, whole = before + found, whole + other.waiting
                ahead += share * found
                leaving += share * found * other.estimator.giving_up
        if row.further and whole:
            ahead += row.further * before / whole
            leaving += row.further * before / whole * own.estimator.giving_up
        return ahead, leaving / ahead if ahead else own.estimator.giving_up

    def _joining(self, work: Work, row: Row, now: float) -> list[tuple[float, float]]:
        """(until how many seconds from now newcomers go before him, how many a second), in order of time."""
        ageing = work.ageing
        mine = ageing.priority(now)
        found = [(_reaches(ageing, points, now), rate) for points, rate in row.newcomers if points > mine + 1e-6]
        return sorted(found)

    def _row(self, queue: Queue, now: float) -> Row:
        row = self._rows.get(queue)
        if row is None or now - row.made >= ROW_SECONDS:
            row = self._rows[queue] = self._make_row(queue, now)
            if len(self._rows) > 2 * len(self._room.queues) + 8:
                self._rows = {one: kept for one, kept in self._rows.items() if one.name in self._room.queues}
        return row

    def _make_row(self, queue: Queue, now: float) -> Row:
        shared = self._shared(queue)
        others = [(other, share) for other, share in shared.items() if share >= SMALLEST_SHARE and other is not queue]
        newcomers: defaultdict[float, float] = defaultdict(float)
        flow = handling = 0.0
        for other, share in [(queue, 1.0), *others]:
            estimator = other.estimator
            for points, arrivals in estimator.newcomers.items():
                newcomers[points] += share * arrivals.rate(now)
            if estimator.answered_flow is not None:
                answered = share * estimator.answered_flow.rate(now)
                flow += answered
                handling += answered * estimator.handling
        handling = handling / flow if flow else queue.estimator.handling
        others.sort(key=lambda one: -one[1] * (one[0].waiting + 1))
        further = sum(share * other.waiting for other, share in others[MOST_LINES:])
        return Row(now, others[:MOST_LINES], further, sorted(newcomers.items()), handling)

    def _shared(self, queue: Queue) -> dict[Queue, float]:
        """For each queue the share of its agents who serve this one as well."""
        own = self._room.servers(queue)
        if not own:
            return {}
        servers = {other: self._room.servers(other) for other in self._room.queues.values()}
        return {other: (own & theirs).bit_count() / theirs.bit_count() for other, theirs in servers.items() if theirs}


def _reaches(ageing: Ageing, points: float, now: float) -> float:
    """In how many seconds somebody has so many points by ageing."""
    if not ageing.pace or points > ageing.limit:
        return float("inf")
    return ageing.begins + (points - ageing.base) / ageing.pace - now
