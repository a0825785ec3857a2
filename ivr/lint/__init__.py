"""Lint: what is wrong with a flow file, each with its place and what might be meant."""

from __future__ import annotations

from pathlib import Path

from cti.base.files import documents
from cti.base.files.documents import Document, DocumentError
from cti.base.files.findings import Finding
from cti.office.workshop import invisible
from cti.office.workshop.kept import errors, has_errors, in_order
from ivr.definition.reading import Reading, read
from ivr.lint import asides, emergencies, graph, menus, names, trial_scripts, variables
from ivr.lint.known import Known

__all__ = ["Finding", "Known", "errors", "has_errors", "lint", "lint_file", "lint_reading"]


def lint_file(path: Path, known: Known) -> list[Finding]:
    """The findings about a file, in the order of its lines."""
    try:
        return lint(documents.load(path), known)
    except DocumentError as error:
        return [Finding.of(one) for one in error.problems]


def lint(document: Document, known: Known) -> list[Finding]:
    """The findings about a document, in the order of its lines."""
    return lint_reading(read(document), known)


def lint_reading(reading: Reading, known: Known) -> list[Finding]:
    """The findings about what was read. A node that cannot be read is not complained about a second time."""
    found = list(reading.findings)
    flow = reading.flow
    if flow is not None:
        if any(one.severity == "error" for one in found):
            found += graph.dangling(flow, graph.named_nodes(flow))
        else:
            found += graph.check(flow, known)
            found += emergencies.check(flow, known)
            found += menus.check(flow, known)
            found += trial_scripts.check(flow)
            found += variables.check(flow, known)
            found += asides.check(flow, known)
        found += names.check(flow, known)
        found += invisible.check(flow.document)
    return in_order(found)
