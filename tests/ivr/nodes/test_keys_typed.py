"""Keys ahead of, during and after prompts, in any number."""

from __future__ import annotations

import pytest

from tests.ivr.trying import play

CHAIN = """
    begin: {say: welcome, next: menu}
    menu: {menu: m, keys: {"1": number, "2": bye}, timeout: bye, invalid: bye}
    number: {collect: c, into: typed, length: [1, 8], next: again, invalid: bye, timeout: bye}
    again: {menu: m2, keys: {"3": three}, tries: 1, timeout: bye, invalid: bye}
    three: {end: three}
"""


def test_typed_ahead_through_the_whole_flow() -> None:
    report = play(CHAIN, do="type 1123#3")
    assert (report.outcome, report.variables) == ("three", {"typed": "123"})
    # Nothing is waited for: what is said is cut short by the keys that are there.
    assert report.seconds == 0


def test_a_key_during_a_prompt_ends_it_and_counts_for_what_comes() -> None:
    report = play(CHAIN, do="wait 1, type 2")
    assert report.ways[:2] == [("begin", "next"), ("menu", "2")]
    assert report.lines[-1].at < 2.5


def test_a_prompt_that_must_be_heard_is_heard_and_the_key_is_kept() -> None:
    report = play(
        """
        begin: {say: recording, interrupt: false, next: menu}
        menu: {menu: m, keys: {"2": two}}
        two: {end: two}
        """,
        do="type 2",
    )
    assert report.outcome == "two"
    assert report.seconds == pytest.approx(len("〔recording〕") * 0.22)


def test_keys_after_the_prompt_within_the_time() -> None:
    assert play(CHAIN, do="wait 7, type 2").ways[1] == ("menu", "2")
    assert play(CHAIN, do="wait 30, type 2").ways[1] == ("menu", "timeout")


def test_a_wrong_key_ahead_does_not_answer_the_second_try_too() -> None:
    report = play('begin: {menu: m, keys: {"1": bye}, timeout: quiet, invalid: bye}\nquiet: {end: quiet}', do="type 99")
    assert report.outcome == "quiet"


@pytest.mark.parametrize("keys", ["1" * 4096, "1234567890*#" * 341, "#" * 4096, "*" * 4096, "9" * 4096])
def test_four_kilobytes_of_keys(keys: str) -> None:
    report = play(CHAIN, do=f"type {keys}")
    assert report.outcome in ("three", "done")
    assert len(report.variables.get("typed", "")) <= 8
    assert report.seconds < 120


def test_between_keys_the_time_is_shorter() -> None:
    report = play("begin: {collect: c, into: typed, length: [2, 8], wait: 10, between: 2, next: bye}", do="press 12")
    assert report.variables == {"typed": "12"}
    assert report.seconds == pytest.approx(2.0)
