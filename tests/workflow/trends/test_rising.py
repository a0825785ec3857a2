"""When something rises: beyond what is usual, and hardly by chance."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.trends.rising import LEAST, Usual, chance_of, is_over, rises


@pytest.mark.parametrize(
    ("count", "days", "begins"),
    [
        (5, [], True),
        (4, [], False),
        (5, [0] * 20, True),
        (9, [5, 6, 4, 5, 7], False),
        (14, [2, 3, 1, 5, 2], True),
        (14, [2, 3, 1, 10, 2], False),
        (40, [20, 25, 22, 24], False),
        (60, [20, 25, 22, 24], True),
    ],
)
def test_a_rise_begins_far_beyond_the_days_before(count: int, days: list[int], begins: bool) -> None:
    assert rises(count, Usual.of(days)) is begins


@given(st.lists(st.integers(0, 60), max_size=28), st.integers(0, 400))
def test_one_begins_at_least_at_five_never_when_over_and_more_begins_it_too(days: list[int], count: int) -> None:
    usual = Usual.of(days)
    if rises(count, usual):
        assert count >= LEAST and not is_over(count, usual) and rises(count + 1, usual)


@pytest.mark.parametrize(("count", "mean"), [(0, 3.0), (1, 0.5), (5, 0.25), (30, 10.0), (200, 100.0)])
def test_the_chance_is_poisson_s(count: int, mean: float) -> None:
    below = math.fsum(math.exp(one * math.log(mean) - mean - math.lgamma(one + 1)) for one in range(count))
    assert chance_of(count, mean) == pytest.approx(1 - below, abs=1e-12)


def test_ordinary_days_hardly_ever_raise_one_and_a_burst_always_does() -> None:
    draw, raised, missed = random.Random(1), 0, 0
    for _ in range(2000):
        mean = draw.choice([0.1, 1, 5, 20])
        days = [_poisson(draw, mean) for _ in range(20)]
        raised += rises(_poisson(draw, mean), Usual.of(days))
        missed += not rises(_poisson(draw, 4 * mean + 12), Usual.of(days))
    assert raised == 0
    assert missed < 30


def _poisson(draw: random.Random, mean: float) -> int:
    count, product = 0, draw.random()
    while product > math.exp(-mean):
        count, product = count + 1, product * draw.random()
    return count
