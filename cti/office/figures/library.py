"""The definitions of figures of the house: see `cti.office.workshop.definitions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from cti.base.files.documents import Document
from cti.base.files.findings import Finding
from cti.base.offers import offered
from cti.office.figures import proving
from cti.office.figures.definition import Figure
from cti.office.figures.facts import FactSource, MoreFacts
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

    def extend(self, name: str, more: Callable[[FactSource], MoreFacts]) -> Callable[[], None]:
        """Let figures of a source read what another module knows of its rows; returns the undo.

        KeyError without that source; ValueError when it has a fact of such a name.
        """
        source = self.sources[name]
        added = more(source)
        if taken := sorted(source.facts.keys() & added.facts.keys()):
            raise ValueError(f"{name} has a fact {taken[0]}")
        self.sources[name] = replace(
            source, facts={**source.facts, **added.facts}, touched_by=(*source.touched_by, *added.touched_by)
        )

        def undo() -> None:
            if (now := self.sources.get(name)) is not None:
                self.sources[name] = replace(
                    now,
                    facts={key: one for key, one in now.facts.items() if key not in added.facts},
                    touched_by=tuple(one for one in now.touched_by if one not in added.touched_by),
                )

        return undo

    def lint(self, head: Figure, document: Document) -> Iterable[Finding]:
        """See `Definitions.lint`."""
        return lint(head, document, self.sources)

    def failures(self, head: Figure, index: int) -> Iterable[str]:
        """Count the rows of the test."""
        return proving.failures(head, head.tests[index], self.sources[head.source])
