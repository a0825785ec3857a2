"""A whole day on virtual time: arrivals from figures, agents by plan, talks and patience at random."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from acd.matching.decisions import Decision
from acd.matching.work import WorkItem
from acd.settings.schema import AcdSettings
from acd.simulator.played import PlayedCall
from acd.simulator.world import World

ANSWER_AFTER = "after 2"


class ArrivalsError(Exception):
    """A file of arrivals that cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Calls that arrived from `begin` on; the length is the step to the next."""

    begin: datetime
    calls: float


def read_arrivals(path: Path) -> list[Interval]:
    """A CSV (may be .gz) with a header, a time (ISO 8601) and a count in each row; ArrivalsError."""
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise ArrivalsError(f"{path}: {error}") from None
    found: list[Interval] = []
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        if number == 1 or not row:
            continue
        try:
            found.append(Interval(datetime.fromisoformat(row[0].replace("Z", "+00:00")), int(row[1])))
        except (ValueError, IndexError):
            raise ArrivalsError(f"{path}:{number}: a time and a count are expected, not {','.join(row)!r}") from None
    if len(found) < 2:
        raise ArrivalsError(f"{path}: at least two intervals are needed")
    return sorted(found, key=lambda one: one.begin)


@dataclass(frozen=True, slots=True)
class People:
    """How people behave; means of exponential times in seconds. `patience` None waits for ever."""

    talk: float = 150.0
    patience: float | None = 180.0
    answers: str = ANSWER_AFTER


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was told to somebody at entry (the clock's second `at`) who was answered and had to wait, and how it was."""

    queue: str
    at: float
    told: float
    low: float
    high: float
    waited: float


@dataclass(slots=True)
class Outcome:
    """What a day came to, in calls and seconds. `waits` are of those answered, `drawn_talk` is of all who came.

    `foretold` are those who were answered and had to wait, `overflowed` are counted by queue.
    """

    calls: int = 0
    answered: int = 0
    abandoned: int = 0
    waited: int = 0
    abandoned_wait: float = 0.0
    drawn_talk: float = 0.0
    waits: list[float] = field(default_factory=list)
    foretold: list[Foretold] = field(default_factory=list)
    overflowed: Counter[str] = field(default_factory=Counter)
    decisions: int = 0


class Day:
    """A day. `plan` maps seconds since the first arrival to the number of agents from then on.

    With `poisson` an interval's calls are its mean, else exactly so many arrive. `shares` are the queues' shares of the
    calls; without them all calls are the first queue's.
    """

    def __init__(
        self,
        arrivals: Sequence[Interval],
        plan: Mapping[float, int],
        people: People,
        settings: AcdSettings,
        *,
        seed: int = 0,
        poisson: bool = False,
        shares: Mapping[str, float] | None = None,
    ) -> None:
        self._poisson = poisson
        self._rng = random.Random(seed)  # noqa: S311  # a simulation, not a secret
        self._people = people
        self._shares = dict(shares or {next(iter(settings.queues)): 1.0})
        self.outcome = Outcome()
        self._told: dict[str, Decision] = {}
        self._signed_in: list[str] = []
        self.world = World(settings, self._hear, start=arrivals[0].begin)
        self._arrivals = self._times(arrivals)
        for at, agents in plan.items():
            self.world.clock.call_later(at, partial(self._staff, agents))

    def _times(self, arrivals: Sequence[Interval]) -> list[float]:
        first, length = arrivals[0].begin, (arrivals[1].begin - arrivals[0].begin).total_seconds()
        times: list[float] = []
        for interval in arrivals:
            begin = (interval.begin - first).total_seconds()
            times += self._random(begin, length, interval.calls)
        return times

    def _random(self, begin: float, length: float, calls: float) -> list[float]:
        if not self._poisson:
            return sorted(begin + self._rng.random() * length for _ in range(round(calls)))
        times: list[float] = []
        at = begin + self._rng.expovariate(calls / length) if calls else begin + length
        while at < begin + length:
            times.append(at)
            at += self._rng.expovariate(calls / length)
        return times

    def run(self) -> Outcome:
        """Play it until the last has left."""
        # One timer at a time keeps the clock's heap as small as it is in life.
        self._next(0)
        last = self._arrivals[-1] if self._arrivals else 0.0
        self.world.clock.run_until(last + 3600)
        return self.outcome

    def _next(self, index: int) -> None:
        if index >= len(self._arrivals):
            return

        def arrive() -> None:
            self._arrive(index)
            self._next(index + 1)

        self.world.clock.call_later(self._arrivals[index] - self.world.clock.now(), arrive)

    def _arrive(self, index: int) -> None:
        people, rng = self._people, self._rng
        patience = None if people.patience is None else rng.expovariate(1 / people.patience)
        talk = rng.expovariate(1 / people.talk)
        self.outcome.drawn_talk += talk
        queues = list(self._shares)
        queue = queues[0] if len(queues) == 1 else rng.choices(queues, list(self._shares.values()))[0]
        PlayedCall(self.world, WorkItem(f"c{index}", "call", queue), patience, talk).arrive()

    def _staff(self, agents: int) -> None:
        while len(self._signed_in) < agents:
            number = f"{len(self._signed_in) + 1:05}"
            self._signed_in.append(number)
            self.world.agent_reacts(number, self._people.answers)
            self.world.agent_state(number, "ready")
        while len(self._signed_in) > agents:
            self.world.agent_state(self._signed_in.pop(), "signed_out")

    def _hear(self, told: Decision) -> None:
        outcome = self.outcome
        outcome.decisions += 1
        if told.event == "queued":
            outcome.calls += 1
            self._told[told.work] = told
        elif told.event == "answered":
            outcome.answered += 1
            waited, before = told.seconds or 0.0, self._told.pop(told.work)
            outcome.waits.append(waited)
            if before.estimate:
                outcome.waited += 1
                low, high = before.estimate_low or 0.0, before.estimate_high or 0.0
                outcome.foretold.append(Foretold(told.queue, before.at, before.estimate, low, high, waited))
        elif told.event == "abandoned":
            outcome.abandoned += 1
            outcome.abandoned_wait += told.seconds or 0.0
            outcome.waited += 1
            self._told.pop(told.work, None)
        elif told.event == "overflowed":
            outcome.overflowed[told.queue] += 1
            self._told.pop(told.work, None)
