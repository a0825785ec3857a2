"""Mappings: fields of one side from those of the other, checked with lint and their own tests before they count."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti.base.files.documents import parse
from cti.office.mappings import MappingFails, MappingLibrary, applied
from cti.office.workshop.library import Refused

RESULT = """\
mapping: event_result
title: 事件办理结果
fields:
  eventId: external
  result.state: {of: state, as: {done: "3", handling: "2"}, else: "1"}
  result.words: {text: "{unit}答复：{answer}"}
  result.tel: {of: phone, optional: true}
tests:
  - {name: 办结, given: {external: E1, state: done, unit: 市水务局, answer: 已修复},
     gives: {eventId: E1, result: {state: "3", words: 市水务局答复：已修复}}}
  - {name: 没有编号, given: {state: done}, fails: eventId}
"""


@pytest.fixture
def library(tmp_path: Path) -> MappingLibrary:
    return MappingLibrary(tmp_path / "mappings")


def codes(library: MappingLibrary, text: str) -> list[str]:
    return [one.code for one in library.check(text, "x.yaml")[1]]


def test_fields_become_theirs_and_one_that_cannot_be_filled_is_named(library: MappingLibrary) -> None:
    library.publish(RESULT, name="event_result", author="admin", message="x")
    mapping = library.current("event_result").head
    given = {"external": "E9", "state": "new", "unit": "城管", "answer": "𠮷", "phone": "0519"}
    result = {"state": "1", "words": "城管答复：𠮷", "tel": "0519"}
    assert applied(mapping, given) == {"eventId": "E9", "result": result}
    with pytest.raises(MappingFails, match="eventId") as caught:
        applied(mapping, {})
    assert caught.value.field == "eventId"
    strict = library.read(parse(RESULT.replace(', else: "1"', ""), "x.yaml")).head
    with pytest.raises(MappingFails, match="没有与“new”对应的值"):
        applied(strict, given)


def test_a_mapping_that_breaks_its_own_test_is_refused(library: MappingLibrary) -> None:
    with pytest.raises(Refused, match="办结"):
        library.publish(RESULT.replace('done: "3"', 'done: "4"'), name="event_result", author="admin", message="x")
    assert library.names == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("  eventId: external", "  result: external"), "mapping-inside"),
        (("optional: true", "optional: true, else: x"), "mapping-useless"),
        (("eventId: external", "eventId: {}"), "value"),
        (("eventId: external", "eventId: external ++"), "expression"),
        (("eventId: external", '"a..b": external'), "name-bad"),
    ],
)
def test_lint_names_what_is_wrong(library: MappingLibrary, change: tuple[str, str], code: str) -> None:
    text = RESULT.replace(*change)
    assert any(one.startswith(code) for one in codes(library, text)), codes(library, text)
    assert codes(library, RESULT) == []
    assert "mapping-untested" in codes(library, RESULT[: RESULT.index("tests:")])
