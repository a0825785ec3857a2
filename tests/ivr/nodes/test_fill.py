"""Several values are found out, in whatever order they are told."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.trying.dry_run import Report
from tests.ivr.trying import play, said

REPORT = """
begin:
  fill: what
  wants:
    place: {kind: place, title: 地点, words: [地址], ask: where, again: where_again}
    since: {kind: date, title: 时间, ask: when}
    water: {values: {自来水: [水龙头, 停水], 污水: [下水道, 臭水]}, keys: {"1": 自来水, "2": 污水}, ask: which}
    phone: {kind: mobile, title: 电话, ask: number, check: valid_mobile(value)}
  confirm: [all, {text: "{place}，{since}，{water}，{phone}"}]
  wrong: which_is_wrong
  say_unknown: pardon
  next: bye
"""
AT = "2026-03-05 10:00"


def report(do: str, **more: Any) -> Report:
    return play(REPORT, do=do, at=AT, **more)


def told(found: Report) -> tuple[str, ...]:
    return tuple(found.variables[name] for name in ("place", "since", "water", "phone"))


RIGHT = ("东门街三号", "2026-03-04", "自来水", "13900000000")


@pytest.mark.parametrize(
    ("do", "asked"),
    [
        ("say 东门街三号昨天开始停水了电话是13900000000, say 对", ["what", "all"]),
        (
            "say 家里停水了, say 在东门街三号, say 昨天, say 13900000000, say 是的",
            ["what", "where", "when", "number", "all"],
        ),
        ("say 昨天开始水龙头没水, say 东门街三号我的电话13900000000, press 1", ["what", "where", "all"]),
        (
            "say 东门街三号, say 昨天, press 1, press 13900000000#, press 1",
            ["what", "when", "which", "number", "all"],
        ),
        (
            "say 东门街三号昨天停水电话13800000000, say 不对电话是13900000000, say 对的",
            ["what", "all", "all"],
        ),
        (
            "say 东门街五号昨天停水电话13900000000, say 不是五号是三号, say 没错",
            ["what", "all", "all"],
        ),
        (
            "say 东门街三号前天停水电话13900000000, say 不对, say 时间错了是昨天, say 对",
            ["what", "all", "which_is_wrong", "all"],
        ),
        (
            "say 西门街三号昨天停水电话13900000000, say 不对, say 地址, say 东门街三号, say 对",
            ["what", "all", "which_is_wrong", "where", "all"],
        ),
        ("say 东门街五号昨天停水, say 不是五号是三号, say 13900000000, say 对", ["what", "number", "number", "all"]),
    ],
)  # fmt: skip
def test_values_come_in_any_order_and_are_put_right(do: str, asked: list[str]) -> None:
    found = report(do)
    assert told(found) == RIGHT
    assert found.prompts == asked
    assert found.outcome == "done"


def test_what_is_not_understood_is_asked_in_other_words_and_given_up_with_a_human() -> None:
    found = report("say 停水了, say 哎呀, say 嗯嗯, say 那个, agent 5")
    assert found.prompts == ["what", "where", "pardon", "where_again", "pardon", "where_again"]
    assert found.nodes == ["begin", "human", "bye"]


def test_failures_in_a_row_count_and_others_do_not() -> None:
    found = report("say 停水了, say 哎呀, say 嗯嗯, say 东门街三号, say 嗯, say 哎, say 昨天, say 13900000000, say 对")
    assert told(found) == RIGHT


def test_a_human_is_had_at_each_question() -> None:
    assert report("say 停水了, say 转人工, agent 5").nodes == ["begin", "human", "bye"]


def test_a_value_that_does_not_pass_its_check_is_asked_again() -> None:
    found = report("say 东门街三号昨天停水, press 12345#, say 13900000000, say 对")
    assert told(found) == RIGHT


def test_what_is_known_is_not_asked() -> None:
    head = "flow: main\nstart: first\ndefault: human\nvariables: {phone: '13900000000'}\nnodes:\n"
    body = "".join(f"  {line}\n" for line in REPORT.strip().splitlines())
    rest = "  first: {set: {n: 1}, next: begin}\n  human: {queue: general, next: bye, else: bye}\n  bye: {end: done}\n"
    found = play(head + body + rest, do="say 停水了, say 东门街三号, say 昨天, say 对", at=AT)
    assert told(found) == RIGHT


def test_a_wish_that_is_never_asked_is_a_fault() -> None:
    assert (
        "nothing asks for it" in said("begin: {fill: what, wants: {place: {kind: place, title: 地点}}, next: bye}")[0]
    )


def test_at_an_open_question_for_one_value_keys_tell_it() -> None:
    text = (
        "flow: main\nstart: begin\ndefault: human\nnodes:\n"
        "  begin: {fill: what, wants: {ticket: {kind: digits, title: 编号, ask: which}}, next: bye}\n"
        "  human: {queue: general, next: bye, else: bye}\n  bye: {end: done}\n"
    )
    found = play(text, do="wait 2, press 20260303001#", at=AT)
    assert (found.variables["ticket"], found.prompts) == ("20260303001", ["what"])
