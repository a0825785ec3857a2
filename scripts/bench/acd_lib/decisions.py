"""Time for one decision: an agent becomes free while callers wait; a caller arrives while agents are free.

Each is measured as a whole step of the matching, with states, counters, timers and what it tells; in processor time,
so that what else runs on the machine does not count.
"""

from __future__ import annotations

import gc
import random
import resource
import statistics
import time
from collections.abc import Callable
from typing import Any

from acd.matching.index import Index, Matcher
from acd.matching.matching import Matching
from acd.matching.reference import Scan
from acd.matching.work import Reservation, WorkItem
from acd.settings.schema import AcdSettings, AgentSettings
from cti.base.clock import VirtualClock
from cti.process.collector import YOUNG_SECONDS, Collector

SKILLS = [f"s{at}" for at in range(30)]
SKILLS_EACH = 10
QUEUES = 200
STRATEGIES = ("longest_idle", "most_skilled", "least_skilled", "fewest_calls", "round_robin", "rank")


class Caller:
    """The owner of all work: keeps what it is offered last."""

    def __init__(self) -> None:
        self.last: Reservation | None = None

    def take(self) -> Reservation | None:
        """What was offered last, once."""
        last, self.last = self.last, None
        return last

    def offered(self, reservation: Reservation) -> None:
        """Keep it."""
        self.last = reservation

    def overflowed(self, to: str, why: str) -> None:
        """Nothing overflows here."""

    def taken_back(self, reservation: Reservation, why: str) -> None:
        """Nothing to stop."""

    def left(self) -> None:
        """Nothing to do."""


def settings(agents: int, rng: random.Random) -> AcdSettings:
    """200 queues with expressions and steps, and agents with 10 skills each."""
    queues: dict[str, Any] = {}
    for at in range(QUEUES):
        first, second, third = rng.sample(SKILLS, 3)
        need = f"{first} >= {rng.randint(1, 3)} and ({second} >= 2 or {third})"
        queues[f"q{at}"] = {
            "need": need,
            "steps": [{"after": 3600, "need": f"{first} or {second}"}, {"after": 7200, "need": first}],
            "strategy": STRATEGIES[at % len(STRATEGIES)],
            "wrapup": 0,
            "priority": {"acceleration": rng.choice([0, 0.1, 0.5]), "start": rng.choice([0, 30]), "limit": 50},
        }
    people = {
        f"{at:05}": AgentSettings(
            skills={skill: rng.randint(1, 5) for skill in rng.sample(SKILLS, SKILLS_EACH)}, chats=0
        )
        for at in range(agents)
    }
    return AcdSettings.model_validate({"skills": SKILLS, "queues": queues}).model_copy(update={"agents": people})


def measure(agents: int, steps: int, matcher: str) -> dict[str, Any]:
    """Microseconds a decision, by kind, and the memory of the process in MB."""
    rng = random.Random(1)  # noqa: S311  # a benchmark, not a secret
    clock, caller = VirtualClock(), Caller()
    index: Matcher = Index() if matcher == "index" else Scan()
    matching = Matching(clock, settings(agents, rng), lambda decision: None, index)
    numbers = [f"{at:05}" for at in range(agents)]
    for number in numbers:
        clock.advance(0.01)
        with matching.steps:
            matching.roster.sign_in(matching.agent(number))
    pauses, look = collector()
    ids = iter(range(10**9))

    def enqueue() -> None:
        item = WorkItem(f"c{next(ids)}", "call", f"q{rng.randrange(QUEUES)}", priority=float(rng.choice([0, 0, 0, 5])))
        matching.enqueue(item, caller)

    arrivals = _arrivals(matching, clock, caller, enqueue, min(steps, agents // 2), look)
    # Now everybody talks, and as many callers wait as there are agents.
    while sum(queue.waiting for queue in matching.queues.values()) < agents:
        clock.advance(0.01)
        look()
        enqueue()
        if (found := caller.take()) is not None:
            matching.offers.answered(found)
    freed: list[float] = []
    busy = [number for number in numbers if matching.agent(number).engaged]
    for _ in range(steps):
        clock.advance(0.02)
        look()
        agent = matching.agent(rng.choice(busy))
        work = next(iter(agent.engaged), None)
        if work is None:
            continue
        begin = time.thread_time()
        matching.offers.end_talk(agent, work)
        freed.append(time.thread_time() - begin)
        while agent.reservation is None:
            enqueue()
        matching.offers.answered(agent.reservation)
        enqueue()
    return {
        "agents": agents,
        "kinds": {"arrival": _summary(arrivals), "freed": _summary(freed)},
        "collector": max(pauses, default=0.0) * 1e3,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def collector() -> tuple[list[float], Callable[[], None]]:
    """The engine's, from its start on: a list of its pauses in seconds, and what lets it look when it is time.

    Time is the processor's, as if there were calls without a break: nobody makes more objects between two looks.
    """
    found = Collector(lambda: False)
    found.begin()
    last = [time.thread_time()]

    def look() -> None:
        if time.thread_time() - last[0] >= YOUNG_SECONDS:
            found.young()
            last[0] = time.thread_time()

    pauses: list[float] = []
    begun = [0.0]

    def heard(phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            begun[0] = time.thread_time()
        else:
            pauses.append(time.thread_time() - begun[0])

    gc.callbacks.append(heard)
    return pauses, look


def _arrivals(
    matching: Matching,
    clock: VirtualClock,
    caller: Caller,
    enqueue: Callable[[], None],
    steps: int,
    look: Callable[[], None],
) -> list[float]:
    """Callers arrive while half of the agents are free; each talk ends at once, so that it stays so."""
    times: list[float] = []
    for _ in range(steps):
        clock.advance(0.02)
        look()
        begin = time.thread_time()
        enqueue()
        times.append(time.thread_time() - begin)
        if (found := caller.take()) is not None:
            matching.offers.answered(found)
            matching.offers.end_talk(matching.agent(found.agent), found.work.item.id)
    return times


def _summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50": statistics.median(ordered) * 1e6,
        "p99": ordered[int(len(ordered) * 0.99)] * 1e6,
        "max": ordered[-1] * 1e6,
        "rate": len(ordered) / sum(ordered),
    }
