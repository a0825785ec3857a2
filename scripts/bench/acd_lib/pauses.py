"""What holds up the matching: calls with needs of their own, a change of all settings, and the garbage collector."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable

from acd.matching.matching import Matching
from acd.matching.work import WorkItem
from acd.settings.schema import AcdSettings
from bench.acd_lib.decisions import QUEUES, SKILLS, Caller, settings
from cti.base.clock import VirtualClock

NEEDS = 200


def house(agents: int, rng: random.Random) -> tuple[VirtualClock, Matching, Caller, AcdSettings]:
    """A matching with so many agents, all ready."""
    clock, caller, found = VirtualClock(), Caller(), settings(agents, rng)
    matching = Matching(clock, found, lambda decision: None)
    for at in range(agents):
        clock.advance(0.01)
        with matching.steps:
            matching.roster.sign_in(matching.agent(f"{at:05}"))
    return clock, matching, caller, found


def processor(do: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    begin = time.thread_time()
    do()
    return (time.thread_time() - begin) * 1e3


def measure(agents: int) -> dict[str, float]:
    """Milliseconds, for so many agents."""
    rng = random.Random(1)  # noqa: S311  # a benchmark, not a secret
    clock, matching, caller, before = house(agents, rng)
    gc.collect()
    gc.freeze()
    needs = [
        f"{one} >= {rng.randint(1, 3)} and ({other} or {third} >= {rng.randint(1, 4)})"
        for one, other, third in (rng.sample(SKILLS, 3) for _ in range(NEEDS))
    ]
    arrivals: list[float] = []
    for at, need in enumerate(needs):
        clock.advance(0.02)
        item = WorkItem(f"c{at}", "call", f"q{at % 2 * 3}", need=need)
        arrivals.append(processor(lambda item=item: matching.enqueue(item, caller)))  # type: ignore[misc]  # bound now
        if (found := caller.take()) is not None:
            matching.offers.answered(found)
            matching.offers.end_talk(matching.agent(found.agent), found.work.item.id)
    queues = {
        name: queue.model_copy(update={"need": f"{rng.choice(SKILLS)} >= 2 and not {rng.choice(SKILLS)} >= 5"})
        for name, queue in before.queues.items()
    }
    assert len(queues) == QUEUES
    longest = longest_step(matching, clock, before.model_copy(update={"queues": queues}))
    return {
        "need p50": statistics.median(arrivals),
        "need max": max(arrivals),
        "settings": longest[0],
        "settings step": longest[1],
    }


def longest_step(matching: Matching, clock: VirtualClock, wanted: AcdSettings) -> tuple[float, float]:
    """Milliseconds of a change of settings, in all and its longest step."""
    steps = [processor(lambda: matching.configure(wanted))]
    while matching.fitting.is_changing and len(steps) < 100_000:
        steps.append(processor(lambda: clock.advance(0.001)))
    return sum(steps), max(steps)
