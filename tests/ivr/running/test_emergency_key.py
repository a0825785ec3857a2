"""The emergency key works at every moment of a flow, and of the flows that it calls."""

from __future__ import annotations

import pytest

from ivr.lint import Known
from tests.ivr.trying import flow, play, said

HEAD = """
flow: main
start: {start}
default: bye
emergency: {{key: "8", next: line}}
nodes:
"""
NODES = """
  menu: {menu: m, keys: {"1": bye}, tries: 1, timeout: bye, invalid: bye}
  long: {say: [a, b, c], interrupt: false, next: wait}
  short: {say: [a, b, c], next: wait}
  wait: {queue: general, keys: {"9": bye}, next: rate, else: bye}
  hand: {transfer: {agent: "'1001'"}, next: bye, failed: bye}
  rate: {rate: r, scores: {"1": 100}, next: last}
  left: {record: r, into: m, next: bye, failed: bye}
  number: {collect: n, into: typed, length: [3, 12], next: bye, timeout: bye, invalid: bye}
  below: {call: other, next: bye, failed: bye}
  last: {end: done, say: goodbye}
  line: {transfer: {emergency: "110"}, next: bye, failed: bye}
  bye: {end: served}
"""
OTHER = """
flow: other
start: begin
nodes:
  begin: {say: [a, b, c], interrupt: false, next: done}
  done: {end: done}
"""


def main(start: str) -> str:
    return HEAD.format(start=start) + NODES


@pytest.mark.parametrize(
    ("start", "do"),
    [
        ("menu", "wait 0.3, type 8, dial 60"),
        ("long", "wait 0.3, type 8, dial 60"),
        ("short", "wait 0.3, type 8, dial 60"),
        ("wait", "wait 20, type 8, dial 60"),
        ("hand", "wait 2, type 8, dial 60"),
        ("rate", "wait 1, type 8, dial 60"),
        ("left", "wait 0.1, type 8, dial 60"),
        ("left", "wait 9, type 8, dial 60"),
        ("number", "wait 1, type 8, dial 60"),
        ("below", "wait 1, type 8, dial 60"),
        ("last", "wait 0.3, type 8, dial 60"),
    ],
)
def test_it_leads_to_the_line(start: str, do: str) -> None:
    report = play(main(start), OTHER, do=do)
    assert "line" in [node for node, _ in report.ways], report.ways
    (pressed,) = [one.at for one in report.lines if one.what == "presses"]
    (dialled,) = [one.at for one in report.lines if one.what == "dials" and "emergency" in one.text]
    # What may be the beginning of a number is one when more keys come within four seconds.
    assert dialled - pressed <= (4.1 if start == "number" else 1.0)


def test_in_a_number_it_is_a_digit() -> None:
    report = play(main("number"), OTHER, do="press 138#")
    assert report.variables["typed"] == "138"
    assert play(main("number"), OTHER, do="press 88#, wait 1, press 888#").variables["typed"] == "888"


def test_a_menu_that_has_the_key_itself_takes_it() -> None:
    report = play(main("menu").replace('keys: {"1": bye}', 'keys: {"8": last}'), OTHER, do="wait 1, type 8, wait 30")
    assert ("menu", "8") in report.ways


def test_lint_warns_of_words_before_the_line() -> None:
    late = main("menu").replace("next: line}}", "next: first}}").replace("next: line}", "next: first}")
    late += "  first: {say: a, interrupt: false, next: which}\n  which: {when: [{if: 1 == 1, next: line}], else: bye}\n"
    assert any("emergency line" in one for one in said(late)), said(late)
    assert not any("emergency line" in one for one in said(main("menu")))


def test_lint_warns_of_words_before_a_flow_that_dials() -> None:
    calls = OTHER.replace("next: done}", "next: go}", 1) + "  go: {call: main, next: done, failed: done}\n"
    known = Known(flows={"main": flow(main("menu"))})
    assert any("emergency line" in one for one in said(calls, known))
