"""The definitions of figures of the house: see `cti.office.workshop.definitions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from cti.base.documents import Document
from cti.base.findings import Finding
from cti.base.offers import offered
from cti.office.figures import proving
from cti.office.figures.definition import Figure
from cti.office.figures.facts import FactSource
from cti.office.figures.lint import lint
from cti.office.workshop.definitions import Definition, Definitions

FigureFile = Definition[Figure]


class FigureLibrary(Definitions[Figure]):
    """`sources` are the facts that can be counted; modules add theirs by `offer`."""

    model = Figure
    kind: ClassVar[str] = "figure"
    schema_name: ClassVar[str] = "figure.schema.json"

    def __init__(self, folder: Path | None = None, *, shipped: Sequence[Path] = (), deliver: bool = True) -> None:
        self.sources: dict[str, FactSource] = {}
        super().__init__(folder, shipped=shipped, deliver=deliver)

    def offer(self, source: FactSource) -> Callable[[], None]:
        """Let figures be counted of these facts; returns the undo. ValueError when the name is taken."""
        return offered(self.sources, source.name, source, "sources of facts")

    def lint(self, head: Figure, document: Document) -> Iterable[Finding]:
        """See `Definitions.lint`."""
        return lint(head, document, self.sources)

    def failures(self, head: Figure, index: int) -> Iterable[str]:
        """Count the rows of the test."""
        return proving.failures(head, head.tests[index], self.sources[head.source])
