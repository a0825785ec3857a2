"""Lint of processes and forms: each fault with its code, its line, a Chinese sentence and what might be meant."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cti.base.expressions.types import BOOLEAN, TEXT, record
from cti.base.files.findings import Finding
from cti.office.forms.library import FormLibrary
from cti.office.processes.library import ProcessLibrary
from cti.office.processes.lint import Known
from cti.office.processes.sentences import PROCESSES
from tests.cti.office.processes.small_house import OFFICE

FORM = """\
form: dispatch
title: 交办
fields:
  lead: {title: 主办单位, type: organisation, required: true}
  units: {title: 协办单位, type: organisations}
  days: {title: 天数, type: integer, min: 1}
"""
TASK = """\
process: task
title: 承办
about: ticket
start: do
values: {asked: 0}
steps:
  do: {title: 办理, who: {permission: handle, of: holder}, actions: {reply: {title: 回复, next: replied}}}
  replied: {title: 已回复, outcome: replied}
"""
GOOD = """\
process: ticket
title: 工单
about: ticket
start: begin
values: {bounces: 0}
clocks:
  whole:
    title: 时限
    during: [work]
    pauses: [waits]
    limits:
      - {if: record.urgent, amount: 4, unit: working_hours}
      - {amount: 5, unit: working_days}
steps:
  begin:
    title: 登记
    public: 已登记
    who: {permission: review}
    actions:
      dispatch:
        title: 交办
        form: dispatch
        begins: {process: task, to: form.lead, sets: {asked: form.days}}
        next: work
  work:
    title: 办理
    public: 办理中
    who: {permission: review}
    joins:
      - {if: "part.role == 'lead' and part.outcome == 'replied'", next: done}
    actions:
      wait: {title: 等待, next: waits}
      again: {title: 重办, sets: {bounces: bounces + 1}, reopens: {role: lead, step: do}}
  waits:
    title: 等待中
    public: 等待中
    who: {permission: review}
    actions: {go_on: {title: 继续, next: work}}
  done: {title: 办结, public: 已办结, outcome: done}
cast:
  people: {wang: {may: review}}
tests:
  - {name: 登记, opens: wang, moves: [{who: wang, offers: dispatch, step: begin}]}
