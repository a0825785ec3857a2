"""A flow's own tests, run: each with what it expected and did not get."""

from __future__ import annotations

from dataclasses import dataclass

from cti.office.workshop.kept import Proof
from ivr.definition.flow import Flow
from ivr.running.interpreter import Flows
from ivr.speech.spoken_pieces import PromptTexts
from ivr.trying import dry_run as tryout


@dataclass(frozen=True, slots=True)
class FlowProof(Proof):
    """The result with the nodes that were visited, the outcome, and how long it took on virtual time."""

    nodes: tuple[str, ...]
    outcome: str
    seconds: float


def prove(flow: Flow, flows: Flows, texts: PromptTexts) -> list[FlowProof]:
    """Run all tests of a flow. Must not be called on an event loop's thread."""
    found: list[FlowProof] = []
    for index, trial in enumerate(flow.head.tests):
        report = tryout.run_now(flows, flow.name, trial, texts)
        line = flow.document.problem(("tests", index), "").line
        failures = tuple(tryout.failures(trial, report))
        found.append(FlowProof(trial.name, line, failures, tuple(report.nodes), report.outcome, report.seconds))
    return found
