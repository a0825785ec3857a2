"""The delivered processes and forms: lint says nothing, and their own tests pass."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cti.base.files import documents
from cti.office.forms.library import FormLibrary
from cti.office.processes.library import ProcessLibrary
from cti.office.processes.lint import Known
from tests.office import ROOT
from tests.workflow.tickets.ticket_desk import TIME
from workflow.tickets.plugin import SOURCES
from workflow.tickets.record_facts import RECORD
from workflow.tickets.service import KIND, PARTS

HERE = ROOT / "workflow" / "tickets"
FORMS, PROCESSES = sorted((HERE / "forms").glob("*.yaml")), sorted((HERE / "processes").glob("*.yaml"))
PERMISSIONS = frozenset(tomllib.loads((HERE / "manifest.toml").read_text("utf-8"))["permissions"])


@pytest.fixture(scope="module")
def forms() -> FormLibrary:
    found = FormLibrary(None, shipped=[HERE / "forms"])
    for name, source in SOURCES.items():
        found.offer(name, source)
    return found


@pytest.fixture(scope="module")
def processes(forms: FormLibrary) -> ProcessLibrary:
    known = Known(PERMISSIONS, {"office"}, {}, {}, {KIND: RECORD})
    return ProcessLibrary(
        None, forms, known=lambda: known, working_time=lambda *_: TIME, region="320400",
        shipped=[HERE / "processes"],
    )  # fmt: skip


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_without_fault(forms: FormLibrary, path: Path) -> None:
    found, findings = forms.examine(documents.load(path))
    assert [str(one) for one in findings] == []
    assert found is not None
    assert [one.failures for one in forms.prove(found) if one.failures] == []


@pytest.mark.parametrize("path", PROCESSES, ids=lambda path: path.stem)
def test_a_process_is_without_fault(processes: ProcessLibrary, path: Path) -> None:
    found, findings = processes.examine(documents.load(path))
    assert [str(one) for one in findings] == []
    assert found is not None
    assert [one.failures for one in processes.prove(found) if one.failures] == []


def test_each_form_that_a_process_names_is_delivered(forms: FormLibrary, processes: ProcessLibrary) -> None:
    named = {
        action.form
        for one in processes.files.values()
        for step in one.head.steps.values()
        for action in step.actions.values()
        if action.form
    }
    assert named | {PARTS} == set(forms.files)
