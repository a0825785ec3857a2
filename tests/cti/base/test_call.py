"""The transition tables, walked at random."""

import random
from datetime import UTC, datetime

import pytest

from cti.base.call import (
    CALL_TRANSITIONS,
    LEG_TRANSITIONS,
    Call,
    CallState,
    CallStep,
    IllegalStep,
    Leg,
    LegState,
    Party,
)
from cti.base.numbers.number import Number


def new_call() -> Call:
    return Call(
        id="01J",
        organisation="city",
        region="320400",
        switch="switch-1",
        trunk="carrier",
        caller=Number.parse("13800000001"),
        called=Number.parse("12345"),
        arrived_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize("seed", range(50))
def test_random_walks_stay_on_the_table(seed: int) -> None:
    chance = random.Random(seed)
    call = new_call()
    for _ in range(60):
        before, step = call.state, chance.choice(list(CallStep))
        following = CALL_TRANSITIONS[before].get(step)
        if following is None:
            with pytest.raises(IllegalStep):
                call.step(step)
            assert call.state is before
        else:
            call.step(step)
            assert call.state is following
    assert call.is_over == (call.state is CallState.ENDED)


def test_every_state_has_a_row_and_a_way_to_the_end() -> None:
    assert set(CALL_TRANSITIONS) == set(CallState)
    for state, ways in CALL_TRANSITIONS.items():
        assert (ways.get(CallStep.END) is CallState.ENDED) == (state is not CallState.ENDED)


def test_every_state_is_reached() -> None:
    reached, news = {CallState.ARRIVED}, [CallState.ARRIVED]
    while news:
        for following in CALL_TRANSITIONS[news.pop()].values():
            if following not in reached:
                reached.add(following)
                news.append(following)
    assert reached == set(CallState)


@pytest.mark.parametrize("seed", range(20))
def test_legs_only_go_forward(seed: int) -> None:
    chance = random.Random(seed)
    leg, order = Leg("1", Party.AGENT, "1001"), list(LegState)
    for _ in range(20):
        before, wanted = leg.state, chance.choice(order)
        if wanted in LEG_TRANSITIONS[before]:
            leg.become(wanted)
            assert order.index(leg.state) > order.index(before)
        else:
            with pytest.raises(IllegalStep):
                leg.become(wanted)
            assert leg.state is before
