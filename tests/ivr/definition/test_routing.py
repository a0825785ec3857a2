"""Which flow answers which number at which hour."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from cti.base.files import documents
from cti.base.files.documents import DocumentError
from cti.base.numbers.number import Number
from cti.base.times.calendars import Calendars
from ivr.definition import routing
from ivr.definition.routing import Routing
from tests.ivr.trying import flow

TABLE = """
routes:
  - number: [12345, "051988880000"]
    choose:
      - {calendar: office, during: holiday, flow: festive}
      - {calendar: office, during: closed, flow: night}
      - {flow: hotline}
"""
TAKES = "arguments: {campaign: text, wave: number}\nvariables: {wave: 1}\n"
FLOWS = {
    name: flow(f"flow: {name}\nstart: a\n{more}nodes:\n  a: {{end: done}}\n")
    for name, more in (("hotline", ""), ("night", ""), ("festive", ""), ("revisit", TAKES))
}


@pytest.mark.parametrize(
    ("called", "moment", "expected"),
    [
        ("12345", "2026-03-03 10:00", "hotline"),
        ("051912345", "2026-03-03 23:00", "night"),
        ("0519-88880000", "2026-03-03 10:00", "hotline"),
        ("12345", "2026-10-01 10:00", "festive"),
        ("12345", "2026-03-07 10:00", "night"),
        ("12328", "2026-03-03 10:00", None),
    ],
)
def test_number_and_hour(called: str, moment: str, expected: str | None) -> None:
    file, findings = routing.read(documents.parse(TABLE, "routing.yaml"), FLOWS, Calendars())
    assert findings == []
    found = Routing(file).flow(Number.parse(called), Calendars(), datetime.fromisoformat(moment), "320400")
    assert found == expected


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (TABLE.replace("flow: night", "flow: nigth"), '6:44: error: there is no flow nigth; did you mean "night"?'),
        (TABLE.replace("office, during: closed", "ofice, during: closed"), "6:10: error: there is no calendar ofice"),
        (TABLE.replace("      - {flow: hotline}\n", ""), "4:5: error: at some hours no flow answers"),
        (TABLE + "      - {flow: night}\n", "7:9: error: what comes after a choice that always holds"),
        (TABLE + "  - number: '+8651988880000'\n    choose: [{flow: night}]\n", "stands here twice"),
        (
            "routes: [{number: 12345, choose: [{flow: revisit}]}]\n",
            "1:35: error: flow revisit needs the argument campaign",
        ),
        (
            "routes: [{number: 12345, choose: [{flow: revisit, arguments: {campain: spring}}]}]\n",
            'flow revisit takes no campain; did you mean "campaign"?',
        ),
        (
            "routes: [{number: 12345, choose: [{flow: revisit, arguments: {campaign: a, wave: b}}]}]\n",
            "wave is a number; its value here is none",
        ),
        ("routes: [{number: abc, choose: [{flow: night}]}]\n", "'abc' is no telephone number"),
    ],
)
def test_faults(text: str, finding: str) -> None:
    findings = routing.read(documents.parse(text, "f"), FLOWS, Calendars())[1]
    assert any(finding in str(one) for one in findings), [str(one) for one in findings]


def test_a_file_with_faults_is_refused_and_none_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "routing.yaml"
    assert routing.load(path, FLOWS, Calendars()).routes == ()
    path.write_text("routes: [{number: 12345, choose: [{flow: nowhere}]}]\n", "utf-8")
    with pytest.raises(DocumentError, match="there is no flow nowhere"):
        routing.load(path, FLOWS, Calendars())
    path.write_text("routes: [{number: 12345, choose: [{flow: hotline, during: open}]}]\n", "utf-8")
    with pytest.raises(DocumentError, match="during needs a calendar"):
        routing.load(path, FLOWS, Calendars())


def test_a_flow_is_given_what_the_table_says() -> None:
    """A flow that is entered from outside got no arguments: a revisit could not be told what it is about."""
    text = "routes: [{number: 12345, choose: [{flow: revisit, arguments: {campaign: spring}}]}]\n"
    file, findings = routing.read(documents.parse(text, "f"), FLOWS, Calendars())
    assert findings == []
    found = Routing(file).choice(Number.parse("12345"), Calendars(), datetime(2026, 3, 3, 10), "320400")
    assert found is not None and (found.flow, found.arguments) == ("revisit", {"campaign": "spring"})
