"""The draw: repeatable, fair, and nobody scores himself."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from workflow.quality.drawing.candidates import is_within
from workflow.quality.drawing.draw import Talk, drawn, given, orders

TALKS = st.lists(
    st.builds(Talk, st.integers(0, 60).map(lambda one: f"R{one}"), st.sampled_from(["1001", "1002", "1003"])),
    max_size=60, unique_by=lambda one: one.recording,
)  # fmt: skip
SEEDS = st.text(max_size=8)
INSPECTORS = st.lists(st.sampled_from(["li", "wang", "zhao"]), unique=True)


@settings(max_examples=60)
@over(TALKS, SEEDS, st.integers(1, 5), st.integers(0, 8), st.randoms())
def test_the_same_seed_draws_the_same_and_nobody_more_than_his_share(
    talks: list[Talk], seed: str, each: int, most: int, random: object
) -> None:
    found = drawn(orders(talks, seed), each, most)
    other = list(talks)
    random.shuffle(other)  # type: ignore[attr-defined] # hypothesis's own random
    assert drawn(orders(other, seed), each, most) == found
    assert len({one.recording for one in found}) == len(found) and set(found) <= set(talks)
    there, counts = Counter(one.agent for one in talks), Counter(one.agent for one in found)
    if most:
        assert len(found) == min(most, sum(min(each, count) for count in there.values()))
    else:
        assert counts == Counter({agent: min(each, count) for agent, count in there.items()})
    # Who has talks left is never behind another by more than one round.
    left = [counts[agent] for agent in there if counts[agent] < there[agent] and counts[agent] < each]
    assert not left or max(counts.values(), default=0) <= min(left) + 1


@settings(max_examples=60)
@over(TALKS, INSPECTORS, SEEDS, st.dictionaries(st.sampled_from(["li", "wang"]), st.integers(0, 9)))
def test_work_is_given_evenly_and_nobody_scores_himself(
    talks: list[Talk], inspectors: list[str], seed: str, load: dict[str, int]
) -> None:
    himself = {"li": "1001"}
    whose = given(talks, inspectors, load, himself, seed)
    assert whose == given(talks, inspectors, load, himself, seed)
    for talk in talks:
        who = whose[talk.recording]
        assert who != "li" or talk.agent != "1001"
        assert bool(who) == bool([one for one in inspectors if himself.get(one) != talk.agent])


@settings(max_examples=60)
@over(TALKS, INSPECTORS, SEEDS)
def test_without_talks_of_their_own_inspectors_get_the_same_number(
    talks: list[Talk], inspectors: list[str], seed: str
) -> None:
    counts = Counter(given(talks, inspectors, {}, {}, seed).values())
    if inspectors and talks:
        assert max(counts.values()) - min(counts.get(one, 0) for one in inspectors) <= 1


def test_another_seed_draws_others() -> None:
    talks = [Talk(f"R{one}", "1001") for one in range(40)]
    assert len({tuple(drawn(orders(talks, f"seed {one}"), 2, 0)) for one in range(10)}) > 5


@pytest.mark.parametrize(
    ("clock", "begins", "ends", "inside"),
    [
        ("08:00", "08:00", "12:00", True), ("12:00", "08:00", "12:00", False), ("07:59", "08:00", "", False),
        ("23:30", "22:00", "06:00", True), ("05:59", "22:00", "06:00", True), ("06:00", "22:00", "06:00", False),
        ("23:59", "", "", True),
    ],
)  # fmt: skip
def test_a_time_of_day_may_go_over_midnight(clock: str, begins: str, ends: str, inside: bool) -> None:
    hour, minute = map(int, clock.split(":"))
    at = datetime(2026, 3, 2, (hour - 8) % 24, minute, tzinfo=UTC)
    assert is_within(at, begins, ends) is inside
