"""The flows that come along: no finding, all their tests pass, and a human is never far."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr import house, lint
from ivr.definition.flow import Flow
from ivr.definition.trials import Trial
from ivr.nodes import Collect, Hours, Lookup, Menu, Queue, Rate, Record
from ivr.prompts.catalogue import load_catalogue
from ivr.trying import dry_run as tryout
from ivr.workshop.library import SHIPPED, FlowLibrary

LIBRARY = FlowLibrary()
CATALOGUE = load_catalogue()
TRIALS = [(name, trial) for name in LIBRARY.names for trial in LIBRARY.current(name).head.tests]


@pytest.mark.parametrize("name", LIBRARY.names)
def test_lint_finds_nothing(name: str, tmp_path: Path) -> None:
    known = house.known(tmp_path, LIBRARY.flows, CATALOGUE)
    assert [str(one) for one in lint.lint_file(SHIPPED / f"{name}.yaml", known)] == []


@pytest.mark.parametrize(("name", "trial"), TRIALS, ids=[f"{name}: {trial.name}" for name, trial in TRIALS])
def test_their_own_tests_pass(name: str, trial: Trial) -> None:
    report = tryout.run_now(LIBRARY, name, trial, CATALOGUE)
    assert tryout.failures(trial, report) == []
    assert report.silence <= 2.0


def test_every_node_of_the_hotline_is_walked_by_some_test() -> None:
    walked: set[str] = set()
    for name, trial in TRIALS:
        walked |= {
            node if "." in node else f"{name}.{node}" for node in tryout.run_now(LIBRARY, name, trial, CATALOGUE).nodes
        }
    every = {f"{name}.{node}" for name in LIBRARY.names for node in LIBRARY.current(name).nodes}
    # Three more emergencies are as the one that is tested.
    assert every - walked <= EXEMPT, sorted(every - walked - EXEMPT)


EXEMPT = {
    *(f"hotline.{node}" for node in ("police", "ambulance", "accident", "closed", "holiday", "busy", "callback_other")),
    *(f"emergency.{node}" for node in ("fire", "traffic", "dial_fire", "dial_traffic")),
}


def test_a_citizen_who_presses_nothing_reaches_a_human() -> None:
    for at in ("2026-03-03 10:00", "2026-03-03 03:00", "2026-10-01 12:00", "2026-02-17 08:00"):
        report = tryout.run_now(LIBRARY, "hotline", Trial(name="silent", at=at), CATALOGUE)
        assert [line.text for line in report.lines if line.what == "queue"] == ["general"]


def test_every_kind_that_a_city_needs_is_shown() -> None:
    def kinds(flow: Flow) -> set[type]:
        return {type(node) for node in flow.nodes.values()}

    shown = {kind for name in LIBRARY.names for kind in kinds(LIBRARY.current(name))}
    assert {Menu, Collect, Hours, Lookup, Queue, Rate, Record} <= shown
