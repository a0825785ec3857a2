"""Agents are shared among queues so that all wait alike, whatever they can serve."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from acd.staffing.sharing import Load, shared

LOADS = {
    "quiet": Load(rate=6 / 1800, handling=150, patience=180),
    "busy": Load(rate=30 / 1800, handling=200, patience=120),
    "none": Load(rate=0, handling=150, patience=180),
}


def test_most_go_where_most_comes_and_nobody_where_nothing_does() -> None:
    given = shared(LOADS, {f"10{one:02}": LOADS for one in range(12)})
    assert given["none"] == [] and len(given["quiet"]) + len(given["busy"]) == 12
    waits = [LOADS[queue].wait(len(given[queue])) for queue in ("quiet", "busy")]
    one_less = [LOADS[queue].wait(len(given[queue]) - 1) for queue in ("quiet", "busy")]
    assert max(waits) < min(one_less), "nobody's change of queue would shorten the longest wait"


def test_who_can_serve_both_makes_room_for_who_can_serve_one() -> None:
    able = {"1001": ["busy"], "1002": ["busy", "quiet"], "1003": ["busy"]}
    assert shared(LOADS, able) == {"quiet": ["1002"], "busy": ["1001", "1003"], "none": []}


def test_without_agents_all_wait_until_they_give_up() -> None:
    assert shared(LOADS, {}) == {"quiet": [], "busy": [], "none": []}
    assert LOADS["busy"].wait(0) == 120 and LOADS["busy"].level(0, 15) == 0.0
    assert LOADS["none"].wait(0) == 0.0 and LOADS["none"].level(3, 15) is None


@given(
    able=st.lists(st.sets(st.sampled_from(["a", "b", "c"])), max_size=6),
    rates=st.tuples(*[st.sampled_from([0.0, 4 / 1800, 20 / 1800, 60 / 1800])] * 3),
)
def test_no_other_way_leaves_the_longest_wait_shorter(able: list[set[str]], rates: tuple[float, ...]) -> None:
    loads = {queue: Load(rate, 150, 180) for queue, rate in zip("abc", rates, strict=True)}
    agents = {str(at): queues for at, queues in enumerate(able)}
    found = shared(loads, agents)
    where = [agent for queue in found.values() for agent in queue]
    assert len(where) == len(set(where)), "nobody serves two"
    assert all(queue in agents[agent] for queue, some in found.items() for agent in some)

    def longest(counts: dict[str, int]) -> list[float]:
        return sorted((round(loads[queue].wait(counts.get(queue, 0)), 9) for queue in loads), reverse=True)

    every = product(*[[*sorted(queues), ""] for queues in able])
    best = min(longest({queue: way.count(queue) for queue in "abc"}) for way in every)
    assert longest({queue: len(some) for queue, some in found.items()}) == best
