"""A flow's own tests, run: each with what it expected and did not get."""

from __future__ import annotations

from dataclasses import dataclass

from cti.base.findings import Finding
from ivr import tryout
from ivr.flow import Flow
from ivr.interpreter import Flows
from ivr.sentences import say
from ivr.speech import PromptTexts


@dataclass(frozen=True, slots=True)
class Proof:
    """A test's result; nothing in `failures` means that it passed. `line` is where it stands in the file."""

    name: str
    line: int
    failures: tuple[str, ...]
    nodes: tuple[str, ...]
    outcome: str
    seconds: float


def prove(flow: Flow, flows: Flows, texts: PromptTexts) -> list[Proof]:
    """Run all tests of a flow. Must not be called on an event loop's thread."""
    found: list[Proof] = []
    for index, trial in enumerate(flow.head.tests):
        report = tryout.run_now(flows, flow.name, trial, texts)
        line = flow.document.problem(("tests", index), "").line
        failures = tuple(tryout.failures(trial, report))
        found.append(Proof(trial.name, line, failures, tuple(report.nodes), report.outcome, report.seconds))
    return found


def findings(flow: Flow, proofs: list[Proof]) -> list[Finding]:
    """A finding for each failure."""
    return [
        Finding.at(flow.document, ("tests", index), say("test-failed", name=repr(proof.name), failure=failure))
        for index, proof in enumerate(proofs)
        for failure in proof.failures
    ]
