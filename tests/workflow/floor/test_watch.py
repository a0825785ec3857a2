"""A rule's alarm: raised once, ended once, not by a flicker; whatever the readings do."""

from __future__ import annotations

import random

import pytest

from workflow.floor.watch import SETTLE, Bounds, Key, Reading, Watch

KEY: Key = ("rule", "queue:social")


def looked(watch: Watch, now: float, bounds: Bounds, value: float, *, grows: bool = False) -> tuple[int, int]:
    begun, over, _ = watch.look(now, {KEY: Reading(bounds, value, grows)})
    return len(begun), len(over)


def test_a_growing_wait_is_told_at_the_second_it_crosses() -> None:
    watch, bounds = Watch(), Bounds(60, 30)
    _, _, due = watch.look(100.0, {KEY: Reading(bounds, 12.0, grows=True)})
    assert due == pytest.approx(148.0)
    assert looked(watch, 148.0, bounds, 60.0, grows=True) == (1, 0)


def test_it_is_over_when_it_has_been_good_for_a_while_and_not_before() -> None:
    watch, bounds = Watch(), Bounds(60, 30)
    assert looked(watch, 0, bounds, 61) == (1, 0)
    assert looked(watch, 1, bounds, 45) == (0, 0), "between the two values it stands"
    assert looked(watch, 50, bounds, 10) == (0, 0)
    assert looked(watch, 55, bounds, 62) == (0, 0), "a flicker: neither over nor raised again"
    assert looked(watch, 60, bounds, 10) == (0, 0)
    assert looked(watch, 60 + SETTLE, bounds, 10) == (0, 1)


def test_it_must_last() -> None:
    watch, bounds = Watch(), Bounds(1, 1, lasting=120)
    assert looked(watch, 0, bounds, 1) == (0, 0)
    assert looked(watch, 100, bounds, 0) == (0, 0)
    assert looked(watch, 101, bounds, 1) == (0, 0)
    assert looked(watch, 200, bounds, 1) == (0, 0)
    assert looked(watch, 221, bounds, 1) == (1, 0)


def test_what_is_no_more_is_over_at_once_and_what_stood_before_is_not_told_again() -> None:
    watch, bounds = Watch(), Bounds(60, 60)
    watch.restore(KEY)
    assert looked(watch, 0, bounds, 70) == (0, 0)
    assert watch.look(1, {}) == ([], [KEY], None)
    assert not watch.standing


def test_a_share_is_bad_when_it_falls() -> None:
    watch, bounds = Watch(), Bounds(80, 82, falls=True)
    assert looked(watch, 0, bounds, 81) == (0, 0)
    assert looked(watch, 1, bounds, 80) == (1, 0)
    assert looked(watch, 2, bounds, 81.5) == (0, 0)
    assert looked(watch, 3, bounds, 90) == (0, 0)
    assert looked(watch, 3 + SETTLE, bounds, 90) == (0, 1)


@pytest.mark.parametrize("seed", range(60))
def test_random_readings_raise_nothing_twice_and_end_everything(seed: int) -> None:
    chance = random.Random(seed)
    rules = {
        (str(number), f"queue:{number % 3}"): Bounds(
            threshold := chance.randint(5, 90),
            threshold + chance.randint(0, 5) if (falls := chance.random() < 0.3) else threshold - chance.randint(0, 5),
            chance.choice((0.0, 0.0, 30.0)),
            falls,
        )
        for number in range(6)
    }
    watch, now, open_ = Watch(), 0.0, set[Key]()
    bad_since: dict[Key, float] = {}
    good_since: dict[Key, float] = {}
    values = {key: chance.uniform(0, 100) for key in rules}
    for _ in range(400):
        there = {key: Reading(rules[key], values[key]) for key in rules if chance.random() > 0.03}
        for key in rules:
            if key not in there:
                bad_since.pop(key, None)
                good_since.pop(key, None)
                continue
            is_bad, is_good = rules[key].is_bad(values[key]), rules[key].is_good(values[key])
            bad_since = {**bad_since, key: bad_since.get(key, now)} if is_bad else _without(bad_since, key)
            good_since = {**good_since, key: good_since.get(key, now)} if is_good else _without(good_since, key)
        begun, over, due = watch.look(now, there)
        assert not open_ & set(begun) and len(set(begun)) == len(begun), "raised twice"
        assert set(over) <= open_, "ended without having begun"
        assert not set(begun) & set(over)
        for key in begun:
            assert now - bad_since[key] >= rules[key].lasting - 1e-6, "raised too soon"
            good_since.pop(key, None)
        for key in set(over) & there.keys():
            assert now - good_since[key] >= SETTLE - 1e-6, "ended by a flicker"
        open_ = (open_ | set(begun)) - set(over)
        assert watch.standing == open_
        for key in there:
            late = now - bad_since.get(key, now) - rules[key].lasting
            assert key in open_ or key not in bad_since or late < 1e-6, "bad for long, and not raised"
        assert due is None or due > now
        if due is not None and chance.random() < 0.5:
            now = due
        else:
            now += chance.uniform(0.1, 20)
            for key in chance.sample(sorted(rules), 3):
                values[key] = chance.uniform(0, 100)
    _, over, _ = watch.look(now, {})
    assert set(over) == open_ and not watch.standing


def _without(found: dict[Key, float], key: Key) -> dict[Key, float]:
    return {one: since for one, since in found.items() if one != key}
