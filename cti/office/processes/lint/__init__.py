"""Lint: what is wrong with a process file, each with its place and what might be meant."""

from __future__ import annotations

from collections.abc import Iterator

from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.office.processes.definition import Process
from cti.office.processes.lint import clocks, expressions, graph, names, tasks, tests
from cti.office.processes.lint.known import Known

__all__ = ["Known", "lint"]


def lint(process: Process, document: Document, known: Known) -> Iterator[Finding]:
    """All findings but those of its shape."""
    wrong = list(names.check(process, document, known))
    yield from wrong
    # A way to nowhere makes everything behind it unreachable: that is one fault, not ten.
    if not any(one.code == "step-unknown" for one in wrong):
        yield from graph.check(process, document, known)
        yield from tasks.check(process, document, known)
        yield from clocks.check(process, document, known)
    yield from expressions.check(process, document, known)
    yield from tests.check(process, document)
