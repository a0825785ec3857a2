"""What is put into a flow's text stands where it belongs, and nothing else changes."""

from __future__ import annotations

import pytest

from cti.base.files import documents
from cti.base.refusal import Invalid
from tests.workflow.learning.learning_place import FLOW
from workflow.learning.editing import with_entry, with_item

INTENTS = ("nodes", "begin", "intents")


def lines_that_differ(before: str, after: str) -> list[str]:
    return [one for one in after.splitlines() if one not in before.splitlines()]


def test_an_example_comes_into_a_list_on_one_line() -> None:
    made = with_item(FLOW, (*INTENTS, "water", "examples"), "水管: 不出“水”")
    assert lines_that_differ(FLOW, made) == [
        '      water: {next: water, title: 停水, words: [停水], examples: [家里没有水, "水管: 不出“水”"]}   # the works'
    ]


def test_an_example_comes_into_a_list_with_a_line_each() -> None:
    made = with_item(FLOW, (*INTENTS, "fund", "examples"), "租房怎么取")
    assert lines_that_differ(FLOW, made) == ['          - "租房怎么取"']


def test_a_list_is_made_where_there_is_none() -> None:
    made = with_item(FLOW, (*INTENTS, "fund", "words"), "提取")
    assert lines_that_differ(FLOW, made) == ['        words: ["提取"]']


def test_what_is_there_already_changes_nothing() -> None:
    assert with_item(FLOW, (*INTENTS, "water", "words"), "停水") == FLOW


def test_the_short_form_of_an_intent_is_written_out() -> None:
    text = FLOW.replace("    unknown: bye", "      human: bye\n    unknown: bye")
    made = with_item(text, (*INTENTS, "human", "words"), "人工")
    assert lines_that_differ(text, made) == ['      human: {next: bye, words: ["人工"]}']


def test_a_new_intent_stands_with_the_others() -> None:
    made = with_entry(FLOW, INTENTS, "learned_1", {"next": "fund", "title": "社保", "examples": ["养老金"]})
    assert lines_that_differ(FLOW, made) == ['      learned_1: {next: "fund", title: "社保", examples: ["养老金"]}']
    with pytest.raises(Invalid):
        with_entry(FLOW, INTENTS, "water", {"next": "fund"})


def test_intents_are_made_for_an_open_question() -> None:
    text = "nodes:\n  a:\n    ask: {text: x}\n    next: b\n"
    made = with_entry(text, ("nodes", "a", "intents"), "learned_1", {"next": "b"})
    assert made == 'nodes:\n  a:\n    ask: {text: x}\n    intents: {learned_1: {next: "b"}}\n    next: b\n'


def test_what_cannot_be_written_in_place_is_refused() -> None:
    text = "a:\n  b: &x [1]\n  c: *x\n"
    with pytest.raises(Invalid):
        with_item(text, ("a", "c"), "2")
    assert documents.parse(text, "x").data == {"a": {"b": [1], "c": [1]}}