"""
RECORDS = {"ticket": record({"urgent": BOOLEAN, "title": TEXT})}


@pytest.fixture(scope="module")
def library() -> ProcessLibrary:
    forms = FormLibrary(None)
    found, _ = forms.check(FORM, "dispatch.yaml")
    assert found is not None
    forms.add(found)
    known = Known(permissions={"review", "handle"}, calendars={"office"}, records=RECORDS)
    made = ProcessLibrary(None, forms, known=lambda: known, working_time=lambda *_: OFFICE, region="320400")
    for text in (TASK, GOOD.replace("process: ticket", "process: other\nreplaces: task\nregions: '320411'", 1)):
        one, _ = made.check(text, "task.yaml")
        assert one is not None
        made.add(one)
    return made


def test_a_good_process_has_no_findings_and_passes_its_tests(library: ProcessLibrary) -> None:
    found, findings = library.check(GOOD, "ticket.yaml")
    assert found is not None and findings == []
    assert [one.failures for one in library.prove(found)] == [()]


FAULTS = [
    ("start: begin", "start: begun", "step-unknown", 'did you mean "begin"'),
    ("next: waits}", "next: wait_s}", "step-unknown", '"waits"'),
    ("during: [work]", "during: [wrk]", "step-unknown", '"work"'),
    ("{permission: review}\n    actions:\n      dispatch", "{permission: reviw}\n    actions:\n      dispatch",
     "permission-unknown", '"review"'),
    ("form: dispatch", "form: dispach", "form-unknown", '"dispatch"'),
    ("    pauses: [waits]", "    pauses: [waits]\n    calendar: ofice", "calendar-unknown", '"office"'),
    ("process: task, to", "process: tsk, to", "process-unknown", '"task"'),
    ("begins: {process: task", "begins: {role: Lead, process: task", "name-bad", ""),
    ("reopens: {role: lead, step: do}", "reopens: {role: leed, step: do}", "role-unknown", '"lead"'),
    ("reopens: {role: lead, step: do}", "reopens: {role: lead, step: doo}", "step-unknown", '"do"'),
    ("sets: {bounces: bounces + 1}", "sets: {bounce: bounces + 1}", "value-unknown", '"bounces"'),
    ("sets: {asked: form.days}", "sets: {askd: form.days}", "value-unknown", '"asked"'),
    ("title: 继续, next: work", "title: 继续, clocks: {hole: {does: pause}}, next: work", "clock-unknown", '"whole"'),
    ("values: {bounces: 0}", "values: {bounces: 0, record: 1}", "value-reserved", ""),
    ("    who: {permission: review}\n    actions: {go_on", "    actions: {go_on", "who-missing", "write `who`"),
    ("start: begin", "start: begin\nreplaces: task", "replaces-alone", ""),
    ("start: begin", "start: begin\nreplaces: task\nregions: ['320411']", "replaced-twice", ""),
    ("start: begin", "start: begin\nreplaces: task\nregions: ['999999']", "region-unknown", ""),
    ("steps:\n", "steps:\n  lost: {title: 多余, public: 无, who: {permission: review}, "
     "actions: {go: {title: 去, next: done}}}\n", "step-unreached", "let a way lead"),
    ("actions: {go_on: {title: 继续, next: work}}", "actions: {}", "step-stuck", "outcome"),
    ("title: 继续, next: work", "title: 继续, next: waits", "end-missing", ""),
    ("outcome: done}", "outcome: done, passes: {next: work}}", "outcome-goes-on", ""),
    ("next: waits}", "next: [{next: waits}, {if: bounces > 1, next: done}]}", "way-unreached", ""),
    ("next: waits}", "next: [{if: bounces > 1, next: waits}, {if: 'bounces  > 1', next: done}]}", "way-unreached", ""),
    ("    actions: {go_on", "    passes: {next: work}\n    actions: {go_on", "actions-never", ""),
    ("    actions: {go_on", "    passes: {next: waits}\n    actions: {go_on", "circle", ""),
    ("    who: {permission: review}\n    actions: {go_on", "    who: {permission: review}\n    joins: {next: done}\n"
     "    actions: {go_on", None, ""),
    ("begins: {process: task, to: form.lead, sets: {asked: form.days}}\n", "title: 交\n", None, ""),
    ("part.outcome == 'replied'", "part.outcome == 'relied'", "join-never", '"replied"'),
    ("part.role == 'lead'", "part.role == 'leading'", "join-never", ""),
    ("    joins:\n      - {if: \"part.role == 'lead' and part.outcome == 'replied'\", next: done}\n    actions:\n",
     "    actions:\n      end: {title: 完, next: done}\n", "join-missing", "write `joins`"),
    ("during: [work]", "during: [done]", "clock-end", ""),
    ("during: [work]", "during: [work, waits]", "clock-both", ""),
    ("pauses: [waits]", "pauses: [waits]\n    then: go_on", "then-never", ""),
    ("pauses: [waits]", "pauses: [waits]\n    then: again", "then-nobody", "of: house"),
    ("pauses: [waits]", "pauses: [waits]\n    then: agan", "action-unknown", '"again"'),
    ("      - {amount: 5, unit: working_days}", "", "limit-none", "without `if`"),
    ("      - {if: record.urgent, amount: 4", "      - {amount: 4", "limit-unreached", ""),
    ("record.urgent", "record.urgnt", "field-unknown", "there are: "),
    ("bounces + 1", "bounce + 1", "variable-unknown", "bounces"),
    ("to: form.lead", "to: form.leed", "field-unknown", "there are: days, lead, units"),
    ("{title: 继续, next: work}", "{title: 继续, if: form.days > 1, next: work}", "form-none", "name a form"),
    ("{title: 继续, next: work}", "{title: 继续, if: part.role == 'x', next: work}", "part-none", ""),
    ("    public: 等待中\n", "", "public-missing", ""),
    ("opens: wang", "opens: wan", "person-unknown", '"wang"'),
    ("offers: dispatch", "offers: dispach", "action-unknown", '"dispatch"'),
    ("step: begin}]", "step: bgin}]", "step-unknown", '"begin"'),
    ("step: begin}]", "step: begin}, {}]", "move-empty", ""),
    ("title: 工单", "titel: 工单", "key-unknown", '"title"'),
    ("title: 工单\n", "", "key-missing", ""),
]  # fmt: skip


def _of(findings: Sequence[Finding], code: str) -> Finding:
    found = [one for one in findings if one.code == code]
    assert found, [str(one) for one in findings]
    return found[0]


@pytest.mark.parametrize(("before", "after", "code", "hint"), [one for one in FAULTS if one[2] is not None])
def test_each_fault_has_its_code_and_place(
    library: ProcessLibrary, before: str, after: str, code: str, hint: str
) -> None:
    assert GOOD.count(before) >= 1
    text = GOOD.replace(before, after, 1)
    found = _of(library.check(text, "ticket.yaml")[1], code)
    assert str(found).startswith(f"ticket.yaml:{found.line}:{found.column}: ")
    assert hint in found.suggestion
    assert found.in_chinese.message != found.message


def test_a_join_that_no_task_reaches_is_told(library: ProcessLibrary) -> None:
    text = GOOD.replace("        begins: {process: task, to: form.lead, sets: {asked: form.days}}\n", "")
    codes = {one.code for one in library.check(text, "ticket.yaml")[1]}
    assert "role-unknown" in codes
    text = text.replace(", reopens: {role: lead, step: do}", "")
    assert "join-none" in {one.code for one in library.check(text, "ticket.yaml")[1]}


def test_lines_are_those_of_the_fault(library: ProcessLibrary) -> None:
    text = GOOD.replace("next: waits}", "next: wait_s}")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "wait_s" in one)
    assert _of(library.check(text, "t.yaml")[1], "step-unknown").line == line


def test_every_code_has_both_languages() -> None:
    for code, sentence in PROCESSES.items():
        assert sentence.english and any(ord(sign) > 0x2E7F for sign in sentence.chinese), code


def test_a_form_that_drops_what_a_process_reads_is_refused(library: ProcessLibrary) -> None:
    found, _ = library.check(GOOD, "ticket.yaml")
    assert found is not None
    library.add(found)
    forms = library._forms
    draft, findings = forms.check(FORM.replace("  days: {title: 天数, type: integer, min: 1}\n", ""), "dispatch.yaml")
    assert draft is not None and findings == []
    assert [one.code for one in forms.breaks(draft) if one.file == "ticket.yaml"] == ["field-unknown"]


def test_a_pause_and_a_time_limit_without_end(library: ProcessLibrary) -> None:
    text = GOOD.replace("title: 继续, next: work", "title: 继续, next: waits")
    assert "pause-endless" in {one.code for one in library.check(text, "t.yaml")[1]}
    text = GOOD.replace("next: done}\n", "next: work}\n")
    assert "clock-endless" in {one.code for one in library.check(text, "t.yaml")[1]}


def test_what_only_the_house_does_may_read_what_a_program_gives_it(library: ProcessLibrary) -> None:
    text = GOOD.replace(
        "{title: 继续, next: work}", "{title: 继续, who: {of: house}, sets: {bounces: form.a}, next: work}"
    )
    assert library.check(text, "t.yaml")[1] == []
