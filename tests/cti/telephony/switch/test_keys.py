"""Keys of a telephone: each counts once, whichever way the switch tells of it first."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.clock import run_virtual
from cti.telephony.switch.keys import (
    ALL_KEYS,
    EARLY_SECONDS,
    LATE_SECONDS,
    MOST_KEYS,
    EarlyKeys,
    TypedKeys,
    collect,
)
from cti.telephony.switch.port import Collected, Played


def on_the_loop(story: Callable[[], None]) -> None:
    async def running() -> None:
        story()

    run_virtual(running())


@given(st.data())
def test_each_key_counts_once(data: Any) -> None:
    """Each pressing has an event; those that an application read have its answer, somewhat before or after."""
    pressed = data.draw(st.lists(st.tuples(st.sampled_from(ALL_KEYS), st.booleans()), max_size=20))
    told = [("event", key) for key, _ in pressed]
    answers = [("answer", key) for key, read in pressed if read]
    order = data.draw(st.permutations([0] * len(told) + [1] * len(answers)))

    def story() -> None:
        keys, taken, sources = TypedKeys(), "", (iter(told), iter(answers))
        for which in order:
            kind, key = next(sources[which])
            if kind == "event":
                keys.press(key)
            else:
                taken += keys.answered(key, ALL_KEYS)
        while key := keys.take(ALL_KEYS):
            taken += key
        assert Counter(taken) == Counter(key for key, _ in pressed)

    on_the_loop(story)


@given(st.lists(st.tuples(st.sampled_from(ALL_KEYS), st.sampled_from(["dropped", "event", "answer"])), max_size=40))
def test_the_order_is_that_of_pressing(pressed: list[tuple[str, str]]) -> None:
    """Where the two ways differ by less than the time between two keys."""

    def story() -> None:
        keys, taken = TypedKeys(), ""
        for key, first in pressed:
            if first != "answer":
                keys.press(key)
            if first != "dropped":
                taken += keys.answered(key, ALL_KEYS)
            if first == "answer":
                keys.press(key)
        while key := keys.take(ALL_KEYS):
            taken += key
        assert taken == "".join(key for key, _ in pressed)

    on_the_loop(story)


def test_keys_that_nobody_wants_are_forgotten() -> None:
    def story() -> None:
        keys = TypedKeys()
        for key in "3412":
            keys.press(key)
        assert not keys.has("*") and keys.has("2")
        assert keys.take("12") == "1"
        assert keys.take("9") == ""
        assert keys.take(ALL_KEYS) == ""
        keys.press("5")
        keys.forget()
        assert not keys.has(ALL_KEYS)

    on_the_loop(story)


def test_the_event_of_an_answered_key_that_never_came_swallows_no_later_key() -> None:
    async def story() -> None:
        keys = TypedKeys()
        assert keys.answered("1", ALL_KEYS) == "1"
        await asyncio.sleep(LATE_SECONDS + 0.1)
        keys.press("1")
        assert keys.take(ALL_KEYS) == "1"

    run_virtual(story())


def test_4_kb_of_keys_do_not_grow() -> None:
    def story() -> None:
        keys = TypedKeys()
        for _ in range(4096):
            keys.press("7")
        taken = 0
        while keys.take(ALL_KEYS):
            taken += 1
        assert taken == MOST_KEYS

    on_the_loop(story)


class Typist:
    """Presses a key in the prompt and others afterwards; `pauses` says how many seconds before each."""

    def __init__(self, digit: str, later: str, *, stopped: bool = False) -> None:
        self._played = Played(digit, stopped)
        self._later = list(later)
        self.asked: list[float] = []

    async def play(self, prompts: Sequence[str], *, stop_on: str = "") -> Played:
        assert stop_on == ALL_KEYS
        return self._played

    async def next_key(self, seconds: float) -> str:
        self.asked.append(seconds)
        return self._later.pop(0) if self._later else ""


async def _collected(typist: Typist, longest: int = 3) -> Collected:
    return await collect(typist, [], longest=longest, terminators="#", first=5, between=3)


async def test_collecting() -> None:
    assert await _collected(Typist("", "")) == Collected("", timed_out=True)
    assert await _collected(Typist("1", "")) == Collected("1", timed_out=True)
    assert await _collected(Typist("1", "2#")) == Collected("12", timed_out=False)
    assert await _collected(Typist("", "1234")) == Collected("123", timed_out=False)
    assert await _collected(Typist("#", "12")) == Collected("", timed_out=False)
    assert await _collected(Typist("7", ""), 1) == Collected("7", timed_out=False)


async def test_the_first_key_may_take_longer_than_the_others() -> None:
    await _collected(typist := Typist("", "12"))
    assert typist.asked == [5, 3, 3]


async def test_what_was_stopped_waits_for_nothing() -> None:
    await _collected(typist := Typist("", "12", stopped=True))
    assert typist.asked == []


@given(st.data())
def test_each_key_counts_once_whenever_verbs_take_it(data: Any) -> None:
    """A key was taken by its event and again by the answer of the next application, which the switch had held back."""
    pressed = data.draw(st.lists(st.tuples(st.sampled_from("123"), st.booleans()), max_size=12))
    told = [("event", key) for key, _ in pressed]
    answers = [("answer", key) for key, read in pressed if read]
    order = data.draw(st.permutations([0] * len(told) + [1] * len(answers) + [2] * len(pressed)))

    def story() -> None:
        keys, taken, sources = TypedKeys(), "", (iter(told), iter(answers))
        for which in order:
            if which == 2:
                taken += keys.take(ALL_KEYS)
                continue
            kind, key = next(sources[which])
            if kind == "event":
                keys.press(key)
            else:
                taken += keys.answered(key, ALL_KEYS)
        while key := keys.take(ALL_KEYS):
            taken += key
        assert Counter(taken) == Counter(key for key, _ in pressed)

    on_the_loop(story)


RECORDED = {
    "pressed in the moment of the answer, held back until the number's prompt": (
        "e1 t1 a1 e1 t1 e2 t2 a2 a3 e3 e4 a4", "11234"
    ),
    "quickly one after another, by SIP INFO of 160 ms": ("e1 t1 a1 e1 a1 a2 e2 e2 a2 e3 a3 e3 a3", "112233"),
    "the same of 250 ms": ("e1 t1 a1 e1 a1 e2 a2 e2 a2 e3 a3 e3 a3", "112233"),
    "answers before their events": ("e1 t1 a1 e1 a1 e2 a2 a2 e2 e3 a3 e3 a3", "112233"),
}  # fmt: skip
"""Events (e), keys taken by a verb (t) and answers of applications (a) of an Asterisk 22, in their order."""


@pytest.mark.parametrize("name", RECORDED)
def test_orders_that_a_switch_told_in(name: str) -> None:
    order, expected = RECORDED[name]

    def story() -> None:
        keys, taken = TypedKeys(), ""
        for what, key in order.split():
            if what == "e":
                keys.press(key)
            elif what == "a":
                taken += keys.answered(key, ALL_KEYS)
            else:
                taken += keys.take(key)
        while key := keys.take(ALL_KEYS):
            taken += key
        assert taken == expected

    on_the_loop(story)


async def test_a_key_that_was_an_answer_is_no_key_for_whoever_listens_next() -> None:
    """The key that ended a menu was told once more by its event, and took the caller out of the queue at once."""
    keys = TypedKeys()
    assert keys.answered("0", ALL_KEYS) == "0"
    keys.pause()
    assert not keys.press("0")
    assert keys.press("0")


def test_what_was_typed_before_comes_first_and_an_event_that_was_held_back_is_not_another_key() -> None:
    def story() -> None:
        keys = TypedKeys("1#")
        assert not keys.press("1")
        assert keys.press("1")
        assert [keys.take(ALL_KEYS) for _ in range(4)] == ["1", "#", "1", ""]

    on_the_loop(story)


def test_keys_told_before_a_session_are_its_first() -> None:
    now = [100.0]
    early = EarlyKeys(lambda: now[0])
    for key in "12":
        early.press("leg", key)
    early.press("other", "9")
    assert early.take("leg", "") == "12"
    assert early.take("leg", "") == ""
    early.forget("other")
    assert early.take("other", "5") == "5"


@pytest.mark.parametrize(("kept", "told", "all_of_it"), [("1", "1", "1"), ("31", "12", "312"), ("31", "2", "312")])
def test_a_key_that_the_switch_kept_and_told_is_one(kept: str, told: str, all_of_it: str) -> None:
    early = EarlyKeys(lambda: 0.0)
    for key in told:
        early.press("leg", key)
    assert early.take("leg", kept) == all_of_it


def test_keys_of_a_talk_are_forgotten_soon() -> None:
    now = [100.0]
    early = EarlyKeys(lambda: now[0])
    early.press("leg", "1")
    now[0] += EARLY_SECONDS + 0.1
    assert early.take("leg", "") == ""
