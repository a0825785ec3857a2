"""The tests inside a process: scripted people on virtual time, with calendars, forms, parallel tasks and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti.office.forms.library import FormLibrary
from cti.office.processes.library import ProcessFile, ProcessLibrary, Published
from cti.office.processes.lint import Known
from cti.office.workshop.library import Refused
from tests.cti.office.processes.small_house import OFFICE

HERE = Path(__file__).parent
FORM = "form: reply\ntitle: 回复\nfields:\n  text: {title: 办理情况, type: long, required: true}\n"
CAST = """
cast:
  people:
    agent: {may: register}
    reviewer: {may: [review, revisit]}
    north: {may: review, organisation: north}
    water: {may: handle, organisation: water}
  organisations: {north: {region: "320411"}}
tests:
  - name: 从登记到归档
    at: 2026-09-28 10:00
    opens: agent
    record: {urgent: false, anonymous: false, registrar: agent}
    moves:
"""
STORY = """
      - {who: agent, offers: [submit, answer], step: registered, clocks: {whole: none}}
      - {who: reviewer, does: submit, refused: 您不能在}
      - {who: agent, does: submit, step: review}
      - {who: north, offers: [], does: dispatch, refused: 您不能}
      - {who: reviewer, does: dispatch, form: {lead: water, assisting: []}, step: handling, clocks: {whole: running}}
      - {who: water, task: water, does: sign, step: handle, holder: water, person: water, clocks: {handle: running}}
      - {wait: 2 working_days, task: water, clocks: {handle: near}}
      - {until: 2026-10-10 09:00, task: water, clocks: {handle: missed}}
      - {who: water, task: water, does: reply, form: {text: ""}, refused: 请填写办理情况}
      - {who: water, task: water, does: reply, form: {text: 已修好}, outcome: replied, clocks: {handle: ended}}
      - {who: reviewer, does: accept, record: {anonymous: true}, step: archived, outcome: archived}
"""


@pytest.fixture
def library() -> ProcessLibrary:
    forms = FormLibrary(None)
    form, _ = forms.check(FORM, "reply.yaml")
    assert form is not None
    forms.add(form)
    return ProcessLibrary(
        None, forms, known=lambda: Known(), working_time=lambda *_: OFFICE, region="320400", shipped=[HERE]
    )


def with_tests(library: ProcessLibrary, moves: str) -> ProcessFile:
    text = (HERE / "standard.yaml").read_text("utf-8") + CAST + moves
    found, _ = library.check(text, "standard.yaml")
    assert found is not None
    return found


def failures(library: ProcessLibrary, moves: str) -> list[str]:
    return [one for proof in library.prove(with_tests(library, moves)) for one in proof.failures]


def test_a_whole_life_is_played_with_its_tasks_and_time_limits(library: ProcessLibrary) -> None:
    assert failures(library, STORY) == []
    (proof,) = library.prove(with_tests(library, STORY))
    assert proof.steps[0] == "registered" and "department.replied" in proof.steps and proof.steps[-1] == "archived"


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ("{step: review}", "move 1: step is registered, not review"),
        ("{who: agent, offers: [submit]}", "move 1: offers is submit, answer, not submit"),
        ("{who: agent, does: submit, refused: 不}", "move 1: agent submit was not refused"),
        ("{who: reviewer, does: submit, refused: 今天}", "not 今天"),
        ("{who: reviewer, does: submit}", "move 1: reviewer submit was refused: 您不能"),
        ("{task: water, step: sign}", "move 1: water has no task"),
        ("{who: agent, does: submit, holder: water}", "move 1: holder is city, not water"),
        ("{clocks: {whole: running}}", "move 1: clocks.whole is none, not running"),
        ("{values: {bounces: 1}}", "move 1: values.bounces is 0, not 1"),
        ("{who: nobody, does: submit}", "move 1: nobody in the cast is nobody"),
    ],
)
def test_what_was_expected_and_did_not_come_is_said(library: ProcessLibrary, move: str, words: str) -> None:
    (failure,) = failures(library, f"      - {move}\n")
    assert words in failure


def test_a_failing_test_keeps_a_process_from_being_published(library: ProcessLibrary, tmp_path: Path) -> None:
    forms = FormLibrary(tmp_path / "forms")
    kept = ProcessLibrary(
        tmp_path / "processes", forms, known=lambda: Known(), working_time=lambda *_: OFFICE, region="320400"
    )
    text = (HERE / "department.yaml").read_text("utf-8")
    for name in ("reason", "reply", "extension", "dispatch"):
        fields = {"reply": "text: {title: x}", "extension": "days: {title: x, type: integer}",
                  "dispatch": "units: {title: x, type: organisations}"}.get(name, "text: {title: x}")  # fmt: skip
        forms.publish(f"form: {name}\ntitle: x\nfields:\n  {fields}\n", author="wang", message="x")
    assert kept.publish(text, author="wang", message="x").revision == 1
    cast = "cast: {people: {water: {may: handle}}}\ntests:\n  - {name: 签收, opens: water, moves: [{step: handle}]}\n"
    with pytest.raises(Refused, match="step is sign, not handle"):
        kept.publish(text + cast, author="wang", message="x")
    assert kept.current("department").revision == 1


def test_a_county_goes_by_its_own_process_and_every_other_by_the_citys(library: ProcessLibrary) -> None:
    text = (HERE / "department.yaml").read_text("utf-8")
    own = text.replace("process: department", "process: county_department\nreplaces: department\nregions: '320411'", 1)
    wide = text.replace("process: department", "process: wide\nreplaces: department\nregions: '320000'", 1)
    for one in (own, wide):
        found, findings = library.check(one, "x.yaml")
        assert found is not None and [each.code for each in findings if each.code != "form-unknown"] == []
        library.add(found)
    published = Published(library)
    assert published.current("department", "320411")[0].process == "county_department"
    assert published.current("department", "320404")[0].process == "wide"
    assert published.current("department", "330100")[0].process == "department"
    with pytest.raises(KeyError):
        published.current("other", "320411")
